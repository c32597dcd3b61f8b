/// `wattershed component`: one model over a CSV of states, beside a data sheet.
#pragma once

#include "analysis/command/command.hpp"

namespace wattershed {

Command component_command();

}  // namespace wattershed
