/// Whether the work of a scenario can be done on its racks: jobs that fit, models that fit, caps that can be kept.
#pragma once

#include <functional>
#include <string>

#include "models/facility/scenario/load_scenario.hpp"

namespace wattershed {

/// Where complaints go: a problem at the value of that path, problems with places of their own, or a warning.
struct Complaints {
  std::function<void(const std::string& path, std::string text)> problem;
  std::function<void(const InputError& error)> errors;
  std::function<void(Warning warning)> warning;
  void warn(std::string text, std::uint64_t count = 1) const { warning({std::move(text), count}); }
};

/// Checks `workload.fixed`, `.training` and `.inference`; fills `loaded.service_racks`. Needs `loaded.most_racks`.
void check_work(LoadedScenario& loaded, const Complaints& complaints);

}  // namespace wattershed
