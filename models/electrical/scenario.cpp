#include "models/electrical/scenario.hpp"

namespace wattershed {

void ReactiveLoads::visit(Fields& f) {
  f.optional("supplies", supplies, {.help = "of the racks, where no UPS stands between", .example = "power-supply"});
  f.optional("motors", motors, {.help = "of the cooling plant", .example = "variable-speed-drive"});
}

void Electrical::visit(Fields& f) {
  f.optional("pdu", pdu, {.help = "power distribution units, next to the racks", .example = "pdu-480v"});
  f.optional("ups", ups, {.help = "uninterruptible power supplies", .example = "double-conversion-modern"});
  f.optional("transformer", transformer, {.help = "medium to low voltage", .example = "dry-2500kva"});
  f.optional("reactive", reactive, {.help = "reactive power of loads, where grid.point is given"});
  f.optional("lag", lag,
             {.help = "first-order lag of the supply chain, seen in windows",
              .at_least = 0,
              .source = "hold-up capacitors of supplies carry full load for 10 to 20 ms",
              .kind = ValueKind::assumed,
              .example = "10 ms"});
  for (const char* key : {"generator", "battery", "redundancy"}) f.later(key, "backup power and redundancy");
}

}  // namespace wattershed
