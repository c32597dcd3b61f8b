#include "models/compute/dummy_load.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "catalog_entry.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

using Phases = std::vector<AcceleratorPhase>;
constexpr Power tdp = 700_W;

double power_at(const Phases& phases, double t_s) {
  for (const AcceleratorPhase& phase : phases) {
    if (t_s < phase.length_s) return phase.accelerator.si();
    t_s -= phase.length_s;
  }
  return phases.back().accelerator.si();
}

/// The same, one small step of time after the other.
std::vector<double> stepped(const DummyLoad& load, const Phases& raw, double dt_s) {
  std::vector<double> out_w;
  bool running = false;
  double low_s = 0, back_s = 0, back_off_s = 0;
  const double poll_s = seconds(load.poll);
  for (double t_s = 0.5 * dt_s; t_s < length_of(raw); t_s += dt_s) {
    const double raw_w = power_at(raw, t_s);
    const bool low = raw_w < load.threshold.si() * tdp.si();
    low_s = low ? low_s + dt_s : 0;
    back_s = low ? 0 : back_s + dt_s;
    back_off_s -= dt_s;
    if (!running && low && low_s > poll_s && back_off_s <= 0) running = true;
    if (running && back_s > poll_s) {
      running = false;
      back_off_s = seconds(load.back_off);
    }
    out_w.push_back(running ? std::max(raw_w, load.level.si() * tdp.si()) : raw_w);
  }
  return out_w;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("it begins a poll after the work stops, and ends a poll after it is back") {
    const DummyLoad load = read_struct<DummyLoad>("{level: 80 %, poll: 10 ms}");
    const Phases raw{
        {Activity::compute, 2, 630_W}, {Activity::communication, 1, 300_W}, {Activity::compute, 2, 500_W}};
    const Filled result = filled(load, tdp, {}, raw, {});
    REQUIRE(result.phases.size() == 5);
    CHECK(result.phases[1].length_s == doctest::Approx(0.01));
    CHECK(result.phases[1].accelerator == 300_W);
    CHECK(result.phases[2].length_s == doctest::Approx(0.99));
    CHECK(result.phases[2].accelerator.si() == doctest::Approx(560));
    CHECK(result.phases[3].length_s == doctest::Approx(0.01));
    CHECK(result.phases[3].accelerator.si() == doctest::Approx(560));
    CHECK(result.phases[4].accelerator == 500_W);
    CHECK(result.burned.si() == doctest::Approx(0.99 * 260 + 0.01 * 60));
    CHECK(length_of(result.phases) == doctest::Approx(5));
    CHECK(filled(load, tdp, 400_W, raw, {}).phases[2].accelerator == 400_W);  // a cap holds it, too
  }

  TEST_CASE("as small steps of time give it, for any work, poll and back-off") {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> one(0, 1);
    const double dt_s = 1e-4;
    for (int round = 0; round < 40; ++round) {
      CAPTURE(round);
      DummyLoad load{.level = Share(0.6 + 0.5 * one(random)), .threshold = Share(0.3 + 0.4 * one(random))};
      load.poll = from_seconds(0.001 + 0.2 * one(random));
      load.back_off = from_seconds(one(random) < 0.5 ? 0 : 0.5 * one(random));
      Phases raw;
      for (int i = 0; i < 12; ++i)
        raw.push_back({Activity::compute, 0.02 + 0.5 * one(random), (0.1 + one(random)) * tdp});
      const Filled exact = filled(load, tdp, {}, raw, {});
      CHECK(length_of(exact.phases) == doctest::Approx(length_of(raw)).epsilon(1e-12));
      CHECK(energy_of(exact.phases).si() == doctest::Approx((energy_of(raw) + exact.burned).si()).epsilon(1e-12));
      const std::vector<double> slow = stepped(load, raw, dt_s);
      double differs_j = 0;
      for (std::size_t i = 0; i < slow.size(); ++i)
        differs_j += dt_s * std::abs(slow[i] - power_at(exact.phases, (static_cast<double>(i) + 0.5) * dt_s));
      CHECK(differs_j < 40 * dt_s * tdp.si());
    }
  }

  TEST_CASE("the state goes on from list to list") {
    const DummyLoad load = read_struct<DummyLoad>("{poll: 10 ms, back_off: 30 ms}");
    const Phases raw{{Activity::compute, 0.02, 630_W},
                     {Activity::bubble, 0.025, 100_W},
                     {Activity::compute, 0.02, 630_W},
                     {Activity::bubble, 0.025, 100_W}};
    Phases twice = raw;
    twice.insert(twice.end(), raw.begin(), raw.end());
    const Filled at_once = filled(load, tdp, {}, twice, {});
    const Filled first = filled(load, tdp, {}, raw, {});
    const Filled second = filled(load, tdp, {}, raw, first.end);
    CHECK((first.burned + second.burned).si() == doctest::Approx(at_once.burned.si()).epsilon(1e-12));
    for (double t_s = 0.0005; t_s < length_of(twice); t_s += 0.001)
      CHECK(power_at(at_once.phases, t_s) ==
            (t_s < length_of(raw) ? power_at(first.phases, t_s) : power_at(second.phases, t_s - length_of(raw))));
  }
}
