/// What an equation was made for, as data beside it, and how long it was used for something else.
///
///   outside = Σ over accepted states that stood of their time, where an input lies below `low` or above `high`
///
/// A state stands from when it was accepted to the next; of several in one instant the last counts. Trials of a search
/// are not states. An input that is not a number is outside.
///
/// Inputs   the inputs of accepted states [SI], in the order of the bounds
/// Outputs  for each input the time outside, the worst value and the first time
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/units/time.hpp"

namespace wattershed {

/// One input of an equation, and the values that it was made for.
struct Bound {
  std::string_view input;  ///< "leaving chilled water"
  std::string_view unit;   ///< of SI: "K", "1"
  double low = 0, high = 0;
};

/// The bounds of all inputs of an equation that has any.
template <std::size_t N>
struct Domain {
  static_assert(N <= 32);
  std::string_view model;  ///< "chiller curves"
  std::array<Bound, N> bounds;
  std::string_view source;

  /// Bit i: input i lies outside.
  [[nodiscard]] constexpr std::uint32_t outside(const std::array<double, N>& at) const {
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < N; ++i)
      mask |= static_cast<std::uint32_t>(!(at[i] >= bounds[i].low && at[i] <= bounds[i].high)) << i;
    return mask;
  }
};

/// How a run used one input of a model.
struct RangeUse {
  std::string model, input, unit, source;
  double low = 0, high = 0;     ///< [SI]
  std::optional<double> worst;  ///< the value farthest outside; none: it never was
  Duration outside{};
  std::optional<Time> first;
};

/// Counts for one model. `saw` costs a comparison as long as nothing is outside.
class ValidityTally {
 public:
  template <std::size_t N>
  explicit ValidityTally(const Domain<N>& domain) {
    for (const Bound& bound : domain.bounds)
      uses_.push_back({.model = std::string(domain.model),
                       .input = std::string(bound.input),
                       .unit = std::string(bound.unit),
                       .source = std::string(domain.source),
                       .low = bound.low,
                       .high = bound.high,
                       .worst = {},
                       .first = {}});
    at_.resize(N);
  }

  /// A state was accepted: `outside` is its mask, `at` begins with its inputs. Times do not fall.
  void saw(Time now, std::uint32_t outside, std::span<const double> at) {
    if ((outside | standing_) == 0) return;
    stand(now, outside, at);
  }
  /// The standing state ends.
  void close(Time now) { stand(now, 0, at_); }

  /// One for each input, in the order of the bounds.
  [[nodiscard]] const std::vector<RangeUse>& uses() const { return uses_; }

 private:
  void stand(Time now, std::uint32_t outside, std::span<const double> at);

  std::vector<RangeUse> uses_;
  std::uint32_t standing_ = 0;
  Time since_{};
  std::vector<double> at_;
};

}  // namespace wattershed
