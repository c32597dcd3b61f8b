/// A waveform of power as stretches of constant power, one after the other: a step of a job, a cycle of a store.
///
///   mean = Σ lengthᵢ·Pᵢ / Σ lengthᵢ,   variance = Σ lengthᵢ·(Pᵢ − mean)² / Σ lengthᵢ,   excursions: max and min less mean
///
/// Inputs   lengths [s], at least one above zero; powers [W]
/// Valid    ramps are given as slices at their middle power: the mean stays exact
#pragma once

#include <algorithm>
#include <cassert>
#include <span>

#include "sim/units/load.hpp"

namespace wattershed {

struct PowerSegment {
  double length_s = 0;
  Power power{};
  bool operator==(const PowerSegment&) const = default;
};

/// Length of all segments [s].
inline double length_of(std::span<const PowerSegment> segments) {
  double length_s = 0;
  for (const PowerSegment& segment : segments) length_s += segment.length_s;
  return length_s;
}

/// Mean, variance and excursions over time.
inline Load load_of(std::span<const PowerSegment> segments) {
  const double length_s = length_of(segments);
  assert(length_s > 0);
  // About the first power, so that a steady one has no variance.
  const double first_w = segments.front().power.si();
  double offset_w = 0, square_w2 = 0, highest_w = 0, lowest_w = 0;
  for (const PowerSegment& segment : segments) {
    const double weight = segment.length_s / length_s, above_w = segment.power.si() - first_w;
    offset_w += weight * above_w;
    square_w2 += weight * above_w * above_w;
    highest_w = std::max(highest_w, above_w);
    lowest_w = std::min(lowest_w, above_w);
  }
  const double variance_w2 = square_w2 - offset_w * offset_w;
  return {Power(first_w + offset_w), PowerVariance(variance_w2 > 0 ? variance_w2 : 0),
          Power(std::max(0.0, highest_w - offset_w)), Power(std::min(0.0, lowest_w - offset_w))};
}

}  // namespace wattershed
