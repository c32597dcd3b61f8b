/// `wattershed export`: a table of a run file as CSV.
#pragma once

#include "analysis/command/command.hpp"

namespace wattershed {

Command export_command();

}  // namespace wattershed
