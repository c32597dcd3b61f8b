/// The life of a training job: it works, fails, goes back to its last checkpoint, restarts, and ends when all steps
/// are done.
///
///   work kept at a failure = whole intervals between checkpoints since the (re)start
///
/// While it works it draws the cycle of its plan (checkpoints included, models/workload/training.hpp); while it
/// restarts or waits to begin its accelerators are parked; a ramp at its start and its end is a phase of its life.
/// Failures come from the stream "failures of training.NAME".
///
/// Resolved, it plays every phase of every step and every checkpoint one by one, with jitter and stragglers from the
/// streams "steps of training.NAME.N" of its Nth start; all its racks together.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/facility/hall/floor.hpp"
#include "models/facility/hall/jobs.hpp"
#include "models/facility/scenario/scenario.hpp"
#include "models/facility/waveform/beats.hpp"
#include "models/facility/waveform/stretches.hpp"
#include "models/workload/training.hpp"
#include "sim/kernel/process.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

class TrainingRun {
 public:
  /// `stream_prefix` stands before the names of its streams.
  TrainingRun(Simulation& simulation, Floor& floor, Jobs& jobs, std::string name, const TrainingJob& job,
              Fidelity fidelity, std::string stream_prefix = {});

  /// Submits the job at `from`; the life begins when it starts.
  Process submit(Time from);

  /// Called when it goes to work, and when it stops to.
  void on_work(std::function<void(bool works)> listener) { on_work_ = std::move(listener); }

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
  /// The racks lost their power, which ends its work as a failure does, or have it back. Only where it is resolved.
  void fed(bool fed);

 private:
  Process live(JobId id);
  Process live_resolved(JobId id);
  void begin_playing(JobId id);
  void tell_work(bool works) const {
    if (on_work_) on_work_(works);
  }
  [[nodiscard]] const std::vector<Stretch>& playing() const { return parts_[index(beat_.part)]; }
  /// Work that a failure leaves, of steps since the (re)start.
  [[nodiscard]] double kept_of(double steps) const;
  void fail(double kept_steps, double worked_s);

  Simulation& simulation_;
  Jobs& jobs_;
  std::string name_, stream_prefix_;
  const TrainingJob& job_;
  StepPlan plan_;  // of the slowest accelerators on the site: a gang waits for its slowest
  Profile starting_, working_, going_on_, stopping_, restarting_;
  Fidelity fidelity_;
  std::function<void(bool)> on_work_;
  std::array<std::vector<Stretch>, step_part_count> parts_;  // while it is played
  std::optional<JobId> playing_;
  Beat beat_;  // being played
  Time beat_at_{};
  std::size_t stretch_ = 0;
  bool fed_ = true;
  Trigger power_changed_;
  double done_steps_ = 0;  // since the (re)start
  double kept_steps_ = 0;
  bool at_work_ = false;
  Time at_work_since_{};
  std::uint64_t failures_ = 0;
  double lost_s_ = 0;
};

}  // namespace wattershed
