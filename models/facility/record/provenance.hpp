/// Where the numbers of a run come from, and what its reader should know: /catalog and /warnings of its file.
#pragma once

#include "models/facility/scenario/load_scenario.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

class Provenance {
 public:
  /// Declares both tables; before the file begins.
  Provenance(const LoadedScenario& loaded, RunSink& file);

  /// Writes every number that came from the catalog or a default, and the warnings of loading; once, at the end.
  void write();
  /// A warning that came up during the run.
  void warn(const Warning& warning);

 private:
  const LoadedScenario& loaded_;
  RunSink& file_;
  TableId catalog_, warnings_;
};

}  // namespace wattershed
