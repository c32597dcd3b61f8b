#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "models/facility/cooling_design.hpp"
#include "models/facility/site_model.hpp"
#include "sim/units.hpp"

namespace wattershed {
namespace {

double length_s(LocalTime from, CalendarSpan span) { return seconds(add(from, span) - from); }

Process follow_hours(Simulation& sim, const HourlySeries& series, std::function<void(double)> set) {
  while (true) {
    set(series.at(sim.now()));
    co_await sim.until(next_hour(sim.now()));
  }
}

// Cooler air leaves more room for jobs.
Process ask_hourly(Simulation& sim, Jobs& jobs) {
  while (true) {
    co_await sim.delay(std::chrono::hours(1));
    if (jobs.held() > 0) jobs.room_changed();
  }
}

Process follow_weather(Simulation& sim, const Weather& weather, std::function<void(const Outdoors&)> set) {
  while (true) {
    set(weather.at(sim.now()));
    co_await sim.delay(std::chrono::minutes(5));
  }
}

Process follow_rate(Simulation& sim, TimeZone zone, Duration interval,
                    std::function<void(LocalTime, Duration, Duration)> set) {
  const Time start = sim.now();
  while (true) {
    set(zone.to_local(sim.now()), interval, sim.now() - start);
    co_await sim.delay(interval, EventPriority::early);
  }
}

/// The set-point of that key [SI].
double setting_of(const PlantSettings& settings, const std::string& key) {
  if (key == "supply_air") return settings.supply_air.si();
  if (key == "chilled_water") return settings.chilled_water.si();
  if (key == "facility_water") return settings.facility_water.si();
  return settings.cycles_of_concentration;
}

}  // namespace

/// Signals that pass from one part of the wiring to the next.
struct SiteModel::Wiring {
  explicit Wiring(const std::vector<Leak>& all_leaks) : leaks(all_leaks) {}
  const std::vector<Leak>& leaks;
  std::vector<Feeder> feeders;
  Signal<Load> it, mechanical, grid;
  Signal<Power> it_power, distribution_loss, outdoor_loss, cooling_power, facility_power, grid_power;
  Signal<double> lighting, other;
  Signal<MassFlow> makeup;
  Signal<CarbonRate> emissions;
  Signal<MoneyRate> cost_energy, cost_water;
  Signal<double> water_price;

  [[nodiscard]] double leak(const std::string& layer) const {
    double sum = 0;
    for (const Leak& entry : leaks)
      if (entry.layer == layer) sum += entry.amount;
    return sum;
  }
};

template <class T>
Meter* SiteModel::record(const std::string& name, Signal<T> signal) {
  const SiteQuantity* quantity = find_site_quantity(name);
  assert(quantity);
  channels_.push_back({quantity,
                       &circuit_.meter(signal),
                       signal,
                       [this, signal]() -> double {
                         if constexpr (std::is_arithmetic_v<T>)
                           return circuit_.get(signal);
                         else
                           return circuit_.get(signal).si();
                       },
                       {}});
  return channels_.back().meter;
}

void SiteModel::wire(const std::vector<Leak>& leaks) {
  Wiring w(leaks);
  wire_it(w);
  wire_cooling(w);
  wire_distribution(w);
  wire_heat(w);
  wire_grid(w);
  wire_attribution(w);
  wire_connection(w);
  wire_limits();
}

// Racks and services: the leaves of the tree.
void SiteModel::wire_it(Wiring& w) {
  std::vector<Floor::Type> types;
  for (std::size_t i = 0; i < scenario_.site.racks.size(); ++i)
    types.push_back({scenario_.site.racks[i].first, scenario_.site.racks[i].second, loaded_.most_racks[i]});
  floor_ = std::make_unique<Floor>(circuit_, std::move(types), reference_inlet(scenario_.site.cooling.system));
  lockstep_ = std::make_unique<Lockstep>(circuit_);
  std::vector<Signal<Load>> leaves;
  for (std::size_t i = 0; i < floor_->loads().size(); ++i) {
    leaves.push_back(floor_->loads()[i]);
    w.feeders.push_back({leaves.back(), floor_->design_power(i), lockstep_->add_leaf()});
    rack_meters_.push_back(&circuit_.meter(leaves.back()));
  }
  for (const auto& [name, service] : scenario_.workload.inference) {
    if (!service.energy_per_request) continue;
    const std::string path = "workload.inference." + name;
    const Signal<double> base = parameters_.at(path + ".requests.rate", service.requests.rate.si());
    const Signal<double> rate = wire_rate(name, service.requests, base);
    const Signal<double> energy = parameters_.at(path + ".energy_per_request", service.energy_per_request->si());
    const Signal<Load> load = circuit_.signal<Load>("service " + name);
    circuit_.model("service " + name, {rate, energy}, {load}, [this, rate, energy, load] {
      circuit_.set(load, Load{Power(circuit_.get(rate) * circuit_.get(energy)), PowerVariance{}});
    });
    leaves.push_back(load);
    w.feeders.push_back({load, service.requests.rate * *service.energy_per_request});
    imposed_services_.push_back({name, load, &circuit_.meter(load), &circuit_.meter(rate)});
  }
  w.it = sum_of(circuit_, "IT load", std::move(leaves));
  w.it_power = circuit_.signal<Power>("it_power");
  circuit_.model("IT power", {w.it}, {w.it_power},
                 [this, it = w.it, power = w.it_power] { circuit_.set(power, circuit_.get(it).mean); });
  it_power_ = w.it_power;
  record("it_power", w.it_power);

  jobs_ = std::make_unique<Jobs>(simulation_, *floor_, scenario_.site.scheduler.policy,
                                 scenario_.site.scheduler.placement);
  jobs_->set_lockstep(lockstep_.get());
  const Signal<double> utilisation = circuit_.signal<double>("utilisation");
  circuit_.model("utilisation", {floor_->busy(), floor_->installed()}, {utilisation},
                 [this, busy = floor_->busy(), installed = floor_->installed(), utilisation] {
                   const double all = std::max(circuit_.get(installed), circuit_.get(busy));
                   circuit_.set(utilisation, all > 0 ? circuit_.get(busy) / all : 0.0);
                 });
  record("it_fan_power", floor_->fans());
  record("it_conversion_loss", floor_->conversion_loss());
  record("queue_length", jobs_->queue_length());
  record("utilisation", utilisation);
  record("accelerators_busy", floor_->busy());
  record("accelerators_installed", floor_->installed());
  wire_services();
}

// A rate that swings or grows holds its exact mean over each recorded interval.
Signal<double> SiteModel::wire_rate(const std::string& name, const RequestStream& stream, Signal<double> base) {
  if (stream.growth == Frequency{} && stream.daily_swing == Share{} && stream.weekly_swing == Share{}) return base;
  const Signal<double> rate = circuit_.signal<double>("request rate of " + name, stream.rate.si());
  simulation_.spawn(
      follow_rate(simulation_, zone_, scenario_.record.every,
                  [this, &stream, base, rate](LocalTime local, Duration length, Duration since_start) {
                    circuit_.set(rate,
                                 mean_rate(stream, Frequency(circuit_.get(base)), local, length, since_start).si());
                  }),
      "requests of " + name);
  return rate;
}

// Modelled services hold accelerators; their power is in the racks.
void SiteModel::wire_services() {
  static constexpr std::array columns{
      "lost",       "tokens_in",       "tokens_out",      "first_token",        "inter_token",
      "end_to_end", "replicas_active", "replicas_parked", "energy_per_request", "energy_per_token"};
  Meter* const nothing = &circuit_.meter(circuit_.signal<double>("not of an imposed service"));
  for (const ImposedService& service : imposed_services_) {
    ServiceMeters meters{service.name, service.power, service.requests, {}};
    for (const char* name : columns) meters.more.emplace(name, nothing);
    service_meters_.push_back(std::move(meters));
  }
  for (std::size_t i = 0; i < scenario_.workload.inference.size(); ++i) {
    const auto& [name, service] = scenario_.workload.inference[i];
    if (!service.is_modelled()) continue;
    const Signal<double> rate =
        parameters_.at("workload.inference." + name + ".requests.rate", service.requests.rate.si());
    services_.push_back(std::make_unique<ServiceRun>(simulation_, *floor_, *jobs_,
                                                     ServiceRun::Setup{.name = name,
                                                                       .service = &service,
                                                                       .rack_type = loaded_.service_racks[i],
                                                                       .interval = scenario_.record.every,
                                                                       .start = scenario_.start,
                                                                       .zone = zone_,
                                                                       .base_rate = rate}));
    const ServiceRun& run = *services_.back();
    ServiceMeters meters{name, &circuit_.meter(run.power()), &circuit_.meter(run.served), {}};
    meters.more = {{"lost", &circuit_.meter(run.lost)},
                   {"tokens_in", &circuit_.meter(run.tokens_in)},
                   {"tokens_out", &circuit_.meter(run.tokens_out)},
                   {"first_token", &circuit_.meter(run.first_token_s)},
                   {"inter_token", &circuit_.meter(run.inter_token_s)},
                   {"end_to_end", &circuit_.meter(run.end_to_end_s)},
                   {"replicas_active", &circuit_.meter(run.active)},
                   {"replicas_parked", &circuit_.meter(run.parked)},
                   {"energy_per_request", &circuit_.meter(run.joule_per_request)},
                   {"energy_per_token", &circuit_.meter(run.joule_per_token)}};
    service_meters_.push_back(std::move(meters));
  }
}

void SiteModel::wire_cooling(Wiring& w) {
  if (scenario_.site.cooling.system.imposed())
    wire_overhead(w);
  else
    wire_plant(w);
  wire_building(w);
}

// An imposed overhead: power and water in proportion to IT power.
void SiteModel::wire_overhead(Wiring& w) {
  const CoolingSystem& system = scenario_.site.cooling.system;
  const std::string path = "site.cooling.system.";
  const Signal<double> ratio = system.pue ? parameters_.at(path + "pue", *system.pue)
                                          : parameters_.at(path + "overhead", system.overhead->si());
  const double ratio_offset = system.pue ? 1.0 : 0.0;
  const Signal<double> wue = parameters_.at(path + "wue", system.wue.si());
  const Power units = coolant_units(system);
  w.cooling_power = circuit_.signal<Power>("cooling_power");
  w.makeup = circuit_.signal<MassFlow>("water_makeup");
  const Signal<MassFlow> evaporation = circuit_.signal<MassFlow>("water_evaporation");
  circuit_.model("fixed-overhead cooling", {w.it_power, ratio, wue}, {w.cooling_power, w.makeup, evaporation},
                 [this, it = w.it_power, ratio, ratio_offset, wue, cooling = w.cooling_power, makeup = w.makeup,
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
    if (const ResolvedValue* value = loaded_.document.find(std::string("site.cooling.system.") + key))
      if (value->is_number) parameters_.at(value->path, setting_of(sized.plant->settings, key));
  plant_room_ = std::make_unique<PlantRoom>(simulation_, std::move(sized.plant), *weather_, parameters_);
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
  w.lighting = parameters_.at("site.lighting", scenario_.site.lighting.si());
  w.other = parameters_.at("site.other", scenario_.site.other.si());
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

void SiteModel::wire_distribution(Wiring& w) {
  const Electrical electrical = scenario_.site.electrical.value_or(Electrical{});
  const auto leaking = [&](const char* layer, std::vector<Feeder>& feeders) {
    const double leak = w.leak(layer);
    if (leak == 0 || feeders.empty()) return;
    const Signal<Load> in = feeders.front().load;
    const Signal<Load> out = circuit_.signal<Load>(std::string("leak.") + layer);
    circuit_.model(std::string("leak.") + layer, {in}, {out}, [this, in, out, leak] {
      Load load = circuit_.get(in);
      load.mean += Power(leak);
      circuit_.set(out, load);
    });
    feeders.front().load = out;
  };
  std::vector<Signal<Power>> all_losses;
  std::vector<Signal<Power>> transformer_losses;
  std::vector<std::pair<Signal<Power>, double>> outdoor;  // losses, and the share of their heat that stays outdoors
  leaking("racks", w.feeders);
  const auto add = [&](const char* name, const StageModule* module) {
    if (module && !w.feeders.empty()) {
      Stage stage = add_stage(circuit_, name, *module, w.feeders, lockstep_.get());
      w.feeders = stage.feeders;
      if (std::string(name) == "transformer")
        transformer_losses.push_back(stage.loss);
      else
        record(std::string(name) + "_loss", stage.loss);
      all_losses.push_back(stage.loss);
      if (module->indoor_share < 100_percent) outdoor.emplace_back(stage.loss, 1 - module->indoor_share.si());
      stages_.emplace(name, std::move(stage));
    }
    leaking(name, w.feeders);
  };
  add("pdu", electrical.pdu ? &*electrical.pdu : nullptr);
  add("ups", electrical.ups ? &*electrical.ups : nullptr);
  add("transformer", electrical.transformer ? &*electrical.transformer : nullptr);

  // Cooling and the building hang on transformers of their own.
  const Feeder mechanical{w.mechanical, loaded_.design.cooling + scenario_.site.lighting + scenario_.site.other};
  std::vector<Signal<Load>> tops{};
  for (const Feeder& feeder : w.feeders) tops.push_back(feeder.load);
  if (electrical.transformer && mechanical.design > Power{}) {
    const Stage stage = add_stage(circuit_, "mechanical transformer", *electrical.transformer, {mechanical});
    tops.push_back(stage.feeders.front().load);
    transformer_losses.push_back(stage.loss);
    all_losses.push_back(stage.loss);
    if (electrical.transformer->indoor_share < 100_percent)
      outdoor.emplace_back(stage.loss, 1 - electrical.transformer->indoor_share.si());
  } else {
    tops.push_back(mechanical.load);
  }
  if (!transformer_losses.empty())
    record("transformer_loss", sum_of(circuit_, "transformer_loss", transformer_losses));
  w.distribution_loss = sum_of(circuit_, "distribution_loss", std::move(all_losses));
  record("distribution_loss", w.distribution_loss);
  w.grid = sum_of(circuit_, "grid load", std::move(tops));
  w.grid_power = circuit_.signal<Power>("grid_power");
  circuit_.model("point of interconnection", {w.grid}, {w.grid_power},
                 [this, in = w.grid, out = w.grid_power] { circuit_.set(out, circuit_.get(in).mean); });
  grid_power_ = w.grid_power;
  record("grid_power", w.grid_power);

  w.facility_power = circuit_.signal<Power>("facility_power");
  circuit_.model("facility power", {w.it_power, w.distribution_loss, w.cooling_power, w.lighting, w.other},
                 {w.facility_power},
                 [this, it = w.it_power, loss = w.distribution_loss, cooling = w.cooling_power, lighting = w.lighting,
                  other = w.other, out = w.facility_power] {
                   circuit_.set(out, circuit_.get(it) + circuit_.get(loss) + circuit_.get(cooling) +
                                         Power(circuit_.get(lighting)) + Power(circuit_.get(other)));
                 });
  record("facility_power", w.facility_power);

  w.outdoor_loss = circuit_.signal<Power>("losses outdoors");
  if (!outdoor.empty()) {
    std::vector<AnySignal> inputs;
    for (const auto& [loss, share] : outdoor) inputs.push_back(loss);
    circuit_.model("losses outdoors", inputs, {w.outdoor_loss}, [this, outdoor, out = w.outdoor_loss] {
      Power sum{};
      for (const auto& [loss, share] : outdoor) sum += share * circuit_.get(loss);
      circuit_.set(out, sum);
    });
  }
  outdoor_loss_ = &circuit_.meter(w.outdoor_loss);
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
  const Signal<Power> rejected = circuit_.signal<Power>("heat_rejected");
  circuit_.model("heat rejected", {plant_room_->rejected, w.outdoor_loss}, {rejected},
                 [this, plant = plant_room_->rejected, outdoors = w.outdoor_loss, rejected] {
                   circuit_.set(rejected, circuit_.get(plant) + circuit_.get(outdoors));
                 });
  record("heat_rejected", rejected);
}

// Carbon, money and the water of power plants, per energy from the grid.
void SiteModel::wire_grid(Wiring& w) {
  const Grid& grid = scenario_.site.grid;
  const std::string path = "site.grid.";

  const Meter* grid_meter = channel("grid_power")->meter;
  CarbonLedger* ledger = &carbon_ledger_;
  const auto book_carbon = [this, ledger, grid_meter](double intensity) {
    ledger->change(intensity, grid_meter->integral(simulation_.now()));
  };
  Signal<double> intensity;
  if (loaded_.carbon) {
    intensity = circuit_.signal<double>("carbon_intensity", loaded_.carbon->at(loaded_.start));
    simulation_.spawn(follow_hours(simulation_, *loaded_.carbon,
                                   [this, intensity, book_carbon](double value) {
                                     book_carbon(value);
                                     circuit_.set(intensity, value);
                                   }),
                      "hourly carbon intensity");
  } else if (grid.carbon) {
    intensity = parameters_.at(path + "carbon.intensity", grid.carbon->intensity->si());
    parameters_.on_change(path + "carbon.intensity", book_carbon);
  } else {
    intensity = circuit_.signal<double>("carbon_intensity", grid.region->carbon.si());
  }
  ledger->intensity = circuit_.get(intensity);

  Signal<double> price;
  if (loaded_.price) {
    price = circuit_.signal<double>("price", loaded_.price->at(loaded_.start));
    simulation_.spawn(
        follow_hours(simulation_, *loaded_.price, [this, price](double value) { circuit_.set(price, value); }),
        "hourly price");
  } else if (grid.tariff.energy) {
    price = parameters_.at(path + "tariff.energy.price", grid.tariff.energy->price->si());
  } else {
    price = circuit_.signal<double>("price", grid.region->price.si());
  }
  const Signal<double> water_intensity =
      grid.water_intensity ? parameters_.at(path + "water_intensity", grid.water_intensity->si())
                           : circuit_.signal<double>("water_intensity", grid.region->water_intensity.si());
  w.water_price = parameters_.at(path + "tariff.water", grid.tariff.water.si());
  parameters_.at(path + "tariff.demand", grid.tariff.demand.si());

  w.emissions = circuit_.signal<CarbonRate>("emissions_location");
  w.cost_energy = circuit_.signal<MoneyRate>("cost_energy");
  w.cost_water = circuit_.signal<MoneyRate>("cost_water");
  const Signal<MassFlow> source = circuit_.signal<MassFlow>("water_source");
  circuit_.model("grid carbon", {w.grid_power, intensity}, {w.emissions},
                 [this, in = w.grid_power, intensity, out = w.emissions, leak = w.leak("carbon")] {
                   circuit_.set(out, CarbonRate(circuit_.get(in).si() * circuit_.get(intensity) + leak));
                 });
  circuit_.model("energy cost", {w.grid_power, price}, {w.cost_energy},
                 [this, in = w.grid_power, price, out = w.cost_energy] {
                   circuit_.set(out, MoneyRate(circuit_.get(in).si() * circuit_.get(price)));
                 });
  circuit_.model("water cost", {w.makeup, w.water_price}, {w.cost_water},
                 [this, in = w.makeup, price = w.water_price, out = w.cost_water] {
                   circuit_.set(out, MoneyRate(circuit_.get(in).si() * circuit_.get(price)));
                 });
  circuit_.model(
      "source water", {w.grid_power, water_intensity, w.makeup}, {source},
      [this, in = w.grid_power, water_intensity, makeup = w.makeup, source] {
        circuit_.set(source, MassFlow(circuit_.get(in).si() * circuit_.get(water_intensity)) + circuit_.get(makeup));
      });
  record("carbon_intensity", intensity);
  channels_.back().attributes = {{"boundary", grid.carbon ? grid.carbon->boundary : grid.region->boundary}};
  record("price", price);
  record("emissions_location", w.emissions);
  record("cost_energy", w.cost_energy);
  record("cost_water", w.cost_water);
  record("water_source", source);

  // Hardware, spread over its life.
  const Signal<CarbonRate> embodied = circuit_.signal<CarbonRate>("emissions_embodied");
  const Signal<MoneyRate> capital = circuit_.signal<MoneyRate>("cost_capital");
  const auto& racks = scenario_.site.racks;
  const bool capital_known = !racks.empty() && std::all_of(racks.begin(), racks.end(), [](const auto& entry) {
    return entry.second.server.price.has_value();
  });
  const auto update_embodied = [this, embodied, capital] {
    CarbonRate carbon{};
    MoneyRate money{};
    for (std::size_t i = 0; i < floor_->types().size(); ++i) {
      const Server& server = floor_->types()[i].rack.server;
      const double servers = static_cast<double>(floor_->standing(i) * floor_->types()[i].rack.servers);
      const double life_s = length_s(scenario_.start, server.life);
      if (server.embodied) carbon += CarbonRate(servers * server.embodied->si() / life_s);
      if (server.price) money += MoneyRate(servers * server.price->si() / life_s);
    }
    circuit_.set(embodied, carbon);
    circuit_.set(capital, money);
  };
  update_embodied();
  record("emissions_embodied", embodied);
  if (capital_known) record("cost_capital", capital);
  for (std::size_t i = 0; i < floor_->types().size(); ++i) {
    const std::string count = "site.racks." + floor_->types()[i].name + ".count";
    parameters_.at(count, static_cast<double>(floor_->types()[i].rack.count));
    parameters_.on_change(count, [this, i, update_embodied](double value) {
      floor_->set_count(i, static_cast<std::int64_t>(std::llround(value)));
      jobs_->capacity_changed();
      update_embodied();
    });
  }
}

void SiteModel::wire_attribution(Wiring& w) {
  attribution_ = std::make_unique<Attribution>(circuit_, Attribution::Rates{.it = w.it_power,
                                                                            .grid = w.grid_power,
                                                                            .water = w.makeup,
                                                                            .emissions = w.emissions,
                                                                            .cost_energy = w.cost_energy,
                                                                            .cost_water = w.cost_water});
  for (const ImposedService& service : imposed_services_) attribution_->add_user(service.name, service.load);
  for (const auto& service : services_) attribution_->add_user(service->name(), service->power());
  attribution_->add_user("idle", floor_->idle_power());
  jobs_->set_attribution(attribution_.get());
}

// Nothing starts whose largest phase would draw more than the connection allows.
void SiteModel::wire_connection(Wiring& w) {
  if (!scenario_.site.grid.connection) return;
  const std::string path = "site.grid.connection";
  const Signal<double> connection = parameters_.at(path, scenario_.site.grid.connection->si());
  const double grid_per_it = loaded_.design.grid_per_it;
  has_room_ = [this, connection, grid = w.grid_power, it = w.it, grid_per_it](Power rise) {
    Power imposed{};
    for (const ImposedService& service : imposed_services_) imposed += circuit_.get(service.load).mean;
    // What stands was settled before the starts of this instant: the floor knows them already.
    const Power settled = circuit_.get(it).mean - imposed;
    const Power more = floor_->peak_now() - settled + rise;
    return (circuit_.get(grid) + grid_per_it * more).si() <= circuit_.get(connection);
  };
  jobs_->set_power_room(has_room_);
  for (const auto& service : services_) service->set_power_room(has_room_);
  parameters_.on_change(path, [this](double) { jobs_->room_changed(); });
  simulation_.spawn(ask_hourly(simulation_, *jobs_), "jobs held by the connection");
}

void SiteModel::wire_limits() {
  month_peak_ = &circuit_.meter(grid_power_);
  limits_.reserve(scenario_.limits.size());
  for (const auto& [name, limit] : scenario_.limits) {
    const Channel* quantity = channel(limit.quantity);
    if (!quantity)
      throw InputError(loaded_.document.find("limits." + name + ".quantity")->place,
                       "this site has no " + limit.quantity + ": the part that it belongs to is not in the scenario");
    const bool is_maximum = limit.max.has_value();
    const std::string& text = is_maximum ? *limit.max : *limit.min;
    const ResolvedValue* path = loaded_.document.find(text);
    Signal<double> bound;
    if (path && parameters_.has(text))
      bound = parameters_.at(text, 0);
    else
      bound = circuit_.signal<double>(
          "limit " + name, parse_site_quantity(*quantity->quantity, path ? path->text : text, "limits." + name));
    limits_.emplace_back(name, *quantity->quantity, is_maximum, limit.margin);
    limits_.back().wire(simulation_, quantity->signal, quantity->read, bound);
  }
}

}  // namespace wattershed
