/// The one screen after `wattershed run`: at most 80 columns, read top down.
#pragma once

#include <string>

#include "analysis/run_summary.hpp"

namespace wattershed {

struct ScreenOptions {
  std::string scenario;   ///< as the user named it
  double wall_s = 0;      ///< 0: not known
  bool verbose = false;   ///< also every warning
  bool us_units = false;  ///< gallons and short tons
};

std::string screen(const RunSummary& run, const ScreenOptions& options);
/// The same facts for programs: SI values with their units.
std::string to_json(const RunSummary& run);

}  // namespace wattershed
