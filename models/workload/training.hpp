/// A training job: how long its steps take, what each phase of a step draws, when it writes checkpoints, how often it
/// fails.
///
///   FLOPs     = 6·N_active·D (+ 12·layers·width·sequence·D when a sequence length is given), or `flops` as given
///   step      = FLOPs a step / (accelerators · dense peak · MFU)             MFU: mean over the whole step
///   compute   = step·(1 − communication − bubble − optimizer − input stall)
///   cycle     = step·(1 + checkpoint time / time between checkpoints)
///   failures  = accelerators / time between failures of one accelerator
///
/// The cycle is what the facility integrates: the phases of one step, and that step's part of a checkpoint. So a
/// checkpoint is in the mean, the variance and the run time, and needs no event of its own; its time between two only
/// says how much work a failure loses. A power cap lengthens phases (models/compute/power_cap.hpp) and so the step:
/// MFU is what is reached without the cap. Dummy load and power smoothing act on the phases after it, in that order.
/// A window or a resolved run plays the same lists in real order: step after step, a checkpoint when one is due.
/// Inputs    the job; the accelerator that it runs on
/// Outputs   a `StepPlan`
/// Source    6·N·D: Kaplan et al. 2020; MFU and attention: Chowdhery et al. 2022 (PaLM), appendix B; failures: Llama
///           3 (2024): 419 in 54 days on 16,384 H100; time between checkpoints: Young 1974; run time with failures:
///           Daly 2006, eq. 13
/// Valid     synchronous training, all accelerators in lockstep; failures at a constant rate; what was seen of large runs
///           is `training_domain`: beyond, the same laws go on
/// Accuracy  the published GPU-hours of a run imply MFUs of 0.23 to 0.48, so a default of 0.40 is good to a factor of
///           1.7; with a measured MFU the run time follows within a few per cent
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "models/compute/accelerator_phase.hpp"
#include "models/compute/dummy_load.hpp"
#include "models/compute/power_smoothing.hpp"
#include "models/compute/server_draw.hpp"
#include "models/workload/llm.hpp"
#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// Which dense throughput of the accelerator counts as peak.
enum class Precision { sixteen_bit, eight_bit };
constexpr std::array<std::string_view, 2> enum_names(Precision) { return {"16-bit", "8-bit"}; }

/// Parts of a step; compute takes what they leave.
struct StepShares {
  Share communication{0.15};  ///< exposed
  Share bubble{0.05};
  Share optimizer{0.03};
  Share input_stall{0};
  void visit(Fields& f);
};

/// Powers of single phases, each instead of the accelerator's own figure [W].
struct PhasePowers {
  std::optional<Power> compute, communication, bubble, optimizer, input_stall, checkpoint;
  void visit(Fields& f);
};

/// How compute begins: above thermal design power, for a moment.
struct Overshoot {
  Share peak{1.1};  ///< of thermal design power, or of the cap where that is lower
  Duration time = std::chrono::milliseconds(50);
  void visit(Fields& f);
};

/// A ramp at the start or the end of a job, without work: a straight line, or stairs.
struct PowerRampShape {
  static constexpr std::string_view short_form = "time";
  Duration time{};
  std::optional<Share> from, to;      ///< of thermal design power
  std::optional<std::int64_t> steps;  ///< stairs instead of a line
  void visit(Fields& f);
};

/// Some steps are slow: one accelerator is late, and all others wait for it in the collective.
struct Straggler {
  Share probability;    ///< of a step
  Share slowdown{0.2};  ///< what a slow step takes more, of a step
  void visit(Fields& f);
};

/// A phase of a step as given, to replay a measured job.
struct PatternPhase {
  Power power{};  ///< of each accelerator, alone [W]
  Duration length{};
  Activity activity = Activity::compute;
  void visit(Fields& f);
};

struct TrainingJob {
  std::optional<Llm> llm;
  std::optional<double> flops;            ///< of the whole job, instead of an LLM
  std::optional<Duration> duration;       ///< of its steps, without checkpoints and cap, instead of an LLM
  std::optional<double> tokens;           ///< needed with an LLM
  std::optional<double> sequence_length;  ///< adds the FLOPs of attention
  std::int64_t accelerators = 0;
  bool all_accelerators = false;  ///< `accelerators` is what stands when it is submitted
  Share mfu{0.40};
  Precision precision = Precision::sixteen_bit;
  std::optional<Frequency> peak;            ///< per accelerator, instead of its data sheet's [FLOP/s]
  std::optional<LocalTime> from;            ///< submitted then; without it, at the start
  std::optional<double> batch;              ///< tokens a step
  std::optional<Duration> step;             ///< instead of batch
  std::vector<PatternPhase> pattern;        ///< one step, instead of its length, shares and powers
  std::vector<PatternPhase> start_pattern;  ///< what comes before the first step
  StepShares shares;
  PhasePowers powers;
  std::optional<Power> power_cap;  ///< per accelerator [W]
  Share host_utilisation{0.3};
  Sized<Duration> checkpoint_every;       ///< time at work between two; auto: Young's optimum
  Sized<Duration> checkpoint_time;        ///< blocking; auto: 14 bytes a parameter over the bandwidth
  Bandwidth checkpoint_bandwidth{122e6};  ///< per accelerator [byte/s]
  std::optional<Duration> accelerator_failure_every = std::chrono::hours(50700);  ///< of one accelerator
  Duration restart_time = std::chrono::minutes(10);
  std::optional<Overshoot> overshoot;
  std::optional<DummyLoad> dummy_load;
  std::optional<PowerSmoothing> smoothing;
  std::optional<PowerRampShape> start_ramp, stop_ramp;
  std::optional<Share> jitter;  ///< standard deviation of a step's length, of its length
  std::optional<Straggler> straggler;
  std::optional<Duration> rack_offset;         ///< standard deviation of a rack's phase against its gang
  std::optional<Duration> rack_jitter;         ///< the same, anew for each step
  std::optional<Share> correlation;            ///< with the other jobs' steps, in windows of an averaged run
  std::optional<Duration> checkpoint_stagger;  ///< its checkpoints come so much later than they would
  std::optional<Duration> stagger;             ///< it waits this long, parked, before its first step
  void visit(Fields& f);
};

/// Jitter counts where steps are played, utilisation where the work follows from it.
inline constexpr Domain<3> training_domain{
    "training",
    {{{"model FLOP utilisation", "1", 0.23, 0.48},
      {"checkpoint over time between failures", "1", 0, 0.05},
      {"jitter of steps", "1", 0, 0.3}}},
    "published GPU-hours imply 0.23 to 0.48; Young's interval is for checkpoints much shorter than the time between "
    "failures (a twentieth, assumed); a jitter of 0.3 keeps the mean of its cut-off lengths"};

using TrainingPhase = AcceleratorPhase;

/// What a job does on one kind of accelerator, its failures apart.
///
/// Real order: steps, each `step` or with probability `straggler_probability` `slow_step`; after `checkpoint_every_s`
/// at work one `checkpoint`. Lists other than `step` hold what it takes to come back to the periodic state in which
/// steps begin: with power smoothing whole steps on the way, counted in `…_steps`. Without smoothing: 0, 1 and 0.
struct StepPlan {
  std::vector<TrainingPhase> step;        ///< one step between two others like it
  std::vector<TrainingPhase> slow_step;   ///< one with a straggler; empty: there are none
  std::vector<TrainingPhase> checkpoint;  ///< a whole one; empty: it takes no time
  std::vector<TrainingPhase> start;       ///< after each (re)start, from parked, before the first step; may be empty
  std::vector<TrainingPhase> stop;        ///< after the last step, to parked; may be empty
  double slow_step_steps = 0, checkpoint_steps = 0, start_steps = 0;  ///< steps' work done in each
  double straggler_probability = 0;
  /// How often each is played in a cycle: its length in `phases` over its real length.
  double step_times = 1, slow_step_times = 0, checkpoint_times = 0;
  Energy burned{};      ///< by dummy load and smoothing, a step of each accelerator [J]
  Energy raw_energy{};  ///< of that step without them, under the cap [J]

  std::vector<TrainingPhase> phases;  ///< one cycle: a step, and its part of slow steps and checkpoints
  double step_s = 0;                  ///< one `step`, under the cap and mitigated
  double cycle_s = 0;                 ///< sum of the phases
  double slowdown = 1;                ///< step over the step without cap and mitigation
  double flops = 0;                   ///< of the job
  Power max_power{};                  ///< thermal design power of the accelerator [W]
  double tokens_per_step = 0;         ///< 0 when the job has no tokens
  double steps = 0;                   ///< of the job; the last may be a part of one
  double run_s = 0;                   ///< without failures, checkpoints included: steps·cycle, start and stop
  double checkpoint_s = 0;
  double checkpoint_every_s = 0;  ///< time at work between two
  double failures_per_s = 0;      ///< of the gang
  double restart_s = 0;
  double start_s = 0, stop_s = 0;  ///< lengths of those lists
  double lost_per_failure_s = 0;   ///< expected work to be done again
  double expected_run_s = 0;       ///< with failures
};

/// Inputs of `training_domain`; what a job does not ask for is inside.
std::array<double, 3> training_inputs(const TrainingJob& job, const StepPlan& plan, bool plays_steps);
/// Throws std::invalid_argument, with what to write instead, when the accelerator lacks the throughput asked for.
StepPlan plan_step(const TrainingJob& job, const Accelerator& accelerator);
/// The cycle as a server sees it: its parts with their real lengths, start and stop too (which have no part in the
/// mean). Ramps are cut into slices no longer than `slice_s`; zero: as coarse as leaves the variance within 1e-4.
std::vector<PhasePower> server_phases(const TrainingJob& job, const StepPlan& plan, double slice_s = 0);

}  // namespace wattershed
