/// What a smoothing store does under a load that repeats: for a run that knows a cycle's phases but plays no steps.
///
/// The periodic state of `StorageSmoother` under a cycle repeated for ever, with the return of charge as a constant c
/// that pays for the losses: mean(dE/dt) = 0. For a full flattening of a square wave (high − low = ΔP, duty d):
///
///   E = ΔP·d·(1−d)·T,  charge power d·ΔP + c,  discharge power (1−d)·ΔP − c,
///   loss = c = d·(1−d)·ΔP·κ/(1 + d·κ),  κ = 1/(η_c·η_d) − 1        (d·(1−d)·ΔP·κ to first order)
///
/// Independent cycles (`combined`): their battery powers add, so the distribution of the sum is the convolution of
/// theirs; loss and variance follow from it. (Losses, or mean absolute deviations, added in quadrature as if they
/// were normal are 38 % too high for two equal square waves, 15 % for three.)
/// Inputs    a cycle as stretches of constant power [s, W]
/// Outputs   mean loss [W], grid power (mean and variance), swing of the stored energy [J], powers at the terminals
/// Source    the closed forms: conservation of energy over a period; derived here
/// Valid     return times much longer than the cycle (`storage_cycle_domain`; quicker ones would move within it, and
///           stay constant here), filters that settle on one (see storage.hpp on a ramp limit alone). The response time is left out. `combined`: cycles with no common period
/// Accuracy  within 1 % of long runs of StorageSmoother, also where ramp, power or energy bind; `combined` within 1 %
///           in loss for two and three square waves (0.1 to 0.4 % measured). It takes a ramp limit to bind for each
///           cycle alone, and an energy limit too: it understates the work where several need the store at once
#pragma once

#include <span>
#include <vector>

#include "models/electrical/storage.hpp"
#include "sim/units/power_segment.hpp"

namespace wattershed {

struct StorageCycle {
  Power loss{};                       ///< mean [W]
  Load grid{};                        ///< load and loss; `combined`: its excursions are bounds
  Energy swing{};                     ///< highest minus lowest stored energy [J]
  Power charge{};                     ///< largest, at the terminals [W]
  Power discharge{};                  ///< largest, at the terminals, as a positive number [W]
  double saturated = 0;               ///< share of the time without enough power or energy, 0..1
  std::vector<PowerSegment> battery;  ///< power at the terminals before the constant c: shares of the time [s of 1 s]
};

/// What the constant return is made for.
inline constexpr Domain<1> storage_cycle_domain{"battery on average",
                                                {{{"cycle over return time", "1", 0, 0.1}}},
                                                "much shorter than the return; that a tenth is short is assumed"};

/// `battery.smoothing` must be there; a cycle has a length above zero.
StorageCycle storage_cycle(std::span<const PowerSegment> cycle, const Battery& battery);
/// Several independent cycles behind one store, each worked out by `storage_cycle` for that store.
/// `swing` is the sum: what cycles without a common period come to, sooner or later.
StorageCycle combined(std::span<const StorageCycle> cycles, const Battery& battery);

}  // namespace wattershed
