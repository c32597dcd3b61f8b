/// The beats of a gang: steps with jitter, slow steps, and checkpoints between them.
///
///   length of a step = its length · max(1 + jitter·z, 0.2),   z standard normal
///   a checkpoint comes once the steps since the last one reach `steps_between`; what is over counts for the next, so
///   that the mean number of steps between two is as said
///
/// Inputs   a `Rhythm`, a stream of random numbers
/// Outputs  beat after beat
/// Valid    jitter up to 0.3: the mean of the cut-off length is then the step's to 1e-3
#pragma once

#include "models/facility/waveform/waveform_log.hpp"
#include "sim/kernel/random.hpp"

namespace wattershed {

class Beats {
 public:
  Beats(const Rhythm& rhythm, Random random)
      : rhythm_(rhythm), random_(std::move(random)), steps_since_(-rhythm.first_later) {}

  /// With the ramp that comes before the first step, where there is one.
  void begin_with_start() { start_due_ = rhythm_.length(StepPart::start) > 0; }
  /// Somewhere in the cycle of steps and one checkpoint, each instant as likely as any other: returns how long ago
  /// the beat began that `next` will give first [s]. `place` is a draw that jobs share, 0..1: with chance
  /// √correlation a job stands there, so that two of them stand at the same place with chance `correlation`.
  double begin_anywhere(double place);
  /// The next beat, as if it began at `at_s`.
  Beat next(double at_s);
  /// Work done in it, in steps.
  [[nodiscard]] double steps(const Beat& beat) const { return rhythm_.steps[index(beat.part)]; }

 private:
  [[nodiscard]] bool has_checkpoints() const {
    return rhythm_.length(StepPart::checkpoint) > 0 && rhythm_.steps_between > 0;
  }

  Rhythm rhythm_;
  Random random_;
  double steps_since_ = 0;
  bool start_due_ = false, checkpoint_due_ = false;
};

}  // namespace wattershed
