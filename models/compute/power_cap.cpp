#include "models/compute/power_cap.hpp"

#include <algorithm>
#include <cmath>

namespace wattershed {

namespace {

constexpr double slowest_clock = 0.1;  // 135 of 1530 MHz in V100

// Dynamic power over that at full clock, and back.
double relative_power(double clock) { return 0.5 * (clock + clock * clock); }
double clock_at(double power) { return std::sqrt(0.25 + 2 * power) - 0.5; }

double share_that_follows_the_clock(Activity activity) {
  switch (activity) {
    case Activity::compute:
    case Activity::prefill:
      return 0.5;
    case Activity::decode:
    case Activity::optimizer:
      return 0.2;
    default:
      return 0.0;
  }
}

}  // namespace

CappedActivity capped(const Accelerator& accelerator, Activity activity, Power power, Power cap) {
  const Power still = accelerator.parked();  // clocks do not change what is drawn below
  if (power <= cap || power <= still) return {power, 1.0};
  const double wanted = std::max((cap - still) / (power - still), 0.0);
  const double clock = std::max(clock_at(wanted), slowest_clock);
  const double slowdown = 1 + share_that_follows_the_clock(activity) * (1 / clock - 1);
  return {std::max(cap, still + relative_power(clock) * (power - still)), slowdown};
}

}  // namespace wattershed
