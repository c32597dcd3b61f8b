#include "models/grid/case/machine.hpp"

namespace wattershed {

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
              .at_most = 1,
              .above = 0,
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
}

}  // namespace wattershed
