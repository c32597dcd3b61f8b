#include "models/facility/hall/it_hall.hpp"

#include <algorithm>
#include <cmath>

#include "models/compute/omissions.hpp"
#include "models/facility/part/rack_positions.hpp"
#include "models/facility/part/signal_sum.hpp"
#include "models/facility/part/site_tables.hpp"
#include "models/facility/scenario/cooling_design.hpp"

namespace wattershed {
namespace {

// A rate that swings or grows holds its exact mean over each recorded interval. The last interval may be cut by the
// end.
Process follow_rate(Simulation& sim, TimeZone zone, Duration interval, Time end,
                    std::function<void(LocalTime, Duration, Duration)> set) {
  const Time start = sim.now();
  while (sim.now() < end) {
    const Duration length = std::min(interval, end - sim.now());
    set(zone.to_local(sim.now()), length, sim.now() - start);
    co_await sim.delay(length, EventPriority::early);
  }
}

bool is_steady(const RequestStream& stream) {
  return stream.growth == Frequency{} && stream.daily_swing == Share{} && stream.weekly_swing == Share{};
}

}  // namespace

ItHall::ItHall(SiteContext& context) : context_(context), lockstep_(context.circuit) {
  const Site& site = context.site();
  Circuit& circuit = context.circuit;
  std::vector<Floor::Type> types;
  for (std::size_t i = 0; i < site.racks.size(); ++i)
    types.push_back({site.racks[i].first, rack_as_cooled(site.racks[i].second, site.cooling.system),
                     context.loaded.most_racks[i]});
  floor_ = std::make_unique<Floor>(circuit, std::move(types), reference_inlet(site.cooling.system));
  const std::vector<std::uint32_t> positions =
      rack_positions(standing_racks(context.loaded, context.loaded.end), context.loaded.most_racks);
  for (std::size_t i = 0; i < floor_->loads().size(); ++i) {
    const Signal<Load> load = floor_->loads()[i];
    feeders.push_back({load, floor_->design_power(i), lockstep_.add_leaf(),
                       context.add_leaf({.rack_type = floor_->type_of(i), .name = floor_->names()[i]})});
    feeders.back().position = positions[i];
    rack_meters_.push_back(&circuit.meter(load));
  }
  fed_ = circuit.signal<double>("the racks are fed", 1);
  for (const auto& [name, service] : context.loaded.scenario.workload.inference)
    if (service.energy_per_request) add_imposed_service(name, service);

  std::vector<Signal<Load>> leaves;  // racks by type, then services
  for (const Feeder& feeder : feeders) leaves.push_back(feeder.load);
  it = sum_of(circuit, "IT load", std::move(leaves));
  it_power = circuit.signal<Power>("it_power");
  it_extent_ = {circuit.signal<Power>("highest IT power"), circuit.signal<Power>("lowest IT power")};
  circuit.model("IT power", {it}, {it_power, it_extent_.highest, it_extent_.lowest},
                [&circuit, in = it, out = it_power, extent = it_extent_] {
                  const Load load = circuit.get(in);
                  circuit.set(out, load.mean);
                  circuit.set(extent.highest, load.highest());
                  circuit.set(extent.lowest, load.lowest());
                });

  jobs_ = std::make_unique<Jobs>(context.simulation, *floor_, site.scheduler.policy, site.scheduler.placement);
  jobs_->set_lockstep(&lockstep_);
  utilisation_ = circuit.signal<double>("utilisation");
  circuit.model("utilisation", {floor_->busy(), floor_->installed(), floor_->draining()}, {utilisation_},
                [&circuit, busy = floor_->busy(), installed = floor_->installed(), draining = floor_->draining(),
                 out = utilisation_] {
                  const double all = circuit.get(installed) + circuit.get(draining);
                  circuit.set(out, all > 0 ? circuit.get(busy) / all : 0.0);
                });
  draining_meter_ = &circuit.meter(floor_->draining());
  follow_counts();
  follow_ranges();
}

void ItHall::follow_ranges() {
  std::vector<const Rack*> types;
  for (const Floor::Type& type : floor_->types()) types.push_back(&type.rack);
  ranges_.emplace(types, imposes_power(context_.loaded.scenario.workload));
  const Signal<double> heard = context_.circuit.signal<double>("heard ranges of the racks");
  context_.circuit.model("hear ranges of the racks", {floor_->asked_anew()}, {heard}, [this] {
    for (std::size_t type = 0; type < floor_->types().size(); ++type)
      ranges_->saw(context_.now(), type, floor_->asked(type));
  });
}

void ItHall::add_imposed_service(const std::string& name, const InferenceService& service) {
  Circuit& circuit = context_.circuit;
  const std::string path = context_.loaded.workload_prefix + "inference." + name;
  ImposedService added;
  added.name = name;
  added.requests = &service.requests;
  added.base_rate = context_.parameters.at(path + ".requests.rate", service.requests.rate.si());
  added.rate = is_steady(service.requests)
                   ? added.base_rate
                   : circuit.signal<double>("request rate of " + name, service.requests.rate.si());
  const Signal<double> energy =
      context_.parameters.at(path + ".energy_per_request", service.energy_per_request->si());
  added.load = circuit.signal<Load>("service " + name);
  circuit.model("service " + name, {added.rate, energy, fed_}, {added.load},
                [&circuit, fed = fed_, rate = added.rate, energy, load = added.load] {
                  const double requests = circuit.get(fed) * circuit.get(rate);
                  circuit.set(load, Load{Power(requests * circuit.get(energy)), PowerVariance{}});
                });
  added.leaf = context_.add_leaf({});
  feeders.push_back({added.load, service.requests.rate * *service.energy_per_request});
  feeders.back().place = added.leaf;
  added.power = &circuit.meter(added.load);
  added.served = &circuit.meter(added.rate);
  const Signal<double> heard = circuit.signal<double>("heard service " + name);
  circuit.model("hear service " + name, {added.load}, {heard}, [this, load = added.load, leaf = added.leaf] {
    for (WaveformLog* log : logs_) log->level(context_.now(), leaf, context_.circuit.get(load).mean.si());
  });
  imposed_.push_back(std::move(added));
}

// Racks are delivered and taken away.
void ItHall::follow_counts() {
  for (std::size_t i = 0; i < floor_->types().size(); ++i) {
    const std::string count = context_.path("racks." + floor_->types()[i].name + ".count");
    context_.parameters.at(count, static_cast<double>(floor_->types()[i].rack.count));
    context_.parameters.on_change(count, [this, i](double value) {
      floor_->set_count(i, static_cast<std::int64_t>(std::llround(value)));
      jobs_->capacity_changed();
      if (racks_changed.get()) racks_changed.get()();
    });
  }
}

void ItHall::set_inlet(Temperature inlet) {
  jobs_->before_draws_change();
  floor_->set_inlet(inlet);
  jobs_->after_draws_change();
}

void ItHall::set_fed(bool fed) {
  jobs_->before_draws_change();
  floor_->set_fed(fed);
  jobs_->set_fed(fed);
  jobs_->after_draws_change();
  context_.circuit.set(fed_, fed ? 1.0 : 0.0);
}

std::vector<const OpenLink*> ItHall::back_links() const { return {&has_room, &attribution, &swings, &racks_changed}; }

void ItHall::record(Columns& columns) {
  it_meter_ = columns.add("it_power", it_power, it_extent_).meter;
  fan_meter_ = columns.add("it_fan_power", floor_->fans()).meter;
  loss_meter_ = columns.add("it_conversion_loss", floor_->conversion_loss()).meter;
  columns.add("queue_length", jobs_->queue_length());
  columns.add("utilisation", utilisation_);
  busy_meter_ = columns.add("accelerators_busy", floor_->busy()).meter;
  installed_meter_ = columns.add("accelerators_installed", floor_->installed()).meter;
}

void ItHall::start() {
  jobs_->set_attribution(attribution.get());
  if (has_room.get()) jobs_->set_power_room(has_room.get());
  if (swings.get()) jobs_->on_swing(swings.get());
  for (const ImposedService& service : imposed_) {
    if (is_steady(*service.requests)) continue;
    context_.simulation.spawn(
        follow_rate(context_.simulation, context_.zone, context_.loaded.scenario.record.every, context_.loaded.end,
                    [this, &service](LocalTime local, Duration length, Duration since_start) {
                      const Frequency base(context_.circuit.get(service.base_rate));
                      context_.circuit.set(service.rate,
                                           mean_rate(*service.requests, base, local, length, since_start).si());
                    }),
        "requests of " + service.name);
  }
}

void ItHall::tables(SiteTables& tables) {
  if (!context_.loaded.scenario.record.racks || rack_meters_.empty()) return;
  const FixedAxis axis{"rack", "name of the rack", floor_->names()};
  tables.recorder().mean_each(tables.recorder().beside(tables.path("racks"), axis),
                              real_column("power", "W", "power at the AC input"), rack_meters_);
}

void ItHall::open_log(WaveformLog& log) {
  floor_->open_log(log, context_.simulation);
  for (const ImposedService& service : imposed_)
    log.level(context_.now(), service.leaf, context_.circuit.get(service.load).mean.si());
  logs_.add(log);
}

void ItHall::close_log(WaveformLog& log) {
  floor_->close_log(log);
  logs_.remove(log);
}

void ItHall::book(Books& books) const {
  const Time now = context_.now();
  Sum racks;
  for (const Meter* meter : rack_meters_) racks += meter->integral(now);
  books.energy.add_out("racks", racks.value());
  for (const ImposedService& service : imposed_)
    books.energy.add_out("service " + service.name, service.power->integral(now));
  books.heat.add_in("it_power", it_meter_->integral(now));
}

void ItHall::summarise(SiteSummary& summary) const {
  const Time now = context_.now();
  const double busy_s = busy_meter_->integral(now), draining_s = draining_meter_->integral(now),
               all_s = installed_meter_->integral(now) + draining_s;
  summary.add("it_energy", it_meter_->integral(now));
  summary.add("it_fan_energy", fan_meter_->integral(now));
  summary.add("it_conversion_loss", loss_meter_->integral(now));
  summary.add("accelerator_time", busy_s);
  if (draining_s > 0) summary.add("draining_time", draining_s);
  summary.add("utilisation", all_s > 0 ? busy_s / all_s : 0);
  summary.add("jobs_submitted", static_cast<double>(jobs_->submitted()));
  summary.add("jobs_done", static_cast<double>(jobs_->done()));
  summary.add("jobs_waiting", static_cast<double>(jobs_->waiting()));
  summary.add("mean_wait", jobs_->mean_wait_s(now));
  const auto standing = static_cast<std::int64_t>(std::llround(installed_meter_->standing()));
  const Jobs::NeverStarted never = jobs_->never_started(now, standing);
  if (never.too_large > 0) summary.add("jobs_beyond_racks", static_cast<double>(never.too_large));
  if (!context_.site().grid.connection) return;
  summary.add("jobs_held", static_cast<double>(jobs_->held()));
  summary.add("held_jobs", static_cast<double>(never.held));
  summary.add("held_time", never.longest_held_s);
  summary.add("held_accelerator_time", never.held_accelerator_s);
}

std::vector<Omission> ItHall::omissions() const {
  return rack_omissions(context_.site().racks, !context_.site().cooling.system.imposed());
}

}  // namespace wattershed
