/// A stretch of an accelerator's work: what it does, how long, and what it draws: constant, or rising in a straight
/// line. A waveform is a list of them, one after the other.
///
///   power at t of the phase = accelerator + rise·(t/length − 1/2)
///
/// Work is counted in seconds at full speed; a phase that is held back (throttled) lasts longer than its work.
/// Inputs   lengths [s], never below zero; powers of the accelerator alone [W]
#pragma once

#include <span>
#include <vector>

#include "models/compute/accelerator.hpp"

namespace wattershed {

struct AcceleratorPhase {
  Activity activity{};
  double length_s = 0;
  Power accelerator{};  ///< each, alone: mean over the phase [W]
  Power rise{};         ///< last power less first power: a straight ramp; zero: constant [W]
  [[nodiscard]] Power first() const { return accelerator - 0.5 * rise; }
  [[nodiscard]] Power last() const { return accelerator + 0.5 * rise; }
};

/// Length of all phases [s].
inline double length_of(std::span<const AcceleratorPhase> phases) {
  double length_s = 0;
  for (const AcceleratorPhase& phase : phases) length_s += phase.length_s;
  return length_s;
}
/// Energy of all phases, of each accelerator [J].
inline Energy energy_of(std::span<const AcceleratorPhase> phases) {
  Energy energy{};
  for (const AcceleratorPhase& phase : phases) energy += Energy(phase.length_s * phase.accelerator.si());
  return energy;
}

}  // namespace wattershed
