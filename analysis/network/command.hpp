/// `wattershed powerflow`: a network's flow, the loads that its buses can take (--hosting), how its machines swing
/// (--modes).
#pragma once

#include "analysis/command/command.hpp"

namespace wattershed {

/// does_not_hold where there is no power flow.
Command powerflow_command();

}  // namespace wattershed
