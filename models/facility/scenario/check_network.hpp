/// What only the whole scenario can tell of its network: whether its sites' buses are there, and its machines.
#pragma once

#include "models/facility/scenario/load_scenario.hpp"

namespace wattershed {

/// Reads the network and fills `loaded.network` when a site stands in it. Windows need machines, one for every unit.
void check_network(LoadedScenario& loaded, const Complaints& complaints);

}  // namespace wattershed
