/// Reactive power of a site at its point of interconnection.
///
///   Q = Q_feed(P_feed) + Q_motors(P_mechanical) + Q_transformers(P_feed + P_mechanical, their Q)
///   a `power_factor` of the point replaces all of it: Q = P·tan(acos(power factor))
///
/// P_feed is what the IT side asks of the grid, P_mechanical what cooling and building ask. The feed's curve is that
/// of the UPS inputs, or of the power supplies where there is no UPS with a curve, on the rating of the whole stage.
/// Inputs    real powers [W]
/// Outputs   reactive power, lagging positive [VA]
/// Valid     modules of a stage equally loaded; the feed's loss in transformers (about 1 %) is taken with it
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "models/electrical/power_factor.hpp"
#include "sim/units/load.hpp"

namespace wattershed {

struct ReactiveLoad {
  struct Part {
    ReactiveCurve curve;
    Power rating{};
  };
  std::optional<Part> feed, motors, transformers;
  std::optional<double> power_factor;

  [[nodiscard]] ApparentPower at(Load feed_load, Power mechanical) const {
    const Power all = feed_load.mean + mechanical;
    if (power_factor) return reactive_power_at(*power_factor, all);
    ApparentPower q{};
    if (feed) q += reactive_power(feed->curve, feed->rating, feed_load);
    if (motors) q += reactive_power(motors->curve, motors->rating, mechanical);
    if (transformers)
      q += reactive_power(transformers->curve, transformers->rating, Load{all, feed_load.variance}, q);
    return q;
  }

  [[nodiscard]] bool has_curves() const { return !power_factor && (feed || motors || transformers); }
  /// Of the curves that are asked the highest load over rating [1].
  [[nodiscard]] double highest_load(Load feed_load, Power mechanical) const {
    if (power_factor) return 0;
    double highest = 0;
    ApparentPower through{};
    if (feed) {
      highest = feed_load.mean / feed->rating;
      through += reactive_power(feed->curve, feed->rating, feed_load);
    }
    if (motors) {
      highest = std::max(highest, mechanical / motors->rating);
      through += reactive_power(motors->curve, motors->rating, mechanical);
    }
    if (transformers)
      highest =
          std::max(highest, std::hypot((feed_load.mean + mechanical).si(), through.si()) / transformers->rating.si());
    return highest;
  }
};

}  // namespace wattershed
