/// The properties of moist air (models/weather/moist_air.hpp) over a table of states.
///
/// A row gives dry bulb and pressure, and one of relative humidity, wet bulb, dew point and humidity ratio: the one
/// that its cell of `input_mode` names (RH, WB, DP, W), or that `--set input=…` names, or the only one in the file.
/// All four are outputs, back from the humidity ratio: that of the input shows what the inversion costs.
#include "models/weather/moist_air.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "analysis/component/model.hpp"

namespace wattershed {

enum class HumidityInput { relative_humidity, wet_bulb, dew_point, humidity_ratio };
constexpr std::array<std::string_view, 4> enum_names(HumidityInput) {
  return {"relative_humidity", "wet_bulb", "dew_point", "humidity_ratio"};
}

namespace {

constexpr Column kDryBulb{"dry bulb", ColumnKind::temperature, {"tdb", "T_drybulb", "T_air"}};
constexpr Column kPressure{"pressure", ColumnKind::pressure, {"p"}};

enum Output { relative_humidity, wet_bulb, dew_point, ratio, enthalpy, density, volume, saturation, vapour };
constexpr Column kOutputs[] = {
    {"relative humidity", ColumnKind::ratio, {"rh", "RH"}},
    {"wet bulb", ColumnKind::temperature, {"twb", "T_wetbulb"}},
    {"dew point", ColumnKind::temperature, {"tdp", "T_dewpoint"}},
    {"humidity ratio", ColumnKind::humidity_ratio, {"hum_ratio", "W"}},
    {"enthalpy", ColumnKind::enthalpy, {"enthalpy", "h"}},
    {"density", ColumnKind::density, {"density", "rho"}},
    {"specific volume", ColumnKind::specific_volume, {"spec_vol", "v"}},
    {"saturation pressure", ColumnKind::pressure, {"p_ws"}},
    {"vapour pressure", ColumnKind::pressure, {"p_v"}},
};
// The humidity inputs are the first four outputs, in the order of the enum.
constexpr std::array<std::string_view, 4> kModes{"RH", "WB", "DP", "W"};

struct MoistAirSettings {
  Pressure pressure{101'325};
  std::optional<HumidityInput> input;
  void visit(Fields& f) {
    f.optional("pressure", pressure,
               {.help = "of the air, where the file has no column of it", .above = 0, .source = "sea level"});
    f.optional("input", input, {.help = "the column that gives the humidity, where the file has several"});
  }
};

struct MoistAir {
  StateColumns& columns;
  FoundColumn dry_bulb;
  std::optional<FoundColumn> pressure;
  double default_pressure_pa;
  std::array<std::optional<FoundColumn>, 4> humidities;
  std::optional<std::size_t> mode;
  std::size_t only = 0;  ///< the humidity of every row, without a column of modes

  [[nodiscard]] std::size_t input_of(std::size_t row) const {
    if (!mode) return only;
    const std::string& word = columns.text(row, *mode);
    for (std::size_t i = 0; i < kModes.size(); ++i) {
      if (word != kModes[i]) continue;
      if (humidities[i]) return i;
      throw InputError(columns.table().place(row),
                       fmt::format("input_mode is {}, but the file has no column of the {}", word, kOutputs[i].what));
    }
    throw InputError(columns.table().place(row),
                     fmt::format("input_mode is '{}'{}; there is {}", word.substr(0, 40),
                                 did_you_mean(word, {kModes.begin(), kModes.end()}), fmt::join(kModes, ", ")));
  }

  std::string_view evaluate(std::size_t row, std::span<double> out) const {
    const double t_k = columns.si(row, dry_bulb);
    const double p_pa = pressure ? columns.si(row, *pressure) : default_pressure_pa;
    const std::size_t input = input_of(row);
    const double given = columns.si(row, *humidities[input]);
    if (!(t_k >= 173.15 && t_k <= 473.15)) return "the dry bulb is outside -100..200 degC";
    const double saturation_pa = moist_air::saturation_pressure_pa(t_k);
    if (!(p_pa > saturation_pa)) return "water boils at that dry bulb and pressure";
    double w = 0;
    switch (static_cast<HumidityInput>(input)) {
      case HumidityInput::relative_humidity:
        if (!(given > 0 && given <= 1)) return "the relative humidity is not in 0..1";
        w = moist_air::humidity_ratio_from_relative(t_k, given, p_pa);
        break;
      case HumidityInput::wet_bulb:
        if (!(given <= t_k)) return "the wet bulb is above the dry bulb";
        if (!(given >= 173.15)) return "the wet bulb is below -100 degC";
        w = moist_air::humidity_ratio_from_wet_bulb(t_k, given, p_pa);
        break;
      case HumidityInput::dew_point:
        if (!(given <= t_k)) return "the dew point is above the dry bulb";
        if (!(given >= 173.15)) return "the dew point is below -100 degC";
        w = moist_air::humidity_ratio_from_dew_point(given, p_pa);
        break;
      case HumidityInput::humidity_ratio:
        if (!(given <= moist_air::saturation_humidity_ratio(t_k, p_pa)))
          return "the air cannot hold that humidity ratio";
        w = given;
        break;
    }
    if (!(w > 1e-7)) return "the air is drier than 1e-7 kg/kg, or than any air with that wet bulb";
    out[relative_humidity] = moist_air::relative_humidity(t_k, w, p_pa);
    out[wet_bulb] = moist_air::wet_bulb_k(t_k, w, p_pa);
    out[dew_point] = moist_air::dew_point_k(t_k, w, p_pa);
    out[ratio] = w;
    out[enthalpy] = moist_air::enthalpy_j_per_kg(t_k, w);
    out[density] = moist_air::density_kg_per_m3(t_k, w, p_pa);
    out[volume] = moist_air::specific_volume_m3_per_kg(t_k, w, p_pa);
    out[saturation] = saturation_pa;
    out[vapour] = out[relative_humidity] * saturation_pa;
    const Bound& of_pressure = moist_air::air_domain.bounds[1];
    return within(p_pa, of_pressure.low, of_pressure.high) ? "" : "the pressure is outside 50..110 kPa";
  }
};

}  // namespace

ComponentModel moist_air_component(const ComponentRequest& request) {
  MoistAirSettings settings;
  request.read("moist-air", settings);
  StateColumns& columns = request.columns;
  MoistAir air{columns, columns.need(kDryBulb), columns.find(kPressure), settings.pressure.si(), {}, {}};
  std::vector<std::size_t> present;
  for (std::size_t i = 0; i < air.humidities.size(); ++i)
    if ((air.humidities[i] = columns.find(kOutputs[i]))) present.push_back(i);
  if (settings.input) {
    air.only = static_cast<std::size_t>(*settings.input);
    air.humidities[air.only] = columns.need(kOutputs[air.only]);
  } else if (!(air.mode = columns.find_text("input_mode"))) {
    if (present.empty()) columns.need(kOutputs[wet_bulb]);
    if (present.size() > 1)
      throw InputError(
          columns.table().header_place(),
          fmt::format("'{}' and '{}' both give the humidity: say which is the input with --set input={}, "
                      "or by the row in a column input_mode ({})",
                      columns.table().names[air.humidities[present[0]]->index],
                      columns.table().names[air.humidities[present[1]]->index],
                      enum_names(HumidityInput{})[present[0]], fmt::join(kModes, ", ")));
    air.only = present.front();
  }
  return {{std::begin(kOutputs), std::end(kOutputs)}, {}, [air](std::size_t row, std::span<double> out) {
            return air.evaluate(row, out);
          }};
}

}  // namespace wattershed
