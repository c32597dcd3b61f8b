/// The table behind `units.hpp`: what every symbol is worth in SI.
///
/// A factor is a fraction of two doubles, whole numbers where they fit, so that "7 %" is 7/100 and not 7·0.01.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/units/quantity.hpp"

namespace wattershed {

/// SI value = value · numerator / denominator.
struct UnitScale {
  double numerator = 1;
  double denominator = 1;
  [[nodiscard]] double apply(double value) const;
  [[nodiscard]] UnitScale times(UnitScale other) const;
  [[nodiscard]] UnitScale to_the(int exponent) const;
};

enum class TemperatureScale { none, kelvin, celsius, fahrenheit };

/// One unit or a product of units.
struct Unit {
  UnitScale scale;
  Dimension dimension;
  int volumes = 0;  ///< how many units of liquid volume it holds (m3, L, gal): what "1 L of water = 1 kg" may replace
  TemperatureScale temperature = TemperatureScale::none;  ///< set when the unit alone is a point on a scale
};

/// A symbol with or without a prefix ("kW", "gpm", "kgCO2e"); nothing when it is unknown.
std::optional<Unit> find_unit(std::string_view symbol);

/// The symbols of the table without prefixes, for tests and for suggestions.
std::vector<std::string> unit_symbols();
/// The symbols with the prefixes that people use, most usual first.
std::vector<std::string> common_unit_symbols();

}  // namespace wattershed
