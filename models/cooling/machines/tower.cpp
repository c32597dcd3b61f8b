#include "models/cooling/machines/tower.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>
#include <string_view>

#include "models/cooling/machines/heat_exchanger.hpp"
#include "models/cooling/machines/sized_field.hpp"
#include "models/weather/moist_air.hpp"
#include "sim/base/problem.hpp"

namespace wattershed {

namespace {

constexpr double kHottest = 343.15;  // of air leaving: in runaway water the air stays below its boiling point [K]

double conductance_factor(const Tower& tower, double air_ratio, double water_ratio, double wet_bulb_k) {
  const double x = std::clamp(air_ratio, 0.2, 1.0), y = std::clamp(water_ratio, 0.3, 1.0);
  const double colder = std::clamp(tower.design_wet_bulb.si() - wet_bulb_k, -10.0, 25.0);
  return x * (1.3 - 0.3 * x) * std::clamp(0.1082 + y * (1.667 - 0.7713 * y), 0.5, 1.1) *
         std::clamp(1 + 0.0081 * colder, 0.85, 1.3);
}

double air_mass_kg_per_s(const Tower& tower, const Outdoors& air) {
  if (tower.air_mass.si() > 0) return tower.air_mass.si();
  return tower.air.si() * moist_air::density_kg_per_m3(air.dry_bulb.si(), air.humidity_ratio, air.pressure.si());
}

// The tower with its fan running at `speed` in [least_speed, 1]. `rise_share` is where the search for the warming of
// the air starts, and becomes where it ended, as a share of (water entering − wet bulb).
TowerState run_at(const Tower& tower, WaterStream water, double speed, const Outdoors& air, double& rise_share) {
  const double entering_k = water.entering.si(), water_kg_per_s = water.flow.si();
  const double wet_bulb_k = air.wet_bulb.si(), pressure_pa = air.pressure.si();
  const double lift_k = std::max(entering_k - wet_bulb_k, 0.0);
  const double most_rise_k = std::min(lift_k, kHottest - wet_bulb_k);
  const double air_kg_per_s = air_mass_kg_per_s(tower, air) * speed;
  const double water_w_per_k = water_kg_per_s * kWaterSpecificHeat;
  const double enthalpy_in = moist_air::saturated_enthalpy_j_per_kg(wet_bulb_k, pressure_pa);
  const double ua =
      tower.ua_design.si() * conductance_factor(tower, speed, water_kg_per_s / tower.water.si(), wet_bulb_k);

  // c_pe of the equivalent gas that warms by `rise_k` from the wet bulb on [J/(kg K)].
  const auto gas_specific_heat = [&](double rise_k) {
    const double r = std::max(rise_k, 1e-3);
    return (moist_air::saturated_enthalpy_j_per_kg(wet_bulb_k + r, pressure_pa) - enthalpy_in) / r;
  };
  // By how much the gas of that rise warms more than that.
  const auto miss = [&](double rise_k) {
    const double specific_heat = gas_specific_heat(rise_k), air_w_per_k = air_kg_per_s * specific_heat;
    const double least = std::min(air_w_per_k, water_w_per_k), most = std::max(air_w_per_k, water_w_per_k);
    const double transfer_units = ua * (specific_heat / kAirSpecificHeat) / least;
    return counterflow_effectiveness(transfer_units, least / most) * least * lift_k / air_w_per_k - rise_k;
  };
  // By secant: smooth, one root, a slope near −1.4. A step below 1e-4 K leaves an error below 1e-7 K.
  double rise_k = 0;
  if (most_rise_k > 0) {
    double last_k = rise_share * most_rise_k, last_miss = miss(last_k);
    rise_k = std::clamp(last_k + 0.7 * last_miss, 0.0, most_rise_k);
    for (int i = 0; i < 30 && std::abs(rise_k - last_k) > 1e-4; ++i) {
      const double now = miss(rise_k);
      const double slope = std::min((now - last_miss) / (rise_k - last_k), -0.1);
      last_k = rise_k;
      last_miss = now;
      rise_k = std::clamp(rise_k - now / slope, 0.0, most_rise_k);
    }
    rise_share = rise_k / most_rise_k;
  }

  const double specific_heat = gas_specific_heat(rise_k), gain = specific_heat * rise_k;
  const double least = std::min(air_kg_per_s * specific_heat, water_w_per_k);
  TowerState state;
  state.heat = Power(std::min(air_kg_per_s * gain, least * lift_k));  // rounding never cools below the wet bulb
  state.smaller_capacity_rate = Conductance(least);
  if (lift_k > 0) state.effectiveness = state.heat.si() / (least * lift_k);
  state.water_leaving = Temperature(entering_k - state.heat.si() / water_w_per_k);
  // The gas leaves with h_sat(wet bulb) + heat / m_air: saturated air of that enthalpy has its temperature.
  state.air_leaving = Temperature(wet_bulb_k + rise_k);
  const double leaving_c = state.air_leaving.celsius();
  const double out = (enthalpy_in + gain - 1006 * leaving_c) / (2501e3 + 1860 * leaving_c), in = air.humidity_ratio;
  state.evaporation = MassFlow(std::max(air_kg_per_s * (out / (1 + out) - in / (1 + in)), 0.0));
  return state;
}

TowerState run_at(const Tower& tower, WaterStream water, double speed, const Outdoors& air) {
  double rise_share = 0.6;
  return run_at(tower, water, speed, air, rise_share);
}

Power fan_power_at(const Tower& tower, double speed) {
  const double idle = tower.fan_idle.si();
  return tower.fan * (idle + (1 - idle) * speed * speed * speed);
}

// The mean of two states of the same water and air that take turns, `share` of the time the first.
TowerState mean_of(const TowerState& first, const TowerState& second, double share) {
  TowerState mean = first;  // C_min and the leaving air are those of the first
  const double rest = 1 - share;
  mean.heat = share * first.heat + rest * second.heat;
  mean.evaporation = share * first.evaporation + rest * second.evaporation;
  mean.water_leaving = first.water_leaving + rest * (second.water_leaving - first.water_leaving);
  mean.effectiveness = share * first.effectiveness +
                       rest * second.effectiveness * (second.smaller_capacity_rate / first.smaller_capacity_rate);
  return mean;
}

// Off: a share of the tower at full speed, and of its air.
TowerState free_convection(const Tower& tower, const TowerState& full, Temperature entering) {
  const double share = tower.free_convection.si();
  TowerState state = full;
  state.heat = share * full.heat;
  state.evaporation = share * full.evaporation;
  state.effectiveness = share * full.effectiveness;
  state.water_leaving = entering - share * (entering - full.water_leaving);
  return state;
}

void set_fan_and_drift(const Tower& tower, double speed, bool wet, TowerState& state) {
  const double least = tower.least_speed.si();
  const double running = speed >= least ? 1 : speed / least;  // share of the time
  const double while_running = std::max(speed, least);
  if (speed > 0) state.fan = running * fan_power_at(tower, while_running);
  const double air_ratio = running * while_running + (1 - running) * tower.free_convection.si();
  if (wet) state.drift = tower.water * (tower.drift.si() * air_ratio);
}

struct DesignPoint {
  double conductance_w_per_k, air_kg_per_s;
};

// The point (water, wet bulb, approach, range) with the air given, or with the air that `air_use` asks for.
DesignPoint design_point(const Tower& tower, std::optional<double> given_air_kg_per_s) {
  const double wet_bulb_k = tower.design_wet_bulb.si(), pressure_pa = tower.design_pressure.si();
  const double water_w_per_k = tower.water.si() * kWaterSpecificHeat;
  const double heat_w = water_w_per_k * tower.range.si();
  const double lift_k = (tower.approach + tower.range).si();
  if (!(tower.water.si() > 0 && tower.approach.si() > 0 && tower.range.si() > 0))
    throw InputError({}, "a tower cannot be sized: water, approach and range must be above zero");
  const double enthalpy_in = moist_air::saturated_enthalpy_j_per_kg(wet_bulb_k, pressure_pa);
  const double most_gain = moist_air::saturated_enthalpy_j_per_kg(wet_bulb_k + lift_k, pressure_pa) - enthalpy_in;
  const double air_kg_per_s = given_air_kg_per_s.value_or(heat_w / (tower.air_use.si() * most_gain));
  const double gain = heat_w / air_kg_per_s;
  const double rise_k =
      gain < most_gain ? moist_air::saturation_temperature_at_enthalpy_k(enthalpy_in + gain, pressure_pa) - wet_bulb_k
                       : lift_k;
  const double specific_heat = gain / rise_k, air_w_per_k = air_kg_per_s * specific_heat;
  const double least = std::min(air_w_per_k, water_w_per_k), most = std::max(air_w_per_k, water_w_per_k);
  const double transfer_units =
      rise_k < lift_k ? counterflow_transfer_units(heat_w / (least * lift_k), least / most) : HUGE_VAL;
  if (!std::isfinite(transfer_units))
    throw InputError({},
                     "a tower cannot reach its design point: its air is saturated before it holds the heat; give "
                     "it more air, a wider approach or a wider range");
  return {transfer_units * least * kAirSpecificHeat / specific_heat, air_kg_per_s};
}

double design_density(const Tower& tower) {
  const double dry_bulb_k = std::max(tower.design_dry_bulb, tower.design_wet_bulb).si();
  const double pressure_pa = tower.design_pressure.si();
  const double humidity =
      moist_air::humidity_ratio_from_wet_bulb(dry_bulb_k, tower.design_wet_bulb.si(), pressure_pa);
  return moist_air::density_kg_per_m3(dry_bulb_k, humidity, pressure_pa);
}

}  // namespace

namespace {

constexpr std::string_view kSizing = "EnergyPlus defaults: 2.76316e-5 m3/s and 0.0105 W a W of nominal capacity";

}  // namespace

void Tower::visit(Fields& f) {
  constexpr std::string_view rating = "EnergyPlus defaults of tower sizing";
  f.optional("design_wet_bulb", design_wet_bulb,
             {.help = "wet bulb at design", .source = rating, .example = "25.6 degC"});
  f.optional("design_dry_bulb", design_dry_bulb,
             {.help = "dry bulb at design, for the density of the air", .source = rating});
  f.optional("design_pressure", design_pressure,
             {.help = "air pressure at design", .above = 0, .source = "sea level"});
  f.optional("approach", approach, {.help = "water leaving over wet bulb at design", .above = 0, .source = rating});
  f.optional("range", range, {.help = "water entering over leaving at design", .above = 0, .source = rating});
  f.alternatives({"air", "air_mass"});
  visit_sized(f, "water", water, {.help = "water at design", .above = 0, .source = "sized"});
  visit_sized(f, "air", air, {.help = "air at full speed, by volume", .above = 0, .source = "sized"});
  visit_sized(f, "air_mass", air_mass,
              {.help = "air at full speed, by mass whatever the weather", .above = 0, .source = "none: by volume"});
  visit_sized(f, "ua_design", ua_design,
              {.help = "heat transfer at design (UA)", .above = 0, .source = "from the design point"});
  visit_sized(f, "fan", fan, {.help = "fan power at full speed", .above = 0, .source = "sized"});
  f.optional("air_use", air_use,
             {.help = "for sizing: enthalpy that the air takes up, of what the entering water's saturation gives",
              .above = 0,
              .below = 1,
              .source = kSizing,
              .kind = ValueKind::modelled});
  f.optional(
      "fan_pressure", fan_pressure,
      {.help = "for sizing: fan power over air flow", .above = 0, .source = kSizing, .kind = ValueKind::modelled});
  f.optional("least_speed", least_speed,
             {.help = "lowest fan speed while on",
              .at_most = 1,
              .above = 0,
              .source = "EnergyPlus default",
              .kind = ValueKind::published});
  f.optional("free_convection", free_convection,
             {.help = "heat with the fan off, of that at full speed",
              .at_least = 0,
              .at_most = 1,
              .source = "EnergyPlus default",
              .kind = ValueKind::published});
  f.optional("fan_idle", fan_idle,
             {.help = "part of the fan power that does not fall with speed",
              .at_least = 0,
              .at_most = 1,
              .source = "EnergyPlus example of the Merkel tower",
              .kind = ValueKind::published});
  f.optional("drift", drift,
             {.help = "droplets carried off at full speed, of the design water flow",
              .at_least = 0,
              .at_most = 0.05,
              .source = "EnergyPlus default",
              .kind = ValueKind::published,
              .example = "0.008 %"});
  if (free_convection > least_speed)
    f.fault("free_convection", "free_convection is above least_speed: a fan that starts would cool less than none");
}

TowerState run_tower(const Tower& tower, WaterStream water, double fan_speed, const Outdoors& air) {
  assert(tower.ua_design.si() > 0 && tower.water.si() > 0 && fan_speed >= 0 && fan_speed <= 1);
  const double least = tower.least_speed.si();
  TowerState state;
  if (!(water.flow.si() > 0)) {
    state.water_leaving = water.entering;
    state.air_leaving = air.wet_bulb;
  } else if (fan_speed >= least && fan_speed > 0) {
    state = run_at(tower, water, fan_speed, air);
  } else {
    state = free_convection(tower, run_at(tower, water, 1, air), water.entering);
    if (fan_speed > 0) state = mean_of(run_at(tower, water, least, air), state, fan_speed / least);
  }
  set_fan_and_drift(tower, fan_speed, water.flow.si() > 0, state);
  return state;
}

FanDemand<TowerState> fan_speed_for(const Tower& tower, Temperature wanted_leaving, WaterStream water,
                                    const Outdoors& air, double start_guess) {
  const double least = std::max(tower.least_speed.si(), 0.01);
  const auto off = [&] { return run_tower(tower, water, 0, air); };
  if (!(water.entering > wanted_leaving) || !(water.flow.si() > 0)) return {0, FanReach::fan_off, off()};
  if (!(wanted_leaving > air.wet_bulb)) return {1, FanReach::unattainable, run_tower(tower, water, 1, air)};
  double rise_share = 0.6;
  const auto run = [&](double speed) { return run_at(tower, water, speed, air, rise_share); };
  FanDemand<TowerState> demand =
      search_fan_speed<TowerState>(run, water.entering.si(), wanted_leaving.si(), least, start_guess, 1e-3);
  if (demand.speed <= least && demand.state.water_leaving < wanted_leaving) {
    // Between off and the least speed the leaving temperature is a straight line in the share of the time.
    const TowerState idle = off();
    if (idle.water_leaving <= wanted_leaving) return {0, FanReach::fan_off, idle};
    const double share = (idle.water_leaving - wanted_leaving) / (idle.water_leaving - demand.state.water_leaving);
    demand.speed = share * least;
    demand.state = mean_of(demand.state, idle, share);
  }
  set_fan_and_drift(tower, demand.speed, true, demand.state);
  return demand;
}

Conductance rated_conductance(const Tower& tower) {
  if (!(tower.air.si() > 0) && !(tower.air_mass.si() > 0))
    throw InputError({}, "a tower cannot be rated: it has no air");
  const double air = tower.air_mass.si() > 0 ? tower.air_mass.si() : tower.air.si() * design_density(tower);
  return Conductance(design_point(tower, air).conductance_w_per_k);
}

Tower rated(Tower tower) {
  if (!(tower.ua_design.si() > 0)) tower.ua_design = rated_conductance(tower);
  const VolumeFlow air =
      tower.air_mass.si() > 0 ? VolumeFlow(tower.air_mass.si() / design_density(tower)) : tower.air;
  if (!(tower.fan.si() > 0)) tower.fan = air * tower.fan_pressure;
  return tower;
}

Tower sized_tower(const Tower& kind, Power heat, Temperature design_wet_bulb, TemperatureDelta approach,
                  TemperatureDelta range, Pressure pressure) {
  Tower tower = kind;
  // The dry bulb only decides the density: keep the depression of the kind's rating.
  tower.design_dry_bulb = design_wet_bulb + (kind.design_dry_bulb - kind.design_wet_bulb);
  tower.design_wet_bulb = design_wet_bulb;
  tower.design_pressure = pressure;
  tower.approach = approach;
  tower.range = range;
  tower.water = MassFlow(heat.si() / (kWaterSpecificHeat * range.si()));
  const DesignPoint point = design_point(tower, std::nullopt);
  tower.ua_design = Conductance(point.conductance_w_per_k);
  tower.air = VolumeFlow(point.air_kg_per_s / design_density(tower));
  tower.air_mass = MassFlow{};
  tower.fan = tower.air * tower.fan_pressure;
  return tower;
}

MassFlow blowdown(MassFlow evaporation, MassFlow drift, double cycles_of_concentration) {
  assert(cycles_of_concentration > 1);
  return std::max(evaporation / (cycles_of_concentration - 1) - drift, MassFlow{});
}

}  // namespace wattershed
