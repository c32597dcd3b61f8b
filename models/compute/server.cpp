#include "models/compute/server.hpp"

namespace wattershed {

void Accelerator::visit(Fields& f) {
  f.required("max_power", max_power, {.help = "thermal design power", .above = 0, .example = "700 W"});
  f.optional("idle_power", idle_power, {.help = "power without work or context", .at_least = 0});
  f.optional("dense_16_bit", dense_16_bit,
             {.help = "dense BF16 or FP16 throughput", .above = 0, .example = "989 TFLOP/s"});
  f.optional("dense_8_bit", dense_8_bit, {.help = "dense FP8 or INT8 throughput", .above = 0});
  f.optional("memory", memory, {.help = "high-bandwidth memory", .above = 0, .example = "80 GB"});
  f.optional("memory_bandwidth", memory_bandwidth, {.help = "memory bandwidth", .above = 0, .example = "3.35 TB/s"});
  f.optional("link_bandwidth", link_bandwidth, {.help = "interconnect, both directions together", .above = 0});
  f.optional("embodied", embodied,
             {.help = "carbon of making it, cradle to gate", .at_least = 0, .example = "164 kg"});
  f.optional("price", price, {.help = "purchase price", .at_least = 0, .example = "25 kUSD"});
}

void Server::visit(Fields& f) {
  f.required("accelerator", accelerator, {.help = "the accelerator in this server", .example = "h100-sxm"});
  f.required("accelerators", accelerators, {.help = "accelerators in this server", .at_least = 1, .at_most = 100000});
  f.required("idle_power", idle_power,
             {.help = "power at the AC input without work", .at_least = 0, .example = "2.2 kW"});
  f.required("max_power", max_power,
             {.help = "power at the AC input at full work", .above = 0, .example = "10.2 kW"});
  f.optional("embodied", embodied,
             {.help = "carbon of making it, cradle to gate", .at_least = 0, .example = "3.7 t"});
  f.optional("life", life,
             {.help = "service life over which embodied carbon is spread",
              .source = "four years: default life of ISO/IEC 21031 (SCI) practice",
              .kind = ValueKind::assumed,
              .example = "4 years"});
  f.optional("price", price, {.help = "purchase price", .at_least = 0, .example = "350 kUSD"});
  if (max_power < idle_power) f.fault("max_power", "max_power is below idle_power");
  const bool none = life.months <= 0 && life.rest <= Duration{0};
  if (none || life.months > 1200 || life.rest > std::chrono::years(100))
    f.fault("life", "a service life is longer than zero and at most 100 years, for example '4 years'");
}

void Rack::visit(Fields& f) {
  f.required("server", server, {.help = "the server in this rack", .example = "dgx-h100"});
  f.required("servers", servers, {.help = "servers in one rack", .at_least = 1, .at_most = 1000000});
  f.optional("overhead_power", overhead_power,
             {.help = "power of switches and shelves of a rack, whatever its servers do",
              .at_least = 0,
              .source = "nothing beyond the servers",
              .kind = ValueKind::assumed});
  f.required("count", count,
             {.help = "racks of this type on the site", .changes = true, .at_least = 0, .at_most = 100000});
}

Power power_at(const Rack& rack, Share utilisation) {
  return rack.idle_share() + utilisation.si() * (rack.max_share() - rack.idle_share());
}

}  // namespace wattershed
