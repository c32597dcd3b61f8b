/// A voltage-time curve: how deep and how long a sag (or a swell) may be that equipment or a site has to ride
/// through.
///
///   a sag to V for t is ridden through when V ≥ level(t),  level a staircase: the first point with `for` ≥ t, and
///   `lowest` after the last;  for a voltage that moves: for every level, never longer below it than the curve allows
///
/// Inputs    residual voltage, of nominal [1]; how long [s]
/// Source    form: ITI (CBEMA) curve, SEMI F47; grid codes (fault ride-through). Data in the catalog
/// Valid     RMS voltages of the three phases together; sloping recoveries of a grid code are to be cut into stairs
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/input/schema.hpp"

namespace wattershed {

/// Up to `lasting`, this voltage.
struct RideThroughPoint {
  Duration lasting{};
  Share voltage;
  void visit(Fields& f);
};

struct RideThroughCurve {
  static constexpr std::string_view catalog_kind = "ride-through";
  std::vector<RideThroughPoint> sags;    ///< rising in duration and voltage
  Share lowest;                          ///< that may last
  std::vector<RideThroughPoint> swells;  ///< rising in duration, falling in voltage
  std::optional<Share> highest;          ///< that may last; without it, swells have no limit
  void visit(Fields& f);
};

/// Whether a constant residual voltage of that length is ridden through. Sags and swells alike.
bool rides_through(const RideThroughCurve& curve, double residual, Duration lasting);
/// How long a residual voltage is ridden through: zero for not at all, nothing for ever.
std::optional<Duration> tolerated(const RideThroughCurve& curve, double residual);

/// Holds a voltage that moves against a curve, piece by piece.
class RideThroughWatch {
 public:
  explicit RideThroughWatch(const RideThroughCurve& curve);
  /// The voltage [1] over the next `span_s` [s]. Allocates nothing. Gives `within()`.
  bool advance(double voltage, double span_s);
  /// Whether everything so far is ridden through.
  [[nodiscard]] bool within() const { return !broken_at_s_; }
  /// When the curve was left first, since the start of the watch [s].
  [[nodiscard]] std::optional<double> broken_at_s() const { return broken_at_s_; }

 private:
  struct Level {
    double voltage, allowed_s;
    bool swell;
    double outside_s = 0;  ///< without a break
  };
  std::vector<Level> levels_;
  double now_s_ = 0;
  std::optional<double> broken_at_s_;
};

}  // namespace wattershed
