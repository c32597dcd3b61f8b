/// What a site's accelerators did, as lines of the screen: jobs done and lost, training, services.
#pragma once

#include <string>
#include <vector>

#include "analysis/summary/run_figures.hpp"
#include "analysis/summary/run_summary.hpp"

namespace wattershed {

/// At least one line. What is zero is not said, but for jobs done.
std::vector<std::string> work_lines(const RunSummary& run, const RunFigures& of_run, bool us);

}  // namespace wattershed
