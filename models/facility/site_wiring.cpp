#include <algorithm>
#include <cassert>
#include <cmath>

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

}  // namespace

/// Signals that pass from one part of the wiring to the next.
struct SiteModel::Wiring {
  explicit Wiring(const std::vector<Leak>& all_leaks) : leaks(all_leaks) {}
  const std::vector<Leak>& leaks;
  std::vector<Feeder> feeders;
  Signal<Load> it, mechanical, grid;
  Signal<Power> it_power, distribution_loss, cooling_power, facility_power, grid_power;
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
  wire_grid(w);
  wire_shares(w);
  wire_limits();
}

// Racks and services: the leaves of the tree.
void SiteModel::wire_it(Wiring& w) {
  std::vector<Floor::Type> types;
  for (std::size_t i = 0; i < scenario_.site.racks.size(); ++i)
    types.push_back({scenario_.site.racks[i].first, scenario_.site.racks[i].second, loaded_.most_racks[i]});
  floor_ = std::make_unique<Floor>(circuit_, std::move(types));
  std::vector<Signal<Load>> leaves;
  for (std::size_t i = 0; i < floor_->loads().size(); ++i) {
    leaves.push_back(floor_->loads()[i]);
    w.feeders.push_back({leaves.back(), floor_->design_power(i)});
    rack_meters_.push_back(&circuit_.meter(leaves.back()));
  }
  for (const auto& [name, service] : scenario_.workload.inference) {
    const std::string path = "workload.inference." + name;
    const Signal<double> rate = parameters_.at(path + ".requests.rate", service.requests.rate.si());
    const Signal<double> energy = parameters_.at(path + ".energy_per_request", service.energy_per_request.si());
    const Signal<Load> load = circuit_.signal<Load>("service " + name);
    circuit_.model("service " + name, {rate, energy}, {load}, [this, rate, energy, load] {
      circuit_.set(load, Load{Power(circuit_.get(rate) * circuit_.get(energy)), PowerVariance{}});
    });
    leaves.push_back(load);
    w.feeders.push_back({load, service.requests.rate * service.energy_per_request});
    services_.push_back({name, &circuit_.meter(load), &circuit_.meter(rate)});
  }
  w.it = sum_of(circuit_, "IT load", std::move(leaves));
  w.it_power = circuit_.signal<Power>("it_power");
  circuit_.model("IT power", {w.it}, {w.it_power},
                 [this, it = w.it, power = w.it_power] { circuit_.set(power, circuit_.get(it).mean); });
  record("it_power", w.it_power);

  jobs_ = std::make_unique<Jobs>(simulation_, *floor_, scenario_.site.scheduler.policy,
                                 scenario_.site.scheduler.placement);
  const Signal<double> utilisation = circuit_.signal<double>("utilisation");
  circuit_.model("utilisation", {floor_->busy(), floor_->installed()}, {utilisation},
                 [this, busy = floor_->busy(), installed = floor_->installed(), utilisation] {
                   const double all = std::max(circuit_.get(installed), circuit_.get(busy));
                   circuit_.set(utilisation, all > 0 ? circuit_.get(busy) / all : 0.0);
                 });
  record("queue_length", jobs_->queue_length());
  record("utilisation", utilisation);
  record("accelerators_busy", floor_->busy());
  record("accelerators_installed", floor_->installed());
}

// An imposed overhead: power and water in proportion to IT power.
void SiteModel::wire_cooling(Wiring& w) {
  const CoolingSystem& system = scenario_.site.cooling.system;
  const std::string path = "site.cooling.system.";
  const Signal<double> ratio = system.pue ? parameters_.at(path + "pue", *system.pue)
                                          : parameters_.at(path + "overhead", system.overhead->si());
  const double ratio_offset = system.pue ? 1.0 : 0.0;
  const Signal<double> wue = parameters_.at(path + "wue", system.wue.si());
  w.cooling_power = circuit_.signal<Power>("cooling_power");
  w.makeup = circuit_.signal<MassFlow>("water_makeup");
  const Signal<MassFlow> evaporation = circuit_.signal<MassFlow>("water_evaporation");
  const double water_leak = w.leak("water");
  circuit_.model("fixed-overhead cooling", {w.it_power, ratio, wue}, {w.cooling_power, w.makeup, evaporation},
                 [this, it = w.it_power, ratio, ratio_offset, wue, cooling = w.cooling_power, makeup = w.makeup,
                  evaporation, water_leak] {
                   const double it_w = circuit_.get(it).si();
                   circuit_.set(cooling, Power((circuit_.get(ratio) - ratio_offset) * it_w));
                   const double water_kg_per_s = circuit_.get(wue) * it_w;
                   circuit_.set(evaporation, MassFlow(water_kg_per_s));
                   circuit_.set(makeup, MassFlow(water_kg_per_s + water_leak));
                 });
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
  record("cooling_power", w.cooling_power);
  record("lighting_power", w.lighting);
  record("other_power", w.other);
  const Signal<MassFlow> drift = circuit_.signal<MassFlow>("water_drift");
  const Signal<MassFlow> blowdown = circuit_.signal<MassFlow>("water_blowdown");
  record("water_makeup", w.makeup);
  record("water_evaporation", evaporation);
  record("water_drift", drift);
  record("water_blowdown", blowdown);
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
  leaking("racks", w.feeders);
  const auto add = [&](const char* name, const StageModule* module) {
    if (module && !w.feeders.empty()) {
      Stage stage = add_stage(circuit_, name, *module, w.feeders);
      w.feeders = stage.feeders;
      if (std::string(name) == "transformer")
        transformer_losses.push_back(stage.loss);
      else
        record(std::string(name) + "_loss", stage.loss);
      all_losses.push_back(stage.loss);
      stages_.emplace(name, std::move(stage));
    }
    leaking(name, w.feeders);
  };
  add("pdu", electrical.pdu ? &*electrical.pdu : nullptr);
  add("ups", electrical.ups ? &*electrical.ups : nullptr);
  add("transformer", electrical.transformer ? &*electrical.transformer : nullptr);

  // Cooling and the building hang on transformers of their own.
  Feeder mechanical{w.mechanical, Power{}};
  Power it_design{};
  for (const auto& [name, rack] : scenario_.site.racks)
    it_design += static_cast<double>(rack.count) * rack.max_power();
  mechanical.design =
      cooling_ratio(scenario_.site.cooling.system) * it_design + scenario_.site.lighting + scenario_.site.other;
  std::vector<Signal<Load>> tops{};
  for (const Feeder& feeder : w.feeders) tops.push_back(feeder.load);
  if (electrical.transformer && mechanical.design > Power{}) {
    const Stage stage = add_stage(circuit_, "mechanical transformer", *electrical.transformer, {mechanical});
    tops.push_back(stage.feeders.front().load);
    transformer_losses.push_back(stage.loss);
    all_losses.push_back(stage.loss);
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
  const Signal<Power> rejected = circuit_.signal<Power>("heat_rejected");
  circuit_.model("facility power", {w.it_power, w.distribution_loss, w.cooling_power, w.lighting, w.other},
                 {w.facility_power},
                 [this, it = w.it_power, loss = w.distribution_loss, cooling = w.cooling_power, lighting = w.lighting,
                  other = w.other, out = w.facility_power] {
                   circuit_.set(out, circuit_.get(it) + circuit_.get(loss) + circuit_.get(cooling) +
                                         Power(circuit_.get(lighting)) + Power(circuit_.get(other)));
                 });
  // An imposed overhead stores nothing: what is used indoors leaves as heat at once.
  circuit_.model("heat rejection", {w.facility_power}, {rejected},
                 [this, in = w.facility_power, rejected, leak = w.leak("heat")] {
                   circuit_.set(rejected, circuit_.get(in) + Power(leak));
                 });
  record("facility_power", w.facility_power);
  record("heat_rejected", rejected);
}

// Carbon, money and the water of power plants, per energy from the grid.
void SiteModel::wire_grid(Wiring& w) {
  const Grid& grid = scenario_.site.grid;
  const std::string path = "site.grid.";
  if (grid.connection) parameters_.at(path + "connection", grid.connection->si());

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

  const Signal<CarbonRate> embodied = circuit_.signal<CarbonRate>("emissions_embodied");
  const auto update_embodied = [this, embodied] {
    CarbonRate sum{};
    for (std::size_t i = 0; i < floor_->types().size(); ++i) {
      const Rack& rack = floor_->types()[i].rack;
      if (!rack.server.embodied) continue;
      const double servers = static_cast<double>(floor_->standing(i) * rack.servers);
      sum += CarbonRate(servers * rack.server.embodied->si() / length_s(scenario_.start, rack.server.life));
    }
    circuit_.set(embodied, sum);
  };
  update_embodied();
  record("emissions_embodied", embodied);
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

// What the site uses per watt of IT power: the keys by which jobs share the ledger.
void SiteModel::wire_shares(Wiring& w) {
  const auto per_it = [&](const char* name, auto signal, auto... more) {
    const Signal<double> out = circuit_.signal<double>(name);
    circuit_.model(name, {w.it_power, signal, more...}, {out}, [this, it = w.it_power, out, signal, more...] {
      const double it_w = circuit_.get(it).si();
      const double sum = (circuit_.get(signal).si() + ... + circuit_.get(more).si());
      circuit_.set(out, it_w > 0 ? sum / it_w : 0.0);
    });
    return &circuit_.meter(out);
  };
  PerItWatt rates;
  rates.grid = per_it("grid power per IT power", w.grid_power);
  rates.water = per_it("make-up per IT power", w.makeup);
  rates.emissions = per_it("emissions per IT power", w.emissions);
  rates.cost = per_it("cost per IT power", w.cost_energy, w.cost_water);
  jobs_->set_rates(rates);
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
      bound =
          circuit_.signal<double>("limit " + name, parse_si(path ? path->text : text, quantity->quantity->dimension));
    limits_.emplace_back(name, *quantity->quantity, is_maximum, limit.margin);
    limits_.back().wire(simulation_, quantity->signal, quantity->read, bound);
  }
}

}  // namespace wattershed
