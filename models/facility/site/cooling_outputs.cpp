#include "models/facility/site/cooling_outputs.hpp"

namespace wattershed {

void CoolingMeters::record_water(Columns& columns, Signal<MassFlow> makeup, Signal<MassFlow> evaporation,
                                 Signal<MassFlow> drift, Signal<MassFlow> blowdown) {
  makeup_ = columns.add("water_makeup", makeup).meter;
  evaporation_ = columns.add("water_evaporation", evaporation).meter;
  drift_ = columns.add("water_drift", drift).meter;
  blowdown_ = columns.add("water_blowdown", blowdown).meter;
}

void CoolingMeters::book(Books& books, Time now) const {
  const double power_j = power_->integral(now);
  books.energy.add_out("cooling_power", power_j);
  books.heat.add_in("cooling_power", power_j);
  books.water.add_in("make-up", makeup_->integral(now));
  books.water.add_out("water_evaporation", evaporation_->integral(now));
  books.water.add_out("water_drift", drift_->integral(now));
  books.water.add_out("water_blowdown", blowdown_->integral(now));
}

void CoolingMeters::summarise(SiteSummary& summary, Time now) const {
  summary.add("cooling_energy", power_->integral(now));
  if (units_) summary.add("cdu_energy", units_->integral(now));
  summary.add("water_withdrawn", makeup_->integral(now));
  summary.add("water_consumed", evaporation_->integral(now) + drift_->integral(now));
}

}  // namespace wattershed
