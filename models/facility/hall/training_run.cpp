#include "models/facility/hall/training_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wattershed {
namespace {

constexpr double longest_wait_s = 5e9;  // the clock's range is a little longer

Rhythm rhythm_of(const TrainingJob& job, const StepPlan& plan) {
  Rhythm rhythm;
  const auto set = [&](StepPart part, const std::vector<TrainingPhase>& phases, double steps) {
    rhythm.length_s[index(part)] = length_of(phases);
    rhythm.steps[index(part)] = steps;
  };
  set(StepPart::step, plan.step, 1);
  set(StepPart::slow_step, plan.slow_step, plan.slow_step_steps);
  set(StepPart::checkpoint, plan.checkpoint, plan.checkpoint_steps);
  set(StepPart::start, plan.start, plan.start_steps);
  set(StepPart::stop, plan.stop, 0);
  if (plan.slow_step_times > 0) rhythm.slow_chance = plan.slow_step_times / (plan.slow_step_times + plan.step_times);
  if (plan.checkpoint_times > 0) rhythm.steps_between = 1 / plan.checkpoint_times - plan.checkpoint_steps;
  if (job.checkpoint_stagger) rhythm.first_later = seconds(*job.checkpoint_stagger) / plan.step_s;
  rhythm.correlation = job.correlation.value_or(Share(0)).si();
  rhythm.jitter = job.jitter.value_or(Share(0)).si();
  if (job.rack_offset) rhythm.rack_offset_s = seconds(*job.rack_offset);
  if (job.rack_jitter) rhythm.rack_jitter_s = seconds(*job.rack_jitter);
  return rhythm;
}

// One part of a plan as a cycle of its own.
std::vector<PhasePower> only(StepPart part, const std::vector<PhasePower>& phases) {
  std::vector<PhasePower> list;
  for (PhasePower phase : phases) {
    if (phase.part != part) continue;
    phase.length_s = phase.played_s();
    phase.real_s = 0;
    phase.part = StepPart::step;
    list.push_back(phase);
  }
  return list;
}

}  // namespace

TrainingRun::TrainingRun(Simulation& simulation, Floor& floor, Jobs& jobs, std::string name, const TrainingJob& job,
                         Fidelity fidelity, std::string stream_prefix)
    : simulation_(simulation),
      jobs_(jobs),
      name_(std::move(name)),
      stream_prefix_(std::move(stream_prefix)),
      job_(job),
      fidelity_(fidelity),
      power_changed_(simulation) {
  for (const Floor::Type& type : floor.types()) {
    const Accelerator& accelerator = type.rack.server.accelerator;
    StepPlan plan = plan_step(job, accelerator);
    working_.phases.push_back(server_phases(job, plan));
    restarting_.phases.push_back({PhasePower{1.0, activity_power(accelerator, Activity::parked), 0.0}});
    if (plan.cycle_s > plan_.cycle_s) plan_ = std::move(plan);
  }
  working_.course = Course{.name = "training." + name_, .rhythm = rhythm_of(job, plan_), .phases = working_.phases};
  going_on_ = working_;
  going_on_.course->begins.reset();
  starting_.course = stopping_.course = working_.course;
  starting_.course->begins = StepPart::start;
  stopping_.course->begins = StepPart::stop;
  for (const std::vector<PhasePower>& phases : working_.phases) {
    starting_.phases.push_back(only(StepPart::start, phases));
    stopping_.phases.push_back(only(StepPart::stop, phases));
  }
  restarting_.reserved = starting_.reserved = working_.phases;  // it goes to work without asking
}

Process TrainingRun::submit(Time from) {
  co_await simulation_.until(from);
  JobRequest request;
  request.name = name_;
  request.accelerators = job_.accelerators;
  request.requested_time = from_seconds(std::min(plan_.expected_run_s, longest_wait_s));
  request.profile = job_.stagger ? restarting_ : plan_.start_s > 0 ? starting_ : working_;
  request.on_start = [this](JobId id) {
    simulation_.spawn(fidelity_ == Fidelity::resolved ? live_resolved(id) : live(id), "training " + name_);
  };
  jobs_.submit(std::move(request));
}

double TrainingRun::steps(Time now) const {
  const double working = at_work_ ? seconds(now - at_work_since_) / plan_.cycle_s : 0.0;
  return std::min(kept_steps_ + done_steps_ + working, plan_.steps);
}

double TrainingRun::kept_of(double steps) const {
  const double interval = plan_.checkpoint_every_s / plan_.step_s;
  return interval > 0 ? std::floor(steps / interval) * interval : 0;
}

void TrainingRun::fail(double kept_steps, double worked_s) {
  kept_steps_ += kept_steps;
  lost_s_ += std::max(worked_s - kept_steps * plan_.cycle_s, 0.0);
  ++failures_;
}

Process TrainingRun::live(JobId id) {
  Random stream = simulation_.stream(stream_prefix_ + "failures of training." + name_);
  if (job_.stagger) {
    co_await simulation_.delay(*job_.stagger);
    jobs_.set_profile(id, plan_.start_s > 0 ? starting_ : working_);
  }
  while (true) {
    const double left_s = std::max(plan_.steps - kept_steps_ - plan_.start_steps, 0.0) * plan_.cycle_s;
    const double fails_in_s = plan_.failures_per_s > 0 ? stream.exponential(1 / plan_.failures_per_s)
                                                       : std::numeric_limits<double>::infinity();
    if (plan_.start_s > 0) {
      co_await simulation_.delay(from_seconds(std::min(plan_.start_s, fails_in_s)));
      if (fails_in_s > plan_.start_s) jobs_.set_profile(id, going_on_);
    }
    const double until_failure_s = fails_in_s - plan_.start_s;
    double works_s = 0;
    if (until_failure_s > 0) {
      done_steps_ = plan_.start_steps;
      at_work_ = true;
      at_work_since_ = simulation_.now();
      tell_work(true);
      works_s = std::min({left_s, until_failure_s, longest_wait_s});
      co_await simulation_.delay(from_seconds(works_s));
      at_work_ = false;
      tell_work(false);
      if (until_failure_s >= left_s) break;
    }
    done_steps_ = 0;
    fail(kept_of(works_s / plan_.cycle_s), works_s);
    jobs_.set_profile(id, restarting_);
    co_await simulation_.delay(from_seconds(plan_.restart_s));
    jobs_.set_profile(id, plan_.start_s > 0 ? starting_ : working_);
  }
  kept_steps_ = plan_.steps;
  done_steps_ = 0;
  if (plan_.stop_s > 0) {
    jobs_.set_profile(id, stopping_);
    co_await simulation_.delay(from_seconds(plan_.stop_s));
  }
  jobs_.finish(id);
}

// ---- resolved ------------------------------------------------------------------------------------------------

void TrainingRun::begin_playing(JobId id) {
  playing_ = id;
  const JobWaveform waveform = jobs_.waveform(id);
  for (std::size_t part = 0; part < step_part_count; ++part)
    parts_[part] = stretches_of(waveform, static_cast<StepPart>(part));
}

void TrainingRun::tell_beat(WaveformLog& log) const {
  if (!playing_) return;
  jobs_.played_in(log, *playing_, {-seconds(simulation_.now() - beat_at_), beat_.length_s, beat_.part});
}

void TrainingRun::draws_changed() {
  if (!playing_ || !fed_) return;
  begin_playing(*playing_);
  jobs_.impose(*playing_, playing()[std::min(stretch_, playing().size() - 1)].each);
}

void TrainingRun::fed(bool fed) {
  fed_ = fed;
  power_changed_.fire();
}

Process TrainingRun::live_resolved(JobId id) {
  Random failures = simulation_.stream(stream_prefix_ + "failures of training." + name_);
  if (job_.stagger) {
    co_await simulation_.delay(*job_.stagger);
    jobs_.set_profile(id, working_);
  }
  if (!fed_) {
    while (!fed_) co_await power_changed_.wait();
    jobs_.set_profile(id, working_);
  }
  for (int life = 0;; ++life) {
    const double fails_in_s = plan_.failures_per_s > 0 ? failures.exponential(1 / plan_.failures_per_s)
                                                       : std::numeric_limits<double>::infinity();
    const Time begun = simulation_.now();
    const Time fails = begun + from_seconds(std::min(fails_in_s, longest_wait_s));
    begin_playing(id);
    tell_work(true);
    Beats beats(jobs_.waveform(id).rhythm,
                simulation_.stream(stream_prefix_ + "steps of training." + name_ + "." + std::to_string(life)));
    if (plan_.start_s > 0) beats.begin_with_start();
    bool failed = false, stopped = plan_.stop_s <= 0;
    Time at = begun;
    while (!failed) {
      beat_ = beats.next(0);
      if (kept_steps_ + done_steps_ >= plan_.steps) {
        if (stopped) break;
        stopped = true;
        beat_ = {0, plan_.stop_s, StepPart::stop};
      }
      beat_at_ = at;
      jobs_.played(id, at, beat_.length_s, beat_.part);
      const Time end = at + from_seconds(beat_.length_s);
      for (stretch_ = 0; stretch_ < playing().size() && !failed; ++stretch_) {
        jobs_.impose(id, playing()[stretch_].each);
        const bool last = stretch_ + 1 == playing().size();
        const Time until = last ? end : at + from_seconds(playing()[stretch_ + 1].begins * beat_.length_s);
        const std::size_t which =
            co_await simulation_.first_of(simulation_.until(std::min(until, fails)), power_changed_.wait());
        failed = which == 1 || fails <= until;
      }
      if (!failed) done_steps_ += beats.steps(beat_);
      at = end;
    }
    playing_.reset();
    tell_work(false);
    if (!failed) break;
    fail(kept_of(done_steps_), seconds(simulation_.now() - begun));
    done_steps_ = 0;
    jobs_.set_profile(id, restarting_);
    for (bool restarted = false; !restarted;) {
      while (!fed_) co_await power_changed_.wait();
      const std::size_t which =
          co_await simulation_.first_of(simulation_.delay(from_seconds(plan_.restart_s)), power_changed_.wait());
      restarted = which == 0 && fed_;
    }
    jobs_.set_profile(id, working_);
  }
  kept_steps_ = plan_.steps;
  done_steps_ = 0;
  jobs_.finish(id);
}

}  // namespace wattershed
