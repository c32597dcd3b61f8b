#include "models/facility/site/site_model.hpp"

#include <algorithm>
#include <cmath>

namespace wattershed {

std::vector<std::string> leak_layers() {
  return {"racks", "pdu", "ups", "transformer", "cooling", "heat", "water", "carbon"};
}

SiteModel::SiteModel(Simulation& simulation, const LoadedScenario& loaded, const std::vector<Leak>& leaks)
    : simulation_(simulation),
      circuit_(simulation.circuit()),
      loaded_(loaded),
      scenario_(loaded.scenario),
      zone_(loaded.time_zone),
      parameters_(circuit_),
      weather_(loaded.weather_of(simulation.options().run)) {
  wire(leaks);
  hear("mechanical board", mechanical_, mechanical_leaf_);
  for (const ImposedService& service : imposed_services_) hear("service " + service.name, service.load, service.leaf);
  circuit_.build();
  start_work();
  schedule_changes();
}

// The processes look at the jobs and the floor: they go first.
SiteModel::~SiteModel() { simulation_.shutdown(); }

const Channel* SiteModel::channel(std::string_view name) const {
  const auto at =
      std::find_if(channels_.begin(), channels_.end(), [&](const Channel& c) { return c.quantity->name == name; });
  return at == channels_.end() ? nullptr : &*at;
}

double SiteModel::total(std::string_view name) const {
  const Channel* found = channel(name);
  return found ? found->meter->integral(simulation_.now()) : 0.0;
}

void SiteModel::start_work() {
  if (plant_room_) simulation_.spawn(plant_room_->run(), "cooling plant");
  for (const auto& service : services_) simulation_.spawn(service->run(), "service " + service->name());
  for (const auto& [name, job] : scenario_.workload.training) {
    trainings_.push_back(std::make_unique<TrainingRun>(simulation_, *floor_, *jobs_, name, job, scenario_.fidelity,
                                                       loaded_.stream_prefix));
    const Time from = job.from ? zone_.to_utc(*job.from) : loaded_.start;
    if (from >= loaded_.start && from < loaded_.end)
      simulation_.spawn(trainings_.back()->submit(from), "training " + name);
  }
  for (const auto& [name, job] : scenario_.workload.fixed)
    simulation_.spawn(submit_fixed(simulation_, *jobs_, name, job, scenario_.start, zone_), "jobs of " + name);
  for (std::size_t i = 0; i < loaded_.traces.size(); ++i) {
    const Trace& choice = scenario_.workload.traces[i];
    std::vector<TraceJob> trace;
    trace.reserve(loaded_.traces[i].jobs.size());
    for (const SwfJob& job : loaded_.traces[i].jobs) {
      JobRequest request;
      request.name = "traces." + std::to_string(i) + "." + std::to_string(job.number);
      request.accelerators = job.processors;
      request.run_time = job.run_time;
      request.requested_time = job.requested_time;
      request.profile.intensity = choice.intensity;
      trace.push_back({job.submit, std::move(request)});
    }
    const Time from = choice.from ? zone_.to_utc(*choice.from) : loaded_.start;
    simulation_.spawn(submit_trace(simulation_, *jobs_, std::move(trace), from), "trace " + choice.swf.written);
  }
}

void SiteModel::schedule_changes() {
  for (const TimedChange& change : loaded_.changes) {
    if (change.at > loaded_.end) continue;
    simulation_.at(
        change.at, [this, &change] { parameters_.set(change.path, change.si); }, EventPriority::early);
  }
}

double SiteModel::requests_served() const {
  Sum sum;
  for (const ServiceMeters& service : service_meters_) sum += service.served->integral(simulation_.now());
  return sum.value();
}

double SiteModel::tokens_served() const {
  Sum sum;
  for (const ServiceMeters& service : service_meters_)
    if (const auto tokens = service.more.find("tokens_out"); tokens != service.more.end())
      sum += tokens->second->integral(simulation_.now());
  return sum.value();
}

double SiteModel::tokens_trained() const {
  Sum sum;
  for (const auto& training : trainings_) sum += training->tokens(simulation_.now());
  return sum.value();
}

std::vector<Warning> SiteModel::warnings() const {
  std::vector<Warning> list;
  const auto warn = [&](std::string text, std::uint64_t count) {
    if (count > 0) list.push_back({std::move(text), count});
  };
  if (plant_room_)
    warn("the cooling plant missed a set-point by over 1 K for ten minutes or more", plant_room_->overloads());
  for (const auto& service : services_)
    warn("service '" + service->name() + "': requests waited for a replica, or were lost, in so many intervals",
         service->saturated_intervals());
  warn("jobs were held back by the connection", jobs_->held());
  if (ups_) {
    warn("a sag made the UPS transfer to their batteries", static_cast<std::uint64_t>(ups_->machine().events()));
    warn("the UPS locked out: their load stays off the grid until somebody returns it", ups_->machine().locked_out());
    warn("the racks lost their power: the UPS batteries were empty", ups_->machine().dropped_at().has_value());
    warn("generators ran; their fuel, emissions and cost are not counted", total("generator_power") > 0);
  }
  if (battery_)
    warn("the battery had too little power or energy for its control, for so many seconds",
         static_cast<std::uint64_t>(std::llround(battery_->saturated_s())));
  return list;
}

void SiteModel::close() {
  if (plant_room_) plant_room_->close();
}

std::vector<Balance> SiteModel::balances() const {
  const Time now = simulation_.now();
  Balance energy{.name = "energy"}, heat{.name = "heat"}, water{.name = "water"}, carbon{.name = "carbon"};
  energy.add_in("grid", total("grid_power"));
  Sum racks;
  for (const Meter* meter : rack_meters_) racks += meter->integral(now);
  energy.add_out("racks", racks.value());
  for (const ImposedService& service : imposed_services_)
    energy.add_out("service " + service.name, service.power->integral(now));
  energy.add_in("generators", total("generator_power"));
  energy.add_out("stored in batteries", total("battery_power"));
  if (battery_loss_) energy.add_out("battery loss", battery_loss_->integral(now));
  for (const char* loss : {"pdu_loss", "ups_loss", "transformer_loss"}) energy.add_out(loss, total(loss));
  for (const char* use : {"cooling_power", "lighting_power", "other_power"}) energy.add_out(use, total(use));

  for (const char* source : {"it_power", "distribution_loss", "cooling_power", "lighting_power", "other_power"})
    heat.add_in(source, total(source));
  if (plant_room_) {
    const PlantTotals plant = plant_room_->plant().totals();
    heat.add_out("rejected by the plant", plant.rejected.si());
    heat.add_out("stored in loops and rooms", plant.stored.si());
    heat.add_out("losses outdoors", outdoor_loss_->integral(now));
  } else {
    heat.add_out("rejected", total("heat_rejected"));
  }

  water.add_in("make-up", total("water_makeup"));
  for (const char* way : {"water_evaporation", "water_drift", "water_blowdown"}) water.add_out(way, total(way));

  carbon.add_in("energy x intensity", carbon_ledger_.total(total("grid_power")));
  carbon.add_out("emissions", total("emissions_location"));
  return {energy, heat, water, carbon};
}

// ---- for magnifying glasses ----------------------------------------------------------------------------------

void SiteModel::open_log(WaveformLog& log) {
  log.begin_snapshot();
  const Time now = simulation_.now();
  floor_->open_log(log, simulation_);
  log.level(now, mechanical_leaf_, circuit_.get(mechanical_).mean.si());
  for (const ImposedService& service : imposed_services_)
    log.level(now, service.leaf, circuit_.get(service.load).mean.si());
  if (ups_) {
    log.outside(now, "share_on_grid", circuit_.get(ups_->on_grid));
    log.outside(now, "share_on_battery", circuit_.get(ups_->on_battery));
    log.outside(now, "refilling", circuit_.get(ups_->refilling) * ups_->rating().si());
    log.outside(now, "refilling_from_grid", circuit_.get(refilling_) * ups_->rating().si());
  }
  if (!sags_.empty()) log.outside(now, "retained_voltage", circuit_.get(retained_));
  log.end_snapshot();
  for (const auto& training : trainings_) training->tell_beat(log);
  logs_.push_back(&log);
}

void SiteModel::close_log(WaveformLog& log) {
  floor_->close_log(log);
  std::erase(logs_, &log);
}

Duration SiteModel::supply_lag() const {
  return scenario_.site.electrical ? scenario_.site.electrical->lag : Duration{0};
}

GridSideSetup SiteModel::grid_side() const {
  GridSideSetup setup;
  if (battery_ && battery_->battery().smoothing) {
    setup.battery = battery_->battery();
    setup.state_of_charge = Share(circuit_.get(battery_->state_of_charge));
  }
  if (impedance_ || bus()) setup.reactive = reactive_;
  setup.impedance = impedance_;
  if (frequency_) {
    FrequencyWatch now = *frequency_;
    now.follow(simulation_.now());
    setup.frequency = now.response();
    setup.balanced = now.balanced();
  }
  setup.ups = ups_ != nullptr;
  setup.sags = retained_.valid();
  return setup;
}

// A leaf that is no rack is heard by a model of its own.
void SiteModel::hear(const std::string& name, Signal<Load> load, std::uint32_t leaf) {
  const Signal<double> heard = circuit_.signal<double>("heard " + name);
  circuit_.model("hear " + name, {load}, {heard}, [this, load, leaf] {
    for (WaveformLog* log : logs_) log->level(simulation_.now(), leaf, circuit_.get(load).mean.si());
  });
}

}  // namespace wattershed
