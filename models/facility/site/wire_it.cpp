// Racks, jobs and services, and who used what.
#include <algorithm>
#include <array>

#include "models/facility/scenario/cooling_design.hpp"
#include "models/facility/site/site_wiring.hpp"

namespace wattershed {
namespace {

// The last interval may be cut by the end.
Process follow_rate(Simulation& sim, TimeZone zone, Duration interval, Time end,
                    std::function<void(LocalTime, Duration, Duration)> set) {
  const Time start = sim.now();
  while (sim.now() < end) {
    const Duration length = std::min(interval, end - sim.now());
    set(zone.to_local(sim.now()), length, sim.now() - start);
    co_await sim.delay(length, EventPriority::early);
  }
}

}  // namespace

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
    types.push_back({scenario_.site.racks[i].first,
                     rack_as_cooled(scenario_.site.racks[i].second, scenario_.site.cooling.system),
                     loaded_.most_racks[i]});
  floor_ = std::make_unique<Floor>(circuit_, std::move(types), reference_inlet(scenario_.site.cooling.system));
  lockstep_ = std::make_unique<Lockstep>(circuit_);
  std::vector<Signal<Load>> leaves;
  for (std::size_t i = 0; i < floor_->loads().size(); ++i) {
    leaves.push_back(floor_->loads()[i]);
    w.feeders.push_back({leaves.back(), floor_->design_power(i), lockstep_->add_leaf(),
                         add_leaf({.rack_type = floor_->type_of(i), .name = floor_->names()[i]})});
    rack_meters_.push_back(&circuit_.meter(leaves.back()));
  }
  fed_ = circuit_.signal<double>("the racks are fed", 1);
  for (const auto& [name, service] : scenario_.workload.inference) {
    if (!service.energy_per_request) continue;
    const std::string path = loaded_.workload_prefix + "inference." + name;
    const Signal<double> base = parameters_.at(path + ".requests.rate", service.requests.rate.si());
    const Signal<double> rate = wire_rate(name, service.requests, base);
    const Signal<double> energy = parameters_.at(path + ".energy_per_request", service.energy_per_request->si());
    const Signal<Load> load = circuit_.signal<Load>("service " + name);
    circuit_.model("service " + name, {rate, energy, fed_}, {load}, [this, rate, energy, load] {
      const double requests = circuit_.get(fed_) * circuit_.get(rate);
      circuit_.set(load, Load{Power(requests * circuit_.get(energy)), PowerVariance{}});
    });
    leaves.push_back(load);
    w.feeders.push_back({load, service.requests.rate * *service.energy_per_request});
    w.feeders.back().place = add_leaf({});
    imposed_services_.push_back({name, load, w.feeders.back().place, &circuit_.meter(load), &circuit_.meter(rate)});
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
      follow_rate(simulation_, zone_, scenario_.record.every, loaded_.end,
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
  for (const ImposedService& service : imposed_services_) {
    ServiceMeters meters{service.name, service.power, service.requests, {}};
    for (const char* name : columns) {
      const Signal<double> nothing = circuit_.signal<double>(std::string(name) + ", not of an imposed service");
      meters.more.emplace(name, &circuit_.meter(nothing));
    }
    service_meters_.push_back(std::move(meters));
  }
  for (std::size_t i = 0; i < scenario_.workload.inference.size(); ++i) {
    const auto& [name, service] = scenario_.workload.inference[i];
    if (!service.is_modelled()) continue;
    const Signal<double> rate =
        parameters_.at(loaded_.workload_prefix + "inference." + name + ".requests.rate", service.requests.rate.si());
    services_.push_back(std::make_unique<ServiceRun>(simulation_, *floor_, *jobs_,
                                                     ServiceRun::Setup{.name = name,
                                                                       .service = &service,
                                                                       .rack_type = loaded_.service_racks[i],
                                                                       .interval = scenario_.record.every,
                                                                       .end = loaded_.end,
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

}  // namespace wattershed
