// Carbon, money and the water of power plants, per energy from the grid; hardware spread over its life.
#include <algorithm>
#include <cmath>

#include "models/facility/site/site_wiring.hpp"

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

// Carbon, money and the water of power plants, per energy from the grid.
void SiteModel::wire_grid(Wiring& w) {
  const Grid& grid = scenario_.site.grid;
  const std::string path = loaded_.site_prefix + "grid.";

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
    const std::string count = loaded_.site_prefix + "racks." + floor_->types()[i].name + ".count";
    parameters_.at(count, static_cast<double>(floor_->types()[i].rack.count));
    parameters_.on_change(count, [this, i, update_embodied](double value) {
      floor_->set_count(i, static_cast<std::int64_t>(std::llround(value)));
      jobs_->capacity_changed();
      update_embodied();
    });
  }
}

}  // namespace wattershed
