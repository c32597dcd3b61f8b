// The chain from the racks and the plant to the point of interconnection, and what the connection allows.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "models/facility/site/site_wiring.hpp"

namespace wattershed {
namespace {

// Cooler air leaves more room for jobs.
Process ask_hourly(Simulation& sim, Jobs& jobs) {
  while (true) {
    co_await sim.delay(std::chrono::hours(1));
    if (jobs.held() > 0) jobs.room_changed();
  }
}

}  // namespace

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
  std::vector<Signal<Power>>& all_losses = w.losses;
  std::vector<Signal<Power>> transformer_losses;
  auto& outdoor = w.outdoor;
  leaking("racks", w.feeders);
  const auto add = [&](const char* name, const StageModule* module) {
    if (module && !w.feeders.empty()) {
      Stage stage = add_stage(circuit_, name, *module, w.feeders, plan_, lockstep_.get());
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
  wire_ups_backup(w);
  add("transformer", electrical.transformer ? &*electrical.transformer : nullptr);

  // Cooling and the building hang on transformers of their own.
  Feeder mechanical{w.mechanical, loaded_.design.cooling + scenario_.site.lighting + scenario_.site.other};
  mechanical.place = add_leaf({.is_it = false});
  mechanical_leaf_ = mechanical.place;
  mechanical_ = w.mechanical;
  std::vector<Signal<Load>> tops{};
  for (const Feeder& feeder : w.feeders) tops.push_back(feeder.load);
  if (electrical.transformer && mechanical.design > Power{}) {
    const Stage stage = add_stage(circuit_, "mechanical transformer", *electrical.transformer, {mechanical}, plan_);
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
  wire_battery(w);
  w.distribution_loss = sum_of(circuit_, "distribution_loss", all_losses);
  record("distribution_loss", w.distribution_loss);
  w.grid = sum_of(circuit_, "grid load", std::move(tops));
  wire_interconnection(w);
  wire_point(w);

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

// Nothing starts whose largest phase would draw more than the connection allows.
void SiteModel::wire_connection(Wiring& w) {
  if (!scenario_.site.grid.connection) return;
  const std::string path = loaded_.site_prefix + "grid.connection";
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

// The scenario's limits, and the connection itself where no limit says it.
void SiteModel::wire_limits() {
  month_peak_ = &circuit_.meter(grid_power_);
  const std::string connection = loaded_.site_prefix + "grid.connection";
  const auto bounds_connection = [&](const auto& entry) {
    return entry.second.quantity == "grid_power" && entry.second.max == connection;
  };
  const auto& given = scenario_.limits;
  const bool add_connection =
      scenario_.site.grid.connection && std::none_of(given.begin(), given.end(), bounds_connection);
  limits_.reserve(given.size() + 1);
  for (const auto& [name, limit] : given) {
    const Channel* quantity = channel(limit.quantity);
    if (!quantity) {
      const bool afterwards =
          (bus() && limit.quantity == "poi_voltage") || (frequency_ && limit.quantity == "poi_frequency");
      throw InputError(loaded_.document->find("limits." + name + ".quantity")->place,
                       loaded_.label() + (afterwards ? "of " + limit.quantity +
                                                           " the end of an interval tells: no limit can watch it"
                                                     : "this site has no " + limit.quantity +
                                                           ": the part that it belongs to is not in the scenario"));
    }
    const bool is_maximum = limit.max.has_value();
    const std::string& text = is_maximum ? *limit.max : *limit.min;
    const ResolvedValue* path = loaded_.document->find(text);
    Signal<double> bound;
    if (path && parameters_.has(text))
      bound = parameters_.at(text, 0);
    else
      bound = circuit_.signal<double>(
          "limit " + name, parse_site_quantity(*quantity->quantity, path ? path->text : text, "limits." + name));
    limits_.emplace_back(name, *quantity->quantity, is_maximum, limit.margin);
    limits_.back().wire(simulation_, quantity->signal, quantity->read, bound);
  }
  if (!add_connection) return;
  const bool taken =
      std::any_of(given.begin(), given.end(), [](const auto& entry) { return entry.first == "connection"; });
  const Channel* grid = channel("grid_power");
  limits_.emplace_back(taken ? "site_connection" : "connection", *grid->quantity, true, Share{});
  limits_.back().wire(simulation_, grid->signal, grid->read, parameters_.at(connection, 0));
}

}  // namespace wattershed
