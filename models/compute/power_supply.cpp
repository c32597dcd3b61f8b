#include "models/compute/power_supply.hpp"

#include <algorithm>
#include <cassert>

namespace wattershed {

namespace {

double loss_at_point(const EfficiencyPoint& point) {
  return point.load.si() / point.efficiency.si() - point.load.si();
}

// Loss over rating at a load x over rating.
double relative_loss(const std::vector<EfficiencyPoint>& points, double x) {
  std::size_t upper = 1;
  while (upper + 1 < points.size() && points[upper].load.si() < x) ++upper;
  const EfficiencyPoint& a = points[upper - 1];
  const EfficiencyPoint& b = points[upper];
  const double slope = (loss_at_point(b) - loss_at_point(a)) / (b.load.si() - a.load.si());
  return std::max(loss_at_point(a) + slope * (x - a.load.si()), 0.0);
}

}  // namespace

void EfficiencyPoint::visit(Fields& f) {
  f.required("load", load, {.help = "output over rating", .at_most = 1.5, .above = 0, .example = "50 %"});
  f.required("efficiency", efficiency, {.help = "output over input", .at_most = 1, .above = 0, .example = "96 %"});
}

void PowerSupply::visit(Fields& f) {
  f.alternatives({"points", "efficiency"}, true);
  f.optional("rating", rating, {.help = "output of one supply", .above = 0, .example = "3.3 kW"});
  f.optional("points", points, {.help = "efficiency at two loads or more, rising in load"});
  f.optional("efficiency", efficiency,
             {.help = "of an affine supply: (output + fixed)/efficiency", .at_most = 1, .above = 0});
  f.optional("fixed", fixed, {.help = "of an affine supply: added to the output", .at_least = 0, .example = "17 W"});
  if (efficiency) return;
  if (fixed) f.fault("fixed", "'fixed' belongs to an affine supply; write 'efficiency' with it, or leave it out");
  if (!rating) f.fault("rating", "a supply with efficiency points needs its rating, for example 'rating: 3.3 kW'");
  if (points.size() < 2) return f.fault("points", "a supply needs two efficiency points or more");
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double step = points[i].load.si() - points[i - 1].load.si();
    if (step <= 0) return f.fault("points", "the points must rise in load");
    if (loss_at_point(points[i]) - loss_at_point(points[i - 1]) <= -step)
      return f.fault("points", "the input would fall while the output rises");
  }
}

std::optional<Domain<1>> supply_domain(const PowerSupply& supply) {
  if (!supply.rating) return std::nullopt;
  const bool points = !supply.efficiency && !supply.points.empty();
  return Domain<1>{"power supplies",
                   {{{"load over rating", "1", points ? supply.points.front().load.si() : 0.0,
                      points ? supply.points.back().load.si() : 1.0}}},
                   points ? "points of its efficiency" : "up to its rating; its source states no range, assumed"};
}

Power supply_input(const PowerSupply& supply, double count, Power output) {
  assert(count > 0 && output.si() >= 0);
  if (supply.efficiency) return (output + count * supply.fixed.value_or(Power{})) / supply.efficiency->si();
  const Power rating = count * *supply.rating;
  return output + relative_loss(supply.points, output / rating) * rating;
}

}  // namespace wattershed
