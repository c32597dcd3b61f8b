#include "models/weather/design_conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "models/weather/moist_air.hpp"
#include "sim/base/problem.hpp"
#include "sim/units/units.hpp"

namespace wattershed {
namespace {

constexpr double kLowest = 200, kHighest = 333.15;  // [K], what an outdoor design temperature may be

std::string percent_word(std::size_t index) { return fmt::format("{:g} %", design_percents[index]); }
std::string extreme_word(std::size_t index) { return fmt::format("extreme-n{}", design_years[index]); }

std::vector<std::string> all_words() {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < design_percents.size(); ++i) words.push_back(percent_word(i));
  for (std::size_t i = 0; i < design_years.size(); ++i) words.push_back(extreme_word(i));
  return words;
}

std::string without_blanks(std::string_view text) {
  std::string bare;
  for (char c : text)
    if (c != ' ' && c != '\t') bare += c;
  return bare;
}

std::vector<std::string> words_of(const std::array<std::optional<AirState>, 3>& percents,
                                  const std::array<std::optional<Temperature>, 4>& extremes) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < percents.size(); ++i)
    if (percents[i]) words.push_back(percent_word(i));
  for (std::size_t i = 0; i < extremes.size(); ++i)
    if (extremes[i]) words.push_back(extreme_word(i));
  return words;
}

[[noreturn]] void throw_lacking(const DesignConditions& conditions, const std::string& wanted, const char* which,
                                const std::vector<std::string>& there) {
  const std::string source = conditions.source.empty() ? "the weather" : conditions.source;
  if (there.empty())
    throw std::invalid_argument(
        fmt::format("{} has no {} conditions, so '{}' is unknown; give a temperature, for "
                    "example '35 degC'",
                    source, which, wanted));
  throw std::invalid_argument(
      fmt::format("{} has no {} '{}'; it has {}; a temperature will do, too, for example "
                  "'35 degC'",
                  source, which, wanted, fmt::join(there, ", ")));
}

Outdoors air_with_humidity_ratio(Temperature dry_bulb, double humidity_ratio, Pressure pressure) {
  const double t_k = dry_bulb.si(), p_pa = pressure.si();
  const double w = std::min(humidity_ratio, moist_air::saturation_humidity_ratio(t_k, p_pa));
  return {dry_bulb, Temperature(moist_air::wet_bulb_k(t_k, w, p_pa)), w, pressure};
}

Outdoors air_with_wet_bulb(Temperature dry_bulb, Temperature wet_bulb, Pressure pressure) {
  const Temperature wet = std::min(wet_bulb, dry_bulb);
  return {dry_bulb, wet, moist_air::humidity_ratio_from_wet_bulb(dry_bulb.si(), wet.si(), pressure.si()), pressure};
}

// The humidity ratio that goes with a dry bulb which has none of its own.
double hot_humidity_ratio(const DesignConditions& conditions, const std::string& wanted) {
  if (const auto& hottest = conditions.dry_bulb[0])
    return air_with_wet_bulb(hottest->dry_bulb, hottest->wet_bulb, conditions.pressure).humidity_ratio;
  if (conditions.hot_humidity_ratio) return *conditions.hot_humidity_ratio;
  throw std::invalid_argument(
      fmt::format("'{}' takes the humidity ratio of the 0.4 % dry bulb, which {} does not have", wanted,
                  conditions.source.empty() ? "the weather" : conditions.source));
}

TemperatureDelta humid_depression(const DesignConditions& conditions, const std::string& wanted) {
  if (const auto& wettest = conditions.wet_bulb[0]) return wettest->dry_bulb - wettest->wet_bulb;
  if (conditions.humid_depression) return *conditions.humid_depression;
  throw std::invalid_argument(fmt::format("'{}' takes the dry bulb beside the 0.4 % wet bulb, which {} does not have",
                                          wanted, conditions.source.empty() ? "the weather" : conditions.source));
}

}  // namespace

DesignPoint parse_design_point(std::string_view text) {
  const std::string bare = without_blanks(text);
  for (std::size_t i = 0; i < design_percents.size(); ++i)
    if (bare == without_blanks(percent_word(i))) return {DesignPoint::Kind::percent, i, {}};
  for (std::size_t i = 0; i < design_years.size(); ++i)
    if (bare == extreme_word(i)) return {DesignPoint::Kind::extreme, i, {}};
  const std::vector<std::string> words = all_words();
  const std::string advice =
      fmt::format("a design condition is one of {}, or a temperature such as '42 degC'", fmt::join(words, ", "));
  const bool number = !bare.empty() && (std::isdigit(static_cast<unsigned char>(bare[0])) || bare[0] == '-');
  if (!number || bare.ends_with('%'))
    throw std::invalid_argument(
        fmt::format("'{}' is no design condition{}; {}", text, did_you_mean(std::string(text), words), advice));
  double t_k = 0;
  try {
    t_k = parse_temperature(text);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("{}; {}", error.what(), advice));
  }
  if (!(t_k >= kLowest && t_k <= kHighest))
    throw std::invalid_argument(fmt::format("'{}' is no temperature of outdoor air ({:.0f} to {:.0f} degC)", text,
                                            kLowest - 273.15, kHighest - 273.15));
  return {DesignPoint::Kind::temperature, 0, Temperature(t_k)};
}

std::string to_string(const DesignPoint& point) {
  switch (point.kind) {
    case DesignPoint::Kind::percent:
      return percent_word(point.index);
    case DesignPoint::Kind::extreme:
      return extreme_word(point.index);
    case DesignPoint::Kind::temperature:
      break;
  }
  return fmt::format("{:.6g} degC", point.temperature.celsius());
}

std::vector<std::string> dry_bulb_words(const DesignConditions& conditions) {
  return words_of(conditions.dry_bulb, conditions.extreme_dry_bulb);
}
std::vector<std::string> wet_bulb_words(const DesignConditions& conditions) {
  return words_of(conditions.wet_bulb, conditions.extreme_wet_bulb);
}

Outdoors air_at_dry_bulb(const DesignConditions& conditions, const DesignPoint& point) {
  const std::string wanted = to_string(point);
  if (point.kind == DesignPoint::Kind::percent) {
    const auto& known = conditions.dry_bulb[point.index];
    if (!known) throw_lacking(conditions, wanted, "dry-bulb", dry_bulb_words(conditions));
    return air_with_wet_bulb(known->dry_bulb, known->wet_bulb, conditions.pressure);
  }
  Temperature dry_bulb = point.temperature;
  if (point.kind == DesignPoint::Kind::extreme) {
    const auto& known = conditions.extreme_dry_bulb[point.index];
    if (!known) throw_lacking(conditions, wanted, "dry-bulb", dry_bulb_words(conditions));
    dry_bulb = *known;
  }
  return air_with_humidity_ratio(dry_bulb, hot_humidity_ratio(conditions, wanted), conditions.pressure);
}

Outdoors air_at_wet_bulb(const DesignConditions& conditions, const DesignPoint& point) {
  const std::string wanted = to_string(point);
  if (point.kind == DesignPoint::Kind::percent) {
    const auto& known = conditions.wet_bulb[point.index];
    if (!known) throw_lacking(conditions, wanted, "wet-bulb", wet_bulb_words(conditions));
    return air_with_wet_bulb(known->dry_bulb, known->wet_bulb, conditions.pressure);
  }
  Temperature wet_bulb = point.temperature;
  if (point.kind == DesignPoint::Kind::extreme) {
    const auto& known = conditions.extreme_wet_bulb[point.index];
    if (!known) throw_lacking(conditions, wanted, "wet-bulb", wet_bulb_words(conditions));
    wet_bulb = *known;
  }
  return air_with_wet_bulb(wet_bulb + humid_depression(conditions, wanted), wet_bulb, conditions.pressure);
}

Temperature extreme_of_years(Temperature mean, TemperatureDelta deviation, double years) {
  assert(years > 1);
  const double factor = -std::sqrt(6.0) / std::numbers::pi * (0.5772 + std::log(std::log(years / (years - 1))));
  return mean + factor * deviation;
}

}  // namespace wattershed
