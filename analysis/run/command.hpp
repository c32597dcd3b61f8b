/// `wattershed run`: simulates a scenario, writes its run file, says what came of it in one screen.
#pragma once

#include <functional>
#include <vector>

#include "analysis/command/command.hpp"

namespace wattershed {

struct RunOptions;  // models/facility/record/run.hpp

/// What a program of tests adds to the command: options, and what they change of the run.
struct RunExtras {
  std::vector<Option> options{};
  std::function<void(const Arguments&, RunOptions&)> apply{};
};

/// Status  failed where an audit does not close (the file is kept), interrupted after Ctrl-C (the file is whole and
///         says so), does_not_hold where a limit is broken and --strict given
Command run_command(const RunExtras& extras = {});

}  // namespace wattershed
