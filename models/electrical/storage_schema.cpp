// How a store and its smoothing are written in a scenario.
#include "models/electrical/storage.hpp"

namespace wattershed {

void Smoothing::visit(Fields& f) {
  f.optional("filter", filter,
             {.help = "average of the load that the grid power follows",
              .source = "moving average, as for rack storage in Choukse et al., arXiv 2508.14318",
              .kind = ValueKind::published});
  f.optional("window", window,
             {.help = "length of the moving average, or time constant of the first-order one",
              .at_most = 86'400,
              .above = 0,
              .source = "a few steps of a large training job; a choice",
              .kind = ValueKind::assumed,
              .example = "10 s"});
  f.optional("ramp_up", ramp_up,
             {.help = "largest rise of grid power in time; none: no limit", .above = 0, .example = "1 MW/s"});
  f.optional("ramp_down", ramp_down,
             {.help = "largest fall of grid power in time; none: no limit", .above = 0, .example = "1 MW/s"});
  f.optional("state_of_charge", state_of_charge,
             {.help = "state of charge to which it returns",
              .at_least = 0,
              .at_most = 1,
              .source = "the middle: paper's rack storage swings about 52 to 54 % (Choukse et al.)",
              .kind = ValueKind::assumed});
  f.optional("return_time", return_time,
             {.help = "time constant of the return to that state of charge",
              .at_most = 86'400.0 * 30,
              .above = 0,
              .source = "long against the window; a choice",
              .kind = ValueKind::assumed,
              .example = "10 min"});
  f.optional("deadband", deadband,
             {.help = "state of charge to each side of the target within which nothing is returned",
              .at_least = 0,
              .below = 1,
              .source = "no deadband",
              .kind = ValueKind::assumed});
}

void Battery::visit(Fields& f) {
  f.required("power", power, {.help = "largest power, charging and discharging", .above = 0, .example = "30 MW"});
  f.required("energy", energy, {.help = "energy from 0 to 100 % of charge", .above = 0, .example = "10 MWh"});
  f.optional("charge_efficiency", charge_efficiency,
             {.help = "stored energy over energy at the terminals",
              .at_most = 1,
              .above = 0,
              .source = "Carbon Explorer, LFP-like default",
              .kind = ValueKind::published});
  f.optional("discharge_efficiency", discharge_efficiency,
             {.help = "energy at the terminals over energy taken from the store",
              .at_most = 1,
              .above = 0,
              .source = "as charging; Carbon Explorer has 1/1.04",
              .kind = ValueKind::assumed});
  f.optional("response", response,
             {.help = "time constant from command to power; 0 s: in line with the load",
              .at_least = 0,
              .at_most = 60,
              .source = "in line with the load",
              .kind = ValueKind::assumed,
              .example = "20 ms"});
  f.optional("lowest", lowest,
             {.help = "state of charge at which it stops to discharge",
              .at_least = 0,
              .below = 1,
              .source = "all of the energy given is usable",
              .kind = ValueKind::assumed});
  f.optional("highest", highest,
             {.help = "state of charge at which it stops to charge",
              .at_most = 1,
              .above = 0,
              .source = "all of the energy given is usable",
              .kind = ValueKind::assumed});
  f.optional("price_energy", price_energy, {.help = "price by energy", .at_least = 0, .example = "250 USD/kWh"});
  f.optional("price_power", price_power, {.help = "price by power", .at_least = 0, .example = "150 USD/kW"});
  f.optional("embodied", embodied, {.help = "carbon of making it, by energy", .at_least = 0, .example = "80 kg/kWh"});
  f.optional("smoothing", smoothing, {.help = "what it does for the grid; none: it stands idle"});
  if (lowest >= highest) f.fault("highest", "highest must lie above lowest");
  if (smoothing && (smoothing->state_of_charge < lowest || smoothing->state_of_charge > highest))
    f.fault("smoothing", "smoothing.state_of_charge must lie between lowest and highest");
}

std::optional<Money> Battery::price() const {
  if (!price_energy && !price_power) return {};
  return price_energy.value_or(EnergyPrice{}) * energy + price_power.value_or(PowerPrice{}) * power;
}

}  // namespace wattershed
