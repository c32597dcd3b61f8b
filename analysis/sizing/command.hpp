/// `wattershed swing`: power swings of a run's windows against a utility's limits, and with --size the smallest
/// mitigation that keeps them. It stands here and not beside the swings because sizing stands above them.
#pragma once

#include "analysis/command/command.hpp"

namespace wattershed {

/// does_not_hold where a limit is broken, or no size keeps them.
Command swing_command();

}  // namespace wattershed
