/// Which racks stand when: the counts of a scenario over its run.
///
///   count of a type = as written at the start, then the last dated value or event up to then
///
/// Inputs   the counts of `site.racks` and the changes of the site, by time
/// Outputs  one entry for the start and one for each instant up to an end at which a count changes
#pragma once

#include <cstdint>
#include <vector>

#include "models/facility/scenario/load_scenario.hpp"

namespace wattershed {

struct StandingRacks {
  Time from{};
  std::vector<std::int64_t> counts;  ///< of each type, in the order of `site.racks`
};

/// Up to `end`, that of the run or later. Needs `loaded.changes` and `start`. At least one entry, by time.
std::vector<StandingRacks> standing_racks(const LoadedSite& loaded, Time end);

/// The most of each type that ever stand; they need not stand together.
std::vector<std::int64_t> most_of_each(const std::vector<StandingRacks>& standing);

}  // namespace wattershed
