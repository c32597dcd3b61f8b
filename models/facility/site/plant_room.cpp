#include "models/facility/site/plant_room.hpp"

#include <cmath>
#include <utility>

namespace wattershed {

PlantRoom::PlantRoom(Simulation& simulation, std::unique_ptr<Plant> plant, const Weather& weather,
                     Parameters& parameters, std::string settings_path)
    : simulation_(simulation),
      circuit_(simulation.circuit()),
      plant_(std::move(plant)),
      tallies_(plant_->tallies()),
      weather_(weather),
      parameters_(parameters),
      settings_path_(std::move(settings_path)),
      stepped_(simulation.now()) {
  const auto power = [&](const char* of) { return circuit_.signal<Power>(std::string("plant power: ") + of); };
  cooling = power("all");
  compressors = power("compressors");
  pumps = power("pumps");
  cdu_pumps = power("coolant units");
  fans = power("fans");
  rejected = circuit_.signal<Power>("heat rejected by the plant");
  const auto water = [&](const char* of) { return circuit_.signal<MassFlow>(std::string("plant water: ") + of); };
  makeup = water("make-up");
  evaporation = water("evaporation");
  drift = water("drift");
  blowdown = water("blowdown");
  const auto temperature = [&](const char* of) {
    return circuit_.signal<Temperature>(std::string("plant temperature: ") + of);
  };
  dry_bulb = temperature("dry bulb outdoors");
  wet_bulb = temperature("wet bulb outdoors");
  supply_air = temperature("supply air");
  return_air = temperature("return air");
  rack_inlet = temperature("rack inlet");
  chilled_water_supply = temperature("chilled water supply");
  chilled_water_return = temperature("chilled water return");
  plant_->start({}, weather.at(simulation.now()));  // for what it can read; the run starts it again with its load
  const PlantReadings& readings = plant_->readings();
  const auto loop = [&](bool is_there, const char* of, Signal<Temperature>& supply, Signal<Temperature>& back) {
    if (!is_there) return;
    supply = temperature((std::string(of) + " supply").c_str());
    back = temperature((std::string(of) + " return").c_str());
  };
  loop(readings.facility_water_supply.has_value(), "facility water", facility_water_supply, facility_water_return);
  loop(readings.coolant_supply.has_value(), "coolant", coolant_supply, coolant_return);
  loop(readings.condenser_water_supply.has_value(), "condenser water", condenser_water_supply,
       condenser_water_return);
  is_free_ = circuit_.signal<double>("free cooling");
  is_partial_ = circuit_.signal<double>("partial free cooling");
  free_ = &circuit_.meter(is_free_);
  partial_ = &circuit_.meter(is_partial_);
  economizer = circuit_.signal<double>("economizer");
  overloaded = circuit_.signal<double>("overloaded");
}

void PlantRoom::follow(const Heat& heat) {
  heat_ = heat;
  liquid_ = &circuit_.meter(heat.liquid);
  air_ = &circuit_.meter(heat.air);
}

PlantDemand PlantRoom::demand() const {
  return {.liquid = circuit_.get(heat_.liquid),
          .air = circuit_.get(heat_.air),
          .it_air_flow = VolumeFlow(circuit_.get(heat_.air_flow))};
}

// Where steps are played, the heat of an instant is that of one phase, and a period of whole steps would always meet
// the same one.
PlantDemand PlantRoom::demand_after(const PlantLoad& load) const {
  PlantDemand now = demand();
  if (!follows_means_) return now;
  const double length_s = seconds(simulation_.now() - stepped_);
  now.liquid = Power(load.liquid.si() / length_s);
  now.air = Power(load.air.si() / length_s);
  return now;
}

PlantLoad PlantRoom::take_load() {
  const Time now = simulation_.now();
  const double liquid_j = liquid_->integral(now), air_j = air_->integral(now);
  const PlantLoad load{.liquid = Energy(liquid_j - liquid_taken_j_), .air = Energy(air_j - air_taken_j_)};
  liquid_taken_j_ = liquid_j;
  air_taken_j_ = air_j;
  return load;
}

void PlantRoom::take_settings() {
  const std::string& path = settings_path_;
  const auto temperature = [&](const char* key, Temperature& setting) {
    if (parameters_.has(path + key)) setting = Temperature(parameters_.value(path + key));
  };
  temperature("supply_air", plant_->settings.supply_air);
  temperature("chilled_water", plant_->settings.chilled_water);
  temperature("facility_water", plant_->settings.facility_water);
  if (parameters_.has(path + "cycles_of_concentration"))
    plant_->settings.cycles_of_concentration = parameters_.value(path + "cycles_of_concentration");
}

void PlantRoom::publish(const Outdoors& outdoors) {
  const PlantPowers& powers = plant_->powers();
  circuit_.set(cooling, powers.total());
  circuit_.set(compressors, powers.compressors);
  circuit_.set(pumps, powers.pumps_and_cdus());
  circuit_.set(cdu_pumps, powers.cdu_pumps);
  circuit_.set(fans, powers.fans());
  circuit_.set(rejected, plant_->heat_rejected());
  const PlantWater& water = plant_->water();
  circuit_.set(makeup, water.makeup());
  circuit_.set(evaporation, water.evaporation);
  circuit_.set(drift, water.drift);
  circuit_.set(blowdown, water.blowdown);
  const PlantReadings& readings = plant_->readings();
  circuit_.set(dry_bulb, outdoors.dry_bulb);
  circuit_.set(wet_bulb, outdoors.wet_bulb);
  circuit_.set(supply_air, readings.supply_air);
  circuit_.set(return_air, readings.return_air);
  circuit_.set(rack_inlet, readings.rack_inlet);
  circuit_.set(chilled_water_supply, readings.chilled_water_supply);
  circuit_.set(chilled_water_return, readings.chilled_water_return);
  const auto set_if = [&](Signal<Temperature> signal, const std::optional<Temperature>& value) {
    if (signal.valid() && value) circuit_.set(signal, *value);
  };
  set_if(facility_water_supply, readings.facility_water_supply);
  set_if(facility_water_return, readings.facility_water_return);
  set_if(coolant_supply, readings.coolant_supply);
  set_if(coolant_return, readings.coolant_return);
  set_if(condenser_water_supply, readings.condenser_water_supply);
  set_if(condenser_water_return, readings.condenser_water_return);
  const double is_free = readings.mode == PlantMode::free, is_partial = readings.mode == PlantMode::partial;
  circuit_.set(is_free_, is_free);
  circuit_.set(is_partial_, is_partial);
  circuit_.set(economizer, is_free + 0.5 * is_partial);
  missed_steps_ = readings.overloaded ? missed_steps_ + 1 : 0;
  if (missed_steps_ == overloaded_steps) ++overloads_;
  circuit_.set(overloaded, missed_steps_ >= overloaded_steps ? 1.0 : 0.0);
  if (on_inlet_ && std::abs(readings.rack_inlet.si() - told_inlet_.si()) > inlet_quantum_k) {
    told_inlet_ = Temperature(std::round(readings.rack_inlet.si() / inlet_quantum_k) * inlet_quantum_k);
    on_inlet_(told_inlet_);
  }
}

// Not of the step that closes the books: its decisions stand for nothing.
void PlantRoom::count_what_lies_outside() {
  for (std::size_t i = 0; i < tallies_.size(); ++i)
    tallies_[i].saw(simulation_.now(), plant_->seen()[i].outside, plant_->seen()[i].at);
}

Process PlantRoom::run() {
  co_await simulation_.settled();  // the first jobs have started
  take_settings();
  const Outdoors first = weather_.at(simulation_.now());
  plant_->start(demand(), first);
  count_what_lies_outside();
  publish(first);
  while (true) {
    co_await simulation_.delay(period);
    const PlantLoad load = take_load();
    take_settings();
    const Outdoors outdoors = weather_.at(simulation_.now());
    plant_->step(simulation_.now() - stepped_, load, demand_after(load), outdoors);
    stepped_ = simulation_.now();
    count_what_lies_outside();
    publish(outdoors);
  }
}

void PlantRoom::close() {
  for (ValidityTally& tally : tallies_) tally.close(simulation_.now());
  if (simulation_.now() <= stepped_) return;
  const PlantLoad load = take_load();
  plant_->step(simulation_.now() - stepped_, load, demand_after(load), weather_.at(simulation_.now()));
  stepped_ = simulation_.now();
}

}  // namespace wattershed
