// Ten minutes of 100,000 GPUs at 1 ms, from the training step to the utility's sheet, beside the plainest loop.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <vector>

#include "analysis/swing/limits.hpp"
#include "analysis/swing/swing.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "models/facility/record/run.hpp"

namespace {

using namespace wattershed;

// 3,125 racks of 32, every one with an offset of its own; mitigated on the chip and at the point of interconnection.
constexpr const char* campus = R"(
title: a campus to be seen at 1 ms
start: 2027-01-01
duration: 20 min
record: {every: 5 min, windows: {glass: {at: 2027-01-01T00:05, for: 10 min, every: 1 ms}}}
site:
  name: campus
  grid:
    region: US
    point: {voltage: 138 kV, short_circuit: 4000 MVA, x_over_r: 12}
    system: {use: anderson-mirheydar-60, size: 60 GW}
  electrical:
    pdu: pdu-480v
    ups: {use: double-conversion-modern, rating: 2.5 MW, power_factor: double-conversion}
    transformer: dry-2500kva
  battery: {use: lfp-container, power: 40 MW, energy: 10 MWh, response: 0 s, smoothing: {window: 30 s}}
  cooling: {system: {use: fixed-overhead, overhead: 20 %}}
  racks: {dgx: {use: rack-dgx-h100, count: 3125}}
workload:
  training:
    base:
      flops: 1e+30
      accelerators: 100000
      step: 1.5 s
      checkpoint_every: 5 min
      checkpoint_time: 15 s
      overshoot: {}
      jitter: 1 %
      rack_offset: 5 ms
      smoothing: {floor: 65 %, stop_delay: 20 s}
      accelerator_failure_every: none
)";

std::filesystem::path run_path() {
  return std::filesystem::temp_directory_path() / ("wattershed_waveform_" + std::to_string(::getpid()) + ".h5");
}

const Catalog& catalog() {
  static const Catalog embedded(embedded_catalog());
  return embedded;
}

double peak_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void run_100k(benchmark::State& state) {
  const LoadedScenario loaded = load_scenario_text(campus, "bench.yaml", catalog());
  for (auto _ : state) benchmark::DoNotOptimize(run_scenario(loaded, {.output = run_path()}));
  state.counters["peak_MiB"] = peak_mib();
}
BENCHMARK(run_100k)->Unit(benchmark::kMillisecond);

// Ramps, ranges, spectrum, bands, flicker, voltage, frequency of the run before.
void swing_100k(benchmark::State& state) {
  if (!std::filesystem::exists(run_path()))
    run_scenario(load_scenario_text(campus, "bench.yaml", catalog()), {.output = run_path()});
  const LoadedLimits limits = load_swing_limits("generic-utility", catalog());
  for (auto _ : state) benchmark::DoNotOptimize(analyse_swing(run_path(), {}, &limits));
  std::filesystem::remove(run_path());
  state.counters["peak_MiB"] = peak_mib();
}
BENCHMARK(swing_100k)->Unit(benchmark::kMillisecond);

// What one would write first: at every sample ask every rack for its phase, then every bank for its loss.
void plain_loop(benchmark::State& state) {
  constexpr int racks = 3125, banks = 400, samples = 6'000;  // a hundredth of ten minutes
  std::vector<double> offset_s(racks), bank_w(banks);
  for (int r = 0; r < racks; ++r) offset_s[static_cast<std::size_t>(r)] = 0.005 * std::sin(r);
  for (auto _ : state) {
    double grid_j = 0;
    for (int k = 0; k < samples; ++k) {
      std::fill(bank_w.begin(), bank_w.end(), 0.0);
      for (int r = 0; r < racks; ++r) {
        const double at = std::fmod(1 + k * 1e-3 + offset_s[static_cast<std::size_t>(r)], 1.5) / 1.5;
        bank_w[static_cast<std::size_t>(r % banks)] += at < 0.77 ? 30e3 : at < 0.92 ? 22e3 : at < 0.97 ? 20e3 : 25e3;
      }
      for (const double power_w : bank_w) {
        const double load = power_w / 400e3;
        grid_j += 1e-3 * (power_w + 400e3 * (0.006 + load * (0.01 + 0.016 * load)));
      }
    }
    benchmark::DoNotOptimize(grid_j);
  }
  state.counters["ten_minutes_s"] = benchmark::Counter(
      samples / 600e3, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(plain_loop)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
