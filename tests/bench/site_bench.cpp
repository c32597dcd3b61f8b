// The whole coupled site, run to its file: cost against simulated time, racks, jobs and rows, over two decades each.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "models/catalog/embedded_catalog.hpp"
#include "models/facility/record/run.hpp"

namespace {

using namespace wattershed;

struct Size {
  std::int64_t racks = 140, days = 10, jobs_a_day = 10, rows = 2'880;
};

std::string scenario(const Size& size) {
  const std::int64_t gang = std::max<std::int64_t>(size.racks * 72 / 2, 72);
  return fmt::format(R"(
title: a campus to be timed
start: 2027-01-01
duration: {days} days
record: {{every: {every} s}}
site:
  name: campus
  weather: {{climate: des-moines}}
  grid: {{region: US-IA}}
  electrical: {{pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva}}
  cooling: {{system: {{use: dlc-tower, facility_water: 36 degC}}}}
  racks: {{nvl72: {{use: gb200-nvl72, count: {racks}}}}}
  scheduler: {{policy: easy-backfill}}
workload:
  training: {{base: {{llm: llama-3-405b, tokens: 1e+15, accelerators: {gang}, checkpoint_every: 30 min}}}}
  inference:
    chat: {{llm: llama-3-70b, requests: {{rate: {rate} /s, daily_swing: 50 %}}}}
  fixed:
    batch: {{accelerators: 8, duration: 30 min, utilisation: 70 %, every: {between} s}}
)",
                     fmt::arg("days", size.days), fmt::arg("every", size.days * 86'400 / size.rows),
                     fmt::arg("racks", size.racks), fmt::arg("gang", gang), fmt::arg("rate", 4 * size.racks),
                     fmt::arg("between", 86'400 / size.jobs_a_day));
}

void run_once(benchmark::State& state, const Size& size) {
  static const Catalog catalog(embedded_catalog());
  const LoadedScenario loaded = load_scenario_text(scenario(size), "bench.yaml", catalog);
  const auto file = std::filesystem::temp_directory_path() / fmt::format("wattershed_bench_{}.h5", ::getpid());
  std::uint64_t events = 0;
  for (auto _ : state) {
    static_cast<void>(_);
    const RunResult result = run_scenario(loaded, {.output = file});
    events = result.events;
  }
  std::filesystem::remove(file);
  state.counters["events"] = static_cast<double>(events);
  state.counters["us_a_plant_step"] =
      benchmark::Counter(static_cast<double>(size.days) * 1440,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void against_days(benchmark::State& state) {
  run_once(state, {.days = state.range(0), .rows = 288 * state.range(0)});
}
void against_racks(benchmark::State& state) { run_once(state, {.racks = state.range(0)}); }
void against_jobs(benchmark::State& state) { run_once(state, {.jobs_a_day = state.range(0) / 10}); }
void against_rows(benchmark::State& state) { run_once(state, {.rows = state.range(0)}); }

BENCHMARK(against_days)->Arg(3)->Arg(30)->Arg(300)->Unit(benchmark::kMillisecond);
BENCHMARK(against_racks)->Arg(14)->Arg(140)->Arg(1400)->Unit(benchmark::kMillisecond);
BENCHMARK(against_jobs)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(against_rows)->Arg(1'440)->Arg(14'400)->Arg(144'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
