// Replicas and training jobs beyond what their laws were held against.
#include "models/workload/work_ranges.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/models/range_property.hpp"
#include "tests/models/workload/source_catalog.hpp"

using namespace wattershed;
using namespace wattershed::test;
using Five = std::array<double, 5>;

namespace {

ReplicaDesign design_of(const Five& at) {
  ReplicaDesign design;
  design.llm = llm("llama-3-8b");
  design.llm.bytes_per_parameter = at[3];
  design.accelerator = accelerator("h200-sxm");
  design.accelerators = static_cast<std::int64_t>(std::lround(at[2]));
  design.requests = {.prompt_tokens = at[0], .output_tokens = 300, .output_variation = 1};
  design.engine.prefill_tokens = 1e9;  // pieces of a prompt come whole, so that its length would jump
  return design;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a replica with longer prompts, larger batches, more accelerators, other bytes, more than it can serve") {
    const Five middle{1000, 20, 2, 1.5, 0.5};
    const auto figure = [](const ServingState& state) {
      return state.accelerator.mean.si() + state.inter_token.si() + state.end_to_end.si();
    };
    const auto at_load = [&](const Five& at) {
      const ReplicaDesign design = design_of(at);
      const Replica replica(design);
      const ServingState state = replica.at(at[4] * replica.most_requests());
      CHECK(serving_inputs(design, state)[0] == at[0]);
      CHECK(serving_inputs(design, state)[4] == doctest::Approx(at[4]).epsilon(1e-9));
      return figure(state);
    };
    drive(serving_domain, 0, middle, at_load, {.least = 1});
    drive(serving_domain, 1, middle,
          [&](const Five& at) {
            const Replica replica(design_of(at));
            return figure(replica.full(at[1]));
          },
          {.least = 1});
    // Whole accelerators; eight bits have a peak of their own.
    drive(serving_domain, 2, middle, at_load, {.least = 1, .jumps = true});
    drive(serving_domain, 3, middle, at_load, {.least = 0.1, .jumps = true});
    // Beyond what it can serve it serves that, and the wait of a thousand times its own stands.
    drive(serving_domain, 4, middle,
          [&](const Five& at) {
            const Replica replica(design_of(at));
            const ServingState state = replica.at(at[4] * replica.most_requests());
            return state.accelerator.mean.si() + state.inter_token.si();
          },
          {.least = 0});
    // The wait rises a thousandfold in the last thousandth: too steep for these steps.
    drive(serving_domain, 4, middle, at_load, {.least = 0, .jumps = true});
  }

  TEST_CASE("training at utilisations that nobody reached, checkpoints as long as the time between failures") {
    TrainingJob job;
    job.flops = 1e22;
    job.accelerators = 64;
    const Accelerator chip = accelerator("h100-sxm");
    using Three = std::array<double, 3>;
    const Three middle{0.4, 0.01, 0.1};
    drive(training_domain, 0, middle,
          [&](const Three& at) {
            job.mfu = Share(at[0]);
            const StepPlan plan = plan_step(job, chip);
            CHECK(training_inputs(job, plan, false)[0] == at[0]);
            return std::log(plan.run_s);
          },
          {.least = 0.01});
    job.mfu = Share(0.4);
    drive(training_domain, 1, middle,
          [&](const Three& at) {
            const double between_s = 50700.0 * 3600 / 64;
            job.checkpoint_time = {};
            job.checkpoint_time.given = from_seconds(at[1] * between_s);
            const StepPlan plan = plan_step(job, chip);
            CHECK(training_inputs(job, plan, false)[1] == doctest::Approx(at[1]).epsilon(1e-6));
            return plan.expected_run_s;
          },
          {.least = 1e-4});
    job.jitter = Share(0.4);
    const StepPlan plan = plan_step(job, chip);
    CHECK(training_domain.outside(training_inputs(job, plan, true)) == 0b100);
    CHECK(training_domain.outside(training_inputs(job, plan, false)) == 0);  // nothing is played
  }

  TEST_CASE("services count while a replica is active, training jobs while they work, together by the kind") {
    Workload work;
    InferenceService service;
    service.llm = llm("llama-3-8b");
    service.lengths.prompt_tokens = 20'000;
    work.inference = {{"a", service}, {"b", service}};
    TrainingJob job;
    job.flops = 1e22;
    job.accelerators = 8;
    job.mfu = Share(0.6);
    job.power_cap = Power(200);
    work.training = {{"t", job}};
    WorkRanges ranges(work, false);
    const ReplicaDesign design = replica_design(service, accelerator("h100-sxm"));
    const auto minute = [](int i) { return Time{} + std::chrono::hours(1) + std::chrono::minutes(i); };
    ServiceInterval active{}, idle{};
    active.replicas.active = 1;
    ranges.serves(minute(0), 0, design, active, std::chrono::minutes(1));
    ranges.serves(minute(0), 1, design, idle, std::chrono::seconds(30));
    ranges.serves(minute(2), 1, design, active, std::chrono::minutes(1));
    ranges.serves(minute(3), 0, design, idle, std::chrono::minutes(1));
    ranges.serves(minute(5), 1, design, idle, std::chrono::minutes(1));
    const StepPlan plan = plan_step(job, accelerator("h100-sxm"));
    ranges.trains(minute(1), 0, &plan);
    ranges.trains(minute(4), 0, nullptr);
    ranges.trains(minute(6), 0, &plan);
    ranges.close(minute(10));
    const auto outside = [&](const char* model, const char* input) {
      for (const RangeUse& use : ranges.uses())
        if (use.model == model && use.input == input) return use.outside;
      return Duration{-1};
    };
    CHECK(outside("serving of language models", "prompt tokens") == std::chrono::minutes(5));
    CHECK(outside("serving of language models", "running requests") == Duration{0});
    CHECK(outside("requests of a service", "interval") == std::chrono::minutes(2));
    CHECK(outside("training", "model FLOP utilisation") == std::chrono::minutes(7));
    CHECK(outside("power cap", "cap over thermal design power") == std::chrono::minutes(7));
    CHECK(outside("power smoothing", "floor over thermal design power") == Duration{-1});
  }
}
