#include "models/grid/point/ride_through_curve.hpp"

#include <algorithm>
#include <cassert>

namespace wattershed {

void RideThroughPoint::visit(Fields& f) {
  f.required("for", lasting, {.help = "up to this long", .above = 0, .example = "500 ms"});
  f.required("voltage", voltage,
             {.help = "this voltage, of nominal", .at_least = 0, .at_most = 10, .example = "70 %"});
}

void RideThroughCurve::visit(Fields& f) {
  f.optional("sags", sags, {.help = "least voltage of a sag by its length: longer ones may be less deep"});
  f.required("lowest", lowest,
             {.help = "least voltage that may last", .at_least = 0, .at_most = 1, .example = "90 %"});
  f.optional("swells", swells, {.help = "largest voltage of a swell by its length: longer ones may be less high"});
  f.optional("highest", highest,
             {.help = "largest voltage that may last", .at_least = 1, .at_most = 10, .example = "110 %"});
  const auto rises = [&](const char* name, const std::vector<RideThroughPoint>& points, double sign, double last) {
    for (std::size_t k = 0; k < points.size(); ++k) {
      if (k > 0 && points[k].lasting <= points[k - 1].lasting)
        f.fault(name, "the points must rise in duration; write the shortest first");
      const double next = k + 1 < points.size() ? points[k + 1].voltage.si() : last;
      if (sign * (next - points[k].voltage.si()) < 0)
        f.fault(name, "a longer one may not be farther from nominal than a shorter one");
    }
  };
  rises("sags", sags, 1, lowest.si());
  if (highest)
    rises("swells", swells, -1, highest->si());
  else if (!swells.empty())
    f.fault("highest", "swells need the largest voltage that may last (for example 110 %)");
}

std::optional<Duration> tolerated(const RideThroughCurve& curve, double residual) {
  Duration longest{0};
  if (residual >= curve.lowest.si()) {
    if (!curve.highest || residual <= curve.highest->si()) return std::nullopt;
    for (const RideThroughPoint& point : curve.swells)
      if (residual <= point.voltage.si()) longest = point.lasting;
    return longest;
  }
  for (const RideThroughPoint& point : curve.sags)
    if (residual >= point.voltage.si()) longest = point.lasting;
  return longest;
}

bool rides_through(const RideThroughCurve& curve, double residual, Duration lasting) {
  const auto longest = tolerated(curve, residual);
  return !longest || lasting <= *longest;
}

RideThroughWatch::RideThroughWatch(const RideThroughCurve& curve) {
  const auto add = [&](const std::vector<RideThroughPoint>& points, double last, bool swell) {
    double allowed_s = 0;  // beyond a point's voltage: as long as the point before
    for (const RideThroughPoint& point : points) {
      levels_.push_back({point.voltage.si(), allowed_s, swell});
      allowed_s = seconds(point.lasting);
    }
    levels_.push_back({last, allowed_s, swell});
  };
  add(curve.sags, curve.lowest.si(), false);
  if (curve.highest) add(curve.swells, curve.highest->si(), true);
}

bool RideThroughWatch::advance(double voltage, double span_s) {
  assert(span_s >= 0);
  // What a sum of many short spans misses of a duration given exactly.
  constexpr double rounding = 1e-9;
  for (Level& level : levels_) {
    const bool outside = level.swell ? voltage > level.voltage : voltage < level.voltage;
    if (!outside) {
      level.outside_s = 0;
      continue;
    }
    const double left_s = level.allowed_s - level.outside_s;
    level.outside_s += span_s;
    if (level.outside_s > level.allowed_s * (1 + rounding)) {
      const double at_s = now_s_ + std::max(0.0, left_s);
      if (!broken_at_s_ || (*broken_at_s_ >= now_s_ && at_s < *broken_at_s_)) broken_at_s_ = at_s;
    }
  }
  now_s_ += span_s;
  return within();
}

}  // namespace wattershed
