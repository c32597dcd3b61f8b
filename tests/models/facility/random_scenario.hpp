/// Random valid scenarios, at most a simulated day each: any mix of racks, chains, weather, cooling plants and
/// imposed overheads, jobs, training, services, changes, connections and limits.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "sim/kernel/random.hpp"

namespace wattershed::test {

class RandomScenario {
 public:
  explicit RandomScenario(std::uint64_t number) : random_(2027, number, "random scenario") {}

  std::string text() {
    minutes_ = 30 + below(1410);
    const std::size_t types = below(4);
    const std::string hour = fmt::format("2027-{:02}-{:02}T{:02}", 1 + below(12), 1 + below(28), below(24));
    std::string s = fmt::format("title: random\nstart: {}:{:02}\nduration: {} min\n", hour, below(60), minutes_);
    s += fmt::format("seed: {}\nrecord: {{every: {} s{}}}\n", below(1000), 1 + below(7200),
                     chance(0.3) ? ", racks: true" : "");
    s += "site:\n  name: s\n";
    s += fmt::format("  location: {{time_zone: {}}}\n",
                     pick({"UTC", "America/Phoenix", "Asia/Kolkata", "Europe/Berlin"}));
    s += "  grid:\n";
    s += chance(0.3) ? fmt::format("    region: {}\n", pick({"US-AZ", "SE", "CN-NM", "SG"}))
                     : fmt::format("    carbon: {}\n    water_intensity: {} L/kWh\n", carbon(), number(0, 9));
    s += fmt::format(
        "    tariff: {{energy: {} USD/kWh, demand: {} USD/kW/month, demand_interval: {} min, water: {} USD/m3}}\n",
        number(-0.05, 0.4), number(0, 30), 1 + below(120), number(0, 6));
    if (chance(0.5)) s += "    connection: " + connection() + "\n";
    const bool chain = chance(0.6), plant = chance(0.45);
    if (plant || chance(0.3)) s += weather();
    if (chain) s += electrical();
    s += plant ? cooling_plant() : cooling(chain);
    if (types > 0) s += "  racks:\n";
    for (std::size_t i = 0; i < types; ++i) s += rack(i);
    if (chance(0.5))
      s += fmt::format("  scheduler: {{policy: {}, placement: {}}}\n", pick({"fifo", "easy-backfill"}),
                       pick({"pack", "spread"}));
    if (chance(0.4)) s += fmt::format("  lighting: {} kW\n  other: {} kW\n", number(0, 20), number(0, 20));
    s += "workload:\n" + work(types > 0);
    if (chance(0.5))
      s +=
          "limits: {grid: {quantity: grid_power, max: 1 MW, margin: 5 %}, busy: {quantity: utilisation, min: 0.5}}\n";
    if (!settings_.empty()) s += fmt::format("events: [{{at: {}:59, set: {{{}}}}}]\n", hour, settings_);
    return s;
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  bool chance(double p) { return random_.uniform() < p; }
  double number(double low, double high) { return std::round((low + random_.uniform() * (high - low)) * 1e4) / 1e4; }
  std::string pick(std::vector<std::string> from) { return from[below(from.size())]; }

  std::string carbon() {
    if (chance(0.5)) return fmt::format("{} g/kWh", number(0, 900));
    return fmt::format("{{2026-12-31: {} g/kWh, 2027-06-15T07:30: {} g/kWh, 2027-12-31: 12 g/kWh}}", number(0, 900),
                       number(0, 900));
  }
  std::string electrical() {
    std::string s = "  electrical: {";
    s += chance(0.7)
             ? fmt::format("pdu: {{rating: {} kW, loss: {{no_load: {} %, proportional: {} %, square: {} %}}}}",
                           number(20, 500), number(0, 2), number(0, 2), number(0, 3))
             : "pdu: pdu-480v";
    if (chance(0.7))
      s += fmt::format(", ups: {{use: {}, rating: {} kW}}",
                       pick({"double-conversion-modern", "double-conversion-older"}), number(50, 2500));
    if (chance(0.7)) s += ", transformer: dry-2500kva";
    return s + "}\n";
  }
  std::string cooling(bool chain) {
    std::string how =
        chain || chance(0.5) ? fmt::format("overhead: {} %", number(0, 80)) : fmt::format("pue: {}", number(1, 2));
    return fmt::format("  cooling: {{system: {{use: fixed-overhead, {}, wue: {} L/kWh}}}}\n", how, number(0, 3));
  }
  std::string connection() {
    if (chance(0.6)) return fmt::format("{} MW", number(0.01, 5));
    return fmt::format("{{2026-12-31: {} MW, 2027-06-15T07:30: {} MW, 2027-12-31: 2 MW}}", number(0.01, 2),
                       number(0.01, 5));
  }
  std::string weather() {
    const std::string climate = pick({"phoenix", "denver", "san-francisco", "singapore", "lulea", "mumbai"});
    if (chance(0.6)) return fmt::format("  weather: {{climate: {}}}\n", climate);
    return fmt::format("  weather: {{design_day: {{of: {{climate: {}}}, dry_bulb: {}}}}}\n", climate,
                       pick({"0.4 %", "2 %", "extreme-n20", "30 degC"}));
  }
  // Set-points that a plant can hold in any of these climates.
  std::string cooling_plant() {
    const std::string system = pick({"air-chiller-tower", "dlc-tower", "dlc-dry"});
    const double supply = number(19, 30);
    std::string s = fmt::format("  cooling: {{system: {{use: {}, supply_air: {} degC, chilled_water: {} degC", system,
                                supply, supply - number(4, 10));
    if (system != "dlc-dry" && chance(0.5)) s += fmt::format(", cycles_of_concentration: {}", number(2, 15));
    if (system == "dlc-tower") s += fmt::format(", facility_water: {} degC", number(37, 45));
    if (system == "dlc-dry") s += fmt::format(", facility_water: {} degC", number(53, 58));
    s += "}";
    if (chance(0.5))
      s += fmt::format(", design: {{dry_bulb: {}, wet_bulb: {}, redundancy: {}}}",
                       pick({"0.4 %", "1 %", "extreme-n20"}), pick({"0.4 %", "2 %"}), pick({"N", "N+1", "2N"}));
    s += "}\n";
    if (chance(0.3)) settings_ = "site.cooling.system.supply_air: " + fmt::format("{} degC", supply + number(0, 4));
    return s;
  }
  std::string rack(std::size_t i) {
    if (chance(0.35)) {
      const std::uint64_t count = 1 + below(12);
      if (chance(0.6)) {
        serves_ = true;
        return fmt::format("    r{}: {{use: rack-dgx-h100, count: {}}}\n", i, count);
      }
      return fmt::format("    r{}: {{use: {}, count: {}}}\n", i, pick({"gb200-nvl72", "rack-dgx-b200"}), count);
    }
    const double idle = number(0, 3);
    std::string count = fmt::format("{}", below(30));
    if (chance(0.3))
      count =
          fmt::format("{{2026-01-01: {}, 2027-06-15: {}, 2027-06-15T09:00: {}}}", below(30), below(30), below(30));
    std::string s = fmt::format(
        "    r{}:\n      server: {{accelerator: {{max_power: 400 W}}, accelerators: {}, idle_power: {} kW, "
        "max_power: {} kW",
        i, 1 + below(16), idle, idle + number(0.1, 8));
    if (chance(0.7)) s += fmt::format(", embodied: {} t, life: {} years", number(0, 5), 1 + below(6));
    if (chance(0.4)) s += fmt::format(", liquid_share: {} %", below(96));
    return s + fmt::format("}}\n      servers: {}\n      overhead_power: {} W\n      count: {}\n", 1 + below(8),
                           number(0, 900), count);
  }
  std::string work(bool racks) {
    std::string s = "  inference: {";
    const std::size_t services = below(3);
    for (std::size_t i = 0; i < services; ++i)
      s += fmt::format("{}q{}: {{requests: {{rate: {} /s}}, energy_per_request: {} Wh}}", i ? ", " : "", i,
                       number(0, 50), number(0, 3));
    const std::size_t modelled = serves_ ? below(3) : 0;
    for (std::size_t i = 0; i < modelled; ++i)
      s += fmt::format(
          "{}m{}: {{llm: {}, requests: {{rate: {} /s, daily_swing: {} %, weekly_swing: {} %, growth: {} %/year}}, "
          "replicas: {{min: {}}}, scale_down_delay: {} min}}",
          services + i ? ", " : "", i, pick({"llama-3-8b", "llama-3-70b", "mixtral-8x7b"}), number(0, 300),
          below(101), below(101), number(-50, 200), below(4), below(90));
    s += "}\n";
    if (!racks) return s;
    s += "  training: {";
    const std::size_t trainings = below(3);
    for (std::size_t i = 0; i < trainings; ++i)
      s += fmt::format(
          "{}t{}: {{flops: {}, peak: 500 TFLOP/s, accelerators: {}, step: {} s, accelerator_failure_every: {}, "
          "restart_time: {} min, checkpoint_every: {} min, checkpoint_time: {} s}}",
          i ? ", " : "", i, pick({"1e+19", "1e+21", "1e+24"}), 1, 0.1 + number(0, 20),
          chance(0.3) ? "none" : fmt::format("{} h", number(0.2, 20)), below(30), 1 + below(60), below(90));
    s += "}\n";
    s += "  fixed: {";
    const std::size_t jobs = below(5);
    for (std::size_t i = 0; i < jobs; ++i)
      s += fmt::format(
          "{}j{}: {{accelerators: 1, duration: {} s, {}, every: {} min, copies: {}}}", i ? ", " : "", i,
          1 + below(20000),
          chance(0.5) ? fmt::format("utilisation: {} %", below(101)) : fmt::format("power: {} W", number(0, 2000)),
          1 + below(300), 1 + below(40));
    return s + "}\n";
  }

  Random random_;
  std::uint64_t minutes_ = 0;
  bool serves_ = false;   // some racks can hold the models that services name
  std::string settings_;  // set-points that an event changes
};

}  // namespace wattershed::test
