#include "models/compute/power_cap.hpp"

#include <algorithm>
#include <cmath>

namespace wattershed {

namespace {

constexpr double clock_exponent = 2.0;
constexpr double slowest_clock = 0.2;  // 288 of 1410 MHz: the power brake of A100 (POLCA)

double share_that_follows_the_clock(Activity activity) {
  switch (activity) {
    case Activity::compute:
    case Activity::prefill:
      return 0.7;
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
  const double clock = std::max(std::pow(wanted, 1 / clock_exponent), slowest_clock);
  const double slowdown = 1 + share_that_follows_the_clock(activity) * (1 / clock - 1);
  return {std::max(cap, still + std::pow(clock, clock_exponent) * (power - still)), slowdown};
}

}  // namespace wattershed
