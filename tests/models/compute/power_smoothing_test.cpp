#include "models/compute/power_smoothing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "catalog_entry.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

using Phases = std::vector<AcceleratorPhase>;
constexpr Power tdp = 700_W;

/// The algorithm step by step, as it is described: what the exact one is held against.
struct Stepped {
  std::vector<double> out_w;  ///< at the end of each dt
  double burned_j = 0;
  SmoothingState end;
};
Stepped stepped(const SmoothingLimits& limits, const Phases& raw, SmoothingState from, double dt_s) {
  Stepped result;
  double out_w = from.out.si(), quiet_s = from.quiet_s;
  for (const AcceleratorPhase& phase : raw) {
    const double raw_w = phase.accelerator.si();
    for (double work_s = phase.length_s; work_s > 0;) {
      const bool active = raw_w >= limits.activation.si();
      if (active) quiet_s = 0;
      const double target_w = active || quiet_s < limits.stop_delay_s ? std::max(raw_w, limits.floor.si()) : raw_w;
      out_w = std::clamp(target_w, out_w - limits.down_w_per_s * dt_s, out_w + limits.up_w_per_s * dt_s);
      if (!active) quiet_s += dt_s;
      work_s -= dt_s * (raw_w > out_w ? out_w / raw_w : 1);
      result.burned_j += dt_s * std::max(out_w - raw_w, 0.0);
      result.out_w.push_back(out_w);
    }
  }
  result.end = {Power(out_w), std::min(quiet_s, limits.stop_delay_s)};
  return result;
}

double power_at(const Phases& phases, double t_s) {
  for (const AcceleratorPhase& phase : phases) {
    if (t_s < phase.length_s) return (phase.first() + t_s / phase.length_s * phase.rise).si();
    t_s -= phase.length_s;
  }
  return phases.back().last().si();
}

struct Range {
  double least_w = 1e9, most_w = 0;
};
Range range_of(const Phases& phases) {
  Range range;
  for (const AcceleratorPhase& phase : phases) {
    range.least_w = std::min({range.least_w, phase.first().si(), phase.last().si()});
    range.most_w = std::max({range.most_w, phase.first().si(), phase.last().si()});
  }
  return range;
}

Phases training_step() {
  return {{Activity::input_stall, 0.1, 0.2 * tdp},    {Activity::compute, 0.05, 1.1 * tdp},
          {Activity::compute, 3.75, 0.9 * tdp},       {Activity::bubble, 0.3, 0.35 * tdp},
          {Activity::communication, 0.8, 0.45 * tdp}, {Activity::optimizer, 0.2, 0.6 * tdp}};
}

Phases random_step(std::mt19937& random) {
  std::uniform_real_distribution<double> share(0.1, 1.1), length(0.05, 2);
  Phases phases;
  for (int i = 0; i < 6; ++i) phases.push_back({Activity::compute, length(random), share(random) * tdp});
  return phases;
}

SmoothingLimits random_limits(std::mt19937& random) {
  std::uniform_real_distribution<double> one(0, 1);
  SmoothingLimits limits;
  limits.floor = (0.2 + 0.7 * one(random)) * tdp;
  limits.activation = (0.3 + 0.6 * one(random)) * tdp;
  limits.up_w_per_s = one(random) < 0.2 ? SmoothingLimits::any : 50 + 2000 * one(random);
  limits.down_w_per_s = one(random) < 0.2 ? SmoothingLimits::any : 50 + 2000 * one(random);
  limits.stop_delay_s = one(random) < 0.2 ? 0 : 2 * one(random);
  return limits;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("event by event gives what small steps of time give") {
    std::mt19937 random(4);
    const double dt_s = 1e-4;
    for (int round = 0; round < 60; ++round) {
      CAPTURE(round);
      const Phases raw = random_step(random);
      const SmoothingLimits limits = random_limits(random);
      const SmoothingState from{.out = 0.4 * tdp, .quiet_s = 0.5 * limits.stop_delay_s};
      const Smoothed exact = smoothed(limits, raw, from);
      const Stepped slow = stepped(limits, raw, from, dt_s);
      const double slow_s = dt_s * static_cast<double>(slow.out_w.size());
      CHECK(std::abs(length_of(exact.phases) - slow_s) < 20 * dt_s);
      CHECK(std::abs(exact.burned.si() - slow.burned_j) < 20 * dt_s * tdp.si());
      double differs_j = 0;
      for (std::size_t i = 0; i < slow.out_w.size(); ++i)
        differs_j += dt_s * std::abs(slow.out_w[i] - power_at(exact.phases, (static_cast<double>(i) + 0.5) * dt_s));
      CHECK(differs_j < 2e-3 * slow_s * tdp.si());
    }
  }

  TEST_CASE("all work is done: what was held back is made up, and energy is what was asked for plus what burned") {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
      const Phases raw = random_step(random);
      const SmoothingLimits limits = random_limits(random);
      const SmoothingState home = periodic_state(limits, raw);
      const Smoothed result = smoothed(limits, raw, home);
      CHECK(same_state(result.end, home));
      CHECK(length_of(result.phases) >= length_of(raw) * (1 - 1e-12));
      // Held back work asks for the same energy, only later: energy drawn − energy burned = energy of the work.
      CHECK(energy_of(result.phases).si() - result.burned.si() == doctest::Approx(energy_of(raw).si()).epsilon(1e-9));
    }
  }

  TEST_CASE("a floor burns what lacks to it, by the share of each phase") {
    const PowerSmoothing smoothing = read_struct<PowerSmoothing>("{floor: 80 %, stop_delay: 10 s}");
    const Phases raw = training_step();
    const SmoothingLimits limits = smoothing_limits(smoothing, tdp);
    const Smoothed result = smoothed(limits, raw, periodic_state(limits, raw));
    double expected_j = 0;
    for (const AcceleratorPhase& phase : raw)
      expected_j += phase.length_s * std::max(0.0, 0.8 * tdp.si() - phase.accelerator.si());
    CHECK(result.burned.si() == doctest::Approx(expected_j).epsilon(1e-9));
    CHECK(length_of(result.phases) == doctest::Approx(length_of(raw)).epsilon(1e-12));
    // A square wave of duty d: (1 − d)·(F − low).
    const Phases square{{Activity::compute, 3, 0.9 * tdp}, {Activity::communication, 2, 0.3 * tdp}};
    const Smoothed flat = smoothed(limits, square, periodic_state(limits, square));
    CHECK(flat.burned.si() / 5 == doctest::Approx(0.4 * (0.8 - 0.3) * tdp.si()).epsilon(1e-9));
  }

  TEST_CASE("overshoot of 1.1 over a floor of 0.9 leaves a range of 0.20 of thermal design power") {
    const SmoothingLimits limits = smoothing_limits(PowerSmoothing{}, tdp);
    const Phases raw = training_step();
    const Range range = range_of(smoothed(limits, raw, periodic_state(limits, raw)).phases);
    CHECK((range.most_w - range.least_w) / tdp.si() == doctest::Approx(0.20).epsilon(1e-9));
    CHECK((range_of(raw).most_w - range_of(raw).least_w) / tdp.si() == doctest::Approx(0.90).epsilon(1e-9));
  }

  TEST_CASE("the ramp is never exceeded, however the waveform is sampled") {
    std::mt19937 random(11);
    for (int round = 0; round < 40; ++round) {
      const Phases raw = random_step(random);
      SmoothingLimits limits = random_limits(random);
      limits.up_w_per_s = 300;
      limits.down_w_per_s = 120;
      const Phases drawn = smoothed(limits, raw, periodic_state(limits, raw)).phases;
      double before_w = drawn.back().last().si();
      for (const AcceleratorPhase& phase : drawn) {
        REQUIRE(phase.first().si() == doctest::Approx(before_w).epsilon(1e-9));  // no jump anywhere
        REQUIRE(phase.rise.si() <= 300 * phase.length_s * (1 + 1e-9));
        REQUIRE(phase.rise.si() >= -120 * phase.length_s * (1 + 1e-9));
        before_w = phase.last().si();
      }
      const double length_s = length_of(drawn);
      for (const double window_s : {1e-3, 0.0137, 0.1, 0.7, 1.0, 2.5})
        for (double t_s = 0; t_s + window_s < length_s; t_s += 0.31 * window_s + 1e-3) {
          const double rise_w = power_at(drawn, t_s + window_s) - power_at(drawn, t_s);
          REQUIRE(rise_w <= 300 * window_s * (1 + 1e-9) + 1e-9);
          REQUIRE(rise_w >= -120 * window_s * (1 + 1e-9) - 1e-9);
        }
    }
  }

  TEST_CASE("a long checkpoint: the floor is held for the stop delay, then power ramps down, and up again after") {
    SmoothingLimits limits = smoothing_limits(PowerSmoothing{.floor = Share(0.9),
                                                             .ramp_up = PowerRamp(100),
                                                             .ramp_down = PowerRamp(200),
                                                             .stop_delay = std::chrono::seconds(4),
                                                             .activation = Share(0.5)},
                                              tdp);
    const Phases checkpoint{{Activity::checkpoint, 20, 0.15 * tdp}};
    const Smoothed low = smoothed(limits, checkpoint, {.out = 0.9 * tdp, .quiet_s = 1});
    REQUIRE(low.phases.size() == 3);
    CHECK(low.phases[0].length_s == doctest::Approx(3));  // one second of the delay had passed
    CHECK(low.phases[0].accelerator.si() == doctest::Approx(630));
    CHECK(low.phases[1].length_s == doctest::Approx(525.0 / 200));
    CHECK(low.phases[1].rise.si() == doctest::Approx(-525));
    CHECK(low.phases[2].accelerator.si() == doctest::Approx(105));
    CHECK(low.burned.si() == doctest::Approx(3 * 525 + 0.5 * 525 * 525 / 200));
    const Phases compute{{Activity::compute, 10, 0.9 * tdp}};
    const Smoothed high = smoothed(limits, compute, low.end);
    // 5.25 s of ramp do the work of (105 + 630)/2/630 of that time.
    CHECK(length_of(high.phases) == doctest::Approx(10 + 5.25 * (1 - 0.5 * (105 + 630) / 630)));
    CHECK(high.burned.si() == doctest::Approx(0));
  }

  TEST_CASE("ramps so slow that a step hardly moves the power, and steps of a nanosecond, come to rest, too") {
    for (const double rate_w_per_s : {0.2, 2.0, 20.0}) {
      CAPTURE(rate_w_per_s);
      const SmoothingLimits limits{.floor = 0.2 * tdp,
                                   .activation = 0.5 * tdp,
                                   .up_w_per_s = rate_w_per_s,
                                   .down_w_per_s = 2 * rate_w_per_s,
                                   .stop_delay_s = 0};
      const Phases raw = training_step();
      const SmoothingState home = periodic_state(limits, raw);
      CHECK(same_state(smoothed(limits, raw, home).end, home));
    }
    const SmoothingLimits limits = smoothing_limits(PowerSmoothing{}, tdp);
    Phases tiny = training_step();
    for (AcceleratorPhase& phase : tiny) phase.length_s *= 1e-13;
    CHECK(length_of(smoothed(limits, tiny, periodic_state(limits, tiny)).phases) ==
          doctest::Approx(length_of(tiny)).epsilon(1e-9));
  }

  TEST_CASE("a cap lies above the floor in rank; nothing set changes nothing") {
    CHECK(smoothing_limits(PowerSmoothing{}, tdp, 500_W).floor == 500_W);
    CHECK(smoothing_limits(PowerSmoothing{}, tdp).floor.si() == doctest::Approx(630));
    const SmoothingLimits free{};
    const Phases raw = training_step();
    const Smoothed result = smoothed(free, raw, periodic_state(free, raw));
    REQUIRE(result.phases.size() == raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
      CHECK(result.phases[i].accelerator == raw[i].accelerator);
      CHECK(result.phases[i].length_s == raw[i].length_s);
    }
    CHECK(result.burned == Energy{});
    CHECK_THROWS_AS(read_struct<PowerSmoothing>("{ramp_up: 0 W/s}"), InputError);
    CHECK_THROWS_AS(read_struct<PowerSmoothing>("{floor: 120 %}"), InputError);
    CHECK(read_struct<PowerSmoothing>("{ramp_down: 6 kW/s, stop_delay: 200 ms}").ramp_down->si() == 6000);
  }
}
