/// Whether the weather of a site knows the conditions that its plant is to be sized for.
#pragma once

#include <string>

#include "models/cooling/system/scenario.hpp"
#include "models/weather/design_conditions.hpp"
#include "sim/input/complaints.hpp"

namespace wattershed {

/// The air at the two conditions of `design`. `path` is that of the design. Nothing when one is not known; that is
/// complained of.
std::optional<DesignWeather> design_weather(const CoolingDesign& design, const DesignConditions& conditions,
                                            const std::string& path, const Complaints& complaints);

}  // namespace wattershed
