/// Cooling as a number: power and water in proportion to IT power (models/cooling/system/imposed_overhead.hpp).
///
///   cooling = (pue − 1 | overhead) · IT power + coolant units,   make-up = evaporation = wue · IT power
///
/// Where steps are played it follows the mean of IT power over the last minute, because heat does not come and go
/// with the phases of a step. It stores nothing: what is used is rejected at once.
/// Inputs   IT power [W], and its meter
/// Outputs  power of the cooling [W], make-up water [kg/s]
/// Columns  cooling_power, cdu_power, water_makeup, water_evaporation, water_drift, water_blowdown; dry_bulb and
///          wet_bulb where there is weather
/// Books    energy out and heat in: cooling_power; water
#pragma once

#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/facility/site/cooling_outputs.hpp"

namespace wattershed {

class ImposedCooling : public SitePart {
 public:
  ImposedCooling(SiteContext& context, Signal<Power> it_power, const Meter& it_meter);

  CoolingOutputs out;

  void record(Columns& columns) override;
  void start() override;
  void book(Books& books) const override { meters_.book(books, context_.now()); }
  void summarise(SiteSummary& summary) const override { meters_.summarise(summary, context_.now()); }
  [[nodiscard]] std::vector<Omission> omissions() const override;

 private:
  Process follow_weather();
  Process follow_heat();

  SiteContext& context_;
  Signal<Power> it_power_, heat_;  // the same, but where steps are played
  const Meter& it_meter_;
  Power units_;
  Signal<MassFlow> evaporation_;
  Signal<Temperature> wet_bulb_;  // invalid: no weather
  CoolingMeters meters_;
};

}  // namespace wattershed
