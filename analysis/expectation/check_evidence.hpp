/// What can be wrong with `constants:`, `cases:` and `expect:` before anything is run: an expression that does not
/// read or names nothing, dimensions that do not fit, a case that makes the scenario invalid.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/facility/scenario/load_scenario.hpp"

namespace wattershed {

/// load_scenario() and all of the above. Throws InputError with every problem found.
LoadedScenario load_whole_scenario(const std::filesystem::path& file, const Catalog& catalog,
                                   const std::vector<std::string>& sets = {});

/// Throws InputError with every problem of `constants` and `expect`.
void check_expectations(const LoadedScenario& loaded);

}  // namespace wattershed
