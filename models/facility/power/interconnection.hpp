/// The meter at the point of interconnection: what the grid gives, and what batteries store of it.
///
///   grid = load of the site + battery power + battery loss
///   its extent: that, and the excursions of the load, less what the battery takes of them
///
/// What batteries store is no use of the site.
/// Inputs   load of the site as the grid sees it; the battery at the point; batteries of the UPS
/// Outputs  grid power, import positive [W]; its highest, phases of steps included, since the last month began
/// Valid    the extent behind a battery that smooths: within 1 % of the level (storage_cycle.hpp), less exact with several
///          jobs, where it is a bound
/// Columns  grid_power, battery_power
/// Books    energy in: grid; energy out: stored in batteries
#pragma once

#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"

namespace wattershed {

class Interconnection : public SitePart {
 public:
  struct Battery {
    Signal<Power> power, loss;                 ///< invalid: there is none
    Signal<Power> above_taken, below_taken{};  ///< of the load's excursions: at least zero, at most zero
  };
  struct Inputs {
    Signal<Load> load;
    Battery battery{};
    Signal<Power> ups_battery{};  ///< invalid: there is none
  };
  Interconnection(SiteContext& context, const Inputs& inputs);

  Signal<Power> grid_power;
  Extent<Power> extent;
  [[nodiscard]] Meter& month_peak() const { return *month_peak_; }
  [[nodiscard]] const Meter& grid_meter() const { return *grid_meter_; }

  void record(Columns& columns) override;
  void book(Books& books) const override;
  void summarise(SiteSummary& summary) const override;

 private:
  void add_extent(const Inputs& inputs);

  SiteContext& context_;
  Signal<Power> stored_;  // invalid: no battery at all
  Meter* month_peak_ = nullptr;
  Meter* grid_meter_ = nullptr;
  const Meter* stored_meter_ = nullptr;
};

}  // namespace wattershed
