/// What the racks leave out, by what a scenario puts on the floor.
///
/// Inputs   the racks by type; whether a plant gives them air and coolant that may grow warm
/// Outputs  the effects left out that these touch, each with what would be needed
#pragma once

#include <vector>

#include "models/compute/rack.hpp"
#include "sim/base/omission.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

std::vector<Omission> rack_omissions(const Named<Rack>& racks, bool has_plant);

}  // namespace wattershed
