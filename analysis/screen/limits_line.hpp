/// What a run says of its limits, each in turn: value, headroom, since when it is broken, or why nothing shows it.
#pragma once

#include <string>

#include "analysis/summary/run_summary.hpp"

namespace wattershed {

std::string limits_line(const RunSummary& run, bool us);

}  // namespace wattershed
