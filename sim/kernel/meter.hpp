/// A meter: the exact integral of one signal, with the smallest and the largest value that stood.
///
///   ∫ v dt = Σ v_i · (t_{i+1} − t_i)     exact between changes, because a signal is piecewise constant
///
/// A meter takes the value standing after the last round of an instant, never one that was set and overwritten within
/// it. A value counts for the extremes only if it stood for some time, and a value that starts on a boundary belongs
/// to the next interval. Times are nanoseconds and sums are compensated.
///
/// Outputs  integral [unit·s], minimum and maximum [unit]
/// Made by  `circuit.meter(signal)`; counts from the next instant that the circuit is told of (`take_standing`).
#pragma once

#include <cassert>
#include <limits>

#include "sim/base/sum.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

class Meter {
 public:
  /// Since the last boundary (or the start). Where the interval has no length, both extremes are the standing value.
  struct Interval {
    double integral = 0;
    double minimum = 0;
    double maximum = 0;
  };

  /// Since the meter's start, with the standing value counted up to `now` [unit·s]. `now` must not lie before the
  /// last change.
  [[nodiscard]] double integral(Time now) const;
  /// Ends the interval at `boundary` and begins the next with the standing value. The caller closes a boundary before
  /// the clock moves past it: no change may have been taken after it.
  Interval close(Time boundary);
  /// The value that stands [unit].
  [[nodiscard]] double standing() const { return standing_; }
  /// When the meter last folded a value: its last change or boundary.
  [[nodiscard]] Time last_change() const { return last_; }

 private:
  friend class Circuit;
  /// Starts at `now` with the value standing then.
  void begin(Time now, double value);
  /// Takes the value that stands from `now` on.
  void take(Time now, double value) {
    if (value == standing_) return;
    fold(now);
    standing_ = value;
  }
  void fold(Time now) {
    const std::int64_t ns = (now - last_).count();
    assert(ns >= 0);
    if (ns <= 0) return;
    interval_.add(standing_ * static_cast<double>(ns));
    if (standing_ < minimum_) minimum_ = standing_;
    if (standing_ > maximum_) maximum_ = standing_;
    last_ = now;
  }

  double standing_ = 0;
  Time last_{};
  Sum interval_;  // [unit·ns]
  double minimum_ = std::numeric_limits<double>::infinity();
  double maximum_ = -std::numeric_limits<double>::infinity();
  Sum before_;  // intervals that are closed [unit·ns]
  bool begun_ = false;
};

}  // namespace wattershed
