/// What every kind of cooling shows to the rest of a site, and what it enters into the books.
#pragma once

#include "models/facility/part/site_part.hpp"
#include "sim/kernel/signal.hpp"
#include "sim/units/quantity.hpp"

namespace wattershed {

struct CoolingOutputs {
  Signal<Power> power;           ///< at the motors
  Signal<MassFlow> makeup;       ///< water taken in
  Signal<Power> rejected;        ///< heat that leaves a plant; invalid: imposed, nothing is stored
  Signal<Temperature> dry_bulb;  ///< of the outdoor air; invalid: no weather
};

/// Cooling power, and water in and out: the columns that every kind of cooling records.
class CoolingMeters {
 public:
  /// Adds water_makeup, water_evaporation, water_drift and water_blowdown.
  void record_water(Columns& columns, Signal<MassFlow> makeup, Signal<MassFlow> evaporation, Signal<MassFlow> drift,
                    Signal<MassFlow> blowdown);
  void record_power(Columns& columns, Signal<Power> power) { power_ = columns.add("cooling_power", power).meter; }
  void record_units(Columns& columns, Signal<Power> power) { units_ = columns.add("cdu_power", power).meter; }
  void book(Books& books, Time now) const;
  void summarise(SiteSummary& summary, Time now) const;

 private:
  const Meter* power_ = nullptr;
  const Meter* units_ = nullptr;  // null: no coolant units
  const Meter* makeup_ = nullptr;
  const Meter* evaporation_ = nullptr;
  const Meter* drift_ = nullptr;
  const Meter* blowdown_ = nullptr;
};

}  // namespace wattershed
