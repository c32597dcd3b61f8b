/// Which fan speed makes water leave at a wanted temperature, for whatever cools water with a fan.
///
/// Heat grows with speed nearly as a power of it, so that a secant in logarithms needs two to four evaluations from a
/// start near the answer (the speed of the last step). Brackets keep it safe where it is not.
#pragma once

#include <algorithm>
#include <cmath>

#include "sim/units/quantity.hpp"

namespace wattershed {

/// How a wanted temperature is met.
enum class FanReach {
  fan_off,      ///< without the fan the water already leaves at or below it: bypass does the rest
  attained,     ///< at the speed given
  unattainable  ///< full speed does not reach it; the water leaves warmer
};

/// The speed, and the state there.
template <class State>
struct FanDemand {
  double speed = 0;  ///< [0..1]
  FanReach reach = FanReach::fan_off;
  State state;
};

/// `run(speed)` gives a state with `water_leaving` and `heat`, warmer water at lower speed. Solves within
/// `tolerance_k` for speeds in [least, 1], least > 0; below `least` the caller decides (`attained` with the state at
/// `least` means that least or less is enough).
template <class State, class Run>
FanDemand<State> search_fan_speed(const Run& run, double entering_k, double wanted_k, double least, double start,
                                  double tolerance_k) {
  const double wanted_drop = entering_k - wanted_k;
  double low = least, high = 1;  // the answer is between them, once both ends are known to enclose it
  double speed = std::clamp(start, least, 1.0);
  double last_log_speed = 0, last_log_drop = 0, exponent = 0.6;
  for (int i = 0;; ++i) {
    const State state = run(speed);
    const double drop = entering_k - state.water_leaving.si();
    if (std::abs(drop - wanted_drop) <= tolerance_k || i == 60) return {speed, FanReach::attained, state};
    if (drop > wanted_drop) {
      if (speed <= least) return {least, FanReach::attained, state};
      high = speed;
    } else {
      if (speed >= 1) return {1, FanReach::unattainable, state};
      low = speed;
    }
    double next = drop > 0 ? 0.5 * (low + high) : 1.0;  // no cooling at all: only full speed can tell
    if (drop > 0 && i < 12) {
      const double log_speed = std::log(speed), log_drop = std::log(drop);
      if (i > 0 && log_speed != last_log_speed)
        exponent = std::clamp((log_drop - last_log_drop) / (log_speed - last_log_speed), 0.02, 3.0);
      next = std::exp(log_speed + (std::log(wanted_drop) - log_drop) / exponent);
      last_log_speed = log_speed;
      last_log_drop = log_drop;
    }
    // An end that was not tried yet is tried as it is; one that was is not tried again.
    if (next >= high) next = high < 1 ? 0.5 * (low + high) : 1.0;
    if (next <= low) next = low > least ? 0.5 * (low + high) : least;
    speed = next;
  }
}

}  // namespace wattershed
