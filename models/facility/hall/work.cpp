#include "models/facility/hall/work.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "models/facility/part/site_tables.hpp"
#include "models/workload/omissions.hpp"

namespace wattershed {

Work::Work(SiteContext& context, ItHall& hall)
    : context_(context), hall_(hall), ranges_(context.loaded.scenario.workload, context.resolved()) {
  add_imposed_meters();
  add_services();
}

void Work::add_imposed_meters() {
  static constexpr std::array columns{
      "lost",       "tokens_in",       "tokens_out",      "first_token",        "inter_token",
      "end_to_end", "replicas_active", "replicas_parked", "energy_per_request", "energy_per_token"};
  for (const ItHall::ImposedService& service : hall_.imposed_services()) {
    Meters meters{service.name, service.power, service.served, {}};
    for (const char* name : columns) {
      const Signal<double> nothing =
          context_.circuit.signal<double>(std::string(name) + ", not of the imposed service " + service.name);
      meters.more.emplace(name, &context_.circuit.meter(nothing));
    }
    meters_.push_back(std::move(meters));
  }
}

// Modelled services hold accelerators; their power is in the racks.
void Work::add_services() {
  const Scenario& scenario = context_.loaded.scenario;
  Circuit& circuit = context_.circuit;
  for (std::size_t i = 0; i < scenario.workload.inference.size(); ++i) {
    const auto& [name, service] = scenario.workload.inference[i];
    if (!service.is_modelled()) continue;
    const Signal<double> rate = context_.parameters.at(
        context_.loaded.workload_prefix + "inference." + name + ".requests.rate", service.requests.rate.si());
    services_.push_back(std::make_unique<ServiceRun>(context_.simulation, hall_.floor(), hall_.jobs(),
                                                     ServiceRun::Setup{.name = name,
                                                                       .service = &service,
                                                                       .rack_type = context_.loaded.service_racks[i],
                                                                       .interval = scenario.record.every,
                                                                       .end = context_.loaded.end,
                                                                       .start = scenario.start,
                                                                       .zone = context_.zone,
                                                                       .base_rate = rate}));
    ServiceRun& run = *services_.back();
    const Accelerator& accelerator = hall_.floor().types()[context_.loaded.service_racks[i]].rack.server.accelerator;
    run.on_interval([this, i, every = scenario.record.every,
                     design = replica_design(service, accelerator)](const ServiceInterval& interval) {
      ranges_.serves(context_.now(), i, design, interval, every);
    });
    Meters meters{name, &circuit.meter(run.power()), &circuit.meter(run.served), {}};
    meters.more = {{"lost", &circuit.meter(run.lost)},
                   {"tokens_in", &circuit.meter(run.tokens_in)},
                   {"tokens_out", &circuit.meter(run.tokens_out)},
                   {"first_token", &circuit.meter(run.first_token_s)},
                   {"inter_token", &circuit.meter(run.inter_token_s)},
                   {"end_to_end", &circuit.meter(run.end_to_end_s)},
                   {"replicas_active", &circuit.meter(run.active)},
                   {"replicas_parked", &circuit.meter(run.parked)},
                   {"energy_per_request", &circuit.meter(run.joule_per_request)},
                   {"energy_per_token", &circuit.meter(run.joule_per_token)}};
    meters_.push_back(std::move(meters));
  }
}

// What limits may name: all that is lost, and the longest of the services' latencies, of those that serve.
void Work::record(Columns& columns) {
  if (services_.empty()) return;
  Circuit& circuit = context_.circuit;
  const auto lost_rate = circuit.signal<Frequency>("lost_rate");
  const auto first_token = circuit.signal<TimeSpan>("time_to_first_token");
  std::vector<AnySignal> inputs;
  for (const auto& service : services_)
    for (const Signal<double> signal : {service->lost, service->served, service->first_token_s})
      inputs.push_back(signal);
  circuit.model("services together", inputs, {lost_rate, first_token}, [this, &circuit, lost_rate, first_token] {
    double lost = 0, longest_s = 0;
    for (const auto& service : services_) {
      lost += circuit.get(service->lost);
      if (circuit.get(service->served) > 0) longest_s = std::max(longest_s, circuit.get(service->first_token_s));
    }
    circuit.set(lost_rate, Frequency(lost));
    circuit.set(first_token, TimeSpan(longest_s));
  });
  columns.add("lost_rate", lost_rate);
  columns.add("time_to_first_token", first_token);
}

void Work::start() {
  const Scenario& scenario = context_.loaded.scenario;
  for (const auto& service : services_) {
    if (has_room.get()) service->set_power_room(has_room.get());
    context_.simulation.spawn(service->run(), "service " + service->name());
  }
  start_trainings();
  for (const auto& [name, job] : scenario.workload.fixed)
    context_.simulation.spawn(
        submit_fixed(context_.simulation, hall_.jobs(), name, job, scenario.start, context_.zone), "jobs of " + name);
  start_traces();
}

void Work::start_trainings() {
  const LoadedSite& loaded = context_.loaded;
  for (const auto& [name, job] : loaded.scenario.workload.training) {
    trainings_.push_back(std::make_unique<TrainingRun>(context_.simulation, hall_.floor(), hall_.jobs(), name, job,
                                                       loaded.scenario.fidelity, loaded.stream_prefix));
    trainings_.back()->on_work([this, &run = *trainings_.back(), place = trainings_.size() - 1](bool works) {
      ranges_.trains(context_.now(), place, works ? &run.plan() : nullptr);
    });
    const Time from = job.from ? context_.zone.to_utc(*job.from) : loaded.start;
    if (from >= loaded.start && from < loaded.end)
      context_.simulation.spawn(trainings_.back()->submit(from), "training " + name);
  }
}

void Work::start_traces() {
  const LoadedSite& loaded = context_.loaded;
  for (std::size_t i = 0; i < loaded.traces.size(); ++i) {
    const Trace& choice = loaded.scenario.workload.traces[i];
    context_.simulation.spawn(
        submit_trace(context_.simulation, hall_.jobs(), "traces." + std::to_string(i), loaded.traces[i], choice),
        "trace " + choice.file.written);
  }
}

void Work::draws_changed() {
  for (const auto& service : services_) service->draws_changed();
  for (const auto& training : trainings_) training->draws_changed();
}

void Work::set_fed(bool fed) {
  for (const auto& service : services_) service->draws_changed();
  for (const auto& training : trainings_) training->fed(fed);
}

// Imposed services have no tokens, replicas and latencies: those columns hold zero for them.
void Work::tables(SiteTables& tables) {
  if (meters_.empty()) return;
  std::vector<std::string> labels;
  for (const Meters& service : meters_) labels.push_back(service.name);
  Recorder& recorder = tables.recorder();
  const Recorder::SideTable table =
      recorder.beside(tables.path("services"), {"service", "name of the service", std::move(labels)});
  const auto column = [&](const char* name, const char* units, const char* long_name, auto meter_of) {
    std::vector<Meter*> meters;
    for (const Meters& service : meters_) meters.push_back(meter_of(service));
    recorder.mean_each(table, real_column(name, units, long_name), meters);
  };
  column("request_rate", "s-1", "requests answered", [](const Meters& m) { return m.served; });
  column("power", "W", "power at the AC input", [](const Meters& m) { return m.power; });
  if (services_.empty()) return;
  const auto more = [&](const char* key, const char* name, const char* units, const char* long_name) {
    column(name, units, long_name, [key](const Meters& m) { return m.more.at(key); });
  };
  more("lost", "lost_rate", "s-1", "requests that gave up waiting");
  more("tokens_in", "prompt_token_rate", "token s-1", "prompt tokens read");
  more("tokens_out", "output_token_rate", "token s-1", "output tokens written");
  more("first_token", "time_to_first_token", "s", "mean time from arrival to the first token");
  more("inter_token", "time_between_tokens", "s", "mean time between output tokens");
  more("end_to_end", "time_of_request", "s", "mean time from arrival to the last token");
  more("replicas_active", "replicas_active", "1", "replicas at work");
  more("replicas_parked", "replicas_parked", "1", "replicas loaded without work");
  more("energy_per_request", "energy_per_request", "J", "energy at the AC input of one request");
  more("energy_per_token", "energy_per_token", "J token-1", "energy at the AC input of one output token");
}

void Work::open_log(WaveformLog& log) {
  for (const auto& training : trainings_) training->tell_beat(log);
}

void Work::summarise(SiteSummary& summary) const {
  const Time now = context_.now();
  Sum requests, lost, tokens;
  for (const Meters& service : meters_) {
    requests += service.served->integral(now);
    lost += service.more.at("lost")->integral(now);
    tokens += service.more.at("tokens_out")->integral(now);
  }
  if (!meters_.empty()) summary.add("requests_served", requests.value());
  if (!services_.empty()) {
    summary.add("requests_lost", lost.value());
    if (const double all = lost.value() + requests.value(); all > 0) summary.add("lost_share", lost.value() / all);
    summary.add("tokens_served", tokens.value());
  }
  summarise_traces(summary);
  if (trainings_.empty()) return;
  Sum trained;
  double failures = 0, lost_s = 0;
  for (const auto& training : trainings_) {
    trained += training->tokens(now);
    failures += static_cast<double>(training->failures());
    lost_s += training->lost_s();
  }
  summary.add("tokens_trained", trained.value());
  summary.add("training_failures", failures);
  summary.add("training_lost_time", lost_s);
}

void Work::summarise_traces(SiteSummary& summary) const {
  if (context_.loaded.traces.empty()) return;
  std::int64_t outside = 0, too_large = 0, never_ran = 0;
  for (const JobTrace& trace : context_.loaded.traces) {
    outside += trace.before_start + trace.after_end;
    too_large += trace.larger_than_site;
    never_ran += trace.without_run_time + trace.without_processors;
  }
  summary.add("jobs_outside_run", static_cast<double>(outside));
  summary.add("jobs_too_large", static_cast<double>(too_large));
  summary.add("jobs_never_ran", static_cast<double>(never_ran));
}

void Work::warn(std::vector<Warning>& warnings) const {
  for (const auto& service : services_)
    add_warning(
        warnings,
        "service '" + service->name() + "': requests waited for a replica, or were lost, in so many intervals",
        service->saturated_intervals());
  add_warning(warnings, "jobs were held back by the connection", hall_.jobs().held());
  add_warning(warnings, "jobs lost their power while they ran, and went on or began again when it was back",
              hall_.jobs().interrupted());
}

std::vector<Omission> Work::omissions() const {
  return work_omissions(context_.loaded.scenario.workload, context_.has_windows());
}

}  // namespace wattershed
