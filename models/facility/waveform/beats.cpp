#include "models/facility/waveform/beats.hpp"

#include <algorithm>
#include <cmath>

namespace wattershed {

double Beats::begin_anywhere(double place) {
  const double own = random_.uniform();
  if (rhythm_.correlation <= 0 || !random_.chance(std::sqrt(rhythm_.correlation))) place = own;
  const double step_s = rhythm_.length(StepPart::step);
  if (!has_checkpoints()) return place * step_s;
  const double steps_s = rhythm_.steps_between * step_s;
  const double into_s = place * (steps_s + rhythm_.length(StepPart::checkpoint));
  if (into_s >= steps_s) {
    checkpoint_due_ = true;
    return into_s - steps_s;
  }
  steps_since_ = std::floor(into_s / step_s);
  return into_s - steps_since_ * step_s;
}

Beat Beats::next(double at_s) {
  const auto beat = [&](StepPart part) { return Beat{at_s, rhythm_.length(part), part}; };
  if (start_due_) {
    start_due_ = false;
    return beat(StepPart::start);
  }
  if (checkpoint_due_) {
    checkpoint_due_ = false;
    return beat(StepPart::checkpoint);
  }
  const bool slow = rhythm_.slow_chance > 0 && random_.chance(rhythm_.slow_chance);
  Beat step = beat(slow ? StepPart::slow_step : StepPart::step);
  if (rhythm_.jitter > 0) step.length_s *= std::max(1 + rhythm_.jitter * random_.normal(0, 1), 0.2);
  steps_since_ += steps(step);
  if (has_checkpoints() && steps_since_ >= rhythm_.steps_between * (1 - 1e-12)) {
    steps_since_ -= rhythm_.steps_between;
    checkpoint_due_ = true;
  }
  return step;
}

}  // namespace wattershed
