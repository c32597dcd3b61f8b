/// What the searches for a size share: attempts of which the nearest is kept, and a size that shrinks until it fails.
///
/// Accuracy  `shrunk` stops where the size that passes is 2 % above one that fails
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/sizing/search.hpp"

namespace wattershed {

inline constexpr double size_precision = 0.02;

inline bool given(const LoadedSite& scenario, const std::string& path) {
  const ResolvedValue* value = scenario.document->find(path);
  return value && value->given;
}

/// Three figures, upwards.
inline double rounded_up(double value) {
  const double unit = std::pow(10.0, std::floor(std::log10(value)) - 2);
  return std::ceil(value / unit * (1 - 1e-12)) * unit;
}
/// How far an attempt is from passing: checks broken or not measurable, then the worst margin.
struct Distance {
  std::size_t broken = 0;
  double worst = 0;
  bool operator<(const Distance& other) const {
    return broken != other.broken ? broken < other.broken : worst > other.worst;
  }
};
inline Distance distance_of(const SizeAttempt& attempt) {
  Distance distance{0, std::numeric_limits<double>::infinity()};
  for (const WindowSwing& window : attempt.trial.analysis.windows)
    for (const SwingCheck& check : window.checks) {
      if (check.verdict != SwingVerdict::breach && check.verdict != SwingVerdict::unmeasurable) continue;
      ++distance.broken;
      distance.worst = std::min(distance.worst, check.margin().value_or(0));
    }
  return distance;
}

/// Runs choices, and keeps what came nearest to passing.
class Attempts {
 public:
  explicit Attempts(SwingTrials& trials) : trials_(trials) {}

  SizeAttempt attempt(std::vector<SizingSetting> settings, const std::string& what) {
    std::vector<std::string> sets;
    for (const SizingSetting& setting : settings) sets.push_back(setting.path + "=" + setting.value);
    SizeAttempt made{std::move(settings), trials_.run(sets, what)};
    if (!nearest_ || distance_of(made) < distance_of(*nearest_)) nearest_ = made;
    return made;
  }
  [[nodiscard]] const SizeAttempt& nearest() const { return *nearest_; }

 private:
  SwingTrials& trials_;
  std::optional<SizeAttempt> nearest_;
};

/// Smallest size that passes, from one that does: halved until it fails, then between the two.
template <class Try, class Round>
SizeAttempt shrunk(double& size, SizeAttempt passing, Try try_size, Round round) {
  constexpr int most_halvings = 20;
  double fails = 0;
  for (int i = 0; i < most_halvings && fails == 0; ++i) {
    const double half = round(size / 2);
    SizeAttempt made = try_size(half);
    if (made.passes())
      size = half, passing = std::move(made);
    else
      fails = half;
  }
  while (fails > 0 && size / fails > 1 + size_precision) {
    const double between = round(std::sqrt(size * fails));
    if (between >= size || between <= fails) break;
    SizeAttempt made = try_size(between);
    if (made.passes())
      size = between, passing = std::move(made);
    else
      fails = between;
  }
  return passing;
}

/// The steepest ramps that the limits leave, up and down [W/s]; 0: any.
struct RampsAllowed {
  double up = 0, down = 0;
  [[nodiscard]] bool any() const { return up > 0 || down > 0; }
};
inline RampsAllowed ramps_allowed(const Trial& before) {
  RampsAllowed allowed;
  const auto tighten = [](double& rate, double limit) { rate = rate > 0 ? std::min(rate, limit) : limit; };
  for (const WindowSwing& window : before.analysis.windows)
    for (const SwingCheck& check : window.checks) {
      if (!check.limit.starts_with("ramps.") || check.verdict == SwingVerdict::exempt) continue;
      if (!check.allowed) continue;
      if (check.measure.name.starts_with("ramp up")) tighten(allowed.up, *check.allowed);
      if (check.measure.name.starts_with("ramp down")) tighten(allowed.down, *check.allowed);
    }
  return allowed;
}

}  // namespace wattershed
