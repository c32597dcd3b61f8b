/// What the models of work leave out, by the work that a scenario brings.
///
/// Inputs   the workload; whether power is asked for phase by phase
/// Outputs  the effects left out that it touches, each with what would be needed
#pragma once

#include <vector>

#include "models/workload/scenario.hpp"
#include "sim/base/omission.hpp"

namespace wattershed {

/// `waveforms`: the scenario has windows.
std::vector<Omission> work_omissions(const Workload& work, bool waveforms);

}  // namespace wattershed
