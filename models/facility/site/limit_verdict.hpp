/// What a run says of one limit: broken, kept, or not measurable.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/units/time.hpp"

namespace wattershed {

struct LimitVerdict {
  std::string name;
  std::string_view quantity;
  std::string units;     ///< of `allowed` and `worst`
  std::string_view per;  ///< "day", "month", "year", "run"; empty: of a level at every instant
  bool is_maximum = true;

  std::string why;  ///< it is not measurable: why, and what would show it; empty: it is
  // The rest only where it is measurable.
  double allowed = 0, worst = 0;  ///< when the headroom was least [SI]
  double headroom = 0;            ///< the least headroom, of `allowed` [1]
  double time_over_s = 0;
  std::optional<Time> first_breach;  ///< nothing: never, or known of the whole run alone
  bool broken = false;

  [[nodiscard]] bool measured() const { return why.empty(); }
};

/// Room that a value leaves to what is allowed [unit of both]; what double precision cannot tell apart is equal, and
/// equal holds.
double room_to(double value, double allowed, bool is_maximum);
/// The same as a share of what is allowed, where that is not 0.
double headroom_to(double value, double allowed, bool is_maximum);
/// The bound with its margin kept free.
inline double allowed_of(double bound, double margin, bool is_maximum) {
  return bound * (is_maximum ? 1 - margin : 1 + margin);
}

}  // namespace wattershed
