/// What an equation was made for, as data beside it, and how long it was used for something else.
///
///   outside = Σ over accepted states that stood of their time, where an input lies below `low` or above `high`
///
/// A state stands from when it was accepted to the next; of several in one instant the last counts. Trials of a search
/// are not states. An input that is not a number is outside. Of several machines of one kind the time is that in which
/// any is outside.
///
/// Inputs   the inputs of accepted states [SI], in the order of the bounds
/// Outputs  for each input the time outside, the worst value and the first time
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
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

  /// How far a value lies outside; not above zero inside, infinite where it is no number.
  [[nodiscard]] constexpr double beyond(double value) const {
    if (value != value) return std::numeric_limits<double>::infinity();
    return low - value > value - high ? low - value : value - high;
  }
  /// The value, or the edge that it misses by no more than rounding: of what was worked out, not measured.
  [[nodiscard]] constexpr double rounded(double value) const {
    const double slack = 1e-9 * (high - low);
    return value < low && value >= low - slack ? low : value > high && value <= high + slack ? high : value;
  }
  /// Of two values that which lies farther outside.
  [[nodiscard]] constexpr double farther(double one, double other) const {
    return beyond(other) > beyond(one) ? other : one;
  }
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
  /// Of two states that stand at the same time, by input what lies farther outside.
  [[nodiscard]] constexpr std::array<double, N> farther(const std::array<double, N>& one,
                                                        const std::array<double, N>& other) const {
    std::array<double, N> both = one;
    for (std::size_t i = 0; i < N; ++i) both[i] = bounds[i].farther(one[i], other[i]);
    return both;
  }
  /// A state in the middle of everything: what a machine is asked that stands idle.
  [[nodiscard]] constexpr std::array<double, N> inside() const {
    std::array<double, N> at{};
    for (std::size_t i = 0; i < N; ++i) at[i] = bounds[i].low + 0.5 * (bounds[i].high - bounds[i].low);
    return at;
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

/// Counts for one model and all machines of its kind. `saw` costs a comparison as long as nothing is outside.
class ValidityTally {
 public:
  template <std::size_t N>
  explicit ValidityTally(const Domain<N>& domain, std::size_t machines = 1) {
    for (const Bound& bound : domain.bounds)
      uses_.push_back({.model = std::string(domain.model),
                       .input = std::string(bound.input),
                       .unit = std::string(bound.unit),
                       .source = std::string(domain.source),
                       .low = bound.low,
                       .high = bound.high,
                       .worst = {},
                       .first = {}});
    counts_.resize(N);
    for (std::size_t i = 0; i < machines; ++i) add_machine();
  }
  /// A further machine; its number.
  std::size_t add_machine();

  /// A state of a machine was accepted: `outside` is its mask, `at` begins with its inputs. Times do not fall.
  void saw(Time now, std::uint32_t outside, std::span<const double> at, std::size_t machine = 0) {
    if ((outside | machines_[machine].outside) == 0) return;
    stand(now, outside, at, machine);
  }
  template <std::size_t N>
  void saw(Time now, const Domain<N>& domain, const std::array<double, N>& at, std::size_t machine = 0) {
    saw(now, domain.outside(at), at, machine);
  }
  /// The standing states end.
  void close(Time now);

  /// One for each input, in the order of the bounds.
  [[nodiscard]] const std::vector<RangeUse>& uses() const { return uses_; }

 private:
  struct Machine {
    std::uint32_t outside = 0;
    Time since{};
  };
  void stand(Time now, std::uint32_t outside, std::span<const double> at, std::size_t machine);

  std::vector<RangeUse> uses_;
  std::vector<std::size_t> counts_;  // machines that are outside, by input
  Time since_{};                     // when the counts last changed, or their time was taken
  std::vector<Machine> machines_;
  std::vector<double> at_;  // by machine, then by input
};

/// The rows of several tallies behind those that are there.
inline void add_uses(std::vector<RangeUse>& rows, const ValidityTally& tally) {
  rows.insert(rows.end(), tally.uses().begin(), tally.uses().end());
}

}  // namespace wattershed
