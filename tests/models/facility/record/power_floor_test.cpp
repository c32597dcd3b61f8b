// A floor under power on one rack in lock-step: what is left of the swing, and what the floor burns, against the
// closed form Σ share·max(0, F − P) and the published 10.5 % (scenarios/evidence/choukse_2025_floor.yaml).

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

constexpr double rack_w = 32 * 700.0;

// 32 GPUs and nothing else: compute at thermal design power with an overshoot, communication at 45 % of it.
const char* const rack = R"(
title: one rack in lock-step
start: 2027-01-01
duration: 10 min
record: {every: 1 min, windows: {glass: {at: 2027-01-01T00:05, for: 60 s, every: 1 ms}}}
site:
  grid: {region: US}
  electrical: {lag: 0 s}
  cooling: {system: {use: fixed-overhead, overhead: 0 %}}
  racks:
    rack: {count: 1, servers: 4, server: {accelerator: h100-sxm, accelerators: 8, idle_power: 600 W, max_power: 5600 W}}
workload:
  training:
    job:
      duration: 1 h
      accelerators: 32
      step: 10 s
      shares: {communication: 15 %, bubble: 0 %, optimizer: 0 %}
      powers: {compute: 700 W, communication: 315 W}
      overshoot: {peak: 110 %, time: 50 ms}
      checkpoint_time: 0 s
      accelerator_failure_every: none
)";
const std::string smoothing = "workload.training.job.smoothing={floor: 90 %, stop_delay: 5 s}";

std::vector<double> glass(const TestRun& run) {
  const RunFileReader file = run.open();
  return file.numbers("site/windows/glass", "it_power", 0, file.rows("site/windows/glass"));
}
double range_of(const std::vector<double>& power_w) {
  const auto [least, most] = std::minmax_element(power_w.begin(), power_w.end());
  return *most - *least;
}
double mean_of(const std::vector<double>& power_w) {
  double sum = 0;
  for (const double p : power_w) sum += p;
  return sum / static_cast<double>(power_w.size());
}

TEST_SUITE("fast") {
  TEST_CASE("a floor of 90 % under an overshoot of 1.1 leaves a range of 0.20 of thermal design power") {
    for (const char* fidelity : {"fidelity=averaged", "fidelity=resolved"}) {
      const std::string which = fidelity;
      CAPTURE(which);
      TestRun without, with;
      run_text(without, rack, {fidelity});
      run_text(with, rack, {fidelity, smoothing});
      const std::vector<double> raw_w = glass(without), floor_w = glass(with);
      REQUIRE(raw_w.size() == 60'000);
      CHECK(range_of(raw_w) == doctest::Approx(0.65 * rack_w).epsilon(0.01));
      CHECK(range_of(floor_w) == doctest::Approx(0.20 * rack_w).epsilon(0.01));
      // 60 s hold six whole steps; the overshoot is neither longer nor shorter for the floor.
      const double burned_w = 0.15 * (0.90 - 0.45) * rack_w;
      CHECK(mean_of(floor_w) - mean_of(raw_w) == doctest::Approx(burned_w).epsilon(0.01));
      CHECK(with.summary("site", "it_energy") - without.summary("site", "it_energy") ==
            doctest::Approx(burned_w * 600).epsilon(0.01));
      const double cost = mean_of(floor_w) / mean_of(raw_w) - 1;
      MESSAGE("energy cost of the floor at a duty of 0.85: ", 100 * cost, " %, published 10.5 %");
      CHECK(cost == doctest::Approx(0.07353).epsilon(0.01));
    }
  }

  TEST_CASE("the cost of the floor is the published one at a duty of 0.7931") {
    const std::string duty = "workload.training.job.shares.communication=20.69 %";
    TestRun without, with;
    run_text(without, rack, {duty});
    run_text(with, rack, {duty, smoothing});
    CHECK(with.summary("site", "it_energy") / without.summary("site", "it_energy") - 1 ==
          doctest::Approx(0.105).epsilon(0.01));
  }
}

}  // namespace
