// The recorder: exact means on every boundary, against a slow integral of the same history.
#include "sim/output/recorder.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <random>

#include "sim/kernel/circuit.hpp"
#include "sim/kernel/simulation.hpp"
#include "sim/output/run_reader.hpp"
#include "tests/sim/output/run_file_fixture.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

const Time start = sample_start;

/// Every value that stood, by the instant it began: what the slow reference integrates.
struct History {
  std::map<Time, double> values;

  struct Interval {
    double integral = 0, minimum = std::numeric_limits<double>::infinity(), maximum = -minimum;
  };
  [[nodiscard]] Interval over(Time from, Time to) const {
    Interval interval;
    for (auto it = values.begin(); it != values.end(); ++it) {
      const Time begins = std::max(it->first, from);
      const Time ends = std::min(std::next(it) == values.end() ? Time::max() : std::next(it)->first, to);
      if (ends <= begins) continue;
      interval.integral += it->second * seconds(ends - begins);
      interval.minimum = std::min(interval.minimum, it->second);
      interval.maximum = std::max(interval.maximum, it->second);
    }
    return interval;
  }
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("rows are the exact means of what stood, on random histories") {
    std::mt19937_64 random(7);
    for (int round = 0; round < 20; ++round) {
      CAPTURE(round);
      const TemporaryFolder folder;
      const Time end = start + 3h + 7min + 12s;
      Simulation simulation({.start = start});
      const Signal<Power> power = simulation.circuit().signal<Power>("power", 5_W);
      Meter& meter = simulation.circuit().meter(power);
      Meter& whole = simulation.circuit().meter(power);
      History history;
      history.values[start] = 5;
      for (int i = 0; i < 60; ++i) {
        // Many changes fall on boundaries of the 10 min, and several on one instant: the last one counts.
        const Time at = random() % 3 == 0
                            ? start + static_cast<std::int64_t>(random() % 18) * 10min
                            : start + Duration(static_cast<std::int64_t>(random() % 11'232'000'000'000U));
        const double value = static_cast<double>(random() % 1'000) / 7;
        simulation.at(at, [&simulation, &history, power, at, value] {
          simulation.circuit().set(power, Power(value));
          history.values[at] = value;
        });
      }
      RunFile file(folder / "run.h5", sample_attributes());
      Recorder recorder(file, "site", start, end, 10min);
      const RecordedColumn column = recorder.mean_and_extremes(test::column("power", "W"), meter, "no waveform peak");
      const MeterSlot slot = recorder.watch(meter);
      recorder.derived(test::column("energy", "J"),
                       [&](const RecordedRow& row) { return row.value(column) * row.seconds(); });
      std::size_t heard = 0;
      bool in_step = true;
      double sum = 0;
      recorder.on_row([&](const RecordedRow& row) {
        in_step = in_step && row.number() == heard++ && row.mean(slot) == row.value(column);
        in_step = in_step && row.begin() == start + static_cast<std::int64_t>(row.number()) * 10min;
        sum += row.integral(slot);
      });
      recorder.declare();
      file.begin();
      recorder.observe(simulation);
      simulation.run_until(end);
      file.finish();

      const RunFileReader run(folder / "run.h5");
      const auto time = run.numbers("site", "time"), interval = run.numbers("site", "interval");
      const auto mean = run.numbers("site", "power"), low = run.numbers("site", "power_min");
      const auto high = run.numbers("site", "power_max"), energy = run.numbers("site", "energy");
      REQUIRE(run.rows("site") == 19);
      CHECK(heard == 19);
      CHECK(in_step);
      CHECK(interval.back() == 7 * 60 + 12);
      double total = 0;
      for (std::size_t i = 0; i < mean.size(); ++i) {
        const Time from = start + from_seconds(time[i]), to = from + from_seconds(interval[i]);
        const History::Interval slow = history.over(from, to);
        CHECK(mean[i] * interval[i] == doctest::Approx(slow.integral).epsilon(1e-13));
        CHECK(low[i] == slow.minimum);
        CHECK(high[i] == slow.maximum);
        CHECK(energy[i] == mean[i] * interval[i]);
        total += mean[i] * interval[i];
      }
      CHECK(total == doctest::Approx(whole.integral(end)).epsilon(1e-14));
      CHECK(sum == doctest::Approx(whole.integral(end)).epsilon(1e-14));
      CHECK(run.column("site", "power_max").spec.cell_methods == "time: maximum");
      CHECK(run.column("site", "power_max").spec.long_name == "largest the power, no waveform peak");
    }
  }

  TEST_CASE("tables beside it, and an end before the planned one") {
    const TemporaryFolder folder;
    Simulation simulation({.start = start});
    std::vector<Signal<Power>> racks;
    std::vector<Meter*> meters;
    for (int i = 0; i < 3; ++i) {
      racks.push_back(simulation.circuit().signal<Power>("rack", Power(i)));
      meters.push_back(&simulation.circuit().meter(racks.back()));
    }
    Meter& site = simulation.circuit().meter(racks[0]);
    RunFile file(folder / "run.h5", sample_attributes());
    Recorder recorder(file, "site", start, start + 10h, 1h);
    recorder.mean(column("power", "W"), site);
    const auto table = recorder.beside("site/racks", {"rack", "rack", {"a", "b", "c"}});
    recorder.mean_each(table, column("power", "W"), meters);
    recorder.derived_each(table, column("twice", "W"), [](const RecordedRow& row, std::span<double> out) {
      for (double& value : out) value = 2.0 * static_cast<double>(row.number());
    });
    recorder.declare();
    CHECK_THROWS_AS(recorder.mean(column("late", "W"), site), std::logic_error);
    file.begin();
    recorder.observe(simulation);
    simulation.at(start + 90min, [&] { simulation.circuit().set(racks[1], 11_W); });
    simulation.at(start + 2h + 15min, [&] { simulation.stop(); });
    simulation.run_until(start + 10h);
    recorder.stop(simulation.now());
    recorder.stop(simulation.now());
    file.finish_incomplete();
    const RunFileReader run(folder / "run.h5");
    CHECK_FALSE(run.complete());
    CHECK(run.numbers("site", "interval") == std::vector<double>{3'600, 3'600, 900});
    CHECK(run.numbers("site/racks", "power") == std::vector<double>{0, 1, 2, 0, 6, 2, 0, 11, 2});
    CHECK(run.numbers("site/racks", "twice") == std::vector<double>{0, 0, 0, 2, 2, 2, 4, 4, 4});
  }

  TEST_CASE("an interval longer than the run, and a run in two parts") {
    const TemporaryFolder folder;
    Simulation simulation({.start = start});
    const Signal<double> level = simulation.circuit().signal<double>("level", 3);
    RunFile file(folder / "run.h5", sample_attributes());
    Recorder recorder(file, "site", start, start + 30min, 1h);
    recorder.mean(column("level", "1"), simulation.circuit().meter(level));
    recorder.declare();
    file.begin();
    recorder.observe(simulation);
    simulation.run_until(start + 10min);
    CHECK(recorder.rows() == 0);
    simulation.run_until(start + 50min);
    CHECK(recorder.rows() == 1);
    CHECK(recorder.next_boundary() == Time::max());
    file.finish();
    const RunFileReader run(folder / "run.h5");
    CHECK(run.numbers("site", "level") == std::vector<double>{3});
    CHECK(run.numbers("site", "interval") == std::vector<double>{1'800});
  }

  TEST_CASE("one meter cannot be closed by two columns") {
    const TemporaryFolder folder;
    Simulation simulation({.start = start});
    Meter& meter = simulation.circuit().meter(simulation.circuit().signal<double>("level", 3));
    RunFile file(folder / "run.h5", sample_attributes());
    Recorder recorder(file, "site", start, start + 1h, 1h);
    recorder.mean(column("level", "1"), meter);
    recorder.mean_each(recorder.beside("site/racks", {"rack", "rack", {"a"}}), column("level", "1"), {&meter});
    CHECK_THROWS_AS(recorder.declare(), std::logic_error);
  }
}
