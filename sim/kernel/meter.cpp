#include "sim/kernel/meter.hpp"

namespace wattershed {

namespace {
constexpr double ns_per_s = 1e9;
constexpr double infinity = std::numeric_limits<double>::infinity();
}  // namespace

void Meter::begin(Time now, double value) {
  standing_ = value;
  last_ = now;
  begun_ = true;
}

double Meter::integral(Time now) const {
  if (!begun_) return 0;
  assert(now >= last_);
  Sum total = before_;
  total.add(interval_);
  total.add(standing_ * static_cast<double>((now - last_).count()));
  return total.value() / ns_per_s;
}

Meter::Interval Meter::close(Time boundary) {
  if (!begun_) return {0, standing_, standing_};
  fold(boundary);
  Interval interval{interval_.value() / ns_per_s, minimum_, maximum_};
  if (!(minimum_ <= maximum_)) interval.minimum = interval.maximum = standing_;  // nothing stood for any time
  before_.add(interval_);
  interval_ = Sum{};
  minimum_ = infinity;
  maximum_ = -infinity;
  return interval;
}

}  // namespace wattershed
