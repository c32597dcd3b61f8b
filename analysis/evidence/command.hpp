/// `wattershed evidence`: published numbers against simulated ones.
#pragma once

#include "analysis/command/command.hpp"

namespace wattershed {

/// does_not_hold where a number does not.
Command evidence_command();

}  // namespace wattershed
