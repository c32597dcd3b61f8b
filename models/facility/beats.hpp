/// The beats of a gang: steps with jitter and waits, and checkpoints between them.
///
///   length of a step = step_s · max(1 + jitter·z, 0.2),   z standard normal
///   a checkpoint comes after the step in which the steps since the last one reach `steps_between`; what is over
///   counts for the next, so that the mean number of steps between two is as said
///
/// Inputs   a `Rhythm`, a stream of random numbers
/// Outputs  beat after beat
/// Valid    jitter up to 0.3: the mean of the truncated length is then the step's to 1e-3
#pragma once

#include "models/facility/waveform_log.hpp"
#include "sim/random.hpp"

namespace wattershed {

class Beats {
 public:
  Beats(const Rhythm& rhythm, Random random) : rhythm_(rhythm), random_(std::move(random)) {}

  /// Somewhere in the cycle of steps and one checkpoint, each instant as likely as any other: returns how long ago
  /// the beat began that `next` will give first [s].
  double begin_anywhere();
  /// The next beat, as if it began at `at_s`.
  Beat next(double at_s);

 private:
  Rhythm rhythm_;
  Random random_;
  double steps_since_ = 0;
  bool checkpoint_due_ = false;
};

}  // namespace wattershed
