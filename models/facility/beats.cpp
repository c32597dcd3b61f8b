#include "models/facility/beats.hpp"

#include <algorithm>
#include <cmath>

namespace wattershed {

double Beats::begin_anywhere() {
  const bool checkpoints = rhythm_.checkpoint_s > 0 && rhythm_.steps_between > 0;
  if (!checkpoints) return random_.uniform() * rhythm_.step_s;
  const double steps_s = rhythm_.steps_between * rhythm_.step_s;
  const double into_s = random_.uniform() * (steps_s + rhythm_.checkpoint_s);
  if (into_s >= steps_s) {
    checkpoint_due_ = true;
    steps_since_ = 0;
    return into_s - steps_s;
  }
  steps_since_ = std::floor(into_s / rhythm_.step_s);
  return into_s - steps_since_ * rhythm_.step_s;
}

Beat Beats::next(double at_s) {
  if (checkpoint_due_) {
    checkpoint_due_ = false;
    return {at_s, rhythm_.checkpoint_s, 0, true};
  }
  Beat beat{at_s, rhythm_.step_s, 0, false};
  if (rhythm_.jitter > 0) beat.length_s *= std::max(1 + rhythm_.jitter * random_.normal(0, 1), 0.2);
  if (rhythm_.straggler_chance > 0 && random_.chance(rhythm_.straggler_chance))
    beat.wait_s = rhythm_.straggler_wait_s;
  steps_since_ += 1;
  if (rhythm_.checkpoint_s > 0 && rhythm_.steps_between > 0 && steps_since_ >= rhythm_.steps_between * (1 - 1e-12)) {
    steps_since_ -= rhythm_.steps_between;
    checkpoint_due_ = true;
  }
  return beat;
}

}  // namespace wattershed
