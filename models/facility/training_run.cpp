#include "models/facility/training_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wattershed {
namespace {

constexpr double longest_wait_s = 5e9;  // the clock's range is a little longer

}  // namespace

TrainingRun::TrainingRun(Simulation& simulation, Floor& floor, Jobs& jobs, std::string name, const TrainingJob& job)
    : simulation_(simulation), jobs_(jobs), name_(std::move(name)), job_(job) {
  for (const Floor::Type& type : floor.types()) {
    const Accelerator& accelerator = type.rack.server.accelerator;
    StepPlan plan = plan_step(job, accelerator);
    working_.phases.push_back(server_phases(job, plan));
    restarting_.phases.push_back({PhasePower{1.0, activity_power(accelerator, Activity::parked), 0.0}});
    if (plan.cycle_s > plan_.cycle_s) plan_ = std::move(plan);
  }
  restarting_.reserved = working_.phases;  // it goes back to work without asking
}

Process TrainingRun::submit(Time from) {
  co_await simulation_.until(from);
  JobRequest request;
  request.name = name_;
  request.accelerators = job_.accelerators;
  request.requested_time = from_seconds(std::min(plan_.expected_run_s, longest_wait_s));
  request.profile = working_;
  request.on_start = [this](JobId id) { simulation_.spawn(live(id), "training " + name_); };
  jobs_.submit(std::move(request));
}

double TrainingRun::steps(Time now) const {
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

}  // namespace wattershed
