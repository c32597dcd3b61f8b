/// What cooling leaves out, by the system that a scenario names.
///
/// Inputs   the site's cooling
/// Outputs  the effects left out that it touches, each with what would be needed
#pragma once

#include <vector>

#include "models/cooling/system/scenario.hpp"
#include "sim/base/omission.hpp"

namespace wattershed {

std::vector<Omission> cooling_omissions(const Cooling& cooling);

}  // namespace wattershed
