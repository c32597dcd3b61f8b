#include "models/facility/hall/jobs.hpp"

#include <algorithm>
#include <cassert>

#include "models/accounting/demand_charge.hpp"
#include "models/facility/waveform/stretches.hpp"

namespace wattershed {

Jobs::Jobs(Simulation& simulation, Floor& floor, PolicyId policy, Placement placement)
    : simulation_(simulation),
      floor_(floor),
      scheduler_(floor.cluster(), make_policy(policy), placement),
      queue_length_(simulation.circuit().signal<double>("queue length")) {}

void Jobs::set_power_room(HasRoom has_room) {
  has_room_ = std::move(has_room);
  scheduler_.set_may_start([this](JobId id) { return may_start(id); });
}

// ---- submission and dispatch ---------------------------------------------------------------------------------

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
  job.profile = job.request.run_time ? floor_.shared_profile(job.request.profile.intensity)
                                     : floor_.add_profile(job.request.profile);
  scheduler_.submit(JobId{place}, job.request.accelerators, job.request.requested_time, simulation_.now());
  ++submitted_;
  request_dispatch();
}

void Jobs::capacity_changed() {
  scheduler_.capacity_changed();
  request_dispatch();
}

std::optional<Allocation> Jobs::seize(std::int64_t accelerators, Placement placement, std::size_t rack_type) {
  return floor_.cluster().allocate(accelerators, placement, rack_type);
}

void Jobs::give_back(const Allocation& allocation) {
  floor_.cluster().release(allocation);
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
  ++dispatches_;
  scheduler_.dispatch(simulation_.now(), [this](JobId id, const Allocation& allocation) { start(id, allocation); });
  simulation_.circuit().set(queue_length_, static_cast<double>(scheduler_.queue_length()));
}

bool Jobs::may_start(JobId id) {
  Job& job = jobs_[index(id)];
  if (has_room_(floor_.largest_rise(job.request.accelerators, job.profile))) return true;
  if (!job.held) ++held_;
  job.held = true;
  job.held_in = dispatches_;
  return false;
}

// ---- running -------------------------------------------------------------------------------------------------

std::array<double, 4> Jobs::rates(Time now) const {
  return attribution_ ? attribution_->per_it(now) : std::array<double, 4>{};
}

Shares Jobs::used_by(const Job& job, Time now, const std::array<double, 4>& rates) const {
  Shares used = job.used;
  used.it_j += job.power.si() * seconds(now - job.since);
  for (std::size_t i = 0; i < rates.size(); ++i) used.site[i] += job.power.si() * (rates[i] - job.rates_since[i]);
  return used;
}

// What the job used with its present power is final.
void Jobs::fold(Job& job) {
  const Time now = simulation_.now();
  const std::array<double, 4> all = rates(now);
  job.used = used_by(job, now, all);
  job.since = now;
  job.rates_since = all;
}

void Jobs::begin_power(Job& job, JobId id) {
  const Allocation& allocation = scheduler_.allocation(id);
  job.power = floor_.power(allocation, job.profile);
  if (swing_listener_) tell_swing(job, id);
  if (!lockstep_) return;
  std::vector<std::pair<Lockstep::Node, double>> deviations;
  for (const RackShare& share : allocation) {
    const double deviation_w = static_cast<double>(share.count) * floor_.deviation_w(share.rack, job.profile);
    if (deviation_w > 0) deviations.emplace_back(static_cast<Lockstep::Node>(index(share.rack)), deviation_w);
  }
  lockstep_->swing(static_cast<std::uint32_t>(index(id)), deviations);
}

void Jobs::tell_swing(const Job& job, JobId id) {
  std::vector<PowerSegment> cycle;
  if (floor_.swings(job.profile)) {
    std::vector<double> accelerators(floor_.types().size(), 0.0);
    for (const RackShare& share : scheduler_.allocation(id))
      accelerators[floor_.type_of(index(share.rack))] += static_cast<double>(share.count);
    cycle = cycle_of(floor_.waveform(job.profile), accelerators);
  }
  swing_listener_(static_cast<std::uint32_t>(index(id)), std::move(cycle));
}

void Jobs::start(JobId id, const Allocation& allocation) {
  Job& job = jobs_[index(id)];
  job.started = job.since = simulation_.now();
  job.running = true;
  job.rates_since = rates(simulation_.now());
  floor_.occupy(allocation, job.profile);
  begin_power(job, id);
  ++started_;
  wait_s_ += seconds(job.started - job.submitted);
  if (job.request.run_time) {
    job.left = *job.request.run_time;
    if (fed_) work_on(job, id);
  }
  if (job.request.on_start) job.request.on_start(id);
}

void Jobs::work_on(Job& job, JobId id) {
  job.working_since = simulation_.now();
  job.end = simulation_.after(job.left, [this, id] { finish(id); });
}

void Jobs::set_fed(bool fed) {
  if (fed == fed_) return;
  fed_ = fed;
  const Time now = simulation_.now();
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    Job& job = jobs_[i];
    if (!job.running || !job.request.run_time) continue;
    if (fed) {
      if (!simulation_.pending(job.end)) work_on(job, JobId{static_cast<std::uint32_t>(i)});
      continue;
    }
    const Duration left = job.left - (now - job.working_since);
    if (left <= Duration::zero()) continue;  // it ends at this very instant
    simulation_.cancel(job.end);
    job.left = job.request.after_outage == AfterOutage::restart ? *job.request.run_time : left;
    ++interrupted_;
  }
}

void Jobs::set_profile(JobId id, Profile profile) {
  Job& job = jobs_[index(id)];
  assert(job.running && !job.request.run_time);
  fold(job);
  floor_.set_profile(job.profile, std::move(profile), {&scheduler_.allocation(id)});
  begin_power(job, id);
}

void Jobs::impose(JobId id, std::span<const Power> each) {
  Job& job = jobs_[index(id)];
  assert(job.running && !job.request.run_time);
  fold(job);
  floor_.impose(job.profile, each, {&scheduler_.allocation(id)});
  begin_power(job, id);
}

void Jobs::before_draws_change() {
  for (Job& job : jobs_)
    if (job.running) fold(job);
}

void Jobs::after_draws_change() {
  for (std::size_t i = 0; i < jobs_.size(); ++i)
    if (jobs_[i].running) begin_power(jobs_[i], JobId{static_cast<std::uint32_t>(i)});
}

void Jobs::finish(JobId id) {
  Job& job = jobs_[index(id)];
  fold(job);
  floor_.vacate(scheduler_.allocation(id), job.profile);
  if (lockstep_) lockstep_->rest(static_cast<std::uint32_t>(index(id)));
  if (swing_listener_) swing_listener_(static_cast<std::uint32_t>(index(id)), {});
  scheduler_.finished(id, simulation_.now());
  if (!job.request.run_time) floor_.remove_profile(job.profile);
  ++done_;
  used_it_j_ += job.used.it_j;
  for (std::size_t i = 0; i < used_site_.size(); ++i) used_site_[i] += job.used.site[i];
  report(job, true);
  job = Job{};
  free_.push_back(static_cast<std::uint32_t>(index(id)));
  request_dispatch();
}

void Jobs::close() {
  for (Job& job : jobs_) {
    if (!job.running) continue;
    fold(job);
    report(job, false);
  }
  for (std::size_t i = 0; i < jobs_.size(); ++i)
    if (waits(i)) report(jobs_[i], false);
}

double Jobs::mean_wait_s(Time now) const {
  if (submitted_ == 0) return 0;
  Sum all = wait_s_;
  for (std::size_t i = 0; i < jobs_.size(); ++i)
    if (waits(i)) all += seconds(now - jobs_[i].submitted);
  return all.value() / static_cast<double>(submitted_);
}

Jobs::NeverStarted Jobs::never_started(Time now, std::int64_t accelerators_standing) const {
  NeverStarted found;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    if (!waits(i)) continue;
    const Job& job = jobs_[i];
    const double waited_s = seconds(now - job.submitted);
    if (job.request.accelerators > accelerators_standing) {
      ++found.too_large;
    } else if (job.held && job.held_in == dispatches_) {
      ++found.held;
      found.longest_held_s = std::max(found.longest_held_s, waited_s);
      found.held_accelerator_s += static_cast<double>(job.request.accelerators) * waited_s;
    }
  }
  return found;
}

Shares Jobs::used(Time now) const {
  Shares all;
  all.it_j = used_it_j_.value();
  for (std::size_t i = 0; i < used_site_.size(); ++i) all.site[i] = used_site_[i].value();
  const std::array<double, 4> rates_now = rates(now);
  for (const Job& job : jobs_)
    if (job.running) all += used_by(job, now, rates_now);
  return all;
}

void Jobs::report(const Job& job, bool complete) {
  if (!listener_) return;
  listener_(JobRecord{.request = job.request,
                      .submitted = job.submitted,
                      .started = job.running ? std::optional(job.started) : std::nullopt,
                      .ended = simulation_.now(),
                      .complete = complete,
                      .used = job.used});
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
      request.requested_time = job.requested ? length_of(*job.requested) : *request.run_time;
      request.profile.intensity = job.intensity;
      request.after_outage = job.after_outage;
      for (std::int64_t copy = 0; copy < job.copies; ++copy) {
        request.name = name + "." + std::to_string(round);
        if (job.copies > 1) request.name += "." + std::to_string(copy);
        jobs.submit(request);
      }
    }
    if (!job.every) co_return;
  }
}

Process submit_trace(Simulation& sim, Jobs& jobs, std::string name, const JobTrace& trace, Trace choice) {
  for (const TraceJob& job : trace.jobs) {
    co_await sim.until(trace.second_zero + job.submit);
    JobRequest request;
    request.name = name + "." + job.name;
    request.accelerators = job.processors;
    request.run_time = job.run_time;
    request.requested_time = job.requested_time;
    request.profile.intensity = choice.intensity;
    request.user = job.user;
    request.after_outage = choice.after_outage;
    jobs.submit(std::move(request));
  }
}

}  // namespace wattershed
