#include "models/cooling/system/imposed_overhead.hpp"

namespace wattershed {

void ImposedOverhead::visit(Fields& f) {
  f.alternatives({"pue", "overhead"}, true);
  f.optional("pue", pue,
             {.help = "imposed PUE, distribution losses included",
              .changes = true,
              .at_least = 1,
              .at_most = 5,
              .example = "1.25"});
  f.optional("overhead", overhead,
             {.help = "imposed cooling power over IT power; distribution losses come on top",
              .changes = true,
              .at_least = 0,
              .at_most = 4,
              .example = "20 %"});
  f.optional("wue", wue,
             {.help = "imposed make-up water over IT energy, all evaporated",
              .changes = true,
              .at_least = 0,
              .source = "none: a dry system",
              .kind = ValueKind::assumed,
              .example = "1.8 L/kWh"});
  if (pue) return;
  f.optional("cdus", cdus,
             {.help = "coolant units, each drawing cdu_power whatever the racks do",
              .at_least = 0,
              .at_most = 1e6,
              .source = "none",
              .kind = ValueKind::assumed});
  f.optional("cdu_power", cdu_power,
             {.help = "pumps and controls of one coolant unit",
              .at_least = 0,
              .source = "none",
              .kind = ValueKind::assumed,
              .example = "8.5 kW"});
}

Power coolant_units(const ImposedOverhead& system) { return static_cast<double>(system.cdus) * system.cdu_power; }

double cooling_ratio(const ImposedOverhead& system) { return system.pue ? *system.pue - 1.0 : system.overhead->si(); }

}  // namespace wattershed
