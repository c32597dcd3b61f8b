/// What a run leaves of a site: the tables and scalars of sim/output/run_file.md, filled while it runs.
///
///   /<site>            interval means of every column, extremes of the powers, the demand charge as it is booked
///   /<site>/monthly    month_book.hpp
///   /<site>/windows    windows.hpp
///   /<site>/limits     limit_table.hpp
///   /<site>/…          tables of the parts (models/facility/part/site_tables.hpp)
///   /summary/<site>    scalars: of the parts, and of the site as a whole
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/accounting/balance.hpp"
#include "models/facility/record/limit_table.hpp"
#include "models/facility/record/month_book.hpp"
#include "models/facility/record/site_faults.hpp"
#include "models/facility/record/span_limits.hpp"
#include "models/facility/record/windows.hpp"
#include "models/facility/site/site_model.hpp"
#include "sim/output/recorder.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

class SiteRecord {
 public:
  /// Declares every table; to be made before the first instant and before the file begins.
  SiteRecord(Simulation& simulation, SiteModel& site, const LoadedSite& loaded, RunSink& file, NetworkSeat seat = {});
  SiteRecord(const SiteRecord&) = delete;  // the simulation holds on to it

  /// After the last instant: the rest of the jobs, verdicts and summary; a run that was interrupted also closes its
  /// row and its month. Returns what did not hold.
  SiteFaults close(const std::vector<Balance>& balances);
  [[nodiscard]] std::size_t rows() const { return recorder_.rows(); }

 private:
  void declare_time_table();
  void declare_network_voltage(const NetworkSeat& seat);
  void declare_validity();
  void write_validity();
  void write_summary(const std::vector<Balance>& balances);
  /// Scalars of the parts and of the site as a whole, up to now.
  [[nodiscard]] SpanLimits::Scalars scalars() const;
  void add_site_scalars(SpanLimits::Scalars& values) const;

  Simulation& simulation_;
  SiteModel& site_;
  const LoadedSite& loaded_;
  RunSink& file_;
  MonthBook months_;
  Recorder recorder_;
  SiteWindows windows_;
  std::optional<LimitTable> limit_table_;
  SpanLimits span_limits_;
  TableId validity_{};
  std::optional<double> voltage_lowest_, voltage_highest_;
  double peak_level_w_ = 0, jobs_at_peak_ = 0;
  double peak_w_ = 0;  // of grid power
  Time peak_at_;
};

}  // namespace wattershed
