/// The outdoor air that a plant is sized for, by the words of a scenario.
///
///   "0.4 %", "1 %", "2 %"   the dry (or wet) bulb that so many hours of a year exceed, with the mean coincident other
///   "extreme-n20"           the highest dry bulb of n = 5, 10, 20 or 50 years; its humidity ratio is that of the
///                           0.4 % dry bulb with its coincident wet bulb
///   "42 degC"               a temperature; as a dry bulb with the humidity ratio of the 0.4 % dry bulb, as a wet bulb
///                           as far below its dry bulb as at the 0.4 % wet bulb
///
/// No humidity ratio is above saturation at its dry bulb.
/// Source  the header of an EPW file (ASHRAE Handbook Fundamentals, chapter 14, climatic design information), or
///         30 generated years of a named climate
/// Errors  std::invalid_argument, whose text names the words that would do; the caller adds the place
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/weather/outdoors.hpp"

namespace wattershed {

/// A dry bulb and a wet bulb that belong together.
struct AirState {
  Temperature dry_bulb, wet_bulb;
};

/// The share of a year's hours that a condition leaves above it, and the years of an extreme.
inline constexpr std::array<double, 3> design_percents{0.4, 1, 2};
inline constexpr std::array<int, 4> design_years{5, 10, 20, 50};

/// What is known of a place; anything may be missing.
struct DesignConditions {
  std::string source;                               ///< "2021 ASHRAE Handbook …", "30 generated years …"
  Pressure pressure{101'325};                       ///< of the standard atmosphere at the station [Pa]
  std::optional<int> hottest_month;                 ///< 1..12
  std::optional<TemperatureDelta> daily_range;      ///< mean, of the hottest month [K]
  std::array<std::optional<AirState>, 3> dry_bulb;  ///< 0.4, 1, 2 % dry bulb with mean coincident wet bulb
  std::array<std::optional<AirState>, 3> wet_bulb;  ///< 0.4, 1, 2 % wet bulb with mean coincident dry bulb
  std::array<std::optional<Temperature>, 4> extreme_dry_bulb;  ///< highest of n = 5, 10, 20, 50 years
  std::array<std::optional<Temperature>, 4> extreme_wet_bulb;  ///< the same, where the header has it
  std::optional<Temperature> mean_highest;                     ///< mean of the annual highest dry bulbs
  std::optional<TemperatureDelta> deviation_highest;           ///< their standard deviation
  std::array<std::optional<Temperature>, 2> heating_dry_bulb;  ///< the coldest 0.4 % and 1 % of hours lie below
  std::optional<Temperature> mean_lowest;                      ///< mean of the annual lowest dry bulbs
  std::array<std::optional<Temperature>, 4> extreme_lowest;    ///< lowest of n = 5, 10, 20, 50 years
  /// Stand-ins for temperatures where the 0.4 % values are missing: from the hours of the file themselves.
  std::optional<double> hot_humidity_ratio;          ///< mean over the hottest 0.4 % of hours [kg/kg]
  std::optional<TemperatureDelta> humid_depression;  ///< mean dry minus wet bulb, wettest 0.4 % of hours [K]
};

/// A condition as a scenario names it.
struct DesignPoint {
  enum class Kind { percent, extreme, temperature };
  Kind kind = Kind::percent;
  std::size_t index = 0;    ///< into design_percents or design_years
  Temperature temperature;  ///< when it is given as such
};

/// Reads "0.4 %", "extreme-n20" or "42 degC".
DesignPoint parse_design_point(std::string_view text);
/// As a scenario would write it.
std::string to_string(const DesignPoint& point);

/// The words that `parse_design_point` takes and these conditions hold, as dry bulbs and as wet bulbs.
std::vector<std::string> dry_bulb_words(const DesignConditions& conditions);
std::vector<std::string> wet_bulb_words(const DesignConditions& conditions);

/// The air at a dry-bulb condition.
Outdoors air_at_dry_bulb(const DesignConditions& conditions, const DesignPoint& point);
/// The air at a wet-bulb condition.
Outdoors air_at_wet_bulb(const DesignConditions& conditions, const DesignPoint& point);

/// The n-year extreme of annual maxima with this mean and standard deviation: mean + F·deviation with
/// F = −(√6/π)(0.5772 + ln ln(n/(n−1))), the method of moments for Gumbel's distribution (ASHRAE Handbook
/// Fundamentals, chapter 14, eq. 1 and 2). `years` > 1.
Temperature extreme_of_years(Temperature mean, TemperatureDelta deviation, double years);

}  // namespace wattershed
