#include "models/workload/training.hpp"

namespace wattershed {

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

void Overshoot::visit(Fields& f) {
  f.optional("peak", peak,
             {.help = "power at the begin of compute, of thermal design power, or of the cap where that is lower",
              .at_least = 1,
              .at_most = 2,
              .source = "the least setting of EDPp; a setting, not a measured peak (Choukse et al. 2025)",
              .kind = ValueKind::published,
              .example = "110 %"});
  f.optional("time", time,
             {.help = "how long it lasts",
              .at_least = 1e-4,
              .at_most = 1,
              .source = "scale of 50 ms (Choukse et al. 2025)",
              .kind = ValueKind::published,
              .example = "50 ms"});
}

void PowerRampShape::visit(Fields& f) {
  f.required("time", time, {.help = "how long the ramp takes", .at_most = 86400, .above = 0, .example = "30 s"});
  const auto level = [&](std::string_view name, std::optional<Share>& value, std::string_view help) {
    f.optional(name, value, {.help = help, .at_least = 0, .at_most = 1.5, .example = "80 %"});
  };
  level("from", from, "power at its begin, of thermal design power; without it, what came before");
  level("to", to, "power at its end, of thermal design power; without it, what comes after");
  f.optional("steps", steps,
             {.help = "equal stairs; without it, a straight line", .at_least = 1, .at_most = 1000, .example = "2"});
}

void Straggler::visit(Fields& f) {
  f.required("probability", probability,
             {.help = "of a step to be slow", .at_least = 0, .at_most = 1, .example = "1 %"});
  f.optional("slowdown", slowdown,
             {.help = "what a slow step takes more, of a step; all but one wait in the collective",
              .at_least = 0,
              .at_most = 100,
              .source = "no measurement found",
              .kind = ValueKind::assumed,
              .example = "20 %"});
}

void PatternPhase::visit(Fields& f) {
  f.required("power", power, {.help = "of each accelerator, alone", .at_least = 0, .example = "640 W"});
  f.required("for", length, {.help = "how long it lasts", .at_least = 1e-3, .at_most = 86400, .example = "8 s"});
  f.optional("activity", activity, {.help = "what the accelerators do: a cap slows compute more than communication"});
}

void TrainingJob::visit(Fields& f) {
  f.alternatives({"llm", "flops", "duration"}, true);
  f.optional("llm", llm, {.help = "the model that is trained", .example = "llama-3-405b"});
  f.optional("flops", flops,
             {.help = "floating-point operations of the whole job", .above = 0, .example = "3.14e+23"});
  f.optional("duration", duration,
             {.help = "of all of its steps, without checkpoints, failures and cap", .above = 0, .example = "2075 s"});
  f.optional("tokens", tokens, {.help = "tokens trained on", .above = 0, .example = "15.6e+12"});
  f.optional("sequence_length", sequence_length,
             {.help = "tokens a sequence; adds the operations of attention", .above = 0, .example = "8192"});
  f.required_or_word(
      "accelerators", accelerators, "all", all_accelerators,
      {.help = "accelerators held, all at once or none; all: those that stand when it is first submitted",
       .at_least = 1,
       .at_most = 1e8});
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
  f.alternatives({"batch", "step", "pattern"});
  f.optional("batch", batch, {.help = "tokens a step; without it, four million", .above = 0, .example = "16e+6"});
  f.optional("step", step, {.help = "length of a step, instead of its tokens", .at_least = 1e-3, .example = "6 s"});
  f.optional("pattern", pattern, {.help = "phases of one step as given, in order, instead of shares and powers"});
  f.optional("start_pattern", start_pattern, {.help = "phases after each (re)start, before the first step"});
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
              .at_least = 1,
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
  f.optional("overshoot", overshoot, {.help = "power above thermal design power at the begin of compute"});
  f.optional("dummy_load", dummy_load, {.help = "software that fills phases of little power"});
  f.optional("smoothing", smoothing, {.help = "power smoothing of the accelerators' firmware"});
  f.optional("start_ramp", start_ramp, {.help = "ramp before the first step, and after each restart"});
  f.optional("stop_ramp", stop_ramp, {.help = "ramp after the last step"});
  f.optional("jitter", jitter,
             {.help = "standard deviation of a step's length, of its length; in windows and resolved runs",
              .at_least = 0,
              .at_most = 0.5,
              .example = "1 %"});
  f.optional("straggler", straggler, {.help = "slow steps"});
  f.optional("rack_offset", rack_offset,
             {.help = "standard deviation of the racks' phase against each other; in windows and resolved runs",
              .at_least = 0,
              .at_most = 60,
              .example = "20 ms"});
  f.optional("rack_jitter", rack_jitter,
             {.help = "standard deviation of a rack's phase, drawn anew for each step; in windows",
              .at_least = 0,
              .at_most = 60,
              .example = "5 ms"});
  f.optional(
      "correlation", correlation,
      {.help = "chance that its steps and another such job's stand at the same place of the cycle; in windows of "
               "averaged runs",
       .at_least = 0,
       .at_most = 1,
       .source = "jobs start at times of their own",
       .kind = ValueKind::assumed,
       .example = "20 %"});
  f.optional("checkpoint_stagger", checkpoint_stagger,
             {.help = "its checkpoints come so much later after each start, so that jobs do not write at once; in "
                      "windows and resolved runs",
              .at_least = 0,
              .example = "5 min"});
  f.optional("stagger", stagger,
             {.help = "it waits this long, parked, before its first step: jobs that start together come out of step",
              .at_least = 0,
              .at_most = 86400,
              .example = "3 s"});
  if (llm && !tokens) f.fault("tokens", "an LLM is trained on tokens, for example 'tokens: 15.6e+12'");
  if (batch && !tokens) f.fault("batch", "a batch needs the tokens of the job; write 'tokens', or 'step' instead");
}

}  // namespace wattershed
