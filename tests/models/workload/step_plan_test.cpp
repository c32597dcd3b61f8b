#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/catalog/embedded_catalog.hpp"
#include "models/workload/training.hpp"
#include "sim/input/document.hpp"

using namespace wattershed;

namespace {

using Phases = std::vector<TrainingPhase>;

template <class T>
T read_struct(const std::string& text) {
  static const Catalog catalog(embedded_catalog());
  T value;
  load_document_text("x: " + text, "entry.yaml", {.catalog = &catalog, .sets = {}},
                     [&](Fields& f) { f.required("x", value); });
  return value;
}

const Accelerator& h100() {
  static const Accelerator accelerator = read_struct<Accelerator>("h100-sxm");
  return accelerator;
}

constexpr const char* base = "{llm: llama-3-70b, tokens: 1e+12, accelerators: 1024, step: 5 s, checkpoint_time: 20 s";

TrainingJob job_of(const std::string& keys, double every_s = 200) {
  return read_struct<TrainingJob>(base + keys + ", checkpoint_every: " + std::to_string(every_s) + " s}");
}
StepPlan plan_of(const std::string& keys, double every_s = 200) { return plan_step(job_of(keys, every_s), h100()); }

Load load_of_phases(const Phases& phases) {
  double length_s = 0, sum = 0, squares = 0;
  for (const TrainingPhase& phase : phases) {
    const double a = phase.first().si(), b = phase.last().si();
    length_s += phase.length_s;
    sum += phase.length_s * 0.5 * (a + b);
    squares += phase.length_s * (a * a + a * b + b * b) / 3;
  }
  return {Power(sum / length_s), PowerVariance(squares / length_s - sum * sum / (length_s * length_s))};
}

/// Steps and checkpoints played in real order: as many of each as `intervals` between checkpoints hold.
Phases played(const StepPlan& plan, int intervals) {
  Phases all;
  const double steps = plan.checkpoint_every_s / plan.step_s - plan.checkpoint_steps;
  double due = 0;
  for (int i = 0; i < intervals; ++i) {
    for (due += steps; due > 0.5; due -= 1) all.insert(all.end(), plan.step.begin(), plan.step.end());
    all.insert(all.end(), plan.checkpoint.begin(), plan.checkpoint.end());
  }
  return all;
}

const std::vector<std::string> mitigations{
    "",
    ", overshoot: {}",
    ", dummy_load: {level: 80 %, poll: 5 ms, back_off: 20 ms}",
    ", smoothing: {floor: 90 %}",
    ", overshoot: {}, smoothing: {floor: 65 %, ramp_up: 400 W/s, ramp_down: 150 W/s, stop_delay: 300 ms}",
    ", smoothing: {floor: 80 %, ramp_up: 60 W/s, ramp_down: 40 W/s, stop_delay: 4 s}",
    ", dummy_load: {level: 70 %}, smoothing: {floor: 50 %, ramp_up: 1 kW/s, ramp_down: 500 W/s, stop_delay: 10 ms}",
    ", power_cap: 500 W, overshoot: {}, smoothing: {floor: 80 %, ramp_up: 1 kW/s, stop_delay: 2 s}"};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the cycle has mean and variance of steps and checkpoints played in order, whatever the mitigation") {
    for (const std::string& keys : mitigations) {
      CAPTURE(keys);
      StepPlan plan = plan_of(keys);
      CHECK(plan.checkpoint_steps <= 3);
      // Whole steps between checkpoints, so that few intervals hold every part as often as it is due.
      const double every_s = 40 * plan.step_s;
      plan = plan_of(keys, every_s);
      const Phases all = played(plan, 3);
      const Load averaged = load_of_phases(plan.phases), real = load_of_phases(all);
      CHECK(averaged.mean.si() == doctest::Approx(real.mean.si()).epsilon(2e-6));
      CHECK(averaged.variance.si() == doctest::Approx(real.variance.si()).epsilon(2e-5));
      CHECK(plan.cycle_s == doctest::Approx(length_of(plan.phases)).epsilon(1e-12));
      CHECK(length_of(all) == doctest::Approx(3 * 40 * plan.cycle_s).epsilon(2e-6));
    }
  }

  TEST_CASE("the lists are what the chip would do if the whole life were put through it at once") {
    for (const char* keys :
         {", overshoot: {}, smoothing: {floor: 65 %, ramp_up: 400 W/s, ramp_down: 150 W/s, stop_delay: 300 ms}",
          ", smoothing: {floor: 80 %, ramp_up: 60 W/s, ramp_down: 40 W/s, stop_delay: 4 s}"}) {
      CAPTURE(keys);
      const StepPlan raw = plan_of(std::string(keys).find("overshoot") == std::string::npos ? "" : ", overshoot: {}");
      const TrainingJob job = job_of(keys);
      const StepPlan plan = plan_step(job, h100());
      // Start, ten steps, a checkpoint, ten steps, stop: raw, through one player.
      Phases life;
      const auto add = [](Phases& to, const Phases& list) { to.insert(to.end(), list.begin(), list.end()); };
      const int first = 10 + static_cast<int>(plan.start_steps),
                second = 10 + static_cast<int>(plan.checkpoint_steps);
      for (int i = 0; i < first; ++i) add(life, raw.step);
      add(life, raw.checkpoint);
      for (int i = 0; i < second; ++i) add(life, raw.step);
      life.push_back({Activity::parked, 3600, h100().parked()});
      const SmoothingLimits limits = smoothing_limits(*job.smoothing, h100().max_power);
      const Smoothed whole = smoothed(limits, life, {.out = h100().parked(), .quiet_s = limits.stop_delay_s});
      Phases parts = plan.start;
      for (int i = 0; i < 10; ++i) add(parts, plan.step);
      add(parts, plan.checkpoint);
      for (int i = 0; i < 10; ++i) add(parts, plan.step);
      add(parts, plan.stop);
      const double rest_s = length_of(whole.phases) - length_of(parts);
      CHECK(rest_s > 0);
      CHECK(rest_s < 3600);
      const double left_j = energy_of(whole.phases).si() - energy_of(parts).si();
      CHECK(left_j == doctest::Approx(rest_s * h100().parked().si()).epsilon(1e-6));
      CHECK(plan.stop.back().last().si() == doctest::Approx(h100().parked().si()).epsilon(1e-6));
    }
  }

  TEST_CASE("mitigation costs time and energy, and the plan says how much") {
    const StepPlan raw = plan_of("");
    CHECK(raw.burned == Energy{});
    CHECK(raw.raw_energy.si() == doctest::Approx(energy_of(raw.step).si()).epsilon(1e-12));
    for (const std::string& keys : mitigations) {
      CAPTURE(keys);
      const StepPlan plan = plan_of(keys);
      CHECK(length_of(plan.step) == doctest::Approx(plan.step_s));
      CHECK(plan.slowdown >= 1 - 1e-12);
      if (keys.find("dummy") == std::string::npos)
        CHECK(energy_of(plan.step).si() == doctest::Approx((plan.raw_energy + plan.burned).si()).epsilon(1e-9));
      CHECK(plan.run_s ==
            doctest::Approx((plan.steps - plan.start_steps) * plan.cycle_s + plan.start_s + plan.stop_s));
    }
    CHECK(plan_of(", dummy_load: {}").step_s == doctest::Approx(1.05 * raw.step_s));
    // A floor of 90 % under steps of H100: Σ length·max(0, F − P).
    const StepPlan held = plan_of(", smoothing: {floor: 90 %}");
    double burned_j = 0;
    for (const TrainingPhase& phase : raw.step)
      burned_j += phase.length_s * std::max(0.0, 630 - phase.accelerator.si());
    CHECK(held.burned.si() == doctest::Approx(burned_j).epsilon(1e-9));
    CHECK(held.step_s == doctest::Approx(raw.step_s).epsilon(1e-12));
  }

  TEST_CASE("overshoot begins compute; without it, and without all that is new, a plan is what it was") {
    const StepPlan plan = plan_of(", overshoot: {peak: 115 %, time: 40 ms}");
    REQUIRE(plan.step.size() == 5);
    CHECK(plan.step[0].activity == Activity::compute);
    CHECK(plan.step[0].accelerator.si() == doctest::Approx(1.15 * 700));
    CHECK(plan.step[0].length_s == doctest::Approx(0.04));
    CHECK(plan.step_s == doctest::Approx(5));
    CHECK(plan_of(", overshoot: {}, power_cap: 400 W").step[0].accelerator.si() == doctest::Approx(440));
    const StepPlan plain = plan_of("");
    REQUIRE(plain.step.size() == 4);
    CHECK(plain.step[0].activity == Activity::compute);
    CHECK(plain.step[1].activity == Activity::bubble);
    CHECK(plain.step[2].activity == Activity::communication);
    CHECK(plain.step[3].activity == Activity::optimizer);
    REQUIRE(plain.checkpoint.size() == 1);
    CHECK(plain.checkpoint[0].length_s == 20);
    CHECK(plain.phases.size() == 5);
    CHECK(plain.phases[4].length_s == 5.0 * 20 / 200);
    CHECK((plain.start.empty() && plain.stop.empty() && plain.slow_step.empty()));
    CHECK((plain.step_times == 1 && plain.checkpoint_steps == 0));
  }

  TEST_CASE("ramps: a line or stairs, from parked to work and back; smoothing alone ramps, too") {
    const StepPlan plan = plan_of(", start_ramp: 30 s, stop_ramp: {from: 100 %, to: 80 %, time: 100 ms, steps: 2}");
    REQUIRE(plan.start.size() == 1);
    CHECK(plan.start[0].length_s == 30);
    CHECK(plan.start[0].first().si() == doctest::Approx(h100().parked().si()));
    CHECK(plan.start[0].last().si() == doctest::Approx(630));
    REQUIRE(plan.stop.size() == 2);
    CHECK(plan.stop[0].accelerator.si() == doctest::Approx(700));
    CHECK(plan.stop[1].accelerator.si() == doctest::Approx(560));
    CHECK(plan.stop_s == doctest::Approx(0.1));
    const StepPlan smooth =
        plan_of(", smoothing: {floor: 90 %, ramp_up: 100 W/s, ramp_down: 50 W/s, stop_delay: 3 s}");
    CHECK(smooth.start_steps >= 1);
    CHECK(smooth.start.front().first().si() == doctest::Approx(121.7));
    CHECK(smooth.start.front().rise.si() / smooth.start.front().length_s == doctest::Approx(100));
    CHECK(smooth.stop_s == doctest::Approx(3 - 0.9 + (630 - 121.7) / 50).epsilon(0.1));
  }

  TEST_CASE("a straggler makes all wait: the cycle is longer by chance times wait") {
    const StepPlan plain = plan_of("");
    const StepPlan plan = plan_of(", straggler: {probability: 2 %, slowdown: 50 %}");
    CHECK(length_of(plan.slow_step) == doctest::Approx(7.5));
    CHECK(plan.step_s == doctest::Approx(5));
    CHECK(plan.cycle_s == doctest::Approx(plain.cycle_s + 0.02 * 2.5));
    CHECK(load_of_phases(plan.phases).mean < load_of_phases(plain.phases).mean);
    CHECK_THROWS_AS(job_of(", straggler: {slowdown: 10 %}"), InputError);
  }

  TEST_CASE("a measured job: levels, lengths and holds as given") {
    const TrainingJob job = read_struct<TrainingJob>(
        "{accelerators: 64, duration: 2075 s, checkpoint_every: 223 s, checkpoint_time: 16 s, powers: {checkpoint: "
        "150 W}, "
        "pattern: [{power: 640 W, for: 8 s}, {power: 530 W, for: 2.6 s, activity: communication}], "
        "start_pattern: [{power: 94 W, for: 100 s}, {power: 300 W, for: 213 s}], accelerator_failure_every: none}");
    const StepPlan plan = plan_step(job, h100());
    REQUIRE(plan.step.size() == 2);
    CHECK(plan.step[1].accelerator == 530_W);
    CHECK(plan.step_s == doctest::Approx(10.6));
    CHECK(plan.steps == doctest::Approx(2075 / 10.6));
    CHECK(plan.start_s == doctest::Approx(313));
    CHECK(plan.checkpoint[0].accelerator == 150_W);
    CHECK(plan.flops == 0);
    CHECK(load_of_phases(plan.step).mean.si() == doctest::Approx((640 * 8 + 530 * 2.6) / 10.6));
    CHECK_THROWS_AS(read_struct<TrainingJob>("{accelerators: 64, duration: 1 h, flops: 1e+20}"), InputError);
    CHECK_THROWS_AS(
        read_struct<TrainingJob>("{accelerators: 64, duration: 1 h, step: 2 s, pattern: [{power: 1 W, for: 1 s}]}"),
        InputError);
  }

  TEST_CASE("a server's phases: cycle, real lengths, and ramps in slices") {
    const std::string keys =
        ", start_ramp: 10 s, straggler: {probability: 1 %}, "
        "smoothing: {floor: 65 %, ramp_up: 400 W/s, ramp_down: 150 W/s, stop_delay: 300 ms}";
    const TrainingJob job = job_of(keys);
    const StepPlan plan = plan_step(job, h100());
    const Load exact = load_of_phases(plan.phases);
    for (const double slice_s : {0.0, 1e-3}) {
      const std::vector<PhasePower> phases = server_phases(job, plan, slice_s);
      std::array<double, step_part_count> real_s{};
      std::vector<PowerSegment> cycle;
      for (const PhasePower& phase : phases) {
        real_s[index(phase.part)] += phase.played_s();
        if (phase.length_s > 0) cycle.push_back({phase.length_s, phase.accelerator});
        if (slice_s == 0) continue;
        const bool start = phase.part == StepPart::start;
        if (start) REQUIRE(phase.length_s == 0);
      }
      CHECK(real_s[index(StepPart::step)] == doctest::Approx(plan.step_s).epsilon(1e-12));
      CHECK(real_s[index(StepPart::checkpoint)] == doctest::Approx(length_of(plan.checkpoint)).epsilon(1e-12));
      CHECK(real_s[index(StepPart::slow_step)] == doctest::Approx(length_of(plan.slow_step)).epsilon(1e-12));
      CHECK(real_s[index(StepPart::start)] == doctest::Approx(plan.start_s).epsilon(1e-12));
      CHECK(real_s[index(StepPart::stop)] == doctest::Approx(plan.stop_s).epsilon(1e-12));
      CHECK(length_of(cycle) == doctest::Approx(plan.cycle_s).epsilon(1e-12));
      CHECK(load_of(cycle).mean.si() == doctest::Approx(exact.mean.si()).epsilon(1e-12));
      CHECK(load_of(cycle).variance.si() == doctest::Approx(exact.variance.si()).epsilon(1e-4));
    }
  }
}
