#include "models/compute/server_fans.hpp"

#include <algorithm>

namespace wattershed {

void ServerFans::visit(Fields& f) {
  f.required("power", power,
             {.help = "fan power at full work and reference inlet", .at_least = 0, .example = "1.2 kW"});
  f.optional("least_speed", least_speed,
             {.help = "least speed, of that at full work",
              .at_least = 0,
              .at_most = 1,
              .source = "fans of servers do not run below about a quarter to a third of their speed",
              .kind = ValueKind::assumed});
  f.optional("most_speed", most_speed,
             {.help = "greatest speed, of that at full work and reference inlet",
              .at_least = 1,
              .at_most = 3,
              .source = "flow at full work is often quoted at 80 % of the greatest fan speed",
              .kind = ValueKind::assumed});
  f.optional("reference", reference,
             {.help = "inlet above which fans speed up",
              .source = "between 23 and 27 degC in measured servers",
              .kind = ValueKind::assumed});
  f.optional("speed_per_kelvin", speed_per_kelvin,
             {.help = "speed gained per kelvin above the reference",
              .at_least = 0,
              .at_most = 0.5,
              .source = "between a Swiss colocation (arXiv 2509.26163) and a Dell R410",
              .kind = ValueKind::modelled});
}

double asked_fan_speed(const ServerFans& fans, double heat_ratio, Temperature inlet) {
  const double least = fans.least_speed.si();
  const double warmth_k = std::max((inlet - fans.reference).si(), 0.0);
  return std::max(least + (1 - least) * heat_ratio + fans.speed_per_kelvin * warmth_k, least);
}

double fan_speed(const ServerFans& fans, double heat_ratio, Temperature inlet) {
  return std::min(asked_fan_speed(fans, heat_ratio, inlet), fans.most_speed.si());
}

Power fan_power(const ServerFans& fans, double speed) { return fans.power * (speed * speed * speed); }

}  // namespace wattershed
