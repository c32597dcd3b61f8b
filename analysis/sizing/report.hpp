/// A sizing as a person reads it, in at most 80 columns, and as JSON.
#pragma once

#include <string>

#include "analysis/sizing/sizing.hpp"

namespace wattershed {

/// What to write into the scenario, every limit without and with it, what it costs in a year.
std::string sizing_report(const SwingSizing& sizing);
/// The same content for programs; values are SI, costs those of the simulated time.
std::string sizing_json(const SwingSizing& sizing);

}  // namespace wattershed
