#include "models/facility/site/grid_ledger.hpp"

#include <functional>
#include <string>

#include "models/grid/market/omissions.hpp"
#include "sim/kernel/process.hpp"

namespace wattershed {
namespace {

Process follow_hours(Simulation& sim, const HourlySeries& series, std::function<void(double)> set) {
  while (true) {
    set(series.at(sim.now()));
    co_await sim.until(next_hour(sim.now()));
  }
}

}  // namespace

GridLedger::GridLedger(SiteContext& context, const Inputs& inputs) : context_(context), grid_(inputs.grid_meter) {
  Circuit& circuit = context.circuit;
  const Grid& grid = context.site().grid;
  intensity_ = carbon_intensity();
  ledger_.intensity = circuit.get(intensity_);
  price_ = price();
  water_intensity_ = grid.water_intensity
                         ? context.parameters.at(context.path("grid.water_intensity"), grid.water_intensity->si())
                         : circuit.signal<double>("water_intensity", grid.region->water_intensity.si());
  water_price_ = context.parameters.at(context.path("grid.tariff.water"), grid.tariff.water.si());
  context.parameters.at(context.path("grid.tariff.demand"), grid.tariff.demand.si());  // the months ask for it
  add_rates(inputs);
}

Signal<double> GridLedger::carbon_intensity() {
  const Grid& grid = context_.site().grid;
  if (const auto& hourly = context_.loaded.carbon)
    return context_.circuit.signal<double>("carbon_intensity", hourly->at(context_.loaded.start));
  if (!grid.carbon) return context_.circuit.signal<double>("carbon_intensity", grid.region->carbon.si());
  const std::string path = context_.path("grid.carbon.intensity");
  const Signal<double> written = context_.parameters.at(path, grid.carbon->intensity->si());
  context_.parameters.on_change(path, [this](double intensity) { book_carbon(intensity); });
  return written;
}

Signal<double> GridLedger::price() {
  const Grid& grid = context_.site().grid;
  if (const auto& hourly = context_.loaded.price)
    return context_.circuit.signal<double>("price", hourly->at(context_.loaded.start));
  if (grid.tariff.energy)
    return context_.parameters.at(context_.path("grid.tariff.energy.price"), grid.tariff.energy->price->si());
  return context_.circuit.signal<double>("price", grid.region->price.si());
}

void GridLedger::add_rates(const Inputs& inputs) {
  Circuit& circuit = context_.circuit;
  emissions = circuit.signal<CarbonRate>("emissions_location");
  cost_energy = circuit.signal<MoneyRate>("cost_energy");
  cost_water = circuit.signal<MoneyRate>("cost_water");
  source_ = circuit.signal<MassFlow>("water_source");
  circuit.model("grid carbon", {inputs.grid_power, intensity_}, {emissions},
                [&circuit, in = inputs.grid_power, intensity = intensity_, out = emissions] {
                  circuit.set(out, CarbonRate(circuit.get(in).si() * circuit.get(intensity)));
                });
  circuit.model("energy cost", {inputs.grid_power, price_}, {cost_energy},
                [&circuit, in = inputs.grid_power, price = price_, out = cost_energy] {
                  circuit.set(out, MoneyRate(circuit.get(in).si() * circuit.get(price)));
                });
  circuit.model("water cost", {inputs.makeup, water_price_}, {cost_water},
                [&circuit, in = inputs.makeup, price = water_price_, out = cost_water] {
                  circuit.set(out, MoneyRate(circuit.get(in).si() * circuit.get(price)));
                });
  circuit.model(
      "source water", {inputs.grid_power, water_intensity_, inputs.makeup}, {source_},
      [&circuit, in = inputs, intensity = water_intensity_, out = source_] {
        circuit.set(out, MassFlow(circuit.get(in.grid_power).si() * circuit.get(intensity)) + circuit.get(in.makeup));
      });
}

// The intensity changes: the span of equal intensity ends.
void GridLedger::book_carbon(double intensity) { ledger_.change(intensity, grid_.integral(context_.now())); }

void GridLedger::record(Columns& columns) {
  const Grid& grid = context_.site().grid;
  columns.add("carbon_intensity", intensity_,
              {{"boundary", grid.carbon ? grid.carbon->boundary : grid.region->boundary}});
  columns.add("price", price_);
  emitted_ = columns.add("emissions_location", emissions).meter;
  energy_cost_ = columns.add("cost_energy", cost_energy).meter;
  water_cost_ = columns.add("cost_water", cost_water).meter;
  source_water_ = columns.add("water_source", source_).meter;
}

void GridLedger::start() {
  Simulation& sim = context_.simulation;
  if (const auto& hourly = context_.loaded.carbon)
    sim.spawn(follow_hours(sim, *hourly,
                           [this](double value) {
                             book_carbon(value);
                             context_.circuit.set(intensity_, value);
                           }),
              "hourly carbon intensity");
  if (const auto& hourly = context_.loaded.price)
    sim.spawn(follow_hours(sim, *hourly, [this](double value) { context_.circuit.set(price_, value); }),
              "hourly price");
}

void GridLedger::book(Books& books) const {
  books.carbon.add_in("energy x intensity", ledger_.total(grid_.integral(context_.now())));
  books.carbon.add_out("emissions", emitted_->integral(context_.now()));
}

void GridLedger::summarise(SiteSummary& summary) const {
  const Time now = context_.now();
  summary.add("water_source", source_water_->integral(now));
  summary.add("emissions_scope1", 0);  // no generator's fuel yet
  summary.add("emissions_scope2_location", emitted_->integral(now));
  summary.add("cost_energy", energy_cost_->integral(now));
  summary.add("cost_water", water_cost_->integral(now));
}

std::vector<Omission> GridLedger::omissions() const { return market_omissions(context_.site().grid); }

}  // namespace wattershed
