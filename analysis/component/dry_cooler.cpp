/// The dry cooler (models/cooling/machines/dry_cooler.hpp) over a table of states.
///
/// Which cooler: `--set dry_cooler=NAME`, `--set dry_cooler.water=126 kg/s` …; its UA follows from its design point
/// when it is not given. One without a size is sized with `--set heat=1 MW` at its design point.
/// A row gives the dry bulb, the water entering, its flow (or its ratio to design) and the fan's speed.
#include "models/cooling/machines/dry_cooler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "analysis/component/model.hpp"

namespace wattershed {
namespace {

constexpr Column kDryBulb{"dry bulb", ColumnKind::temperature, {"T_air_in", "T_drybulb", "tdb"}};
constexpr Column kWaterIn{"water entering", ColumnKind::temperature, {"T_water_in"}};
constexpr Column kWater{"flow of water", ColumnKind::mass_flow, {"m_water"}};
constexpr Column kWaterRatio{"flow of water over design", ColumnKind::ratio, {"water_flow_ratio"}};
constexpr Column kAirRatio{"flow of air over design", ColumnKind::ratio, {"air_flow_ratio", "fan_speed"}};

enum Output { conductance, effectiveness, heat, water_leaving, air_leaving, fan };
constexpr Column kOutputs[] = {
    {"conductance", ColumnKind::conductance, {"UA"}},
    {"effectiveness", ColumnKind::ratio, {"effectiveness"}},
    {"heat", ColumnKind::power, {"Q"}},
    {"water leaving", ColumnKind::temperature, {"T_water_out"}},
    {"air leaving", ColumnKind::temperature, {"T_air_out"}},
    {"fan's power", ColumnKind::power, {"P_fan"}},
};

struct DryCoolerSettings {
  DryCooler cooler;
  std::optional<Power> heat;
  void visit(Fields& f) {
    f.optional("dry_cooler", cooler, {.help = "a catalog name, or {use: NAME, …}, or its design constants"});
    f.optional("heat", heat, {.help = "sizes the cooler for that heat at its design point", .above = 0});
  }
};

DryCooler cooler_of(const DryCoolerSettings& settings) {
  const DryCooler& cooler = settings.cooler;
  if (settings.heat)
    return sized_dry_cooler(cooler, *settings.heat, cooler.design_dry_bulb, cooler.approach, cooler.range);
  if (!(cooler.water.si() > 0 && cooler.air.si() > 0))
    throw InputError({},
                     "how large is the dry cooler? Give --set dry_cooler.water (for example '126 kg/s') and "
                     "dry_cooler.air, or --set heat for which it is to be sized");
  return rated(cooler);
}

struct DryCoolerStates {
  StateColumns& columns;
  DryCooler cooler;
  FoundColumn dry_bulb, water_in, air_ratio;
  std::optional<FoundColumn> water, water_ratio;

  std::string_view evaluate(std::size_t row, std::span<double> out) const {
    const auto si = [&](const FoundColumn& column) { return columns.si(row, column); };
    const Temperature air(si(dry_bulb)), entering(si(water_in));
    const double ratio = water ? si(*water) / cooler.water.si() : si(*water_ratio);
    const double speed = si(air_ratio);
    if (!within(air.celsius(), -60, 60)) return "the dry bulb is outside -60..60 degC";
    if (!within(entering.celsius(), -50, 95)) return "the water entering is outside -50..95 degC";
    if (!within(ratio, 0, 3)) return "the flow of water is outside 0..3 of design";
    if (!within(speed, 0, 1)) return "the flow of air is outside 0..1 of design";

    const double fan_speed = std::clamp(speed, 0.0, 1.0), flow = std::max(ratio, 0.0);
    const DryCoolerState state = run_dry_cooler(cooler, {entering, flow * cooler.water}, fan_speed, air);
    out[conductance] = dry_cooler_conductance(cooler, flow, fan_speed).si();
    out[effectiveness] = state.effectiveness;
    out[heat] = state.heat.si();
    out[water_leaving] = state.water_leaving.si();
    out[air_leaving] = state.air_leaving.si();
    if (out.size() > fan) out[fan] = state.fan.si();
    const Bound& of_water = dry_cooler_domain.bounds[0];
    return within(ratio, of_water.low, of_water.high) ? "" : "the flow of water is outside 0.2..1.5 of design";
  }
};

}  // namespace

ComponentModel dry_cooler_component(const ComponentRequest& request) {
  DryCoolerSettings settings;
  request.read("dry-cooler", settings);
  StateColumns& columns = request.columns;
  DryCoolerStates states{columns,
                         cooler_of(settings),
                         columns.need(kDryBulb),
                         columns.need(kWaterIn),
                         columns.need(kAirRatio),
                         columns.find(kWater),
                         {}};
  if (!states.water) states.water_ratio = columns.need(kWaterRatio);
  ComponentModel model;
  model.outputs.assign(std::begin(kOutputs), std::end(kOutputs));
  if (!(states.cooler.fan.si() > 0)) {
    model.outputs.pop_back();
    if (columns.find(kOutputs[fan]))
      model.notes.push_back(fmt::format("{} is not evaluated: give --set dry_cooler.fan (for example '118 kW')",
                                        default_name(kOutputs[fan])));
  }
  model.evaluate = [states](std::size_t row, std::span<double> out) { return states.evaluate(row, out); };
  return model;
}

}  // namespace wattershed
