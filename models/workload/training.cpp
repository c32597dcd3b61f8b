#include "models/workload/training.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "models/compute/power_cap.hpp"

namespace wattershed {

namespace {

constexpr double bytes_per_parameter = 14;  // 16-bit weights, 32-bit weights and two moments of Adam
constexpr double default_batch_tokens = 4e6;
constexpr double default_step_s = 5;
constexpr double default_checkpoint_s = 30;
constexpr double default_checkpoint_every_s = 1800;

double total_flops(const TrainingJob& job) {
  if (job.flops) return *job.flops;
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

double checkpoint_length_s(const TrainingJob& job, double flops) {
  if (job.checkpoint_time.given) return seconds(*job.checkpoint_time.given);
  double parameters = 0;
  if (job.llm)
    parameters = job.llm->parameters;
  else if (job.tokens)
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
  return between_s * std::exp(plan.restart_s / between_s) *
         std::expm1((plan.checkpoint_every_s + plan.checkpoint_s) / between_s) * segments;
}

}  // namespace

void StepShares::visit(Fields& f) {
  const auto share = [&](std::string_view name, Share& value, std::string_view help, std::string_view source) {
    f.optional(name, value, {.help = help, .at_least = 0, .below = 1, .source = source, .example = "10 %"});
  };
  share("communication", communication, "exposed communication, of a step",
        "10 to 30 % of a step at MFU 0.3 to 0.45; no measured split found");
  share("bubble", bubble, "pipeline bubble, of a step", "(p - 1)/m of compute: 5 % at 16 stages with interleaving");
  share("optimizer", optimizer, "weight update, of a step", "a few passes over weights and moments; no measurement");
  share("input_stall", input_stall, "waiting for data, of a step", "data is read ahead");
  if (communication.si() + bubble.si() + optimizer.si() + input_stall.si() >= 1)
    f.fault("communication", "the shares leave nothing of the step for compute");
}

void PhasePowers::visit(Fields& f) {
  const auto power = [&](std::string_view name, std::optional<Power>& value) {
    f.optional(name, value,
               {.help = "power of each accelerator in this phase; without it, the accelerator's own figure",
                .at_least = 0,
                .example = "630 W"});
  };
  power("compute", compute);
  power("communication", communication);
  power("bubble", bubble);
  power("optimizer", optimizer);
  power("input_stall", input_stall);
  power("checkpoint", checkpoint);
}

void TrainingJob::visit(Fields& f) {
  f.alternatives({"llm", "flops"}, true);
  f.optional("llm", llm, {.help = "the model that is trained", .example = "llama-3-405b"});
  f.optional("flops", flops,
             {.help = "floating-point operations of the whole job", .above = 0, .example = "3.14e+23"});
  f.optional("tokens", tokens, {.help = "tokens trained on", .above = 0, .example = "15.6e+12"});
  f.optional("sequence_length", sequence_length,
             {.help = "tokens a sequence; adds the operations of attention", .above = 0, .example = "8192"});
  f.required("accelerators", accelerators, {.help = "accelerators held, all or none", .at_least = 1, .at_most = 1e8});
  f.optional("mfu", mfu,
             {.help = "model FLOPs over dense peak, mean over a step",
              .at_most = 1,
              .above = 0,
              .source = "Llama 3.1 405B: 38 to 43 %; published GPU-hours imply 23 to 48 %",
              .kind = ValueKind::published,
              .example = "40 %"});
  f.optional("precision", precision, {.help = "of the arithmetic: 16-bit or 8-bit"});
  f.optional("peak", peak, {.help = "dense throughput of one accelerator; without it, its data sheet's", .above = 0});
  f.optional("from", from, {.help = "when it is submitted (wall clock); without it, at the start"});
  f.alternatives({"batch", "step"});
  f.optional("batch", batch, {.help = "tokens a step; without it, four million", .above = 0, .example = "16e+6"});
  f.optional("step", step, {.help = "length of a step, instead of its tokens", .at_least = 1e-3, .example = "6 s"});
  f.optional("shares", shares, {.help = "parts of a step; compute takes what they leave"});
  f.optional("powers", powers, {.help = "powers of single phases"});
  f.optional("power_cap", power_cap, {.help = "power cap of each accelerator", .above = 0, .example = "500 W"});
  f.optional("host_utilisation", host_utilisation,
             {.help = "how hard processors and network of the servers work",
              .at_least = 0,
              .at_most = 1,
              .source = "processors of training nodes are mostly idle; no measurement found"});
  f.optional("checkpoint_every", checkpoint_every,
             {.help = "time at work between two checkpoints; auto: the least time lost (Young 1974)",
              .above = 0,
              .example = "30 min"});
  f.optional("checkpoint_time", checkpoint_time,
             {.help = "how long a checkpoint stops the work; auto: 14 bytes a parameter over the bandwidth",
              .at_least = 0,
              .example = "20 s"});
  f.optional("checkpoint_bandwidth", checkpoint_bandwidth,
             {.help = "to storage, of each accelerator",
              .above = 0,
              .source = "2 TB/s sustained for 16,384 H100 (Llama 3), remembered",
              .kind = ValueKind::assumed,
              .example = "122 MB/s"});
  f.optional("accelerator_failure_every", accelerator_failure_every,
             {.help = "mean time between failures of one accelerator and what stands behind it; none: it never fails",
              .above = 0,
              .source = "Llama 3: 419 interruptions in 54 days on 16,384 H100",
              .kind = ValueKind::published,
              .example = "50700 h"});
  f.optional("restart_time", restart_time,
             {.help = "from a failure to work again",
              .at_least = 0,
              .source = "minutes; Llama 3 kept over 90 % of its time with a failure every 3.1 h",
              .example = "10 min"});
  if (llm && !tokens) f.fault("tokens", "an LLM is trained on tokens, for example 'tokens: 15.6e+12'");
  if (batch && !tokens) f.fault("batch", "a batch needs the tokens of the job; write 'tokens', or 'step' instead");
}

StepPlan plan_step(const TrainingJob& job, const Accelerator& accelerator) {
  StepPlan plan;
  plan.flops = total_flops(job);
  const double flops_per_s =
      static_cast<double>(job.accelerators) * peak_flops_per_s(job, accelerator) * job.mfu.si();
  const double work_s = plan.flops / flops_per_s;  // of all steps, without a cap
  double uncapped_s = default_step_s;
  if (job.step)
    uncapped_s = seconds(*job.step);
  else if (job.tokens)
    uncapped_s = work_s * job.batch.value_or(default_batch_tokens) / *job.tokens;
  uncapped_s = std::min(uncapped_s, work_s);
  plan.steps = work_s / uncapped_s;
  plan.tokens_per_step = job.tokens.value_or(0) / plan.steps;

  const auto add = [&](Activity activity, double length_s, const std::optional<Power>& given) {
    if (length_s <= 0) return;
    const Power power = given.value_or(activity_power(accelerator, activity));
    const CappedActivity result =
        job.power_cap ? capped(accelerator, activity, power, *job.power_cap) : CappedActivity{power, 1.0};
    plan.phases.push_back({activity, length_s * result.slowdown, result.power});
    plan.cycle_s += length_s * result.slowdown;
  };
  const StepShares& shares = job.shares;
  const double rest =
      shares.communication.si() + shares.bubble.si() + shares.optimizer.si() + shares.input_stall.si();
  add(Activity::input_stall, uncapped_s * shares.input_stall.si(), job.powers.input_stall);
  add(Activity::compute, uncapped_s * (1 - rest), job.powers.compute);
  add(Activity::bubble, uncapped_s * shares.bubble.si(), job.powers.bubble);
  add(Activity::communication, uncapped_s * shares.communication.si(), job.powers.communication);
  add(Activity::optimizer, uncapped_s * shares.optimizer.si(), job.powers.optimizer);
  plan.step_s = plan.cycle_s;
  plan.slowdown = plan.step_s / uncapped_s;

  plan.checkpoint_s = checkpoint_length_s(job, plan.flops);
  if (job.accelerator_failure_every)
    plan.failures_per_s = static_cast<double>(job.accelerators) / seconds(*job.accelerator_failure_every);
  plan.restart_s = seconds(job.restart_time);
  if (job.checkpoint_every.given)
    plan.checkpoint_every_s = seconds(*job.checkpoint_every.given);
  else if (plan.failures_per_s > 0 && plan.checkpoint_s > 0)
    plan.checkpoint_every_s = std::max(std::sqrt(2 * plan.checkpoint_s / plan.failures_per_s), plan.step_s);
  else
    plan.checkpoint_every_s = default_checkpoint_every_s;
  add(Activity::checkpoint, plan.step_s * plan.checkpoint_s / plan.checkpoint_every_s, job.powers.checkpoint);
  plan.run_s = plan.steps * plan.cycle_s;
  plan.lost_per_failure_s = 0.5 * (plan.checkpoint_every_s + plan.checkpoint_s);
  plan.expected_run_s = run_with_failures_s(plan);
  return plan;
}

std::vector<PhasePower> server_phases(const TrainingJob& job, const StepPlan& plan) {
  std::vector<PhasePower> phases;
  for (const TrainingPhase& phase : plan.phases)
    phases.push_back({phase.length_s, phase.accelerator, job.host_utilisation.si()});
  return phases;
}

}  // namespace wattershed
