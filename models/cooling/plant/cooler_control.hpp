/// Fan speed of a tower or dry cooler that takes a heat out of a loop, as a conductance that stands for a step.
///
///   heat(T) = conductance · (T_entering − ambient)      linear in the loop's temperature, frozen for the step
///
/// What is too much even with the fan off is mixed with water that passes by; what full speed does not reach leaves
/// warmer.
#pragma once

#include "models/cooling/machines/dry_cooler.hpp"
#include "models/cooling/machines/fluid.hpp"
#include "models/cooling/machines/tower.hpp"

namespace wattershed {

struct CoolerSetting {
  double conductance_w_per_k = 0;  ///< heat over (entering − ambient)
  double speed = 0;                ///< of the fan [0..1]
  bool at_limit = false;           ///< full speed does not reach what is wanted
  Power fan{};
  Power heat{};  ///< at which evaporation stands
  MassFlow evaporation{}, drift{};
};

/// What a cooler sees of the outdoors: its driving temperature, and how it is run.
struct TowerAir {
  const Tower& tower;
  const Outdoors& air;
  [[nodiscard]] Temperature ambient() const { return air.wet_bulb; }
  [[nodiscard]] TowerState run(WaterStream water, double speed) const { return run_tower(tower, water, speed, air); }
  [[nodiscard]] FanDemand<TowerState> search(Temperature wanted, WaterStream water, double start) const {
    return fan_speed_for(tower, wanted, water, air, start);
  }
  static void keep_water(const TowerState& state, CoolerSetting& setting) {
    setting.evaporation = state.evaporation;
    setting.drift = state.drift;
  }
};
struct DryCoolerAir {
  const DryCooler& cooler;
  const Outdoors& air;
  [[nodiscard]] Temperature ambient() const { return air.dry_bulb; }
  [[nodiscard]] DryCoolerState run(WaterStream water, double speed) const {
    return run_dry_cooler(cooler, water, speed, air.dry_bulb);
  }
  [[nodiscard]] FanDemand<DryCoolerState> search(Temperature wanted, WaterStream water, double start) const {
    return fan_speed_for(cooler, wanted, water, air.dry_bulb, start);
  }
  static void keep_water(const DryCoolerState&, CoolerSetting&) {}
};

/// `heat` is to be taken from `water`; `last_speed` is where the search begins.
template <class CoolerAir>
CoolerSetting take_heat(const CoolerAir& cooler, Power heat, WaterStream water, double last_speed) {
  CoolerSetting setting;
  const Temperature ambient = cooler.ambient(), entering = water.entering;
  if (!(heat.si() > 0) || !(entering > ambient)) return setting;
  const auto keep = [&](const auto& state) {
    setting.fan = state.fan;
    setting.heat = state.heat;
    setting.conductance_w_per_k = state.heat / (entering - ambient) / Conductance(1);
    CoolerAir::keep_water(state, setting);
  };
  const Temperature leaving = entering - heat / water_capacity_rate(water.flow);
  if (leaving > ambient) {
    const auto demand = cooler.search(leaving, water, last_speed > 0 ? last_speed : 0.5);
    if (demand.reach != FanReach::unattainable) {
      keep(demand.state);
      setting.speed = demand.speed;
      if (demand.state.heat > heat) {
        // Too much with the fan off, or at its least speed: some of the water passes by.
        const double share = heat / demand.state.heat;
        setting.conductance_w_per_k *= share;
        setting.heat = heat;
        setting.evaporation *= share;
      }
      return setting;
    }
  }
  keep(cooler.run(water, 1.0));
  setting.speed = 1;
  setting.at_limit = true;
  return setting;
}

}  // namespace wattershed
