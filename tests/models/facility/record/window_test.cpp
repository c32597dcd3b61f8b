// Windows: they change nothing but their own group, their means are those of the averaged run, and what happens to
// jobs is seen in them when it happens.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "tests/models/facility/window_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// All that can be there at once, so that a window has everything to disturb.
const char* const kFullSite = R"(
title: everything at once
start: 2027-05-10
duration: 6 h
record: {every: 15 min, racks: true}
site:
  name: hall
  weather: {climate: denver}
  grid:
    carbon: 400 g/kWh
    water_intensity: 2 L/kWh
    tariff: {energy: 0.1 USD/kWh, demand: 10 USD/kW/month, water: 3 USD/m3}
    connection: 5 MW
    point: {voltage: 13.8 kV, short_circuit: 60 MVA, x_over_r: 10}
    system: {use: anderson-mirheydar-60, size: 1 GW}
  electrical:
    pdu: pdu-480v
    ups: {use: double-conversion-modern, power_factor: double-conversion}
    transformer: {use: dry-2500kva, reactive: {}}
    reactive: {motors: variable-speed-drive}
  battery: {use: lfp-container, power: 400 kW, energy: 100 kWh, smoothing: {window: 5 s}}
  cooling: {system: {use: air-chiller-tower}}
  racks:
    dgx: {use: rack-dgx-h100, count: 20}
    old: {use: rack-dgx-a100, count: 6}
  lighting: 10 kW
workload:
  training:
    base: {flops: 1e+30, accelerators: 320, step: 4 s, checkpoint_every: 10 min, checkpoint_time: 20 s, jitter: 2 %, rack_offset: 5 ms, accelerator_failure_every: 300 h, restart_time: 3 min, start_ramp: 20 s, straggler: {probability: 5 %}}
    tuning: {duration: 20 min, accelerators: 128, step: 2 s, from: "2027-05-10T01:00", stop_ramp: 10 s, smoothing: {}}
    queued: {duration: 30 min, accelerators: 300, step: 3 s, from: "2027-05-10T00:30"}
  fixed:
    nightly: {accelerators: 64, duration: 40 min, utilisation: 80 %, every: 55 min}
  inference:
    chat: {requests: {rate: 5 /s, daily_swing: 50 %}, energy_per_request: 0.3 Wh}
limits:
  connection: {quantity: grid_power, max: site.grid.connection}
events: [{at: "2027-05-10T03:00", set: {site.racks.dgx.count: 18, site.lighting: 30 kW}}]
)";

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

/// Compares every dataset of a file with that of another which has more groups; returns how many values.
std::size_t compare_beside_windows(const RunFileReader& plain, const RunFileReader& watched) {
  std::size_t values = 0;
  std::vector<std::string> others;
  for (const std::string& group : watched.groups())
    if (group.find("/windows") == std::string::npos) others.push_back(group);
  CHECK(others == plain.groups());
  for (const std::string& group : plain.groups()) {
    CAPTURE(group);
    REQUIRE(watched.has(group));
    if (group == "not_modelled") {  // says what a scenario asks: with windows, more
      const auto asked = watched.texts(group, "effect");
      for (const std::string& effect : plain.texts(group, "effect"))
        CHECK(std::find(asked.begin(), asked.end(), effect) != asked.end());
      continue;
    }
    CHECK(plain.rows(group) == watched.rows(group));
    REQUIRE(plain.columns(group).size() == watched.columns(group).size());
    for (std::size_t i = 0; i < plain.columns(group).size(); ++i) {
      const RunColumn& column = plain.columns(group)[i];
      const std::string& name = column.spec.name;
      CAPTURE(name);
      REQUIRE(watched.columns(group)[i].spec.name == name);
      CHECK(watched.columns(group)[i].spec.units == column.spec.units);
      CHECK(watched.columns(group)[i].spec.attributes == column.spec.attributes);
      if (group.rfind("summary/", 0) == 0) {
        const std::string site = group.substr(8);
        CHECK(same_bits({plain.summary(site, name).value()}, {watched.summary(site, name).value()}));
        ++values;
      } else if (column.spec.type == ColumnType::text) {
        const std::vector<std::string> texts = plain.texts(group, name);
        CHECK(texts == watched.texts(group, name));
        values += texts.size();
      } else {
        const std::vector<double> numbers = plain.numbers(group, name);
        CHECK(same_bits(numbers, watched.numbers(group, name)));
        values += numbers.size();
      }
    }
  }
  for (const char* count : {"inputs", "inputs_assumed"})
    CHECK(plain.group_number("catalog", count) == watched.group_number("catalog", count));
  return values;
}

std::string may(const std::string& name, const std::string& at, const std::string& length, const std::string& every) {
  return fmt::format("record.windows.{}={{at: \"2027-05-10T{}\", for: {}, every: {}}}", name, at, length, every);
}

/// Two overlapping ones with the default rate, one over a queued job's start, one of half an hour, ones at the
/// run's start and end (of one that the run cuts /warnings speaks).
const Sets kManyWindows{"record.windows.two={at: \"2027-05-10T00:59:30\", for: 1 min}",
                        may("three", "01:00", "40 s", "10 ms"),
                        may("long", "02:45", "30 min", "100 ms"),
                        may("head", "00:00", "30 s", "1 ms"),
                        may("tail", "05:59:30", "30 s", "1 ms"),
                        "record.events={for: 10 min}"};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a window changes no dataset outside its group, bit for bit") {
    TestRun plain, watched;
    run_text(plain, kFullSite);
    run_text(watched, kFullSite, kManyWindows);
    CHECK(plain.result.audits_hold());
    const RunFileReader file = watched.open();
    CHECK(compare_beside_windows(plain.open(), file) > 3000);
    for (const char* name : {"two", "three", "long", "head", "tail", "event_1"}) {
      const std::string group = std::string("hall/windows/") + name;
      CAPTURE(group);
      REQUIRE(file.has(group));
      for (const RunColumn& column : file.columns(group))
        for (const double value : file.numbers(group, column.spec.name)) REQUIRE(std::isfinite(value));
    }
    CHECK(file.rows("hall/windows/two") == 60000);
    CHECK(file.rows("hall/windows/tail") == 30000);
    CHECK(file.rows("hall/windows/event_1") == 600);
    // The site did what a window could have disturbed.
    CHECK(file.summary("hall", "training_failures").value() > 0);
    CHECK(file.summary("hall", "jobs_done").value() > 3);
  }

  TEST_CASE("over whole steps the mean is that of the averaged run") {
    for (const char* racks : {"{dgx: {use: rack-dgx-h100, count: 8}}",
                              "{old: {use: rack-dgx-a100, count: 4}, dgx: {use: rack-dgx-h100, count: 8}}"}) {
      CAPTURE(std::string(racks));
      TestRun run;
      run_text(run, swinging_hall, {std::string("site.racks=") + racks, glass("a", "00:05", "60 s")});
      const RunFileReader file = run.open();
      CHECK(file.rows("hall/windows/a") == 60000);
      CHECK(file.group_number("hall/windows/a", "sample_rate") == 1000);
      const double it_w = mean_of(file, "hall", "it_power"), facility_w = mean_of(file, "hall", "facility_power");
      CHECK(std::abs(mean_of(file, "hall/windows/a", "it_power") / it_w - 1) < 1e-6);
      CHECK(std::abs(mean_of(file, "hall/windows/a", "facility_power") / facility_w - 1) < 0.005);
      // Far better than the bound: variance holds what losses make of swings.
      CHECK(std::abs(mean_of(file, "hall/windows/a", "facility_power") / facility_w - 1) < 5e-4);
      CHECK(file.numbers("hall/windows/a", "grid_power") == file.numbers("hall/windows/a", "facility_power"));
      CHECK(largest(file.numbers("hall/windows/a", "it_power")) > 1.05 * it_w);
      CHECK(smallest(file.numbers("hall/windows/a", "it_power")) < 0.95 * it_w);
    }
  }

  TEST_CASE("over whole cycles of checkpoints, too, with every mitigation of a step") {
    for (const char* more : {"smoothing={floor: 80 %, ramp_up: 200 W/s, ramp_down: 200 W/s}", "dummy_load={}",
                             "power_cap=500 W", "overshoot={}"}) {
      CAPTURE(std::string(more));
      TestRun run;
      const std::string base = "workload.training.base.";
      const auto plan_of = [&](const Sets& sets) {
        const LoadedScenario loaded = load_text(swinging_hall, sets);
        return plan_step(loaded.sites[0].scenario.workload.training[0].second,
                         loaded.sites[0].scenario.site.racks[0].second.server.accelerator);
      };
      // A checkpoint after each forty steps, however long the mitigation makes them; a whole number of nanoseconds
      // above that would make it forty-one now and then.
      Sets sets{base + more, base + "checkpoint_time=15 s"};
      sets.push_back(base + fmt::format("checkpoint_every={:.9f} s", 40 * plan_of(sets).step_s - 1e-9));
      run_text(run, swinging_hall, sets + Sets{"duration=30 min", glass("a", "00:05", "20 min", "10 ms")});
      const RunFileReader file = run.open();
      const double it_w = mean_of(file, "hall", "it_power", 5);  // smoothing begins with a ramp
      const std::vector<double> wave = file.numbers("hall/windows/a", "it_power");
      const StepPlan plan = plan_of(sets);
      const double cycle_s = plan.cycle_s / plan.checkpoint_times;
      const std::size_t cycles = static_cast<std::size_t>(1200 / cycle_s);
      const std::size_t samples = static_cast<std::size_t>(std::llround(static_cast<double>(cycles) * cycle_s * 100));
      REQUIRE(samples <= wave.size());
      // A length in whole samples misses the cycle by half a sample at most.
      const std::vector<double> whole(wave.begin(), wave.begin() + static_cast<std::ptrdiff_t>(samples));
      CHECK(std::abs(mean_of(whole) / it_w - 1) < 1e-5);
    }
  }

  TEST_CASE("jitter, slow steps and racks out of step keep the mean") {
    TestRun run;
    const std::string base = "workload.training.base.";
    run_text(run, swinging_hall,
             {"duration=40 min", base + "jitter=5 %", base + "straggler={probability: 3 %, slowdown: 30 %}",
              base + "rack_offset=40 ms", base + "rack_jitter=10 ms", "site.electrical.lag=10 ms",
              glass("a", "00:05", "30 min", "10 ms")});
    const RunFileReader file = run.open();
    for (const char* column : {"it_power", "facility_power", "grid_power"}) {
      CAPTURE(column);
      CHECK(std::abs(mean_of(file, "hall/windows/a", column) / mean_of(file, "hall", column) - 1) < 0.005);
    }
  }

  TEST_CASE("the same seed draws the same window, another name other phases") {
    const Sets jitter{"workload.training.base.jitter=3 %", "workload.training.base.rack_offset=20 ms"};
    const auto wave = [&](const Sets& sets, const std::string& name) {
      TestRun run;
      run_text(run, swinging_hall, jitter + sets);
      return run.open().numbers("hall/windows/" + name, "it_power");
    };
    const Sets a{glass("a", "00:05", "20 s")}, b{glass("b", "00:05", "20 s")};
    const std::vector<double> first = wave(a, "a");
    CHECK(same_bits(first, wave(a, "a")));
    CHECK(same_bits(first, wave(a + b, "a")));
    CHECK(!same_bits(first, wave(b, "b")));
    CHECK(!same_bits(first, wave(a + Sets{"seed=2"}, "a")));
  }

  TEST_CASE("what others do changes no draw of a job: one more job, one more rack type, a job before it") {
    const Sets sets{"workload.training.base.jitter=3 %", "workload.training.base.rack_offset=20 ms",
                    "workload.training.base.from=\"2027-01-01T00:04:30\"", "site.racks.dgx.count=7",
                    glass("a", "00:05", "20 s")};
    // Racks that no job fits into draw a constant power more; their place in the order must not matter.
    const std::string idle = "old: {use: rack-dgx-a100, count: 1}", dgx = "dgx: {use: rack-dgx-h100, count: 7}";
    const auto wave = [&](const Sets& more) {
      TestRun run;
      run_text(run, swinging_hall, sets + more);
      std::vector<double> values = run.open().numbers("hall/windows/a", "it_power");
      const double mean = mean_of(values);
      for (double& value : values) value -= mean;
      return values;
    };
    const auto miss = [&](const std::vector<double>& a, const std::vector<double>& b) {
      double worst = 0;
      for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
      return worst;
    };
    const std::vector<double> alone = wave({});
    CHECK(largest(alone) > 10e3);
    // It has all of these seven racks, wherever they stand.
    CHECK(miss(alone, wave({"site.racks={" + dgx + ", " + idle + "}", "site.scheduler.placement=pack"})) < 1);
    CHECK(miss(alone, wave({"workload.inference.chat={requests: {rate: 5 /s}, energy_per_request: 0.3 Wh}"})) < 1);
    CHECK(miss(alone, wave({"workload.training.first={duration: 20 s, step: 1 s, accelerators: 8, checkpoint_time: 0 "
                            "s, from: \"2027-01-01T00:04:05\", accelerator_failure_every: none}"})) < 1);
  }

  TEST_CASE("starts, ramps and stops are seen when they come") {
    TestRun run;
    const std::string base = "workload.training.base.";
    run_text(run, swinging_hall,
             {base + "flops=none", base + "duration=60 s", base + "from=\"2027-01-01T00:03:10\"",
              base + "start_ramp={time: 20 s, from: 30 %, to: 100 %}", base + "stop_ramp=10 s",
              glass("start", "00:03", "40 s"), glass("stop", "00:04", "60 s"),
              glass("whole", "00:02", "4 min", "10 ms"), glass("in_ramp", "00:03:20", "30 s")});
    const RunFileReader file = run.open();
    const std::vector<double> start = file.numbers("hall/windows/start", "it_power");
    // Idle until 00:03:10; then a straight rise over 20 s; then steps.
    for (std::size_t i = 1; i < 10000; ++i) REQUIRE(start[i] == start[0]);
    CHECK(std::abs(start[10000] - start[9999]) > 1000);
    for (std::size_t i = 10001; i < 30000; ++i) REQUIRE(start[i] >= start[i - 1] - 1);
    CHECK(start[29990] - start[10010] > 50e3);
    CHECK(smallest({start.begin() + 30000, start.begin() + 31500}) < 0.8 * start[29990]);
    // 60 s of steps from 00:03:30 on, 10 s down.
    const std::vector<double> stop = file.numbers("hall/windows/stop", "it_power");
    for (std::size_t i = 30001; i < 40000; ++i) REQUIRE(stop[i] <= stop[i - 1] + 1);
    CHECK(stop[30010] - stop[39990] > 50e3);
    for (std::size_t i = 40001; i < 60000; ++i) REQUIRE(stop[i] == doctest::Approx(start[0]).epsilon(1e-6));
    // A window that opens while the job ramps sees the rest of that ramp.
    const std::vector<double> in_ramp = file.numbers("hall/windows/in_ramp", "it_power");
    for (std::size_t i = 0; i < 9990; i += 10) REQUIRE(in_ramp[i] == doctest::Approx(start[20000 + i]).epsilon(1e-6));
    // All of the job: energy as the averaged run has it. That takes fans at the mean heat of a ramp, the window at
    // that of steps.
    const double in_window = mean_of(file, "hall/windows/whole", "it_power");
    const double averaged = mean_of(file, "hall", "it_power", 2, 4);
    CHECK(in_window == doctest::Approx(averaged).epsilon(0.01));
  }

  TEST_CASE("a job that waited in the queue begins its ramp when it starts, not when it was submitted") {
    TestRun run;
    const std::string base = "workload.training.base.";
    run_text(run, swinging_hall,
             {"workload.fixed.before={accelerators: 100, duration: 4 min, utilisation: 50 %}",
              base + "start_ramp={time: 20 s, from: 30 %, to: 100 %}", base + "from=\"2027-01-01T00:03:30\"",
              glass("late", "00:03:50", "40 s"), glass("later", "00:05:30", "10 s")});
    const std::vector<double> late = run.open().numbers("hall/windows/late", "it_power");
    for (std::size_t i = 10001; i < 30000; ++i) REQUIRE(late[i] >= late[i - 1] - 1);
    CHECK(late[29990] - late[10010] > 50e3);
    CHECK(smallest({late.begin() + 30000, late.begin() + 31500}) < 0.8 * late[29990]);
  }

  TEST_CASE("failures and restarts are seen when they come") {
    TestRun run;
    const std::string base = "workload.training.base.";
    run_text(run, swinging_hall,
             {"duration=3 h", base + "accelerator_failure_every=120 h", base + "restart_time=4 min",
              base + "checkpoint_every=10 min", glass("all", "00:00", "3 h", "100 ms")});
    const RunFileReader file = run.open();
    const double failures = file.summary("hall", "training_failures").value();
    REQUIRE(failures >= 2);
    const std::vector<double> wave = file.numbers("hall/windows/all", "it_power");
    REQUIRE(wave.size() == 108000);
    // Parked accelerators do not swing: stretches of two minutes at one power, each 4 min long.
    std::size_t flat = 0, restarts = 0, samples = 0;
    for (std::size_t i = 1; i < wave.size(); ++i) {
      flat = wave[i] == wave[i - 1] ? flat + 1 : 0;
      if (flat == 1200) ++restarts;
      if (flat >= 1200) samples += flat == 1200 ? 1200 : 1;
    }
    CHECK(static_cast<double>(restarts) == failures);
    CHECK(static_cast<double>(samples) / 10 == doctest::Approx(240 * failures).epsilon(0.01));
    // Interval by interval the run agrees: what fails in one is seen in the same.
    const std::vector<double> it_w = file.numbers("hall", "it_power");
    for (std::size_t minute = 0; minute < it_w.size(); ++minute) {
      CAPTURE(minute);
      const auto from = wave.begin() + static_cast<std::ptrdiff_t>(600 * minute);
      CHECK(mean_of(std::vector<double>(from, from + 600)) == doctest::Approx(it_w[minute]).epsilon(0.02));
    }
    CHECK(mean_of(wave) == doctest::Approx(mean_of(it_w)).epsilon(0.002));
  }

  TEST_CASE("a window is cut by the run's start and end, and by an interrupt") {
    TestRun cut;
    run_text(cut, swinging_hall,
             {"record.windows.head={at: \"2026-12-31T23:59:30\", for: 1 min, every: 10 ms}",
              glass("tail", "00:09:30", "2 min", "10 ms"), glass("after", "00:10", "2 min", "10 ms"),
              glass("odd", "00:09:59", "3 s", "300 ms")});
    const RunFileReader file = cut.open();
    CHECK(file.rows("hall/windows/head") == 3000);
    CHECK(file.rows("hall/windows/tail") == 3000);
    CHECK(file.rows("hall/windows/odd") == 3);
    CHECK(!file.has("hall/windows/after"));
    CHECK(mean_of(file, "hall/windows/head", "it_power") ==
          doctest::Approx(mean_of(file, "hall", "it_power")).epsilon(1e-6));
    CHECK(mean_of(file, "hall/windows/tail", "it_power") ==
          doctest::Approx(mean_of(file, "hall", "it_power")).epsilon(1e-6));

    // Interrupted at 00:05: one window ended before, one is open, one in its lead, one not begun.
    TestRun stopped;
    const LoadedScenario loaded =
        load_text(swinging_hall, {glass("done", "00:03", "30 s", "10 ms"), glass("open", "00:04:30", "210 s", "7 ms"),
                                  glass("lead", "00:05:30", "30 s"), glass("never", "00:08", "30 s")});
    stopped.result = run_scenario(loaded, {.output = stopped.file.path(), .progress = [](const Progress& progress) {
                                             return progress.now < progress.start + std::chrono::minutes(5);
                                           }});
    CHECK(stopped.result.interrupted);
    const RunFileReader half = stopped.open();
    CHECK(!half.complete());
    CHECK(half.rows("hall/windows/done") == 3000);
    const std::size_t rows = half.rows("hall/windows/open");
    CHECK(rows >= 30000 / 7);
    CHECK(rows < 31000 / 7);
    const std::size_t whole = 1500 * (rows * 7 / 1500) / 7;
    CHECK(mean_of(half, "hall/windows/open", "it_power", 0, whole) ==
          doctest::Approx(mean_of(half, "hall", "it_power", 0, 4)).epsilon(0.005));
    for (const char* empty : {"hall/windows/lead", "hall/windows/never"})
      if (half.has(empty)) CHECK(half.rows(empty) == 0);
  }
}
