#include "models/facility/training_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wattershed {
namespace {

constexpr double longest_wait_s = 5e9;  // the clock's range is a little longer

// Phases of a step and of a checkpoint in their real lengths.
void add_type(Course& course, const TrainingJob& job, const StepPlan& plan) {
  course.step.push_back(server_phases(job, plan));
  course.checkpoint.emplace_back();
  if (!plan.phases.empty() && plan.phases.back().activity == Activity::checkpoint) {
    PhasePower checkpoint = course.step.back().back();
    course.step.back().pop_back();
    checkpoint.length_s = plan.checkpoint_s;
    course.checkpoint.back().push_back(checkpoint);
  }
}

Rhythm rhythm_of(const StepPlan& plan) {
  Rhythm rhythm;
  rhythm.step_s = plan.step_s;
  rhythm.checkpoint_s = plan.checkpoint_s;
  rhythm.steps_between = plan.checkpoint_every_s / plan.step_s;
  return rhythm;
}

}  // namespace

TrainingRun::TrainingRun(Simulation& simulation, Floor& floor, Jobs& jobs, std::string name, const TrainingJob& job,
                         Fidelity fidelity)
    : simulation_(simulation), jobs_(jobs), name_(std::move(name)), job_(job), fidelity_(fidelity) {
  Course course{.name = "training." + name_};
  for (const Floor::Type& type : floor.types()) {
    const Accelerator& accelerator = type.rack.server.accelerator;
    StepPlan plan = plan_step(job, accelerator);
    working_.phases.push_back(server_phases(job, plan));
    add_type(course, job, plan);
    restarting_.phases.push_back({PhasePower{1.0, activity_power(accelerator, Activity::parked), 0.0}});
    if (plan.cycle_s > plan_.cycle_s) plan_ = std::move(plan);
  }
  course.rhythm = rhythm_of(plan_);
  working_.course = std::move(course);
  restarting_.reserved = working_.phases;  // it goes back to work without asking
}

Process TrainingRun::submit(Time from) {
  co_await simulation_.until(from);
  JobRequest request;
  request.name = name_;
  request.accelerators = job_.accelerators;
  request.requested_time = from_seconds(std::min(plan_.expected_run_s, longest_wait_s));
  request.profile = working_;
  request.on_start = [this](JobId id) {
    simulation_.spawn(fidelity_ == Fidelity::resolved ? live_resolved(id) : live(id), "training " + name_);
  };
  jobs_.submit(std::move(request));
}

double TrainingRun::steps(Time now) const {
  if (fidelity_ == Fidelity::resolved) return std::min(kept_steps_ + done_steps_, plan_.steps);
  return at_work_ ? std::min(kept_steps_ + seconds(now - at_work_since_) / plan_.cycle_s, plan_.steps) : kept_steps_;
}

Process TrainingRun::live(JobId id) {
  Random stream = simulation_.stream("failures of training." + name_);
  // Of wall time: the checkpoints themselves take their part of it.
  const double interval_s = plan_.checkpoint_every_s * plan_.cycle_s / plan_.step_s;
  while (true) {
    const double left_s = (plan_.steps - kept_steps_) * plan_.cycle_s;
    const double fails_in_s = plan_.failures_per_s > 0 ? stream.exponential(1 / plan_.failures_per_s)
                                                       : std::numeric_limits<double>::infinity();
    at_work_ = true;
    at_work_since_ = simulation_.now();
    const double works_s = std::min({left_s, fails_in_s, longest_wait_s});
    co_await simulation_.delay(from_seconds(works_s));
    at_work_ = false;
    if (fails_in_s >= left_s) break;
    const double kept_s = interval_s > 0 ? std::floor(works_s / interval_s) * interval_s : 0;
    kept_steps_ += kept_s / plan_.cycle_s;
    lost_s_ += works_s - kept_s;
    ++failures_;
    jobs_.set_profile(id, restarting_);
    co_await simulation_.delay(from_seconds(plan_.restart_s));
    jobs_.set_profile(id, working_);
  }
  kept_steps_ = plan_.steps;
  jobs_.finish(id);
}

// ---- resolved ------------------------------------------------------------------------------------------------

// The segments of all rack types, laid over one length and cut where any of them changes.
void TrainingRun::take_stretches() {
  const JobWaveform waveform = jobs_.waveform(*playing_);
  const auto merged = [&](std::vector<PowerSegment> StepWaveform::*part) {
    std::vector<double> cuts;
    for (const StepWaveform& type : waveform.types) {
      const double length_s = length_of(type.*part);
      double at_s = 0;
      for (const PowerSegment& segment : type.*part) {
        cuts.push_back(at_s / length_s);
        at_s += segment.length_s;
      }
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end(), [](double a, double b) { return b - a < 1e-12; }), cuts.end());
    std::vector<Stretch> stretches;
    for (const double cut : cuts) {
      Stretch stretch{cut, {}};
      for (const StepWaveform& type : waveform.types) {
        const double length_s = length_of(type.*part);
        double at_s = 0;
        Power power{};
        for (const PowerSegment& segment : type.*part) {
          if (at_s / length_s > cut + 1e-12) break;
          power = segment.power;
          at_s += segment.length_s;
        }
        stretch.each.push_back(power);
      }
      stretches.push_back(std::move(stretch));
    }
    return stretches;
  };
  step_ = merged(&StepWaveform::step);
  checkpoint_ = merged(&StepWaveform::checkpoint);
  const StepWaveform& first = waveform.types.front();
  double until_s = 0;
  for (std::size_t i = 0; i <= first.waits_in && i < first.step.size(); ++i) until_s += first.step[i].length_s;
  wait_after_ = until_s / length_of(first.step);
}

void TrainingRun::tell_beat(WaveformLog& log) const {
  if (!playing_) return;
  const double ago_s = seconds(simulation_.now().time_since_epoch()) - beat_.at_s;
  jobs_.played_in(log, *playing_, {-ago_s, beat_.length_s, beat_.wait_s, beat_.checkpoint});
}

void TrainingRun::draws_changed() {
  if (!playing_) return;
  take_stretches();
  const std::vector<Stretch>& stretches = stretches_of(beat_);
  jobs_.impose(*playing_, stretches[std::min(stretch_, stretches.size() - 1)].each);
}

Process TrainingRun::live_resolved(JobId id) {
  Random failures = simulation_.stream("failures of training." + name_);
  Random draws = simulation_.stream("steps of training." + name_);
  const double steps_between = plan_.checkpoint_every_s / plan_.step_s;
  while (true) {
    const double fails_in_s = plan_.failures_per_s > 0 ? failures.exponential(1 / plan_.failures_per_s)
                                                       : std::numeric_limits<double>::infinity();
    const Time fails = simulation_.now() + from_seconds(std::min(fails_in_s, longest_wait_s));
    const Time begun = simulation_.now();
    Beats beats(working_.course->rhythm, draws);
    playing_ = id;
    take_stretches();
    double steps = 0;
    bool failed = false;
    Time at = simulation_.now();
    while (!failed && kept_steps_ + steps < plan_.steps) {
      beat_ = beats.next(seconds(at.time_since_epoch()));
      jobs_.played(id, at, beat_.length_s, beat_.wait_s, beat_.checkpoint);
      const Time end = at + from_seconds(beat_.length_s + beat_.wait_s);
      for (stretch_ = 0; stretch_ < stretches_of(beat_).size() && !failed; ++stretch_) {
        jobs_.impose(id, stretches_of(beat_)[stretch_].each);
        Time until = end;
        if (stretch_ + 1 < stretches_of(beat_).size()) {
          const double next = stretches_of(beat_)[stretch_ + 1].begins;
          until = at + from_seconds(next * beat_.length_s + (next > wait_after_ - 1e-12 ? beat_.wait_s : 0.0));
        }
        failed = fails <= until;
        co_await simulation_.until(std::min(until, fails));
      }
      if (!failed && !beat_.checkpoint) steps += 1;
      done_steps_ = steps;
      at = end;
    }
    playing_.reset();
    if (!failed) break;
    const double kept = steps_between > 0 ? std::floor(steps / steps_between) * steps_between : 0;
    kept_steps_ += kept;
    done_steps_ = 0;
    lost_s_ += std::max(seconds(simulation_.now() - begun) - kept * plan_.cycle_s, 0.0);
    ++failures_;
    jobs_.set_profile(id, restarting_);
    co_await simulation_.delay(from_seconds(plan_.restart_s));
    jobs_.set_profile(id, working_);
  }
  kept_steps_ = plan_.steps;
  done_steps_ = 0;
  jobs_.finish(id);
}

}  // namespace wattershed
