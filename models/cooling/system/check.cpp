#include "models/cooling/system/check.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace wattershed {

std::optional<DesignWeather> design_weather(const CoolingDesign& design, const DesignConditions& conditions,
                                            const std::string& path, const Complaints& complaints) {
  bool known = true;
  const auto air = [&](const char* key, const std::string& text, auto air_at) {
    try {
      return air_at(conditions, parse_design_point(text));
    } catch (const std::invalid_argument& error) {
      known = false;
      const std::string at = path + "." + key;
      complaints.problem(at, fmt::format("{}: {}", at, error.what()));
      return Outdoors{};
    }
  };
  const DesignWeather weather{
      .dry = air("dry_bulb", design.dry_bulb,
                 [](const auto& of, const auto& point) { return air_at_dry_bulb(of, point); }),
      .wet = air("wet_bulb", design.wet_bulb,
                 [](const auto& of, const auto& point) { return air_at_wet_bulb(of, point); })};
  if (!known) return std::nullopt;
  return weather;
}

}  // namespace wattershed
