#include "models/compute/rack.hpp"

namespace wattershed {

void Rack::visit(Fields& f) {
  f.required("server", server, {.help = "the server in this rack", .example = "dgx-h100"});
  f.required("servers", servers, {.help = "servers in one rack", .at_least = 1, .at_most = 1000000});
  f.optional("overhead_power", overhead_power,
             {.help = "power of switches of a rack, whatever its servers do; behind the shelf where there is one",
              .at_least = 0,
              .source = "nothing beyond the servers",
              .kind = ValueKind::assumed});
  f.optional("shelf", shelf, {.help = "one power supply of the rack's shelf"});
  f.optional("shelf_supplies", shelf_supplies,
             {.help = "power supplies of the shelf that share the rack's load",
              .at_least = 1,
              .at_most = 100000,
              .source = "one supply",
              .kind = ValueKind::assumed});
  f.optional("liquid_share", liquid_share,
             {.help = "of the rack's heat, to liquid; without it, that of its servers",
              .at_least = 0,
              .at_most = 1,
              .example = "87 %"});
  f.optional("capacitor", capacitor, {.help = "capacitors in the supplies that even out the power drawn"});
  f.required("count", count,
             {.help = "racks of this type on the site", .changes = true, .at_least = 0, .at_most = 100000});
}

Power Rack::rated(Power server_input) const {
  const Power bus = overhead_power + static_cast<double>(servers) * server_input;
  return shelf ? supply_input(*shelf, static_cast<double>(shelf_supplies), bus) : bus;
}

Power power_at(const Rack& rack, Share utilisation) {
  return rack.idle_share() + utilisation.si() * (rack.max_share() - rack.idle_share());
}

}  // namespace wattershed
