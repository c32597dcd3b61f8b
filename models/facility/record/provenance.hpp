/// Where the numbers of a run come from, and what its reader should know: /catalog, /warnings and /not_modelled of its
/// file.
#pragma once

#include <string_view>

#include "models/facility/scenario/load_scenario.hpp"
#include "sim/base/omission.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

class Provenance {
 public:
  /// Declares the tables; before the file begins.
  Provenance(const LoadedScenario& loaded, RunSink& file);

  /// Writes every number that came from the catalog or a default, and the warnings of loading; once, at the end.
  void write();
  /// A warning that came up during the run.
  void warn(const Warning& warning);
  /// An effect that the scenario of a site touches and the program leaves out.
  void left_out(std::string_view site, const Omission& omission);

 private:
  const LoadedScenario& loaded_;
  RunSink& file_;
  TableId catalog_, warnings_, not_modelled_;
};

}  // namespace wattershed
