// Recorder: 10⁶ rows of 12 columns from 12 meters into a run file, with everything a row costs. Yardstick: the same
// 96 MB of numbers written raw.
#include <benchmark/benchmark.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sim/kernel/circuit.hpp"
#include "sim/kernel/simulation.hpp"
#include "sim/output/recorder.hpp"
#include "sim/output/run_file.hpp"

using namespace wattershed;

namespace {

constexpr std::size_t columns = 12;
const std::filesystem::path path = std::filesystem::temp_directory_path() / "wattershed_recorder_bench.h5";

/// Powers of a site: a slow swing and a fine, irregular part, so that no column packs well. Worked out beforehand.
const std::vector<double>& levels() {
  static const std::vector<double> table = [] {
    std::vector<double> values;
    for (std::size_t i = 0; i < 65'536 * columns; ++i) {
      const double n = static_cast<double>(i);
      values.push_back(1e7 + 2e6 * std::sin(n * 6.5e-5) + static_cast<double>((i * 7'919) % 1'000));
    }
    return values;
  }();
  return table;
}
double level(std::size_t row, std::size_t column) { return levels()[(row % 65'536) * columns + column]; }

void record(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  levels();
  for (auto _ : state) {
    const Time start = Time(std::chrono::sys_days(std::chrono::year(2027) / 1 / 1));
    const Time end = start + static_cast<std::int64_t>(rows) * 1s;
    Simulation simulation({.start = start});
    std::vector<Signal<double>> signals;
    RunFile file(path, {});
    Recorder recorder(file, "site", start, end, 1s);
    for (std::size_t c = 0; c < columns; ++c) {
      signals.push_back(simulation.circuit().signal<double>("power", 0));
      ColumnSpec spec;
      spec.name = "power_" + std::to_string(c);
      spec.units = "W";
      recorder.mean(spec, simulation.circuit().meter(signals.back()));
    }
    recorder.declare();
    file.begin();
    recorder.observe(simulation);
    std::size_t row = 0;
    std::function<void()> change = [&] {
      for (std::size_t c = 0; c < columns; ++c) simulation.circuit().set(signals[c], level(row, c));
      if (++row < rows) simulation.after(1s, [&] { change(); });
    };
    simulation.at(start, [&] { change(); });
    simulation.run_until(end);
    file.finish();
  }
  state.counters["rows/s"] =
      benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["MB"] = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  std::filesystem::remove(path);
}

void raw_write(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  levels();
  for (auto _ : state) {
    std::ofstream out(path, std::ios::binary);
    std::vector<double> row(columns);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) row[c] = level(r, c);
      out.write(reinterpret_cast<const char*>(row.data()), columns * sizeof(double));
    }
  }
  std::filesystem::remove(path);
}

}  // namespace

BENCHMARK(record)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(raw_write)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->Iterations(1);

BENCHMARK_MAIN();
