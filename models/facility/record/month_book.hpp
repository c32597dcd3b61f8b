/// The books by month: totals, peaks, the demand charge, the least headroom to each limit.
///
/// Months are those of the site's local calendar and metering intervals those of its tariff; neither need be a
/// multiple of the recorded interval, so both are kept here, exactly, beside the rows. An interval that a month or
/// the run cuts short counts with the mean of what there was; a month in part pays its share of the demand charge.
#pragma once

#include <deque>
#include <vector>

#include "models/accounting/demand_charge.hpp"
#include "models/facility/site/site_model.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

class MonthBook {
 public:
  /// Declares /<site>/monthly. To be made before any other observer, so that the row that ends with a month already
  /// knows what the month's demand costs.
  MonthBook(Simulation& simulation, SiteModel& site, const LoadedSite& loaded, RunSink& file);
  MonthBook(const MonthBook&) = delete;  // the simulation holds on to it

  /// Ends the running month at `now`, before the planned end.
  void stop(Time now);
  /// Demand charges of months that ended up to `t` and were not asked for yet [USD].
  double take_charges(Time t);
  [[nodiscard]] double total_charges_usd() const { return total_usd_; }

 private:
  [[nodiscard]] Time next_entry() const;
  void book(Time t);
  void end_month(Time boundary);

  struct RunningTotal {
    Meter* meter = nullptr;
    double before = 0;  // up to the month's begin
  };
  struct Charge {
    Time boundary;
    double usd;
  };

  SiteModel& site_;
  const LoadedSite& loaded_;
  RunSink& file_;
  const Meter* grid_;
  TableId table_;
  std::vector<MonthColumn> parts_;  // columns that parts add
  Time month_begin_;
  std::vector<RunningTotal> totals_;
  DemandCharge demand_;
  Time demand_since_;
  double demand_energy_j_ = 0;
  std::deque<Charge> unbooked_;
  double total_usd_ = 0;
};

}  // namespace wattershed
