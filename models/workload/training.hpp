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
/// MFU is what is reached without the cap.
/// Inputs    the job; the accelerator that it runs on
/// Outputs   a `StepPlan`
/// Source    6·N·D: Kaplan et al. 2020; MFU and attention: Chowdhery et al. 2022 (PaLM), appendix B; failures: Llama
///           3 (2024): 419 in 54 days on 16,384 H100; time between checkpoints: Young 1974; run time with failures:
///           Daly 2006, eq. 13
/// Valid     synchronous training, all accelerators in lockstep; failures at a constant rate
/// Accuracy  the published GPU-hours of a run imply MFUs of 0.23 to 0.48, so a default of 0.40 is good to a factor of
///           1.7; with a measured MFU the run time follows within a few per cent
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "models/compute/accelerator.hpp"
#include "models/compute/server_draw.hpp"
#include "models/workload/llm.hpp"
#include "sim/schema.hpp"

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

struct TrainingJob {
  std::optional<Llm> llm;
  std::optional<double> flops;            ///< of the whole job, instead of an LLM
  std::optional<double> tokens;           ///< needed with an LLM
  std::optional<double> sequence_length;  ///< adds the FLOPs of attention
  std::int64_t accelerators = 0;
  Share mfu{0.40};
  Precision precision = Precision::sixteen_bit;
  std::optional<Frequency> peak;  ///< per accelerator, instead of its data sheet's [FLOP/s]
  std::optional<LocalTime> from;  ///< submitted then; without it, at the start
  std::optional<double> batch;    ///< tokens a step
  std::optional<Duration> step;   ///< instead of batch
  StepShares shares;
  PhasePowers powers;
  std::optional<Power> power_cap;  ///< per accelerator [W]
  Share host_utilisation{0.3};
  Sized<Duration> checkpoint_every;       ///< time at work between two; auto: Young's optimum
  Sized<Duration> checkpoint_time;        ///< blocking; auto: 14 bytes a parameter over the bandwidth
  Bandwidth checkpoint_bandwidth{122e6};  ///< per accelerator [byte/s]
  std::optional<Duration> accelerator_failure_every = std::chrono::hours(50700);  ///< of one accelerator
  Duration restart_time = std::chrono::minutes(10);
  void visit(Fields& f);
};

struct TrainingPhase {
  Activity activity{};
  double length_s = 0;
  Power accelerator{};  ///< each, alone [W]
};

/// What a job does on one kind of accelerator, its failures apart.
struct StepPlan {
  std::vector<TrainingPhase> phases;  ///< one cycle
  double step_s = 0;                  ///< without checkpoints, under the cap
  double cycle_s = 0;                 ///< sum of the phases
  double slowdown = 1;                ///< step over the step without a cap
  double flops = 0;                   ///< of the job
  double tokens_per_step = 0;         ///< 0 when the job has no tokens
  double steps = 0;                   ///< of the job; the last may be a part of one
  double run_s = 0;                   ///< without failures, checkpoints included: steps·cycle
  double checkpoint_s = 0;
  double checkpoint_every_s = 0;  ///< time at work between two
  double failures_per_s = 0;      ///< of the gang
  double restart_s = 0;
  double lost_per_failure_s = 0;  ///< expected work to be done again
  double expected_run_s = 0;      ///< with failures
};

/// Throws std::invalid_argument, with what to write instead, when the accelerator lacks the throughput asked for.
StepPlan plan_step(const TrainingJob& job, const Accelerator& accelerator);
/// The cycle as a server sees it.
std::vector<PhasePower> server_phases(const TrainingJob& job, const StepPlan& plan);

}  // namespace wattershed
