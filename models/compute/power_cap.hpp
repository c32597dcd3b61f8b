/// A power cap on an accelerator, and what it costs in speed.
///
///   dynamic power   (P(s) − P_park)/(P − P_park) = (s + s²)/2       s: clock over the clock without a cap
///   clock           s = the root of P(s) = cap, never below the slowest clock (0.1)
///   slowdown        1 + β·(1/s − 1)                                 β: part of the time that follows the clock
///
/// β: compute and prefill 0.5; decode and optimizer 0.2, bound by memory; communication, checkpoints and waiting 0.
/// A cap below what the slowest clock draws is not met: the power returned then lies above the cap.
/// Inputs    power in the activity without a cap, cap [W]
/// Outputs   power under the cap [W], factor on the length of the activity [1]
/// Source    form: between P ~ clock·V², V falling with the clock, and P ~ clock at the least voltage; β of compute:
///           the Zeus sweeps of V100 and A40 (NSDI 2023); β of decode: Samsi 2023 (−28 % power, +6.7 % time)
/// Valid     steady caps; a cap acts some 50 to 100 ms after a spike. Caps of a third to all of thermal design power
///           (`power_cap_domain`); below, the law goes on to the slowest clock, and stays there
/// Accuracy  mean deviation of time 6 % over 188 points of V100, 13 % over 180 of A40, where caps below half of the
///           power cost up to four times the time; POLCA: −20 % power for about 10 % of training speed, here 10.7 %
#pragma once

#include "models/compute/accelerator.hpp"

namespace wattershed {

inline constexpr Domain<1> power_cap_domain{
    "power cap",
    {{{"cap over thermal design power", "1", 1.0 / 3, 1}}},
    "Zeus (NSDI 2023): 100 to 300 W of A40's 300 W, 100 to 250 W of V100's 250"};

struct CappedActivity {
  Power power{};        ///< under the cap [W]
  double slowdown = 1;  ///< factor on the length of the activity, at least 1
};

/// `power` is what the accelerator would draw in this activity without the cap [W].
CappedActivity capped(const Accelerator& accelerator, Activity activity, Power power, Power cap);

}  // namespace wattershed
