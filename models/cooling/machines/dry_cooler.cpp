#include "models/cooling/machines/dry_cooler.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/cooling/machines/heat_exchanger.hpp"
#include "models/cooling/machines/sized_field.hpp"
#include "sim/base/problem.hpp"

namespace wattershed {

void DryCooler::visit(Fields& f) {
  constexpr std::string_view rating = "rating of the BAC TDFS1238N";
  constexpr std::string_view coil = "Modelica Buildings library, dry coils";
  f.optional("design_dry_bulb", design_dry_bulb,
             {.help = "dry bulb at design", .source = rating, .kind = ValueKind::published, .example = "35 degC"});
  f.optional(
      "approach", approach,
      {.help = "water leaving over dry bulb at design", .above = 0, .source = rating, .kind = ValueKind::published});
  f.optional(
      "range", range,
      {.help = "water entering over leaving at design", .above = 0, .source = rating, .kind = ValueKind::published});
  visit_sized(f, "water", water, {.help = "water at design", .above = 0, .source = "sized"});
  visit_sized(f, "air", air, {.help = "air at full speed", .above = 0, .source = "sized"});
  visit_sized(f, "ua_design", ua_design,
              {.help = "heat transfer at design (UA)", .above = 0, .source = "from the design point"});
  visit_sized(f, "fan", fan, {.help = "fan power at full speed", .above = 0, .source = "sized"});
  f.optional("water_exponent", water_exponent,
             {.help = "of heat transfer with the water flow",
              .at_least = 0,
              .at_most = 1,
              .source = coil,
              .kind = ValueKind::published});
  f.optional("air_exponent", air_exponent,
             {.help = "of heat transfer with the air flow",
              .at_least = 0,
              .at_most = 1,
              .source = coil,
              .kind = ValueKind::published});
  f.optional("film_ratio", film_ratio,
             {.help = "heat transfer of air over that of water, at design",
              .above = 0,
              .source = coil,
              .kind = ValueKind::published});
  f.optional("air_use", air_use,
             {.help = "for sizing: warming of the air, of water entering over dry bulb",
              .above = 0,
              .below = 1,
              .source = "rating of the BAC TDFS1238N with an air rise of 8 K",
              .kind = ValueKind::assumed});
  f.optional("fan_per_air", fan_per_air,
             {.help = "for sizing: fan power over air flow",
              .above = 0,
              .source = "fan power of the BAC TDFS1238N with an air rise of 8 K",
              .kind = ValueKind::assumed});
}

Conductance dry_cooler_conductance(const DryCooler& cooler, double water_ratio, double air_ratio) {
  if (!(water_ratio > 0 && air_ratio > 0)) return Conductance{};
  const double air_share = 1 / (1 + cooler.film_ratio);  // of the resistance at design
  return cooler.ua_design / (air_share * std::pow(air_ratio, -cooler.air_exponent) +
                             (1 - air_share) * std::pow(water_ratio, -cooler.water_exponent));
}

DryCoolerState run_dry_cooler(const DryCooler& cooler, WaterStream water, double fan_speed, Temperature dry_bulb) {
  assert(cooler.ua_design.si() > 0 && cooler.water.si() > 0 && cooler.air.si() > 0);
  assert(fan_speed >= 0 && fan_speed <= 1);
  DryCoolerState state;
  state.water_leaving = water.entering;
  state.air_leaving = dry_bulb;
  state.fan = cooler.fan * (fan_speed * fan_speed * fan_speed);
  if (!(water.flow.si() > 0 && fan_speed > 0)) return state;
  const Conductance of_water = water_capacity_rate(water.flow), of_air = air_capacity_rate(fan_speed * cooler.air);
  const Conductance least = std::min(of_water, of_air);
  state.smaller_capacity_rate = least;
  if (!(water.entering > dry_bulb)) return state;
  state.effectiveness =
      crossflow_unmixed_effectiveness(dry_cooler_conductance(cooler, water.flow / cooler.water, fan_speed) / least,
                                      least / std::max(of_water, of_air));
  state.heat = state.effectiveness * least * (water.entering - dry_bulb);
  state.water_leaving = water.entering - state.heat / of_water;
  state.air_leaving = dry_bulb + state.heat / of_air;
  return state;
}

FanDemand<DryCoolerState> fan_speed_for(const DryCooler& cooler, Temperature wanted_leaving, WaterStream water,
                                        Temperature dry_bulb, double start_guess) {
  const auto run = [&](double speed) { return run_dry_cooler(cooler, water, speed, dry_bulb); };
  if (!(water.entering > wanted_leaving) || !(water.flow.si() > 0)) return {0, FanReach::fan_off, run(0)};
  if (!(wanted_leaving > dry_bulb)) return {1, FanReach::unattainable, run(1)};
  constexpr double least = 0.02;  // there a fan draws a hundred-thousandth of its power
  return search_fan_speed<DryCoolerState>(run, water.entering.si(), wanted_leaving.si(), least, start_guess, 1e-3);
}

Conductance rated_conductance(const DryCooler& cooler) {
  if (!(cooler.water.si() > 0 && cooler.air.si() > 0 && cooler.approach.si() > 0 && cooler.range.si() > 0))
    throw InputError({}, "a dry cooler cannot be rated: water, air, approach and range must be above zero");
  const Conductance of_water = water_capacity_rate(cooler.water), of_air = air_capacity_rate(cooler.air);
  const Conductance least = std::min(of_water, of_air);
  const double effectiveness = of_water * cooler.range / (least * (cooler.approach + cooler.range));
  const double transfer_units = crossflow_unmixed_transfer_units(effectiveness, least / std::max(of_water, of_air));
  if (!std::isfinite(transfer_units))
    throw InputError({},
                     "a dry cooler cannot reach its design point: give it more air, a wider approach or a wider "
                     "range");
  return transfer_units * least;
}

DryCooler rated(DryCooler cooler) {
  if (!(cooler.ua_design.si() > 0)) cooler.ua_design = rated_conductance(cooler);
  if (!(cooler.fan.si() > 0)) cooler.fan = cooler.air * cooler.fan_per_air;
  return cooler;
}

DryCooler sized_dry_cooler(const DryCooler& kind, Power heat, Temperature design_dry_bulb, TemperatureDelta approach,
                           TemperatureDelta range) {
  DryCooler cooler = kind;
  cooler.design_dry_bulb = design_dry_bulb;
  cooler.approach = approach;
  cooler.range = range;
  cooler.water = MassFlow(heat.si() / (kWaterSpecificHeat * range.si()));
  cooler.air = MassFlow(heat.si() / (kAirSpecificHeat * cooler.air_use.si() * (approach + range).si()));
  cooler.ua_design = rated_conductance(cooler);
  cooler.fan = cooler.air * cooler.fan_per_air;
  return cooler;
}

}  // namespace wattershed
