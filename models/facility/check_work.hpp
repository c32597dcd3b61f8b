/// Whether the work of a scenario can be done on its racks: jobs that fit, models that fit, caps that can be kept.
#pragma once

#include <functional>
#include <string>

#include "models/facility/load_scenario.hpp"

namespace wattershed {

/// Where complaints go: a problem at the value of that path, or a warning.
struct Complaints {
  std::function<void(const std::string& path, std::string text)> problem;
  std::function<void(std::string text)> warn;
};

/// Checks `workload.fixed`, `.training` and `.inference`; fills `loaded.service_racks`. Needs `loaded.most_racks`.
void check_work(LoadedScenario& loaded, const Complaints& complaints);

}  // namespace wattershed
