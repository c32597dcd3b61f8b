#include "models/facility/jobs.hpp"

#include <algorithm>

#include "models/accounting/demand_charge.hpp"

namespace wattershed {

Jobs::Jobs(Simulation& simulation, Floor& floor, Policy policy, Placement placement)
    : simulation_(simulation),
      floor_(floor),
      scheduler_(floor.cluster(), policy, placement),
      queue_length_(simulation.circuit().signal<double>("queue length")) {}

void Jobs::submit(JobRequest request) {
  std::uint32_t place = static_cast<std::uint32_t>(jobs_.size());
  if (free_.empty()) {
    jobs_.emplace_back();
  } else {
    place = free_.back();
    free_.pop_back();
  }
  Job& job = jobs_[place];
  job = Job{.request = std::move(request), .submitted = simulation_.now()};
  scheduler_.submit(JobId{place}, job.request.accelerators, job.request.requested_time);
  ++submitted_;
  request_dispatch();
}

void Jobs::capacity_changed() {
  scheduler_.capacity_changed();
  request_dispatch();
}

// One dispatch an instant, after everything else of that instant has been heard.
void Jobs::request_dispatch() {
  if (dispatch_requested_) return;
  dispatch_requested_ = true;
  simulation_.after(
      Duration{0}, [this] { dispatch(); }, EventPriority::late);
}

void Jobs::dispatch() {
  dispatch_requested_ = false;
  scheduler_.dispatch(simulation_.now(), [this](JobId id, const Allocation& allocation) { start(id, allocation); });
  simulation_.circuit().set(queue_length_, static_cast<double>(scheduler_.queue_length()));
}

void Jobs::start(JobId id, const Allocation& allocation) {
  Job& job = jobs_[index(id)];
  job.started = simulation_.now();
  job.running = true;
  for (const RackShare& share : allocation)
    job.power += floor_.job_power(share.rack, share.count, job.request.intensity);
  job.rates_at_start = rates_.read(simulation_.now());
  floor_.occupy(allocation, job.request.intensity);
  ++started_;
  wait_s_ += seconds(job.started - job.submitted);
  simulation_.after(job.request.run_time, [this, id] { end(id); });
}

void Jobs::end(JobId id) {
  Job& job = jobs_[index(id)];
  floor_.vacate(scheduler_.allocation(id), job.request.intensity);
  scheduler_.finished(id, simulation_.now());
  ++done_;
  report(job, true);
  job = Job{};
  free_.push_back(static_cast<std::uint32_t>(index(id)));
  request_dispatch();
}

void Jobs::close() {
  for (const Job& job : jobs_)
    if (job.running) report(job, false);
}

void Jobs::report(const Job& job, bool complete) {
  if (!listener_) return;
  const Time now = simulation_.now();
  const std::array<double, 4> rates = rates_.read(now);
  const auto share = [&](std::size_t i) { return job.power.si() * (rates[i] - job.rates_at_start[i]); };
  listener_(JobRecord{.request = job.request,
                      .submitted = job.submitted,
                      .started = job.started,
                      .ended = now,
                      .complete = complete,
                      .it_energy = job.power * (now - job.started),
                      .grid_energy = Energy(share(0)),
                      .water = Mass(share(1)),
                      .emissions = Carbon(share(2)),
                      .cost = Money(share(3))});
}

namespace {

/// Rounds that surely lie before `now`, so that a repetition from long ago need not be counted up one by one. Two are
/// kept back: months and the changes of clocks move a round by less than that.
std::int64_t rounds_gone(Time first, Time now, const CalendarSpan& every) {
  const double every_s = every.months * average_month_s + seconds(every.rest);
  return std::max<std::int64_t>(static_cast<std::int64_t>(seconds(now - first) / every_s) - 2, 0);
}

}  // namespace

Process submit_fixed(Simulation& sim, Jobs& jobs, std::string name, FixedJob job, LocalTime start, TimeZone zone) {
  const LocalTime first = job.from.value_or(start);
  for (std::int64_t round = job.every ? rounds_gone(zone.to_utc(first), sim.now(), *job.every) : 0;; ++round) {
    // Counted from the first time on, so that the 31st of a month comes back after a shorter one.
    const Time t = round == 0 ? zone.to_utc(first) : after(first, *job.every, zone, round);
    if (t >= sim.now()) {  // what lies before the start has been and gone
      co_await sim.until(t);
      const LocalTime now = zone.to_local(t);
      const auto length_of = [&](const CalendarSpan& span) { return after(now, span, zone) - zone.to_utc(now); };
      JobRequest request;
      request.accelerators = job.accelerators;
      request.run_time = length_of(job.duration);
      request.requested_time = job.requested ? length_of(*job.requested) : request.run_time;
      request.intensity = job.intensity;
      for (std::int64_t copy = 0; copy < job.copies; ++copy) {
        request.name = name + "." + std::to_string(round);
        if (job.copies > 1) request.name += "." + std::to_string(copy);
        jobs.submit(request);
      }
    }
    if (!job.every) co_return;
  }
}

Process submit_trace(Simulation& sim, Jobs& jobs, std::vector<TraceJob> trace, Time from) {
  for (TraceJob& job : trace) {
    co_await sim.until(from + job.submit);
    jobs.submit(std::move(job.request));
  }
}

}  // namespace wattershed
