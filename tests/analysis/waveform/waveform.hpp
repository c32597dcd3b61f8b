/// Waveforms with known measures, sampled.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace wattershed::test {

/// `shape(t)` at t = 0, 1/rate, … [s].
template <typename Shape>
std::vector<double> sampled(double seconds, double rate, Shape shape) {
  std::vector<double> values(static_cast<std::size_t>(std::llround(seconds * rate)));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = shape(static_cast<double>(i) / rate);
  return values;
}

inline double cosine(double hertz, double t) { return std::cos(2 * std::numbers::pi * hertz * t); }
inline double sine(double hertz, double t) { return std::sin(2 * std::numbers::pi * hertz * t); }

/// 1 for the first `duty` of each period, then 0. A millionth of a period absorbs the rounding of t.
inline double square(double hertz, double duty, double t) {
  const double phase = t * hertz + 1e-6;
  return phase - std::floor(phase) < duty ? 1 : 0;
}

}  // namespace wattershed::test
