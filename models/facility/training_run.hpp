/// The life of a training job: it works, fails, goes back to its last checkpoint, restarts, and ends when all steps
/// are done.
///
///   work kept at a failure = whole intervals between checkpoints since the (re)start
///
/// While it works it draws the cycle of its plan (checkpoints included, models/workload/training.hpp); while it
/// restarts its accelerators are parked. Failures come from the stream "failures of training.NAME".
///
/// Resolved, it plays every phase of every step and every checkpoint one by one, with jitter and stragglers from the
/// stream "steps of training.NAME"; all its racks together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/facility/beats.hpp"
#include "models/facility/floor.hpp"
#include "models/facility/jobs.hpp"
#include "models/facility/scenario.hpp"
#include "models/workload/training.hpp"
#include "sim/process.hpp"
#include "sim/simulation.hpp"

namespace wattershed {

class TrainingRun {
 public:
  TrainingRun(Simulation& simulation, Floor& floor, Jobs& jobs, std::string name, const TrainingJob& job,
              Fidelity fidelity);

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
  /// Tells a log that has just been opened of the beat that is being played; of none where beats are not played.
  void tell_beat(WaveformLog& log) const;
  /// The inlet air changed: what is played is taken anew.
  void draws_changed();

 private:
  /// A stretch of a beat in which no rack type changes its power.
  struct Stretch {
    double begins = 0;  // of the beat's length
    std::vector<Power> each;
  };
  Process live(JobId id);
  Process live_resolved(JobId id);
  void take_stretches();
  [[nodiscard]] const std::vector<Stretch>& stretches_of(const Beat& beat) const {
    return beat.checkpoint ? checkpoint_ : step_;
  }

  Simulation& simulation_;
  Jobs& jobs_;
  std::string name_;
  const TrainingJob& job_;
  StepPlan plan_;  // of the slowest accelerators on the site: a gang waits for its slowest
  Profile working_, restarting_;
  Fidelity fidelity_;
  std::vector<Stretch> step_, checkpoint_;  // while it is played
  double wait_after_ = 1;                   // where in a step it waits for a straggler, of its length
  std::optional<JobId> playing_;
  Beat beat_;  // being played; its time since the epoch of the clock
  std::size_t stretch_ = 0;
  double done_steps_ = 0;  // since the (re)start
  double kept_steps_ = 0;
  bool at_work_ = false;
  Time at_work_since_{};
  std::uint64_t failures_ = 0;
  double lost_s_ = 0;
};

}  // namespace wattershed
