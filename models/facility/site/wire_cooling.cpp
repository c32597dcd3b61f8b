// Cooling, imposed or by a plant, the building, and where the heat goes.
#include <algorithm>
#include <deque>

#include "models/facility/scenario/cooling_design.hpp"
#include "models/facility/site/site_wiring.hpp"

namespace wattershed {
namespace {

Process follow_weather(Simulation& sim, const Weather& weather, std::function<void(const Outdoors&)> set) {
  while (true) {
    set(weather.at(sim.now()));
    co_await sim.delay(std::chrono::minutes(5));
  }
}

/// The set-point of that key [SI].
double setting_of(const PlantSettings& settings, const std::string& key) {
  if (key == "supply_air") return settings.supply_air.si();
  if (key == "chilled_water") return settings.chilled_water.si();
  if (key == "facility_water") return settings.facility_water.si();
  return settings.cycles_of_concentration;
}

// The mean of a power over the last minute, or since the start, every five seconds.
Process follow_heat(Simulation& sim, Signal<Power> power, const Meter& meter, Signal<Power> heat) {
  constexpr Duration period = std::chrono::seconds(5);
  constexpr std::size_t periods = 12;
  std::deque<double> integrals{0.0};
  co_await sim.settled();
  sim.circuit().set(heat, sim.circuit().get(power));
  while (true) {
    co_await sim.delay(period);
    integrals.push_back(meter.integral(sim.now()));
    if (integrals.size() > periods + 1) integrals.pop_front();
    const double span_s = seconds(period) * static_cast<double>(integrals.size() - 1);
    sim.circuit().set(heat, Power((integrals.back() - integrals.front()) / span_s));
  }
}

}  // namespace

void SiteModel::wire_cooling(Wiring& w) {
  if (scenario_.site.cooling.system.imposed())
    wire_overhead(w);
  else
    wire_plant(w);
  wire_building(w);
}

// An imposed overhead: power and water in proportion to IT power; where steps are played, to its mean over the last
// minute, because heat does not come and go with the phases of a step.
void SiteModel::wire_overhead(Wiring& w) {
  const CoolingSystem& system = scenario_.site.cooling.system;
  const std::string path = loaded_.site_prefix + "cooling.system.";
  const Signal<double> ratio = system.pue ? parameters_.at(path + "pue", *system.pue)
                                          : parameters_.at(path + "overhead", system.overhead->si());
  const double ratio_offset = system.pue ? 1.0 : 0.0;
  const Signal<double> wue = parameters_.at(path + "wue", system.wue.si());
  const Power units = coolant_units(system);
  w.cooling_power = circuit_.signal<Power>("cooling_power");
  w.makeup = circuit_.signal<MassFlow>("water_makeup");
  const Signal<MassFlow> evaporation = circuit_.signal<MassFlow>("water_evaporation");
  Signal<Power> heat = w.it_power;
  if (scenario_.fidelity == Fidelity::resolved) {
    heat = circuit_.signal<Power>("IT power, mean of the last minute");
    simulation_.spawn(follow_heat(simulation_, w.it_power, *channel("it_power")->meter, heat), "imposed cooling");
  }
  circuit_.model("fixed-overhead cooling", {heat, ratio, wue}, {w.cooling_power, w.makeup, evaporation},
                 [this, it = heat, ratio, ratio_offset, wue, cooling = w.cooling_power, makeup = w.makeup,
                  evaporation, units, water_leak = w.leak("water")] {
                   const double it_w = circuit_.get(it).si();
                   circuit_.set(cooling, Power((circuit_.get(ratio) - ratio_offset) * it_w) + units);
                   const double water_kg_per_s = circuit_.get(wue) * it_w;
                   circuit_.set(evaporation, MassFlow(water_kg_per_s));
                   circuit_.set(makeup, MassFlow(water_kg_per_s + water_leak));
                 });
  record("cooling_power", w.cooling_power);
  if (units > Power{}) record("cdu_power", circuit_.signal<Power>("cdu_power", units));
  record("water_makeup", w.makeup);
  record("water_evaporation", evaporation);
  record("water_drift", circuit_.signal<MassFlow>("water_drift"));
  record("water_blowdown", circuit_.signal<MassFlow>("water_blowdown"));
  if (loaded_.weather) wire_weather_alone();
}

// A plant of parts, stepped by its own process.
void SiteModel::wire_plant(Wiring& w) {
  SizedPlant sized = size_cooling(loaded_);
  for (const char* key : {"supply_air", "chilled_water", "facility_water", "cycles_of_concentration"})
    if (const ResolvedValue* value = loaded_.document->find(loaded_.site_prefix + "cooling.system." + key))
      if (value->is_number) parameters_.at(value->path, setting_of(sized.plant->settings, key));
  plant_room_ = std::make_unique<PlantRoom>(simulation_, std::move(sized.plant), *weather_, parameters_,
                                            loaded_.site_prefix + "cooling.system.");
  PlantRoom& room = *plant_room_;
  w.cooling_power = room.cooling;
  w.makeup = room.makeup;
  if (const double leak = w.leak("water"); leak != 0) {
    w.makeup = circuit_.signal<MassFlow>("leaking make-up");
    circuit_.model("leak.water", {room.makeup}, {w.makeup}, [this, in = room.makeup, out = w.makeup, leak] {
      circuit_.set(out, circuit_.get(in) + MassFlow(leak));
    });
  }
  record("cooling_power", room.cooling);
  record("cooling_compressor_power", room.compressors);
  record("cooling_pump_power", room.pumps);
  record("cooling_fan_power", room.fans);
  record("cdu_power", room.cdu_pumps);
  record("water_makeup", w.makeup);
  record("water_evaporation", room.evaporation);
  record("water_drift", room.drift);
  record("water_blowdown", room.blowdown);
  record("dry_bulb", room.dry_bulb);
  record("wet_bulb", room.wet_bulb);
  record("supply_air_temperature", room.supply_air);
  record("return_air_temperature", room.return_air);
  record("rack_inlet_temperature", room.rack_inlet);
  record("chilled_water_supply_temperature", room.chilled_water_supply);
  record("chilled_water_return_temperature", room.chilled_water_return);
  const auto record_if = [&](const char* name, Signal<Temperature> signal) {
    if (signal.valid()) record(name, signal);
  };
  record_if("facility_water_supply_temperature", room.facility_water_supply);
  record_if("facility_water_return_temperature", room.facility_water_return);
  record_if("coolant_supply_temperature", room.coolant_supply);
  record_if("coolant_return_temperature", room.coolant_return);
  record_if("condenser_water_supply_temperature", room.condenser_water_supply);
  record_if("condenser_water_return_temperature", room.condenser_water_return);
  record("economizer", room.economizer);
  record("cooling_overloaded", room.overloaded);
  room.on_inlet([this](Temperature inlet) {
    jobs_->before_draws_change();
    floor_->set_inlet(inlet);
    jobs_->after_draws_change();
    for (const auto& service : services_) service->draws_changed();
    for (const auto& training : trainings_) training->draws_changed();
  });
}

// Weather that only the record sees.
void SiteModel::wire_weather_alone() {
  const Signal<Temperature> dry = circuit_.signal<Temperature>("dry_bulb");
  const Signal<Temperature> wet = circuit_.signal<Temperature>("wet_bulb");
  record("dry_bulb", dry);
  record("wet_bulb", wet);
  simulation_.spawn(follow_weather(simulation_, *weather_,
                                   [this, dry, wet](const Outdoors& outdoors) {
                                     circuit_.set(dry, outdoors.dry_bulb);
                                     circuit_.set(wet, outdoors.wet_bulb);
                                   }),
                    "weather");
}

// Lighting and other loads, and the board that they and cooling hang on.
void SiteModel::wire_building(Wiring& w) {
  w.lighting = parameters_.at(loaded_.site_prefix + "lighting", scenario_.site.lighting.si());
  w.other = parameters_.at(loaded_.site_prefix + "other", scenario_.site.other.si());
  w.mechanical = circuit_.signal<Load>("mechanical load");
  circuit_.model("mechanical board", {w.cooling_power, w.lighting, w.other}, {w.mechanical},
                 [this, cooling = w.cooling_power, lighting = w.lighting, other = w.other, out = w.mechanical,
                  leak = w.leak("cooling")] {
                   const double sum_w =
                       circuit_.get(cooling).si() + circuit_.get(lighting) + circuit_.get(other) + leak;
                   circuit_.set(out, Load{Power(sum_w), PowerVariance{}});
                 });
  record("lighting_power", w.lighting);
  record("other_power", w.other);
}

// Where the heat goes: an imposed overhead stores nothing and loses at once what is used; a plant takes what reaches
// its coolant and its rooms.
void SiteModel::wire_heat(Wiring& w) {
  if (!plant_room_) {
    const Signal<Power> rejected = circuit_.signal<Power>("heat_rejected");
    circuit_.model("heat rejection", {w.facility_power}, {rejected},
                   [this, in = w.facility_power, rejected, leak = w.leak("heat")] {
                     circuit_.set(rejected, circuit_.get(in) + Power(leak));
                   });
    record("heat_rejected", rejected);
    return;
  }
  const PlantRoom::Heat heat{circuit_.signal<Power>("heat to liquid"), circuit_.signal<Power>("heat to room air"),
                             floor_->air_flow()};
  const bool has_coolant = scenario_.site.cooling.system.has_coolant();
  circuit_.model(
      "heat of the site",
      {w.it_power, floor_->liquid_heat(), w.distribution_loss, w.outdoor_loss, w.lighting, w.other},
      {heat.liquid, heat.air},
      [this, heat, has_coolant, it = w.it_power, liquid = floor_->liquid_heat(), loss = w.distribution_loss,
       outdoors = w.outdoor_loss, lighting = w.lighting, other = w.other, leak = w.leak("heat")] {
        const Power to_liquid = has_coolant ? std::min(circuit_.get(liquid), circuit_.get(it)) : Power{};
        circuit_.set(heat.liquid, to_liquid);
        circuit_.set(heat.air, circuit_.get(it) - to_liquid + circuit_.get(loss) - circuit_.get(outdoors) +
                                   Power(circuit_.get(lighting) + circuit_.get(other) - leak));
      });
  plant_room_->follow(heat);
  if (scenario_.fidelity == Fidelity::resolved) plant_room_->follow_means();
  const Signal<Power> rejected = circuit_.signal<Power>("heat_rejected");
  circuit_.model("heat rejected", {plant_room_->rejected, w.outdoor_loss}, {rejected},
                 [this, plant = plant_room_->rejected, outdoors = w.outdoor_loss, rejected] {
                   circuit_.set(rejected, circuit_.get(plant) + circuit_.get(outdoors));
                 });
  record("heat_rejected", rejected);
}

}  // namespace wattershed
