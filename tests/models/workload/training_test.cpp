#include "models/workload/training.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "models/catalog/embedded_catalog.hpp"
#include "sim/input/document.hpp"

using namespace wattershed;

namespace {

template <class T>
T read_struct(const std::string& text) {
  static const Catalog catalog(embedded_catalog());
  T value;
  load_document_text("x: " + text, "entry.yaml", {.catalog = &catalog, .sets = {}},
                     [&](Fields& f) { f.required("x", value); });
  return value;
}

StepPlan plan(const std::string& job, const char* accelerator = "h100-sxm") {
  return plan_step(read_struct<TrainingJob>(job), read_struct<Accelerator>(accelerator));
}

double total_s(const StepPlan& p) {
  double sum = 0;
  for (const TrainingPhase& phase : p.phases) sum += phase.length_s;
  return sum;
}

const TrainingPhase& phase_of(const StepPlan& p, Activity activity) {
  for (const TrainingPhase& phase : p.phases)
    if (phase.activity == activity) return phase;
  throw std::out_of_range("no such phase");
}

struct Failures {
  double count = 0, lost_s = 0;
};

/// The run played through, failure by failure: what `expected_run_s` is the mean of.
double played_run_s(const StepPlan& p, std::mt19937& random, Failures& failures) {
  std::exponential_distribution<double> failure(p.failures_per_s);
  const double work_s = p.steps * p.step_s;
  double done_s = 0, now_s = 0, next_s = failure(random);
  while (done_s < work_s) {
    const double segment_s = p.checkpoint_every_s + p.checkpoint_s;
    if (now_s + segment_s <= next_s) {
      now_s += segment_s;
      done_s += p.checkpoint_every_s;
      continue;
    }
    failures.count += 1;
    failures.lost_s += next_s - now_s;
    now_s = next_s;
    next_s = now_s + failure(random);
    while (next_s < now_s + p.restart_s) {  // it fails again before it works
      now_s = next_s;
      next_s = now_s + failure(random);
    }
    now_s += p.restart_s;
  }
  return now_s;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("GPT-3: 3.14e23 FLOPs on 10,000 V100 at 24.6 TFLOP/s take 14.8 days") {
    const StepPlan p =
        plan("{flops: 3.14e+23, accelerators: 10000, mfu: 19.68 %, checkpoint_time: 0 s}", "v100-sxm2");
    CHECK(p.run_s / 86400 == doctest::Approx(14.8).epsilon(0.005));
    CHECK(p.run_s == doctest::Approx(3.14e23 / (10000 * 24.6e12)).epsilon(1e-9));
  }

  TEST_CASE("Llama 3.1 405B: 30.84 million GPU-hours imply an MFU of 0.35, and that MFU gives them back") {
    const std::string job = "{llm: llama-3-405b, tokens: 15.6e+12, accelerators: 16384, checkpoint_time: 0 s, mfu: ";
    const StepPlan p = plan(job + "35 %}");
    CHECK(p.flops == doctest::Approx(6 * 405e9 * 15.6e12));
    CHECK(p.flops / (30.84e6 * 3600 * 989e12) == doctest::Approx(0.35).epsilon(0.02));
    CHECK(16384 * p.run_s / 3600 == doctest::Approx(30.84e6).epsilon(0.02));
    // Its measured MFU of 38 to 43 % leaves 80 to 91 % of the hours at work; with failures and checkpoints, more.
    for (const double mfu : {0.38, 0.43}) {
      const StepPlan q = plan(job + std::to_string(100 * mfu) + " %}");
      const double availability = 16384 * q.run_s / 3600 / 30.84e6;
      CHECK(availability > 0.79);
      CHECK(availability < 0.92);
    }
  }

  TEST_CASE("Llama 3: one interruption in about three hours, over 90 % of the time at work") {
    const StepPlan p =
        plan("{llm: llama-3-405b, tokens: 15.6e+12, accelerators: 16384, batch: 16e+6, checkpoint_every: 30 min}");
    CHECK(1 / p.failures_per_s / 3600 == doctest::Approx(54 * 24.0 / 419).epsilon(0.01));
    CHECK(p.run_s / p.expected_run_s > 0.85);
    CHECK(p.steps * p.step_s / p.expected_run_s > 0.85);
    CHECK(p.checkpoint_s == doctest::Approx(14 * 405e9 / (16384 * 122e6)).epsilon(1e-9));
    // 16 million tokens at 40 % MFU: a step of six seconds.
    CHECK(p.step_s == doctest::Approx(16e6 * 6 * 405e9 / (16384 * 989e12 * 0.4)).epsilon(1e-9));
    CHECK(p.tokens_per_step == doctest::Approx(16e6));
    CHECK(p.steps * p.tokens_per_step == doctest::Approx(15.6e12).epsilon(1e-12));
    CHECK(p.steps == doctest::Approx(15.6e12 / 16e6));
  }

  TEST_CASE("the phases make up the cycle: MFU is that of the whole step, a checkpoint is spread over its steps") {
    const StepPlan p = plan(
        "{llm: llama-3-70b, tokens: 1e+12, accelerators: 1024, checkpoint_every: 20 min, checkpoint_time: 60 s, "
        "shares: {communication: 20 %, bubble: 5 %, optimizer: 5 %, input_stall: 2 %}}");
    CHECK(total_s(p) == doctest::Approx(p.cycle_s).epsilon(1e-12));
    CHECK(p.cycle_s == doctest::Approx(p.step_s * (1 + 60.0 / 1200)).epsilon(1e-12));
    CHECK(p.slowdown == doctest::Approx(1).epsilon(1e-12));
    CHECK(phase_of(p, Activity::compute).length_s == doctest::Approx(0.68 * p.step_s).epsilon(1e-12));
    CHECK(phase_of(p, Activity::communication).length_s == doctest::Approx(0.20 * p.step_s).epsilon(1e-12));
    CHECK(p.flops / (p.steps * p.step_s) == doctest::Approx(1024 * 989e12 * 0.40).epsilon(1e-12));
    CHECK(phase_of(p, Activity::compute).accelerator.si() == doctest::Approx(630));
    CHECK(phase_of(p, Activity::checkpoint).accelerator.si() == doctest::Approx(105));
    CHECK(p.run_s == doctest::Approx(p.steps * p.cycle_s).epsilon(1e-12));
  }

  TEST_CASE("powers may be given by phase; a cap slows compute and leaves communication") {
    const std::string job = "{llm: llama-3-8b, tokens: 1e+12, accelerators: 64, powers: {compute: 650 W}";
    const StepPlan free = plan(job + "}");
    const StepPlan held = plan(job + ", power_cap: 450 W}");
    CHECK(phase_of(free, Activity::compute).accelerator == Power(650));
    CHECK(phase_of(held, Activity::compute).accelerator == Power(450));
    CHECK(phase_of(held, Activity::communication).length_s == phase_of(free, Activity::communication).length_s);
    CHECK(held.slowdown > 1.1);
    CHECK(held.slowdown < 1.3);
    CHECK(held.run_s / free.run_s == doctest::Approx(held.slowdown).epsilon(1e-3));
    CHECK(held.steps == free.steps);
    double before = 1;
    for (int cap_w = 700; cap_w > 200; cap_w -= 10) {
      const StepPlan p = plan(job + ", power_cap: " + std::to_string(cap_w) + " W}");
      REQUIRE(p.slowdown >= before);
      before = p.slowdown;
    }
  }

  TEST_CASE("active parameters count, attention when asked for, and 8-bit arithmetic halves the time") {
    const StepPlan sparse = plan("{llm: deepseek-v3, tokens: 14.8e+12, accelerators: 2048}");
    CHECK(sparse.flops == doctest::Approx(6 * 37e9 * 14.8e12).epsilon(0.02));
    const StepPlan dense = plan("{llm: llama-3-405b, tokens: 1e+12, accelerators: 2048}");
    const StepPlan attentive = plan("{llm: llama-3-405b, tokens: 1e+12, accelerators: 2048, sequence_length: 8192}");
    CHECK(attentive.flops - dense.flops == doctest::Approx(12.0 * 126 * 16384 * 8192 * 1e12).epsilon(1e-9));
    const StepPlan fast =
        plan("{llm: llama-3-405b, tokens: 1e+12, accelerators: 2048, precision: 8-bit, checkpoint_time: 0 s}");
    const StepPlan slow = plan("{llm: llama-3-405b, tokens: 1e+12, accelerators: 2048, checkpoint_time: 0 s}");
    CHECK(slow.run_s / fast.run_s == doctest::Approx(1979.0 / 989).epsilon(1e-9));
  }

  TEST_CASE("auto: checkpoints as often as Young's optimum, where the expected run is shortest") {
    const std::string job = "{llm: llama-3-405b, tokens: 15.6e+12, accelerators: 16384, checkpoint_time: 20 s";
    const StepPlan best = plan(job + "}");
    CHECK(best.checkpoint_every_s == doctest::Approx(std::sqrt(2 * 20 / best.failures_per_s)).epsilon(1e-9));
    for (const char* every : {"2 min", "5 min", "20 min", "40 min", "2 h"}) {
      CAPTURE(every);
      CHECK(plan(job + ", checkpoint_every: " + every + "}").expected_run_s > best.expected_run_s);
    }
    const StepPlan sound = plan(job + ", accelerator_failure_every: none}");
    CHECK(sound.failures_per_s == 0);
    CHECK(sound.expected_run_s == sound.run_s);
  }

  TEST_CASE("the expected run is the mean of runs played failure by failure") {
    StepPlan p = plan(
        "{llm: llama-3-70b, tokens: 2e+11, accelerators: 4096, checkpoint_every: 30 min, "
        "checkpoint_time: 2 min, restart_time: 15 min, accelerator_failure_every: 9000 h}");
    // Whole segments only: the last checkpoint is written, too.
    const double steps = std::ceil(p.steps * p.step_s / p.checkpoint_every_s) * p.checkpoint_every_s / p.step_s;
    const double expected_s = p.expected_run_s * steps / p.steps;
    p.steps = steps;
    std::mt19937 random(11);
    Failures failures;
    const int runs = 4000;
    double sum = 0, square = 0;
    for (int i = 0; i < runs; ++i) {
      const double s = played_run_s(p, random, failures);
      sum += s;
      square += s * s;
    }
    const double mean = sum / runs;
    const double error = std::sqrt((square / runs - mean * mean) / runs);
    CHECK(std::abs(mean - expected_s) < 4 * error);
    CHECK(error < 0.01 * expected_s);
    // Half a segment, a little less where failures are not rare.
    CHECK(failures.lost_s / failures.count < p.lost_per_failure_s);
    CHECK(failures.lost_s / failures.count > 0.95 * p.lost_per_failure_s);
  }

  TEST_CASE("the cycle as a server sees it keeps lengths and powers") {
    const TrainingJob job =
        read_struct<TrainingJob>("{llm: llama-3-8b, tokens: 1e+12, accelerators: 64, host_utilisation: 40 %}");
    const StepPlan p = plan_step(job, read_struct<Accelerator>("h100-sxm"));
    const std::vector<PhasePower> phases = server_phases(job, p);
    REQUIRE(phases.size() == p.phases.size());
    for (std::size_t i = 0; i < phases.size(); ++i) {
      CHECK(phases[i].length_s == p.phases[i].length_s);
      CHECK(phases[i].accelerator == p.phases[i].accelerator);
      CHECK(phases[i].host_utilisation == doctest::Approx(0.4));
    }
  }

  TEST_CASE("a job shorter than a step is one step; without tokens a step has a length") {
    const StepPlan small = plan("{llm: llama-3-8b, tokens: 1e+6, accelerators: 8}");
    CHECK(small.steps == doctest::Approx(1).epsilon(1e-12));
    CHECK(small.step_s == doctest::Approx(6 * 8.03e9 * 1e6 / (8 * 989e12 * 0.4)).epsilon(0.01));
    const StepPlan given = plan("{flops: 1e+22, accelerators: 512, step: 2 s}");
    CHECK(given.step_s == doctest::Approx(2).epsilon(1e-12));
    CHECK(given.tokens_per_step == 0);
  }

  TEST_CASE("what cannot be trained is refused with the way out") {
    const auto refuses = [](const char* text, const char* why) {
      CAPTURE(text);
      CHECK_THROWS_WITH_AS(read_struct<TrainingJob>(text), doctest::Contains(why), InputError);
    };
    refuses("{llm: llama-3-8b, accelerators: 8}", "tokens: 15.6e+12");
    refuses("{accelerators: 8}", "llm");
    refuses("{llm: llama-3-8b, flops: 1e+20, tokens: 1e+9, accelerators: 8}", "llm");
    refuses("{flops: 1e+20, batch: 1e+6, accelerators: 8}", "needs the tokens");
    refuses("{flops: 1e+20, accelerators: 8, shares: {communication: 60 %, bubble: 40 %}}", "leave nothing");
    CHECK_THROWS_WITH_AS(plan("{flops: 1e+20, accelerators: 8, precision: 8-bit}", "a100-80-sxm"),
                         doctest::Contains("write 'peak'"), std::invalid_argument);
  }
}
