/// What outdoor air leaves out, by the weather that a scenario chooses.
///
/// Inputs   the choice of weather
/// Outputs  the effects left out that it touches, each with what would be needed
#pragma once

#include <vector>

#include "models/weather/scenario.hpp"
#include "sim/base/omission.hpp"

namespace wattershed {

/// `years`: of the run.
std::vector<Omission> weather_omissions(const WeatherChoice& choice, double years);

}  // namespace wattershed
