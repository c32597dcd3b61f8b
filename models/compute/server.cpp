#include "models/compute/server.hpp"

#include <cmath>

#include "sim/units/units.hpp"

namespace wattershed {

namespace {

Power host_power(const Host& host, double utilisation) {
  return host.idle_power + utilisation * (host.max_power - host.idle_power);
}

Power electronics_power(const Server& server, Power accelerator, double host_utilisation) {
  return static_cast<double>(server.accelerators) * accelerator + host_power(server.parts->host, host_utilisation);
}

// Of heat at full work.
double heat_ratio(const Server& server, Power accelerator, double host_utilisation) {
  const Power full = electronics_power(server, server.accelerator.max_power, 1);
  return electronics_power(server, accelerator, host_utilisation) / full;
}

// The rating is given for a temperate inlet.
constexpr Temperature rating_inlet = Temperature::celsius(25);

void hold_against_rating(const Server& server, Fields& f) {
  const auto check = [&](const char* name, Power rating, Power accelerator, double host) {
    const double speed = server_fan_speed(server, accelerator, host, rating_inlet);
    const Power parts = server_power(server, accelerator, host, speed).input;
    if (std::abs((parts - rating).si()) > Server::rating_tolerance * rating.si())
      f.fault(name, "the parts of this server give " + format_human(parts.si(), Power::dimension) + ", not " +
                        format_human(rating.si(), Power::dimension) +
                        "; change the parts, or write 'parts: none' for a power linear between idle and maximum");
  };
  check("idle_power", server.idle_power, server.accelerator.idle(), 0);
  check("max_power", server.max_power, server.accelerator.max_power, 1);
}

}  // namespace

void Host::visit(Fields& f) {
  f.required("idle_power", idle_power, {.help = "without work", .at_least = 0, .example = "1.1 kW"});
  f.required("max_power", max_power, {.help = "at full work", .at_least = 0, .example = "2.6 kW"});
  if (max_power < idle_power) f.fault("max_power", "max_power is below idle_power");
}

void ServerParts::visit(Fields& f) {
  f.required("host", host, {.help = "processors, memory, network, disks: behind the power supplies"});
  f.optional("fans", fans, {.help = "fans of the server"});
  f.optional("power_supply", power_supply, {.help = "one power supply of the server"});
  f.optional("power_supplies", power_supplies,
             {.help = "power supplies that share the load",
              .at_least = 1,
              .at_most = 1000,
              .source = "one supply",
              .kind = ValueKind::assumed});
}

void Server::visit(Fields& f) {
  f.required("accelerator", accelerator, {.help = "the accelerator in this server", .example = "h100-sxm"});
  f.required("accelerators", accelerators, {.help = "accelerators in this server", .at_least = 1, .at_most = 100000});
  f.required("idle_power", idle_power,
             {.help = "power at the input without work", .at_least = 0, .example = "2.2 kW"});
  f.required("max_power", max_power, {.help = "power at the input at full work", .above = 0, .example = "10.2 kW"});
  f.optional("highest_measured", highest_measured,
             {.help = "the most that it was measured to draw at steady work; none: its maximum",
              .above = 0,
              .example = "8.48 kW"});
  f.optional("parts", parts,
             {.help = "host, fans and power supplies; none: power is linear between idle and maximum"});
  f.optional("liquid_share", liquid_share,
             {.help = "of its heat, to liquid",
              .at_least = 0,
              .at_most = 1,
              .source = "cooled by air",
              .kind = ValueKind::assumed,
              .example = "87 %"});
  f.optional("air_rise", air_rise,
             {.help = "temperature rise of its air at full work",
              .at_least = 1,
              .at_most = 60,
              .source = "10 to 20 K are usual; 16 K follow from the flow that NVIDIA gives for DGX H100 (remembered)",
              .kind = ValueKind::assumed,
              .example = "15 K"});
  f.optional("embodied", embodied,
             {.help = "carbon of making it, cradle to gate", .at_least = 0, .example = "3.7 t"});
  f.optional("life", life,
             {.help = "service life over which embodied carbon is spread",
              .source = "four years: default life of ISO/IEC 21031 (SCI) practice",
              .kind = ValueKind::assumed,
              .example = "4 years"});
  f.optional("price", price, {.help = "purchase price", .at_least = 0, .example = "350 kUSD"});
  if (max_power < idle_power) f.fault("max_power", "max_power is below idle_power");
  if (highest_measured && (*highest_measured < idle_power || *highest_measured > max_power))
    f.fault("highest_measured",
            "what was measured lies between idle_power and max_power; write 'highest_measured: none' where it is not "
            "known");
  if (parts) hold_against_rating(*this, f);
  const bool none = life.months <= 0 && life.rest <= Duration{0};
  if (none || life.months > 1200 || life.rest > std::chrono::years(100))
    f.fault("life", "a service life is longer than zero and at most 100 years, for example '4 years'");
}

std::optional<Carbon> Server::known_embodied() const {
  if (embodied) return embodied;
  if (accelerator.embodied) return static_cast<double>(accelerators) * *accelerator.embodied;
  return std::nullopt;
}

ServerPower server_power(const Server& server, Power accelerator, double host_utilisation, double speed) {
  if (!server.parts) {
    const Power span = server.accelerator.max_power - server.accelerator.idle();
    const double work = span.si() > 0 ? (accelerator - server.accelerator.idle()) / span : 0.0;
    return {.input = server.idle_power + work * (server.max_power - server.idle_power)};
  }
  const ServerParts& parts = *server.parts;
  const Power fans = parts.fans ? fan_power(*parts.fans, speed) : Power{};
  const Power bus = electronics_power(server, accelerator, host_utilisation) + fans;
  const Power input =
      parts.power_supply ? supply_input(*parts.power_supply, static_cast<double>(parts.power_supplies), bus) : bus;
  return {.input = input, .fans = fans, .conversion_loss = input - bus};
}

double server_fan_speed(const Server& server, Power accelerator, double host_utilisation, Temperature inlet) {
  if (!server.parts || !server.parts->fans) return 0;
  return fan_speed(*server.parts->fans, heat_ratio(server, accelerator, host_utilisation), inlet);
}

double server_fans_asked(const Server& server, Power accelerator, double host_utilisation, Temperature inlet) {
  if (!server.parts || !server.parts->fans) return 0;
  const ServerFans& fans = *server.parts->fans;
  return asked_fan_speed(fans, heat_ratio(server, accelerator, host_utilisation), inlet) / fans.most_speed.si();
}

}  // namespace wattershed
