// A million waiting jobs run through a few thousand accelerators: submit, start and end of every job, by FIFO and by
// EASY backfill. One iteration is a whole run; `jobs/s` counts jobs. `starts` is a checksum of the schedule.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <queue>
#include <random>
#include <vector>

#include "models/scheduling/scheduler.hpp"

using namespace wattershed;

namespace {

struct BenchJob {
  std::int64_t accelerators;
  Duration run, requested;
};

// Sizes 1..512, mostly powers of two or (spread_out) any; estimates are up to five times too long.
std::vector<BenchJob> bench_jobs(std::int64_t count, bool any_size) {
  std::mt19937_64 engine(1);
  std::vector<BenchJob> jobs(static_cast<std::size_t>(count));
  for (BenchJob& job : jobs) {
    job.accelerators = any_size ? static_cast<std::int64_t>(1 + engine() % 512) : std::int64_t{1} << (engine() % 10);
    const auto run = static_cast<std::int64_t>(60 + engine() % 86'400);
    job.run = std::chrono::seconds(run);
    job.requested = std::chrono::seconds(run + static_cast<std::int64_t>(engine() % 5) * run);
  }
  return jobs;
}

void run_all(benchmark::State& state, Policy policy, Placement placement, bool any_size) {
  const std::vector<BenchJob> jobs = bench_jobs(state.range(0), any_size);
  std::uint64_t checksum = 0;
  for (auto _ : state) {
    Cluster cluster;
    for (int i = 0; i < 56; ++i) cluster.add_rack(72);
    Scheduler scheduler(cluster, policy, placement);
    using End = std::pair<Time, JobId>;
    std::priority_queue<End, std::vector<End>, std::greater<>> ends;
    Time now{};
    for (std::size_t j = 0; j < jobs.size(); ++j)
      scheduler.submit(static_cast<JobId>(j), jobs[j].accelerators, jobs[j].requested);
    auto start = [&](JobId job, const Allocation&) {
      ends.emplace(now + jobs[index(job)].run, job);
      checksum = checksum * 31 + index(job);
    };
    scheduler.dispatch(now, start);
    while (!ends.empty()) {
      now = ends.top().first;
      for (; !ends.empty() && ends.top().first == now; ends.pop()) scheduler.finished(ends.top().second, now);
      scheduler.dispatch(now, start);
    }
    if (scheduler.queue_length() != 0) state.SkipWithError("jobs were lost");
  }
  benchmark::DoNotOptimize(checksum);
  state.counters["jobs/s"] =
      benchmark::Counter(static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate);
}

void fifo(benchmark::State& state) { run_all(state, Policy::fifo, Placement::pack, false); }
void easy_backfill(benchmark::State& state) { run_all(state, Policy::easy_backfill, Placement::pack, false); }
void easy_backfill_any_size(benchmark::State& state) { run_all(state, Policy::easy_backfill, Placement::pack, true); }
void easy_backfill_spread(benchmark::State& state) {
  run_all(state, Policy::easy_backfill, Placement::spread, false);
}

BENCHMARK(fifo)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(easy_backfill)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(easy_backfill_any_size)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(easy_backfill_spread)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace

BENCHMARK_MAIN();
