// `_max` and `_min` are the extremes within an interval: what a magnifying glass sees of one job, a bound of several.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/models/facility/window_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;
using doctest::Approx;

namespace {

const Sets point{"site.grid.point={voltage: 13.8 kV, short_circuit: 20 MVA, x_over_r: 10}"};
const Sets battery{
    "site.battery={use: lfp-container, power: 200 kW, energy: 50 kWh, response: 0 s, smoothing: {window: 10 s}}"};
const Sets glasses{glass("g", "00:05:00", "1 min")};

struct Seen {
  double recorded_w = 0, glass_w = 0;
};

/// Of the minute with the glass: the recorded extreme and that of the samples.
Seen highest(const RunFileReader& file, const std::string& column) {
  return {file.numbers("hall", column + "_max").at(5), largest(file.numbers("hall/windows/g", column))};
}
Seen lowest(const RunFileReader& file, const std::string& column) {
  return {file.numbers("hall", column + "_min").at(5), smallest(file.numbers("hall/windows/g", column))};
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("one job: the extremes are those of its samples, in every layer") {
    TestRun run;
    run_text(run, swinging_hall,
             point + glasses +
                 Sets{"site.electrical.ups={use: double-conversion-modern, power_factor: double-conversion}"});
    const RunFileReader file = run.open();
    for (const char* column : {"it_power", "facility_power", "grid_power", "reactive_power"}) {
      CAPTURE(column);
      const Seen high = highest(file, column), low = lowest(file, column);
      CHECK(high.recorded_w == Approx(high.glass_w).epsilon(1e-5));
      CHECK(low.recorded_w == Approx(low.glass_w).epsilon(1e-5));
      CHECK(low.recorded_w < 0.9 * high.recorded_w);
    }
    const Seen high = highest(file, "grid_power"), low = lowest(file, "grid_power");
    CHECK(lowest(file, "poi_voltage").recorded_w ==
          Approx(smallest(file.numbers("hall/windows/g", "poi_voltage"))).epsilon(1e-6));
    CHECK(highest(file, "poi_voltage").recorded_w ==
          Approx(largest(file.numbers("hall/windows/g", "poi_voltage"))).epsilon(1e-6));
    CHECK(run.summary("hall", "peak_power") == Approx(high.glass_w).epsilon(1e-5));
    CHECK(run.summary("hall", "peak_level") == Approx(mean_of(file, "hall", "grid_power")).epsilon(1e-9));
    CHECK(run.summary("hall", "peak_jobs") == 1);
    CHECK(file.numbers("hall/monthly", "peak_power").at(0) == run.summary("hall", "peak_power"));
    // Billing demand stays the mean of its interval.
    CHECK(file.numbers("hall/monthly", "demand").at(0) <
          0.5 * (high.recorded_w + low.recorded_w) + 0.4 * (high.recorded_w - low.recorded_w));
  }

  TEST_CASE("played step by step, a run has the same extremes") {
    TestRun averaged, resolved;
    run_text(averaged, swinging_hall, point);
    run_text(resolved, swinging_hall, point + Sets{"fidelity=resolved"});
    for (const char* column :
         {"it_power_max", "grid_power_max", "it_power_min", "grid_power_min", "poi_voltage_min"}) {
      CAPTURE(column);
      CHECK(averaged.open().numbers("hall", column).at(5) ==
            Approx(resolved.open().numbers("hall", column).at(5)).epsilon(2e-4));
    }
  }

  TEST_CASE(
      "a battery that smooths takes them away; within the 1 % of its cycle what is recorded bounds what is seen") {
    TestRun bare, smoothed;
    run_text(bare, swinging_hall, glasses);
    run_text(smoothed, swinging_hall, glasses + battery);
    const Seen before = highest(bare.open(), "grid_power"), after = highest(smoothed.open(), "grid_power");
    CHECK(after.recorded_w < 0.97 * before.recorded_w);
    CHECK(after.glass_w <= after.recorded_w * (1 + 1e-2));
    CHECK(lowest(smoothed.open(), "grid_power").glass_w >=
          lowest(smoothed.open(), "grid_power").recorded_w * (1 - 1e-2));
    // The battery is at the point: IT goes as far as before.
    CHECK(highest(smoothed.open(), "it_power").recorded_w ==
          Approx(before.recorded_w * highest(bare.open(), "it_power").recorded_w / before.recorded_w));
  }

  TEST_CASE("of several jobs the extremes are a bound, and the summary says of how many") {
    TestRun run;
    run_text(run, swinging_hall,
             glasses + Sets{"workload.training={a: {flops: 1e+30, accelerators: 96, step: 1.5 s, "
                            "accelerator_failure_every: none, checkpoint_time: 0 s}, b: {flops: 1e+30, accelerators: "
                            "96, step: 1.1 s, accelerator_failure_every: none, checkpoint_time: 0 s}}"});
    const RunFileReader file = run.open();
    const Seen high = highest(file, "grid_power"), low = lowest(file, "grid_power");
    CHECK(high.glass_w <= high.recorded_w * (1 + 1e-5));
    CHECK(high.glass_w > 0.95 * high.recorded_w);  // with other lengths of steps they come together now and then
    CHECK(low.glass_w >= low.recorded_w * (1 - 1e-5));
    CHECK(run.summary("hall", "peak_jobs") == 2);
  }

  TEST_CASE("a limit is held against the extremes, with the exact value holding") {
    TestRun probe;
    run_text(probe, swinging_hall);
    const double peak_w = probe.summary("hall", "peak_power"), level_w = probe.summary("hall", "peak_level");
    REQUIRE(peak_w > 1.05 * level_w);
    const auto broken = [](double max_w) {
      TestRun run;
      run_text(run, swinging_hall, {fmt::format("limits={{p: {{quantity: grid_power, max: {:.17g} W}}}}", max_w)});
      return run.result.broken_limits;
    };
    CHECK(broken(0.5 * (peak_w + level_w)) == 1);
    CHECK(broken(peak_w) == 0);
    CHECK(broken(peak_w * (1 - 1e-9)) == 1);
    TestRun least;
    run_text(least, swinging_hall, {fmt::format("limits={{p: {{quantity: grid_power, min: {:.17g} W}}}}", level_w)});
    CHECK(least.result.broken_limits == 1);
  }

  TEST_CASE("what has no phases of steps keeps its levels") {
    TestRun run;
    run_text(run, small_hall);
    const RunFileReader file = run.open();
    CHECK(run.summary("hall", "peak_power") == run.summary("hall", "peak_level"));
    CHECK(run.summary("hall", "peak_jobs") == 0);
    CHECK(largest(file.numbers("hall", "grid_power_max")) == run.summary("hall", "peak_power"));
  }
}
