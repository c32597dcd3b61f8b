#include "models/grid/case/machine.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace wattershed {
namespace {

/// What swings faster, or comes to rest faster, than the steps of 5 ms can follow is no machine: they swing at 0.1 to 3 Hz.
/// Alone on a stiff bus, ω² = ω0/(2H·x'd), whatever the base.
void hold_within_steps(const Machine& machine, Fields& f) {
  constexpr double nominal_hz = 60, most_hz = 30;
  const double h_s = seconds(machine.inertia), reactance = machine.transient_reactance;
  if (!(h_s > 0 && reactance > 0)) return;
  const double swing_hz =
      std::sqrt(2 * std::numbers::pi * nominal_hz / (2 * h_s * reactance)) / (2 * std::numbers::pi);
  if (swing_hz > most_hz)
    f.fault("inertia",
            fmt::format("behind its transient reactance it would swing at {:.3g} Hz, and machines swing at 0.1 to "
                        "3 Hz; are both of the same base?",
                        swing_hz));
  if (machine.damping / (2 * h_s) > most_damping_rate)
    f.fault("damping",
            fmt::format("its speed would die out at {:.3g} /s; at most {:g} /s (damping over twice the inertia)",
                        machine.damping / (2 * h_s), most_damping_rate));
}

}  // namespace

void Machine::visit(Fields& f) {
  f.required("bus", bus, {.help = "number of the bus in the case", .example = "30"});
  f.required("inertia", inertia, {.help = "inertia constant H on the base", .above = 0, .example = "42 s"});
  f.required("transient_reactance", transient_reactance,
             {.help = "x'd, per unit of the base", .above = 0, .example = "0.031"});
  f.optional("damping", damping,
             {.help = "power over speed, both per unit",
              .at_least = 0,
              .source = "none: the classical model",
              .kind = ValueKind::assumed,
              .example = "2"});
  f.optional("droop", droop,
             {.help = "governor droop; without one the mechanical power is constant",
              .at_least = 0.001,
              .at_most = 1,
              .example = "5 %"});
  f.optional("governor_time", governor_time,
             {.help = "lag of governor and turbine",
              .at_least = 0.01,
              .source = "a steam turbine without reheat",
              .kind = ValueKind::assumed,
              .example = "500 ms"});
  f.optional(
      "base", base,
      {.help = "what the values are per unit of; without it, the case's base", .above = 0, .example = "100 MVA"});
  hold_within_steps(*this, f);
}

}  // namespace wattershed
