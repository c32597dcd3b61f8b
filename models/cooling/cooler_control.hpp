/// Fan speed of a tower or dry cooler that holds its leaving water at a wanted temperature, as a conductance that
/// stands for a step.
///
///   entering in the steady state = wanted + heat / C_water
///   heat(T) = conductance · (T_entering − ambient)      linear in the loop's temperature, frozen for the step
///
/// What is too cold even with the fan off is mixed with water that passes by; what full speed does not reach leaves
/// warmer. Aiming at the steady state, and not at the temperature entering now, keeps long steps from swinging.
#pragma once

#include "models/cooling/dry_cooler.hpp"
#include "models/cooling/fluid.hpp"
#include "models/cooling/tower.hpp"

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
  [[nodiscard]] TowerState run(Temperature entering, MassFlow water, double speed) const {
    return run_tower(tower, entering, water, speed, air);
  }
  [[nodiscard]] FanDemand<TowerState> search(Temperature wanted, Temperature entering, MassFlow water,
                                             double start) const {
    return fan_speed_for(tower, wanted, entering, water, air, start);
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
  [[nodiscard]] DryCoolerState run(Temperature entering, MassFlow water, double speed) const {
    return run_dry_cooler(cooler, entering, water, speed, air.dry_bulb);
  }
  [[nodiscard]] FanDemand<DryCoolerState> search(Temperature wanted, Temperature entering, MassFlow water,
                                                 double start) const {
    return fan_speed_for(cooler, wanted, entering, water, air.dry_bulb, start);
  }
  static void keep_water(const DryCoolerState&, CoolerSetting&) {}
};

/// `heat` is what the loop takes up now, `entering_now` its temperature, `last_speed` where the search begins.
template <class CoolerAir>
CoolerSetting hold_leaving(const CoolerAir& cooler, Temperature wanted, Power heat, MassFlow water,
                           Temperature entering_now, double last_speed) {
  CoolerSetting setting;
  if (!(heat.si() > 0)) return setting;
  const Temperature ambient = cooler.ambient();
  const Temperature entering = wanted + heat / water_capacity_rate(water);
  const auto keep = [&](const auto& state, Temperature at) {
    setting.fan = state.fan;
    setting.heat = state.heat;
    setting.conductance_w_per_k = at > ambient ? state.heat / (at - ambient) / Conductance(1) : 0.0;
    CoolerAir::keep_water(state, setting);
  };
  if (wanted > ambient) {
    const auto demand = cooler.search(wanted, entering, water, last_speed > 0 ? last_speed : 0.5);
    if (demand.reach != FanReach::unattainable) {
      keep(demand.state, entering);
      setting.speed = demand.speed;
      if (demand.reach == FanReach::fan_off && demand.state.heat > heat) {
        // Some of the water passes by.
        const double share = heat / demand.state.heat;
        setting.conductance_w_per_k *= share;
        setting.heat = heat;
        setting.evaporation *= share;
      }
      return setting;
    }
  }
  // The loop will be warmer than wanted: as it is now is the better guess.
  const Temperature at = std::max(entering, entering_now);
  keep(cooler.run(at, water, 1.0), at);
  setting.speed = 1;
  setting.at_limit = true;
  return setting;
}

}  // namespace wattershed
