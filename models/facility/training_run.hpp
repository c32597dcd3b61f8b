/// The life of a training job: it works, fails, goes back to its last checkpoint, restarts, and ends when all steps
/// are done.
///
///   work kept at a failure = whole intervals between checkpoints since the (re)start
///
/// While it works it draws the cycle of its plan (checkpoints included, models/workload/training.hpp); while it
/// restarts its accelerators are parked. Failures come from the stream "failures of training.NAME".
#pragma once

#include <string>
#include <vector>

#include "models/facility/floor.hpp"
#include "models/facility/jobs.hpp"
#include "models/workload/training.hpp"
#include "sim/process.hpp"
#include "sim/simulation.hpp"

namespace wattershed {

class TrainingRun {
 public:
  TrainingRun(Simulation& simulation, Floor& floor, Jobs& jobs, std::string name, const TrainingJob& job);

  /// Submits the job at `from`; the life begins when it starts.
  Process submit(Time from);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Tokens of the steps done and not lost up to `now`.
  [[nodiscard]] double tokens(Time now) const { return steps(now) * plan_.tokens_per_step; }
  [[nodiscard]] double steps(Time now) const;
  [[nodiscard]] std::uint64_t failures() const { return failures_; }
  /// Work that failures threw away [s].
  [[nodiscard]] double lost_s() const { return lost_s_; }
  [[nodiscard]] const StepPlan& plan() const { return plan_; }

 private:
  Process live(JobId id);

  Simulation& simulation_;
  Jobs& jobs_;
  std::string name_;
  const TrainingJob& job_;
  StepPlan plan_;  // of the slowest accelerators on the site: a gang waits for its slowest
  Profile working_, restarting_;
  double kept_steps_ = 0;
  bool at_work_ = false;
  Time at_work_since_{};
  std::uint64_t failures_ = 0;
  double lost_s_ = 0;
};

}  // namespace wattershed
