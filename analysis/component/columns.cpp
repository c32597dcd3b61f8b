#include "analysis/component/columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace wattershed {
namespace {

struct ColumnUnit {
  std::string_view ending;
  double factor, offset = 0;
};

constexpr ColumnUnit kTemperature[] = {{"_C", 1, 273.15}, {"_K", 1}, {"_F", 5.0 / 9, 459.67 * 5 / 9}};
constexpr ColumnUnit kPressure[] = {{"_Pa", 1}, {"_hPa", 100}, {"_kPa", 1e3}};
constexpr ColumnUnit kPower[] = {{"_W", 1}, {"_kW", 1e3}, {"_MW", 1e6}, {"_TR", 3516.8528420667}};
constexpr ColumnUnit kMassFlow[] = {{"_kg_s", 1}, {"_L_s", 1}, {"_kg_h", 1.0 / 3600}};  // water: 1 L is 1 kg
constexpr ColumnUnit kConductance[] = {{"_W_K", 1}, {"_kW_K", 1e3}};
constexpr ColumnUnit kRatio[] = {{"", 1}, {"_frac", 1}, {"_pct", 0.01}};
constexpr ColumnUnit kHumidityRatio[] = {{"_kgkg", 1}, {"_kg_kg", 1}, {"_g_kg", 1e-3}};
constexpr ColumnUnit kEnthalpy[] = {
    {"_J_per_kg_da", 1}, {"_kJ_per_kg_da", 1e3}, {"_J_per_kg", 1}, {"_kJ_per_kg", 1e3}};
constexpr ColumnUnit kDensity[] = {{"_kg_m3", 1}};
constexpr ColumnUnit kSpecificVolume[] = {{"_m3_per_kg_da", 1}, {"_m3_per_kg", 1}};
constexpr ColumnUnit kWaterUse[] = {
    {"_kg_per_kWh_heat", 1 / 3.6e6}, {"_L_per_kWh_heat", 1 / 3.6e6}, {"_kg_per_kWh", 1 / 3.6e6}};

std::span<const ColumnUnit> units_of(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::temperature:
      return kTemperature;
    case ColumnKind::pressure:
      return kPressure;
    case ColumnKind::power:
      return kPower;
    case ColumnKind::mass_flow:
      return kMassFlow;
    case ColumnKind::conductance:
      return kConductance;
    case ColumnKind::ratio:
      return kRatio;
    case ColumnKind::humidity_ratio:
      return kHumidityRatio;
    case ColumnKind::enthalpy:
      return kEnthalpy;
    case ColumnKind::density:
      return kDensity;
    case ColumnKind::specific_volume:
      return kSpecificVolume;
    case ColumnKind::water_use:
      return kWaterUse;
  }
  return {};
}

}  // namespace

std::string default_name(const Column& column) {
  return fmt::format("{}{}", column.stems.front(), units_of(column.kind).front().ending);
}

FoundColumn default_unit(const Column& column) {
  const ColumnUnit& unit = units_of(column.kind).front();
  return {0, unit.factor, unit.offset};
}

std::optional<FoundColumn> StateColumns::find(const Column& column) {
  std::optional<FoundColumn> found;
  for (std::string_view stem : column.stems) {
    if (stem.empty()) break;
    for (const ColumnUnit& unit : units_of(column.kind)) {
      const std::optional<std::size_t> index = table_.index_of(fmt::format("{}{}", stem, unit.ending));
      if (!index) continue;
      if (found)
        throw InputError(table_.header_place(),
                         fmt::format("'{}' and '{}' both give the {}: keep one", table_.names[found->index],
                                     table_.names[*index], column.what));
      found = FoundColumn{*index, unit.factor, unit.offset};
    }
  }
  if (found)
    used_.push_back(found->index);
  else
    for (std::string_view stem : column.stems)
      if (!stem.empty())
        for (const ColumnUnit& unit : units_of(column.kind))
          missing_.push_back(fmt::format("{}{}", stem, unit.ending));
  return found;
}

FoundColumn StateColumns::need(const Column& column) {
  if (const std::optional<FoundColumn> found = find(column)) return *found;
  // Which of the file's own names was perhaps meant.
  std::string meant;
  for (std::string_view stem : column.stems)
    for (const ColumnUnit& unit : units_of(column.kind))
      if (!stem.empty() && meant.empty()) meant = did_you_mean(fmt::format("{}{}", stem, unit.ending), table_.names);
  throw InputError(table_.header_place(),
                   fmt::format("no column of the {} ({}){}", column.what, default_name(column), meant));
}

std::optional<std::size_t> StateColumns::find_text(std::string_view name) {
  const std::optional<std::size_t> index = table_.index_of(name);
  if (index)
    used_.push_back(*index);
  else
    missing_.emplace_back(name);
  return index;
}

std::vector<std::string> StateColumns::near_misses() const {
  std::vector<std::string> sentences;
  for (std::size_t i = 0; i < table_.names.size(); ++i) {
    if (std::find(used_.begin(), used_.end(), i) != used_.end()) continue;
    const std::string meant = did_you_mean(table_.names[i], missing_);
    if (!meant.empty())
      sentences.push_back(fmt::format("the column '{}' is passed on, not read{}", table_.names[i], meant));
  }
  return sentences;
}

}  // namespace wattershed
