#include "models/electrical/power_factor.hpp"

#include <cassert>
#include <cmath>

namespace wattershed {

void PowerFactor::visit(Fields& f) {
  f.required("full_load", full_load,
             {.help = "power factor at rating", .at_most = 1, .above = 0.1, .example = "0.99"});
  f.optional("leading", leading,
             {.help = "true: leading (capacitive) at rating", .source = "lagging", .kind = ValueKind::assumed});
  f.optional("no_load", no_load,
             {.help = "reactive power without load, of rating; below zero it leads",
              .at_least = -1,
              .at_most = 1,
              .source = "the same power factor at every load",
              .kind = ValueKind::assumed,
              .example = "-5 %"});
  f.optional("square", square,
             {.help = "reactive power with the square of load, of rating",
              .at_least = -1,
              .at_most = 1,
              .source = "no stray field",
              .kind = ValueKind::assumed});
}

ReactiveCurve PowerFactor::curve() const {
  const double at_rating = std::sqrt(1 - full_load * full_load) / full_load * (leading ? -1 : 1);
  return {no_load.si(), at_rating - no_load.si() - square.si(), square.si()};
}

void TransformerReactive::visit(Fields& f) {
  f.optional("magnetising", magnetising,
             {.help = "current without load, of rated current",
              .at_least = 0,
              .below = 1,
              .source = "textbook range 0.3 to 2 %, not checked",
              .kind = ValueKind::assumed});
  f.optional("leakage", leakage,
             {.help = "reactance on its rating, close to the short-circuit voltage",
              .at_least = 0,
              .below = 1,
              .source = "6 % is usual for 2.5 MVA and 10 to 15 % for large units; remembered, not checked",
              .kind = ValueKind::assumed});
}

ApparentPower reactive_power(const ReactiveCurve& curve, Power rating, Power power, ApparentPower through) {
  return reactive_power(curve, rating, Load{power, PowerVariance{}}, through);
}

ApparentPower reactive_power(const ReactiveCurve& curve, Power rating, Load load, ApparentPower through) {
  assert(rating > Power{});
  const double rating_w = rating.si(), mean_w = load.mean.si(), through_va = through.si();
  const double square_w2 = mean_w * mean_w + load.variance.si() + through_va * through_va;
  return ApparentPower(curve.no_load * rating_w + curve.proportional * mean_w + curve.square * square_w2 / rating_w);
}

double power_factor(Power power, ApparentPower reactive) {
  const double apparent_va = std::hypot(power.si(), reactive.si());
  return apparent_va > 0 ? std::abs(power.si()) / apparent_va : 1;
}

ApparentPower reactive_power_at(double power_factor, Power power) {
  assert(power_factor > 0 && power_factor <= 1);
  return ApparentPower(power.si() * std::sqrt(1 - power_factor * power_factor) / power_factor);
}

}  // namespace wattershed
