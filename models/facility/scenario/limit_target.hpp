/// What the words of a limit mean: the level of a column at every instant, what comes together within a span of the
/// calendar, or a scalar of the run.
///
///   quantity            per               is held against the bound
///   a column            left out          its level, at every instant
///   a rate (kg/s, W)    day … run         its sum within the span (kg, J) where the bound has such a unit, else its mean
///   any other column    day … run         its mean within the span
///   a scalar            left out, run     its value at the end of the run; of one that adds the day is known on which
///                                         it passes a maximum
///   a scalar that adds  day, month, year  what it grows by within the span
///   a ratio (pue, wue)  day, month, year  what its two sides grow by, the one over the other
///
/// A name that is both a column and a scalar is the column without `per`, and the scalar with it.
/// Inputs   a limit as written; the resolved values of the scenario, where the bound is the path of one
/// Outputs  quantity, kind, dimension of the bound, and the bound [SI]
/// Errors   LimitFault: what is wrong, and with which key: "quantity", "per", "max" or "min"
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "models/facility/scenario/quantities.hpp"
#include "models/facility/scenario/scenario.hpp"
#include "sim/input/document.hpp"

namespace wattershed {

enum class LimitKind { level, sum, mean, whole, growth, ratio };

/// Sides of a ratio, as sums of scalars that add.
struct SummaryRatio {
  std::string_view name;
  std::vector<std::string_view> over, under;
};
/// Null where the scalar is no such ratio.
const SummaryRatio* find_summary_ratio(std::string_view name);

struct LimitTarget {
  LimitKind kind = LimitKind::level;
  std::optional<LimitSpan> span;  ///< within which it is held; none: a level
  const SiteQuantity* quantity = nullptr;
  Dimension dimension;  ///< of the bound
  bool is_maximum = true;
  double bound = 0;             ///< as it stands at the start [SI]
  std::string path;             ///< of the value that the bound is; empty: it is a number
  bool absent_at_zero = false;  ///< the column is 0 where there is nothing that it could be of
};

/// What is wrong with a limit, and with which key of it.
class LimitFault : public std::invalid_argument {
 public:
  LimitFault(std::string_view about, const std::string& message) : std::invalid_argument(message), about_(about) {}
  [[nodiscard]] const std::string& about() const { return about_; }

 private:
  std::string about_;
};

/// Throws LimitFault.
LimitTarget limit_target(const Limit& limit, const Document& document);

}  // namespace wattershed
