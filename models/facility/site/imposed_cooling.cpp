#include "models/facility/site/imposed_cooling.hpp"

#include <deque>

#include "models/cooling/system/omissions.hpp"
#include "sim/kernel/process.hpp"

namespace wattershed {

ImposedCooling::ImposedCooling(SiteContext& context, Signal<Power> it_power, const Meter& it_meter)
    : context_(context),
      it_power_(it_power),
      heat_(it_power),
      it_meter_(it_meter),
      units_(coolant_units(context.site().cooling.system)) {
  Circuit& circuit = context.circuit;
  const CoolingSystem& system = context.site().cooling.system;
  const std::string path = context.path("cooling.system.");
  const Signal<double> ratio = system.pue ? context.parameters.at(path + "pue", *system.pue)
                                          : context.parameters.at(path + "overhead", system.overhead->si());
  const double ratio_offset = system.pue ? 1.0 : 0.0;
  const Signal<double> wue = context.parameters.at(path + "wue", system.wue.si());
  out.power = circuit.signal<Power>("cooling_power");
  out.makeup = circuit.signal<MassFlow>("water_makeup");
  evaporation_ = circuit.signal<MassFlow>("water_evaporation");
  if (context.resolved()) heat_ = circuit.signal<Power>("IT power, mean of the last minute");
  circuit.model("fixed-overhead cooling", {heat_, ratio, wue}, {out.power, out.makeup, evaporation_},
                [this, ratio, ratio_offset, wue] {
                  Circuit& c = context_.circuit;
                  const double it_w = c.get(heat_).si();
                  c.set(out.power, Power((c.get(ratio) - ratio_offset) * it_w) + units_);
                  const MassFlow water(c.get(wue) * it_w);
                  c.set(evaporation_, water);
                  c.set(out.makeup, water);
                });
  if (!context.weather) return;
  out.dry_bulb = circuit.signal<Temperature>("dry_bulb");
  wet_bulb_ = circuit.signal<Temperature>("wet_bulb");
}

void ImposedCooling::record(Columns& columns) {
  Circuit& circuit = context_.circuit;
  meters_.record_power(columns, out.power);
  if (units_ > Power{}) meters_.record_units(columns, circuit.signal<Power>("cdu_power", units_));
  meters_.record_water(columns, out.makeup, evaporation_, circuit.signal<MassFlow>("water_drift"),
                       circuit.signal<MassFlow>("water_blowdown"));
  if (!out.dry_bulb.valid()) return;
  columns.add("dry_bulb", out.dry_bulb);
  columns.add("wet_bulb", wet_bulb_);
}

void ImposedCooling::start() {
  if (context_.resolved()) context_.simulation.spawn(follow_heat(), "imposed cooling");
  if (context_.weather) context_.simulation.spawn(follow_weather(), "weather");
}

// The mean of IT power over the last minute, or since the start, every five seconds.
Process ImposedCooling::follow_heat() {
  constexpr Duration period = std::chrono::seconds(5);
  constexpr std::size_t periods = 12;
  Simulation& sim = context_.simulation;
  std::deque<double> integrals{0.0};
  co_await sim.settled();
  sim.circuit().set(heat_, sim.circuit().get(it_power_));
  while (true) {
    co_await sim.delay(period);
    integrals.push_back(it_meter_.integral(sim.now()));
    if (integrals.size() > periods + 1) integrals.pop_front();
    const double span_s = seconds(period) * static_cast<double>(integrals.size() - 1);
    sim.circuit().set(heat_, Power((integrals.back() - integrals.front()) / span_s));
  }
}

// Weather that only the record sees.
Process ImposedCooling::follow_weather() {
  while (true) {
    const Outdoors outdoors = context_.weather->at(context_.now());
    context_.circuit.set(out.dry_bulb, outdoors.dry_bulb);
    context_.circuit.set(wet_bulb_, outdoors.wet_bulb);
    co_await context_.simulation.delay(std::chrono::minutes(5));
  }
}

std::vector<Omission> ImposedCooling::omissions() const { return cooling_omissions(context_.site().cooling); }

}  // namespace wattershed
