/// Power smoothing by an accelerator's firmware: a floor under its power while it is at work and a while after, and
/// limits on how fast its power may rise and fall.
///
///   active    raw power ≥ activation                     raw: what the work draws by itself
///   target    max(raw, floor) while active and for the stop delay after, else raw
///   out       runs to the target, no faster than ramp_up and ramp_down
///   raw > out the chip is held back: its work goes on at out/raw of its speed, so the phase lasts longer
///   raw < out energy is burned for nothing
///
/// Solved from event to event (end of a phase, of the delay, of a ramp): no time step. A ramp is one phase with a
/// `rise`, so that the limit holds exactly.
/// Inputs    phases of the work, one after the other; what came before them (`SmoothingState`)
/// Outputs   phases as drawn; energy burned [J]; the state at their end
/// Source    description: Choukse et al. 2025 (arXiv 2508.14318); fields: NVML power smoothing profiles; the step by
///           step form is a reconstruction of that description
/// Valid     the raw power does not depend on what was burned before; held back work slows in proportion to its power;
///           floors of 20 to 90 % (`smoothing_domain`): others are played as they are written
/// Accuracy  closed forms: burned power of a floor F = Σ shareᵢ·max(0, F − Pᵢ); published for a floor of 90 % on a
///           trace of H100: +10.5 % energy, a figure that follows from the duty of that trace
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "models/compute/accelerator_phase.hpp"
#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

struct PowerSmoothing {
  Share floor{0.9};                    ///< of thermal design power
  std::optional<PowerRamp> ramp_up;    ///< of each accelerator; none: any [W/s]
  std::optional<PowerRamp> ramp_down;  ///< of each accelerator; none: any [W/s]
  Duration stop_delay = std::chrono::seconds(5);
  Share activation{0.5};  ///< of thermal design power
  void visit(Fields& f);
};

inline constexpr Domain<1> smoothing_domain{"power smoothing",
                                            {{{"floor over thermal design power", "1", 0.2, 0.9}}},
                                            "Choukse et al. 2025, Open Compute: what the firmware takes"};

/// The same as plain numbers for one accelerator.
struct SmoothingLimits {
  static constexpr double any = std::numeric_limits<double>::infinity();
  Power floor{};       ///< [W]
  Power activation{};  ///< [W]
  double up_w_per_s = any, down_w_per_s = any;
  double stop_delay_s = 0;
};
/// A cap lies above the floor in rank: the floor is never above it.
SmoothingLimits smoothing_limits(const PowerSmoothing& smoothing, Power max_power, std::optional<Power> cap = {});

struct SmoothingState {
  Power out{};         ///< what is drawn at present [W]
  double quiet_s = 0;  ///< time since it was last active; counted no further than the stop delay
};

struct Smoothed {
  std::vector<AcceleratorPhase> phases;
  Energy burned{};  ///< drawn beyond what the work asked for, of each accelerator [J]
  SmoothingState end;
};
/// Plays `raw` (constant phases; ramps are cut into a hundred) from the state `from`.
Smoothed smoothed(const SmoothingLimits& limits, std::span<const AcceleratorPhase> raw, SmoothingState from);
/// The state from which `raw`, played again and again, comes back to that state: the periodic one.
SmoothingState periodic_state(const SmoothingLimits& limits, std::span<const AcceleratorPhase> raw);
/// Equal but for rounding.
bool same_state(const SmoothingState& a, const SmoothingState& b);

}  // namespace wattershed
