/// The cooling tower (models/cooling/machines/tower.hpp) over a table of states.
///
/// Which tower: `--set tower=NAME`, `--set tower.water=100 kg/s` …; its UA follows from its design point when it is
/// not given. A catalog entry without a size is sized with `--set heat=1 MW` at its design point.
/// A row gives dry bulb, wet bulb or relative humidity or both, pressure (or --set pressure), the water entering, its
/// flow (or its ratio to design), the fan's speed, and cycles of concentration (or --set cycles_of_concentration).
#include "models/cooling/machines/tower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "analysis/component/model.hpp"
#include "models/weather/moist_air.hpp"

namespace wattershed {
namespace {

constexpr Column kDryBulb{"dry bulb", ColumnKind::temperature, {"T_drybulb", "tdb", "T_air_in"}};
constexpr Column kWetBulb{"wet bulb", ColumnKind::temperature, {"T_wetbulb", "twb"}};
constexpr Column kHumidity{"relative humidity", ColumnKind::ratio, {"RH", "rh"}};
constexpr Column kPressure{"pressure", ColumnKind::pressure, {"p"}};
constexpr Column kWaterIn{"water entering", ColumnKind::temperature, {"T_water_in"}};
constexpr Column kWater{"flow of water", ColumnKind::mass_flow, {"m_water"}};
constexpr Column kWaterRatio{"flow of water over design", ColumnKind::ratio, {"water_flow_ratio"}};
constexpr Column kAirRatio{"flow of air over design", ColumnKind::ratio, {"air_flow_ratio", "fan_speed"}};
constexpr Column kCycles{"cycles of concentration", ColumnKind::ratio, {"cycles_of_conc", "cycles_of_concentration"}};

enum Output { leaving, heat, air_leaving, effectiveness, evaporation, evaporation_per_heat, drift };
constexpr Column kOutputs[] = {
    {"water leaving", ColumnKind::temperature, {"T_water_out"}},
    {"heat", ColumnKind::power, {"Q"}},
    {"air leaving", ColumnKind::temperature, {"T_air_out_sat", "T_air_out"}},
    {"effectiveness", ColumnKind::ratio, {"effectiveness"}},
    {"evaporation", ColumnKind::mass_flow, {"evap"}},
    {"evaporation over heat", ColumnKind::water_use, {"evap"}},
    {"drift", ColumnKind::mass_flow, {"drift"}},
};
constexpr Column kFan{"fan's power", ColumnKind::power, {"P_fan"}};
constexpr Column kBlowdown{"blowdown", ColumnKind::mass_flow, {"blowdown"}};
constexpr Column kMakeup{"make-up", ColumnKind::mass_flow, {"makeup"}};

struct TowerSettings {
  Tower tower;
  std::optional<Power> heat;
  Pressure pressure{101'325};
  std::optional<double> cycles;
  void visit(Fields& f) {
    f.optional("tower", tower, {.help = "a catalog name, or {use: NAME, …}, or its design constants"});
    f.optional("heat", heat, {.help = "sizes the tower for that heat at its design point", .above = 0});
    f.optional("pressure", pressure,
               {.help = "of the air, where the file has no column of it",
                .at_least = 50e3,
                .at_most = 110e3,
                .source = "sea level"});
    f.optional("cycles_of_concentration", cycles, {.help = "where the file has no column of it", .above = 1});
  }
};

Tower tower_of(const TowerSettings& settings) {
  const Tower& tower = settings.tower;
  if (settings.heat)
    return sized_tower(tower, *settings.heat, tower.design_wet_bulb, tower.approach, tower.range,
                       tower.design_pressure);
  if (!(tower.water.si() > 0) || (!(tower.air.si() > 0) && !(tower.air_mass.si() > 0)))
    throw InputError({},
                     "how large is the tower? Give --set tower.water (for example '100 kg/s') and tower.air "
                     "('90 m3/s') or tower.air_mass, or --set heat for which it is to be sized");
  return rated(tower);
}

constexpr double kRounding = 0.05;          // of a wet bulb in a table [K]
constexpr double kColdestWetBulb = 213.15;  // [K]: 0.01 g of water a kg below it

struct TowerStates {
  StateColumns& columns;
  Tower tower;
  TowerSettings settings;
  FoundColumn dry_bulb, water_in, air_ratio;
  std::optional<FoundColumn> wet_bulb, humidity, pressure, water, water_ratio, cycles;
  std::optional<std::size_t> fan, blowdown, makeup;  ///< places among the outputs

  std::string_view evaluate(std::size_t row, std::span<double> out) const {
    Outdoors air;
    const auto si = [&](const FoundColumn& column) { return columns.si(row, column); };
    air.dry_bulb = Temperature(si(dry_bulb));
    air.pressure = pressure ? Pressure(si(*pressure)) : settings.pressure;
    double wet_bulb_k = wet_bulb ? si(*wet_bulb) : 0;
    const double relative = humidity ? si(*humidity) : 0;
    const Temperature entering(si(water_in));
    const double ratio = water ? si(*water) / tower.water.si() : si(*water_ratio);
    const double speed = si(air_ratio);
    const std::optional<double> concentration = cycles ? std::optional(si(*cycles)) : settings.cycles;

    if (!within(air.pressure.si(), 50e3, 110e3)) return "the pressure is outside 50..110 kPa";
    if (!within(air.dry_bulb.celsius(), -50, 60)) return "the dry bulb is outside -50..60 degC";
    if (humidity && !within(relative, 0, 1)) return "the relative humidity is not in 0..1";
    if (!within(entering.celsius(), 0, 70)) return "the water entering is outside 0..70 degC";
    if (!(ratio > 0 && ratio <= 3)) return "the flow of water is outside 0..3 of design";
    if (!within(speed, 0, 1)) return "the flow of air is outside 0..1 of design";
    if (concentration && !(*concentration > 1)) return "the cycles of concentration are not above 1";
    const double t_k = air.dry_bulb.si(), p_pa = air.pressure.si();
    if (humidity)
      air.humidity_ratio = moist_air::humidity_ratio_from_relative(t_k, std::clamp(relative, 0.0, 1.0), p_pa);
    if (!wet_bulb) wet_bulb_k = moist_air::wet_bulb_k(t_k, air.humidity_ratio, p_pa);
    if (!(wet_bulb_k <= t_k + kRounding)) return "the wet bulb is above the dry bulb";
    if (!(wet_bulb_k >= kColdestWetBulb)) return "the wet bulb is below -60 degC";
    wet_bulb_k = std::min(wet_bulb_k, t_k);
    if (!humidity) air.humidity_ratio = moist_air::humidity_ratio_from_wet_bulb(t_k, wet_bulb_k, p_pa);
    air.wet_bulb = Temperature(wet_bulb_k);
    if (!(air.humidity_ratio > 1e-7)) return "no air with that dry bulb has so low a wet bulb";

    const TowerState state = run_tower(tower, {entering, ratio * tower.water}, std::clamp(speed, 0.0, 1.0), air);
    out[leaving] = state.water_leaving.si();
    out[heat] = state.heat.si();
    out[air_leaving] = state.air_leaving.si();
    out[effectiveness] = state.effectiveness;
    out[evaporation] = state.evaporation.si();
    out[evaporation_per_heat] = state.evaporation.si() / state.heat.si();
    out[drift] = state.drift.si();
    if (fan) out[*fan] = state.fan.si();
    const Bound &of_wet_bulb = tower_domain.bounds[0], &of_water = tower_domain.bounds[1];
    const std::string_view beyond =
        !within(wet_bulb_k, of_wet_bulb.low, of_wet_bulb.high) ? "the wet bulb is outside -10..35 degC"
        : !within(ratio, of_water.low, of_water.high)          ? "the flow of water is outside 0.3..1 of design"
                                                               : "";
    if (!concentration) return beyond;
    const MassFlow let_off = wattershed::blowdown(state.evaporation, state.drift, *concentration);
    out[*blowdown] = let_off.si();
    out[*makeup] = (state.evaporation + state.drift + let_off).si();
    return beyond;
  }
};

}  // namespace

ComponentModel tower_component(const ComponentRequest& request) {
  TowerSettings settings;
  request.read("tower", settings);
  StateColumns& columns = request.columns;
  TowerStates states{columns,
                     tower_of(settings),
                     settings,
                     columns.need(kDryBulb),
                     columns.need(kWaterIn),
                     columns.need(kAirRatio),
                     columns.find(kWetBulb),
                     columns.find(kHumidity),
                     columns.find(kPressure),
                     columns.find(kWater),
                     {},
                     columns.find(kCycles),
                     {},
                     {},
                     {}};
  if (!states.wet_bulb && !states.humidity) columns.need(kWetBulb);
  if (!states.water) states.water_ratio = columns.need(kWaterRatio);

  ComponentModel model;
  model.outputs.assign(std::begin(kOutputs), std::end(kOutputs));
  const auto add = [&](const Column& output, bool can, std::string_view needs) -> std::optional<std::size_t> {
    if (can) {
      model.outputs.push_back(output);
      return model.outputs.size() - 1;
    }
    if (columns.find(output))
      model.notes.push_back(fmt::format("{} is not evaluated: give --set {}", default_name(output), needs));
    return std::nullopt;
  };
  const bool has_cycles = states.cycles || settings.cycles;
  // A fan that nobody gave would be a figure made up; of a sized tower it is sized.
  states.fan = add(kFan, settings.tower.fan.si() > 0 || settings.heat, "tower.fan (for example '20 kW')");
  states.blowdown = add(kBlowdown, has_cycles, "cycles_of_concentration");
  states.makeup = add(kMakeup, has_cycles, "cycles_of_concentration");
  model.evaluate = [states](std::size_t row, std::span<double> out) { return states.evaluate(row, out); };
  return model;
}

}  // namespace wattershed
