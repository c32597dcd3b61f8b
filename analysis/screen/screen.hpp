/// The one screen after `wattershed run`: at most 80 columns, read top down.
#pragma once

#include <string>
#include <vector>

#include "analysis/summary/run_summary.hpp"

namespace wattershed {

struct ScreenOptions {
  std::string scenario;   ///< as the user named it
  double wall_s = 0;      ///< 0: not known
  bool verbose = false;   ///< also every warning
  bool us_units = false;  ///< gallons and short tons
  std::string cases{};    ///< of the scenario that were not run, with the way to run them; empty: none
};

std::string screen(const RunSummary& run, const ScreenOptions& options);
/// Of a run with several sites: what they sum to, and each in turn.
std::string screen(const std::vector<RunSummary>& sites, const ScreenOptions& options);
/// The same facts for programs: SI values with their units.
std::string to_json(const RunSummary& run);
/// Of a run with several sites: an object with the facts of the run and `sites`, an object per site by its name.
std::string to_json(const std::vector<RunSummary>& sites);

}  // namespace wattershed
