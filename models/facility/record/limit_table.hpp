/// /<site>/limits: a verdict for each limit of the scenario, in its order, then for the connection where none of them
/// says it.
#pragma once

#include <string>
#include <vector>

#include "models/facility/scenario/load_scenario.hpp"
#include "models/facility/site/limit_verdict.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

class LimitTable {
 public:
  /// Declares the table where there is a limit; before the file begins.
  LimitTable(const LoadedSite& loaded, RunSink& file);
  /// Writes the verdicts; once, at the end.
  void write(std::vector<LimitVerdict> verdicts);

 private:
  const LoadedSite& loaded_;
  RunSink& file_;
  TableId table_;
};

}  // namespace wattershed
