/// The limits of a scenario on what comes together within a day, a month, a year or the run: sums and means of columns,
/// growth and ratios of scalars, scalars of the whole run (models/facility/scenario/limit_target.hpp).
///
///   sum     ∫ column dt within the span;   mean  sum / length;   growth  scalar at its end − at its begin
///   ratio   Σ growth of its upper side / Σ growth of its lower side
///
/// Spans are those of the site's calendar. One that the run holds in part shows nothing but a maximum that a sum has
/// passed already, or a minimum that it has reached. The bound is what stood when the last day of the span began.
///
/// Inputs   the columns' totals, and the summary's scalars as of now; looked at when a day begins and at the end
/// Outputs  a verdict each. A breach is first known of the day on which a sum passes its maximum, else of the span
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "models/facility/scenario/limit_target.hpp"
#include "models/facility/site/limit_verdict.hpp"
#include "models/facility/site/site_model.hpp"

namespace wattershed {

class SpanLimits {
 public:
  using Scalars = std::map<std::string, double, std::less<>>;
  /// Schedules its looks where there is a limit of these kinds. `scalars` gives those of the run up to now.
  SpanLimits(Simulation& simulation, const SiteModel& site, const LoadedSite& loaded,
             std::function<Scalars()> scalars);
  SpanLimits(const SpanLimits&) = delete;  // the simulation holds on to it

  /// At the end of the run, now: ends the spans that still stand.
  void close();
  /// After `close`, in the order of the scenario.
  [[nodiscard]] std::vector<LimitVerdict> verdicts() const;

 private:
  struct Watched {
    std::string name;
    LimitTarget target;
    double margin = 0;
    double bound = 0;  // that stood at the last look

    // Of the span that stands.
    Time since{};
    bool from_its_begin = false;
    double over = 0, under = 0;        // what had come together up to its begin: of a ratio both sides
    std::optional<Time> passed_since;  // the day on which the sum passed its maximum

    // Of all spans so far.
    LimitVerdict verdict;
    bool shown = false;
    std::size_t without_value = 0;  // spans
  };
  struct Amount {
    double over = 0, under = 0;
    bool known = true;  // the run has such a scalar
  };
  void schedule_look();
  void look();
  void judge(Watched& limit, const Amount& amount, Time at, bool whole);
  void begin_span(Watched& limit, const Amount& amount, Time at, bool at_its_begin);
  [[nodiscard]] Amount amount_of(const Watched& limit, const Scalars& scalars) const;
  [[nodiscard]] double bound_of(const Watched& limit) const;
  [[nodiscard]] bool ends(LimitSpan span, Time at) const;
  /// Why nothing showed it.
  static std::string why_unseen(const Watched& limit);

  Simulation& simulation_;
  const SiteModel& site_;
  Time end_;
  std::function<Scalars()> scalars_;
  std::vector<Watched> limits_;
  Time day_since_;
};

}  // namespace wattershed
