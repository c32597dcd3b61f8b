#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/compute/power_cap.hpp"
#include "models/workload/training.hpp"

namespace wattershed {

namespace {

constexpr double bytes_per_parameter = 14;  // 16-bit weights, 32-bit weights and two moments of Adam
constexpr double default_batch_tokens = 4e6;
constexpr double default_step_s = 5;
constexpr double default_checkpoint_s = 30;
constexpr double default_checkpoint_every_s = 1800;
constexpr int most_steps_on_the_way = 1000;  // until a list is back in the periodic state

double total_flops(const TrainingJob& job) {
  if (job.flops) return *job.flops;
  if (!job.llm) return 0;
  double per_token = 6 * job.llm->active();
  if (job.sequence_length)
    per_token += 12.0 * static_cast<double>(job.llm->layers * job.llm->hidden_size) * *job.sequence_length;
  return per_token * *job.tokens;
}

double peak_flops_per_s(const TrainingJob& job, const Accelerator& accelerator) {
  if (job.peak) return job.peak->si();
  const bool eight = job.precision == Precision::eight_bit;
  const std::optional<Frequency>& peak = eight ? accelerator.dense_8_bit : accelerator.dense_16_bit;
  if (!peak)
    throw std::invalid_argument(std::string("the accelerator has no ") + (eight ? "8-bit" : "16-bit") +
                                " throughput; write 'peak', for example 'peak: 989 TFLOP/s'");
  return peak->si();
}

// Of all steps, without a cap [s].
double total_work_s(const TrainingJob& job, const Accelerator& accelerator, double flops) {
  if (job.duration) return seconds(*job.duration);
  const double flops_per_s =
      static_cast<double>(job.accelerators) * peak_flops_per_s(job, accelerator) * job.mfu.si();
  return flops / flops_per_s;
}

double checkpoint_length_s(const TrainingJob& job, double flops) {
  if (job.checkpoint_time.given) return seconds(*job.checkpoint_time.given);
  double parameters = 0;
  if (job.llm)
    parameters = job.llm->parameters;
  else if (job.tokens && flops > 0)
    parameters = flops / (6 * *job.tokens);
  else
    return default_checkpoint_s;
  return bytes_per_parameter * parameters / (static_cast<double>(job.accelerators) * job.checkpoint_bandwidth.si());
}

// Daly's run time with failures: work in segments of `every`, each followed by a checkpoint.
double run_with_failures_s(const StepPlan& plan) {
  if (plan.failures_per_s <= 0) return plan.run_s;
  const double between_s = 1 / plan.failures_per_s;
  const double segments = plan.run_s / (plan.checkpoint_every_s + plan.checkpoint_s);
  return between_s * std::exp((plan.restart_s + plan.start_s) / between_s) *
         std::expm1((plan.checkpoint_every_s + plan.checkpoint_s) / between_s) * segments;
}

using Phases = std::vector<TrainingPhase>;

Power power_limit(const TrainingJob& job, const Accelerator& accelerator) {
  return std::min(accelerator.max_power, job.power_cap.value_or(accelerator.max_power));
}

// A phase under the cap, with what it draws by itself.
TrainingPhase under_cap(const TrainingJob& job, const Accelerator& accelerator, Activity activity, double length_s,
                        Power power) {
  const CappedActivity result =
      job.power_cap ? capped(accelerator, activity, power, *job.power_cap) : CappedActivity{power, 1.0};
  return {activity, length_s * result.slowdown, result.power};
}

// One step of `uncapped_s` before any mitigation, in order.
Phases raw_step(const TrainingJob& job, const Accelerator& accelerator, double uncapped_s) {
  Phases phases;
  const auto add = [&](Activity activity, double length_s, const std::optional<Power>& given) {
    if (length_s <= 0) return;
    phases.push_back(
        under_cap(job, accelerator, activity, length_s, given.value_or(activity_power(accelerator, activity))));
  };
  if (!job.pattern.empty()) {
    for (const PatternPhase& phase : job.pattern) add(phase.activity, seconds(phase.length), phase.power);
    return phases;
  }
  const StepShares& shares = job.shares;
  const double rest =
      shares.communication.si() + shares.bubble.si() + shares.optimizer.si() + shares.input_stall.si();
  add(Activity::input_stall, uncapped_s * shares.input_stall.si(), job.powers.input_stall);
  add(Activity::compute, uncapped_s * (1 - rest), job.powers.compute);
  add(Activity::bubble, uncapped_s * shares.bubble.si(), job.powers.bubble);
  add(Activity::communication, uncapped_s * shares.communication.si(), job.powers.communication);
  add(Activity::optimizer, uncapped_s * shares.optimizer.si(), job.powers.optimizer);
  return phases;
}

// Where compute begins after something else, its first moment lies above thermal design power.
Phases with_overshoot(const TrainingJob& job, const Accelerator& accelerator, const Phases& step) {
  if (!job.overshoot) return step;
  const Power peak = job.overshoot->peak.si() * power_limit(job, accelerator);
  Phases phases;
  for (std::size_t i = 0; i < step.size(); ++i) {
    TrainingPhase phase = step[i];
    const Activity before = step[(i + step.size() - 1) % step.size()].activity;
    if (phase.activity == Activity::compute && before != Activity::compute && peak > phase.accelerator) {
      const double length_s = std::min(seconds(job.overshoot->time), phase.length_s);
      phases.push_back({phase.activity, length_s, peak});
      phase.length_s -= length_s;
    }
    if (phase.length_s > 0) phases.push_back(phase);
  }
  return phases;
}

// All wait in the collective for the slowest, which costs a share of the step.
Phases with_straggler(const TrainingJob& job, const Accelerator& accelerator, const Phases& step) {
  const double wait_s = job.straggler->slowdown.si() * length_of(step);
  const TrainingPhase wait =
      under_cap(job, accelerator, Activity::communication, wait_s,
                job.powers.communication.value_or(activity_power(accelerator, Activity::communication)));
  Phases phases = step;
  const auto at = std::find_if(phases.begin(), phases.end(),
                               [](const TrainingPhase& phase) { return phase.activity == Activity::communication; });
  phases.insert(at, wait);
  return phases;
}

Phases ramp(const PowerRampShape& shape, Power max_power, Power from, Power to) {
  if (shape.from) from = shape.from->si() * max_power;
  if (shape.to) to = shape.to->si() * max_power;
  const double time_s = seconds(shape.time);
  if (!shape.steps) return {{Activity::parked, time_s, 0.5 * (from + to), to - from}};
  Phases stairs;
  const auto steps = static_cast<double>(*shape.steps);
  for (double i = 0; i < steps; ++i)
    stairs.push_back({Activity::parked, time_s / steps, from + (steps > 1 ? i / (steps - 1) : 0.5) * (to - from)});
  return stairs;
}

// Dummy load, then smoothing, with all that they remember from phase to phase.
class Chip {
 public:
  struct State {
    DummyLoadState dummy;
    SmoothingState smoothing;
  };
  struct Played {
    Phases phases;
    Energy burned{};
    State end;
  };

  Chip(const TrainingJob& job, const Accelerator& accelerator) : job_(job), accelerator_(accelerator) {
    if (job.smoothing) limits_ = smoothing_limits(*job.smoothing, accelerator.max_power, job.power_cap);
  }

  [[nodiscard]] bool acts() const { return job_.dummy_load || job_.smoothing; }
  [[nodiscard]] State parked() const {
    return {.dummy = {}, .smoothing = {.out = accelerator_.parked(), .quiet_s = limits_.stop_delay_s}};
  }
  /// What parking asks for until nothing is held any more [s].
  [[nodiscard]] double release_s(Power out) const {
    const double fall_w = (std::max(out, limits_.floor) - accelerator_.parked()).si();
    return limits_.stop_delay_s + std::max(fall_w, 0.0) / limits_.down_w_per_s;
  }

  [[nodiscard]] Played play(const Phases& raw, State from, bool fill = true) const {
    Played played{.phases = raw, .burned = {}, .end = from};
    if (job_.dummy_load && fill) {
      Filled result = filled(*job_.dummy_load, accelerator_.max_power, job_.power_cap, raw, from.dummy);
      played = {std::move(result.phases), result.burned, {result.end, from.smoothing}};
    }
    if (job_.smoothing) {
      Smoothed result = smoothed(limits_, played.phases, from.smoothing);
      played.phases = std::move(result.phases);
      played.burned += result.burned;
      played.end.smoothing = result.end;
    }
    return played;
  }

  /// The state in which steps begin, when they follow each other for long.
  [[nodiscard]] State periodic(const Phases& step) const {
    State state = parked();
    if (job_.dummy_load)
      for (int pass = 0; pass < 100; ++pass)
        state.dummy = filled(*job_.dummy_load, accelerator_.max_power, job_.power_cap, step, state.dummy).end;
    if (job_.smoothing) {
      const Phases full =
          job_.dummy_load ? filled(*job_.dummy_load, accelerator_.max_power, job_.power_cap, step, state.dummy).phases
                          : step;
      state.smoothing = periodic_state(limits_, full);
    }
    return state;
  }

  /// Plays on with steps until they are like all others; adds how many that took.
  Phases then_back(Played played, const Phases& step, const State& home, double& steps) const {
    for (int i = 0; i < most_steps_on_the_way && !same(played.end, home); ++i, ++steps) {
      Played next = play(step, played.end);
      played.phases.insert(played.phases.end(), next.phases.begin(), next.phases.end());
      played.end = next.end;
    }
    return std::move(played.phases);
  }

 private:
  [[nodiscard]] bool same(const State& a, const State& b) const {
    if (job_.smoothing && !same_state(a.smoothing, b.smoothing)) return false;
    const auto near = [](double x, double y) { return std::abs(x - y) <= 1e-9; };
    return !job_.dummy_load || (a.dummy.running == b.dummy.running && near(a.dummy.low_s, b.dummy.low_s) &&
                                near(a.dummy.seen_s, b.dummy.seen_s) && near(a.dummy.back_off_s, b.dummy.back_off_s));
  }

  const TrainingJob& job_;
  const Accelerator& accelerator_;
  SmoothingLimits limits_;
};

// All lists of the plan but the averaged one; `checkpoint` is given raw.
void play_parts(const TrainingJob& job, const Accelerator& accelerator, Phases step, double uncapped_s,
                StepPlan& plan) {
  plan.raw_energy = energy_of(with_overshoot(job, accelerator, step));
  if (job.dummy_load)
    for (TrainingPhase& phase : step) phase.length_s *= 1 + job.dummy_load->slowdown.si();
  const Phases raw = with_overshoot(job, accelerator, step);
  const Chip chip(job, accelerator);
  const Chip::State home = chip.periodic(raw);
  Chip::Played steady = chip.play(raw, home);
  plan.burned = steady.burned;
  plan.step = chip.acts() ? std::move(steady.phases) : raw;
  plan.step_s = length_of(plan.step);
  plan.slowdown = plan.step_s / uncapped_s;

  plan.slow_step_steps = 1;
  if (job.straggler && job.straggler->probability.si() > 0) {
    plan.straggler_probability = job.straggler->probability.si();
    const Phases slow = with_straggler(job, accelerator, raw);
    plan.slow_step = chip.then_back(chip.play(slow, home), raw, home, plan.slow_step_steps);
  }

  Power work{};
  for (const TrainingPhase& phase : step) work = std::max(work, phase.accelerator);
  const Power parked = accelerator.parked();
  Phases start;
  for (const PatternPhase& phase : job.start_pattern)
    start.push_back({phase.activity, seconds(phase.length), phase.power});
  if (job.start_ramp) {
    const Power from = start.empty() ? parked : start.back().accelerator;
    for (const TrainingPhase& phase : ramp(*job.start_ramp, accelerator.max_power, from, work))
      start.push_back(phase);
  }
  plan.start = chip.then_back(chip.play(start, chip.parked(), false), raw, home, plan.start_steps);
  plan.start_s = length_of(plan.start);

  Phases stop;
  if (job.stop_ramp) stop = ramp(*job.stop_ramp, accelerator.max_power, work, parked);
  if (job.smoothing) {
    const Power before = stop.empty() ? home.smoothing.out : stop.back().last();
    stop.push_back({Activity::parked, chip.release_s(before), parked});
  }
  plan.stop = chip.play(stop, home, false).phases;
  while (!plan.stop.empty() && plan.stop.back().accelerator == parked && plan.stop.back().rise == Power{})
    plan.stop.pop_back();
  plan.stop_s = length_of(plan.stop);

  plan.checkpoint_s = checkpoint_length_s(job, plan.flops);
  if (plan.checkpoint_s > 0) {
    const Power power = job.powers.checkpoint.value_or(activity_power(accelerator, Activity::checkpoint));
    const Phases checkpoint{under_cap(job, accelerator, Activity::checkpoint, plan.checkpoint_s, power)};
    plan.checkpoint = chip.then_back(chip.play(checkpoint, home), raw, home, plan.checkpoint_steps);
  }
}

// One cycle: the lists, each as often as it is played for a step's work.
void average(StepPlan& plan) {
  const double checkpoints = plan.checkpoint.empty() ? 0 : plan.step_s / plan.checkpoint_every_s;
  const double slow = plan.straggler_probability;
  const double plain = std::max(1 - slow * plan.slow_step_steps - checkpoints * plan.checkpoint_steps, 0.0);
  const double work = plain + slow * plan.slow_step_steps + checkpoints * plan.checkpoint_steps;
  plan.step_times = plain / work;
  plan.slow_step_times = slow / work;
  plan.checkpoint_times = checkpoints / work;
  const auto add = [&](TrainingPhase phase, double length_s) {
    phase.length_s = length_s;
    plan.phases.push_back(phase);
    plan.cycle_s += length_s;
  };
  for (const TrainingPhase& phase : plan.step) add(phase, phase.length_s * plan.step_times);
  for (const TrainingPhase& phase : plan.slow_step) add(phase, phase.length_s * plan.slow_step_times);
  for (const TrainingPhase& phase : plan.checkpoint)
    add(phase, plan.step_s * phase.length_s / plan.checkpoint_every_s / work);
}

// ---- as a server sees it -------------------------------------------------------------------------------------

double variance_w2(const Phases& cycle) {
  double length_s = 0, sum = 0, square = 0;
  for (const TrainingPhase& phase : cycle) {
    length_s += phase.length_s;
    sum += phase.length_s * phase.accelerator.si();
  }
  for (const TrainingPhase& phase : cycle) {
    const double above_w = phase.accelerator.si() - sum / length_s;
    square += phase.length_s * (above_w * above_w + phase.rise.si() * phase.rise.si() / 12);
  }
  return square / length_s;
}

// A ramp in k slices lacks rise²/(12·k²) of variance. At most 150 slices, so that none lacks more than 5e-5 of its
// own.
double slices_of(const TrainingPhase& phase, double cycle_variance_w2) {
  const double slices = std::abs(phase.rise.si()) / std::sqrt(12 * 5e-5 * cycle_variance_w2);
  return std::clamp(std::ceil(slices), 1.0, 150.0);
}

}  // namespace

std::array<double, 3> training_inputs(const TrainingJob& job, const StepPlan& plan, bool plays_steps) {
  std::array<double, 3> at = training_domain.inside();
  if (job.llm || job.flops) at[0] = job.mfu.si();
  if (plan.failures_per_s > 0 && !job.checkpoint_every.given) at[1] = plan.checkpoint_s * plan.failures_per_s;
  if (plays_steps && job.jitter) at[2] = job.jitter->si();
  return at;
}

StepPlan plan_step(const TrainingJob& job, const Accelerator& accelerator) {
  StepPlan plan;
  plan.max_power = accelerator.max_power;
  plan.flops = total_flops(job);
  const double work_s = total_work_s(job, accelerator, plan.flops);
  double uncapped_s = default_step_s;
  if (!job.pattern.empty()) {
    uncapped_s = 0;
    for (const PatternPhase& phase : job.pattern) uncapped_s += seconds(phase.length);
  } else {
    if (job.step)
      uncapped_s = seconds(*job.step);
    else if (job.tokens)
      uncapped_s = work_s * job.batch.value_or(default_batch_tokens) / *job.tokens;
    uncapped_s = std::min(uncapped_s, work_s);
  }
  plan.steps = work_s / uncapped_s;
  plan.tokens_per_step = job.tokens.value_or(0) / plan.steps;
  play_parts(job, accelerator, raw_step(job, accelerator, uncapped_s), uncapped_s, plan);

  if (job.accelerator_failure_every)
    plan.failures_per_s = static_cast<double>(job.accelerators) / seconds(*job.accelerator_failure_every);
  plan.restart_s = seconds(job.restart_time);
  if (job.checkpoint_every.given)
    plan.checkpoint_every_s = seconds(*job.checkpoint_every.given);
  else if (plan.failures_per_s > 0 && plan.checkpoint_s > 0)
    plan.checkpoint_every_s = std::max(std::sqrt(2 * plan.checkpoint_s / plan.failures_per_s), plan.step_s);
  else
    plan.checkpoint_every_s = default_checkpoint_every_s;
  average(plan);
  plan.run_s = std::max(plan.steps - plan.start_steps, 0.0) * plan.cycle_s + plan.start_s + plan.stop_s;
  plan.lost_per_failure_s = 0.5 * (plan.checkpoint_every_s + plan.checkpoint_s);
  plan.expected_run_s = run_with_failures_s(plan);
  return plan;
}

std::vector<PhasePower> server_phases(const TrainingJob& job, const StepPlan& plan, double slice_s) {
  const double variance = variance_w2(plan.phases);
  std::vector<PhasePower> phases;
  const auto add = [&](StepPart part, const Phases& list, std::size_t& at) {
    const bool averaged = part != StepPart::start && part != StepPart::stop;
    for (const TrainingPhase& phase : list) {
      const double share = averaged ? plan.phases[at++].length_s : 0;  // of the cycle
      if (phase.length_s <= 0) continue;
      double slices = 1, each_s = phase.length_s;
      if (phase.rise != Power{}) {
        slices = slice_s > 0 ? std::ceil(phase.length_s / slice_s - 1e-9) : slices_of(phase, variance);
        if (slice_s <= 0 && !averaged) slices = std::min(slices, 20.0);  // no mean asks for them
        each_s = slice_s > 0 ? slice_s : phase.length_s / slices;
      }
      for (double i = 0; i < slices; ++i) {
        const double from_s = i * each_s;
        const double length_s = slices == 1 ? phase.length_s : std::min(each_s, phase.length_s - from_s);
        const double part_of_it = slices == 1 ? 1 : length_s / phase.length_s;
        const double middle = slices == 1 ? 0 : (from_s + 0.5 * length_s) / phase.length_s - 0.5;
        PhasePower slice{.length_s = share * part_of_it,
                         .accelerator = phase.accelerator + middle * phase.rise,
                         .host_utilisation = job.host_utilisation.si(),
                         .part = part,
                         .rise = part_of_it * phase.rise};
        if (slice.length_s != length_s) slice.real_s = length_s;
        phases.push_back(slice);
      }
    }
  };
  std::size_t at = 0;
  add(StepPart::step, plan.step, at);
  add(StepPart::slow_step, plan.slow_step, at);
  add(StepPart::checkpoint, plan.checkpoint, at);
  add(StepPart::start, plan.start, at);
  add(StepPart::stop, plan.stop, at);
  return phases;
}

}  // namespace wattershed
