/// A power cap on an accelerator, and what it costs in speed.
///
///   P ≤ cap:  nothing changes
///   P > cap:  s = ((cap − P_park)/(P − P_park))^(1/α)       relative clock, never below the slowest clock (0.2)
///             slowdown = 1 + β·(1/s − 1)                    β: the share of the activity's time that follows the
///             clock
///
/// β: compute and prefill 0.7; decode and optimizer 0.2, bound by memory; communication, checkpoints and waiting 0.
/// α = 2 and β = 0.7 are the pair that comes nearest to the V100 of the Zeus sweeps (tests/models/compute,
/// README.md). A cap below what the slowest clock draws is not met: the power returned then lies above the cap.
/// Inputs    power in the activity without a cap, cap [W]
/// Outputs   power under the cap [W], factor on the length of the activity [1]
/// Source    P_dynamic ~ clock^α; measured: zeus_nsdi23 (V100, A40), Samsi 2023 (cap −30 %: +6.7 % time, −23 %
///           energy), POLCA 2024 (power −20 %: about 10 % of training speed, up to 7 % of inference)
/// Valid     steady caps; a cap acts some 50 to 100 ms after a spike
/// Accuracy  mean deviation of time 6 % over 188 measured points of V100; on A40 caps below 60 % of its power cost
/// far
///           more than the law says (README.md)
#pragma once

#include "models/compute/accelerator.hpp"

namespace wattershed {

struct CappedActivity {
  Power power{};        ///< under the cap [W]
  double slowdown = 1;  ///< factor on the length of the activity, at least 1
};

/// `power` is what the accelerator would draw in this activity without the cap [W].
CappedActivity capped(const Accelerator& accelerator, Activity activity, Power power, Power cap);

}  // namespace wattershed
