/// A power that swings: its mean, its variance and how far it goes, instead of every step of a job.
///
///   independent loads     mean and variance add; excursions add, which bounds those of the sum
///   loads in lockstep     mean and standard deviation add (the racks of one job); excursions add, exactly
///   a stage with loss L   mean + L + ½·L″·variance,   variance·(1 + L′)²     with L, L′, L″ taken at the mean
///                         excursion e: e·(1 + L′) + ½·L″·(e² − variance), so that mean + e goes through as a power does
///
/// Inputs   mean [W], variance [W2]; excursions above and below the mean [W], as signed differences
/// Source   second-order expansion of E[P + L(P)]; first-order propagation of variance (delta method)
/// Valid    any distribution for the mean where L is quadratic; the variance is exact where L is linear, or where L is
///          quadratic and P takes two values equally often; otherwise it lacks terms of the order L″·(third moment)
///          and L″²·variance². Excursions are exact where L is linear or quadratic
#pragma once

#include <cmath>

#include "sim/units/quantity.hpp"

namespace wattershed {

struct Load {
  Power mean;
  PowerVariance variance;
  Power above{};  ///< highest less mean, at least zero
  Power below{};  ///< lowest less mean, at most zero

  [[nodiscard]] constexpr Power highest() const { return mean + above; }
  [[nodiscard]] constexpr Power lowest() const { return mean + below; }

  constexpr bool operator==(const Load&) const = default;
  constexpr Load& operator+=(Load other) {
    mean += other.mean;
    variance += other.variance;
    above += other.above;
    below += other.below;
    return *this;
  }
  /// The sum of independent loads.
  friend constexpr Load operator+(Load a, Load b) { return a += b; }
  /// One load scaled by k ≥ 0: `k` copies of it in lockstep.
  friend constexpr Load operator*(Load a, double k) {
    return {a.mean * k, a.variance * (k * k), a.above * k, a.below * k};
  }
  friend constexpr Load operator*(double k, Load a) { return a * k; }
};

/// The sum of loads that swing together.
inline Load combined_in_lockstep(Load a, Load b) {
  const double covariance_w2 = std::sqrt(a.variance.si() * b.variance.si());
  return {a.mean + b.mean, a.variance + b.variance + PowerVariance(2 * covariance_w2), a.above + b.above,
          a.below + b.below};
}

/// What a stage asks for at its input when `out` is taken from its output. `loss` [W], its slope [1] and its
/// curvature [1/W] are those of the loss curve at `out.mean`.
constexpr Load through_stage(Load out, Power loss, double slope, double curvature_per_w) {
  const double gain = 1 + slope, half_per_w = 0.5 * curvature_per_w;
  const double by_variance_w = half_per_w * out.variance.si();
  const auto excursion = [&](Power e) {
    return Power(e.si() * (gain + half_per_w * e.si()) - (e.si() != 0 ? by_variance_w : 0.0));
  };
  return {out.mean + loss + Power(by_variance_w), out.variance * (gain * gain), excursion(out.above),
          excursion(out.below)};
}

}  // namespace wattershed
