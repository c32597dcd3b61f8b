#include "models/weather/epw_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "sim/base/text.hpp"

namespace wattershed {
namespace {

constexpr std::size_t kLongestName = 60;  // [byte]

using Cells = std::vector<std::string_view>;

/// The values behind a section's name, up to the next section.
std::span<const std::string_view> section(const Cells& cells, std::string_view name) {
  const auto begin = std::find(cells.begin(), cells.end(), name);
  if (begin == cells.end()) return {};
  const auto end = std::find_if(begin + 1, cells.end(), [](std::string_view cell) {
    return cell == "Heating" || cell == "Cooling" || cell == "Extremes";
  });
  return {begin + 1, end};
}

/// One section: numbers by place, each of them perhaps absent.
class Section {
 public:
  explicit Section(std::span<const std::string_view> cells) : cells_(cells) {
    // Commas at the end of the line are no values.
    while (!cells_.empty() && cells_.back().empty()) cells_ = cells_.first(cells_.size() - 1);
  }
  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  [[nodiscard]] std::optional<double> number(std::size_t i) const {
    return i < cells_.size() ? read_real(cells_[i]) : std::nullopt;
  }
  [[nodiscard]] std::optional<Temperature> temperature(std::size_t i) const {
    const std::optional<double> celsius = number(i);
    if (!celsius || *celsius < -90 || *celsius > 60) return std::nullopt;
    return Temperature::celsius(*celsius);
  }
  [[nodiscard]] std::optional<TemperatureDelta> difference(std::size_t i) const {
    const std::optional<double> kelvins = number(i);
    if (!kelvins || *kelvins < 0 || *kelvins > 99) return std::nullopt;
    return TemperatureDelta(*kelvins);
  }
  [[nodiscard]] std::optional<AirState> pair(std::size_t dry, std::size_t wet) const {
    const auto dry_bulb = temperature(dry), wet_bulb = temperature(wet);
    if (!dry_bulb || !wet_bulb || *wet_bulb > *dry_bulb) return std::nullopt;
    return AirState{*dry_bulb, *wet_bulb};
  }

 private:
  std::span<const std::string_view> cells_;
};

// The lengths that are known; anything else has its values in unknown places.
bool known(const Section& values, const char* name, std::initializer_list<std::size_t> sizes,
           std::vector<std::string>& warnings) {
  if (values.size() == 0) return false;
  if (std::find(sizes.begin(), sizes.end(), values.size()) != sizes.end()) return true;
  warnings.push_back(fmt::format("design conditions: {} has {} values, {} are known; it is not read", name,
                                 values.size(), fmt::join(sizes, " or ")));
  return false;
}

}  // namespace

Station read_location(const std::vector<std::string_view>& cells, const Place& place) {
  if (cells.size() < 10)
    throw InputError(place, fmt::format("LOCATION has {} values; it needs 9, up to the elevation", cells.size() - 1));
  const auto number = [&](std::size_t i, const char* what, double least, double most) {
    const std::optional<double> value = read_real(cells[i]);
    if (!value || *value < least || *value > most)
      throw InputError(place, fmt::format("the {} of LOCATION is {}; it is a number from {:g} to {:g}", what,
                                          in_quotes(cells[i]), least, most));
    return *value;
  };
  Station station;
  for (std::size_t i : {1u, 2u, 3u}) {
    if (cells[i].empty() || cells[i] == "-") continue;
    if (!station.name.empty()) station.name += ", ";
    station.name += printable(cells[i], kLongestName);
  }
  station.latitude = number(6, "latitude", -90, 90);
  station.longitude = number(7, "longitude", -180, 180);
  // Whole minutes: 5.75 h is 5:45, and some files write 5.8 for it, which is no offset of any place; keep it then.
  const double offset_h = number(8, "time zone", -12, 14);
  station.utc_offset = std::chrono::minutes(std::lround(offset_h * 60));
  station.elevation = Length(number(9, "elevation", -1000, 9999.9));
  station.time_zone = fixed_time_zone(station.utc_offset);
  return station;
}

DesignConditions read_design_conditions(const Cells& cells, std::vector<std::string>& warnings) {
  DesignConditions design;
  const std::optional<double> sets = cells.size() > 1 ? read_real(cells[1]) : std::nullopt;
  if (!sets || *sets < 1) return design;
  if (cells.size() > 2) design.source = printable(cells[2], kLongestName);
  if (*sets > 1) warnings.push_back("design conditions: several sets; the first is read");

  // Heating: coldest month, 99.6 and 99 % dry bulb, then humidification and wind.
  if (const Section heating(section(cells, "Heating")); known(heating, "Heating", {15, 16}, warnings)) {
    design.heating_dry_bulb[0] = heating.temperature(1);
    design.heating_dry_bulb[1] = heating.temperature(2);
  }
  // Cooling: hottest month, its daily range, three dry bulbs each with its wet bulb, three wet bulbs each with its
  // dry bulb, then wind, dehumidification, enthalpy.
  if (const Section cooling(section(cells, "Cooling")); known(cooling, "Cooling", {32}, warnings)) {
    if (const std::optional<double> month = cooling.number(0); month && *month >= 1 && *month <= 12)
      design.hottest_month = static_cast<int>(*month);
    design.daily_range = cooling.difference(1);
    for (std::size_t i = 0; i < 3; ++i) {
      design.dry_bulb[i] = cooling.pair(2 + 2 * i, 3 + 2 * i);
      design.wet_bulb[i] = cooling.pair(9 + 2 * i, 8 + 2 * i);
    }
  }
  // Extremes: three wind speeds; the highest wet bulb in the 2009 layout only; mean of the annual lowest and highest
  // dry bulb, their deviations; lowest and highest of 5, 10, 20, 50 years.
  if (const Section extremes(section(cells, "Extremes")); known(extremes, "Extremes", {15, 16}, warnings)) {
    const std::size_t first = extremes.size() == 16 ? 4 : 3;
    design.mean_lowest = extremes.temperature(first);
    design.mean_highest = extremes.temperature(first + 1);
    design.deviation_highest = extremes.difference(first + 3);
    for (std::size_t i = 0; i < 4; ++i) {
      design.extreme_lowest[i] = extremes.temperature(first + 4 + 2 * i);
      design.extreme_dry_bulb[i] = extremes.temperature(first + 5 + 2 * i);
    }
  }
  return design;
}

}  // namespace wattershed
