// A million waiting jobs: submit, start and end of every job, by FIFO and by EASY backfill, on 56 racks of 72
// accelerators and on a site of 5,000 racks; and a million lines of a trace read. One iteration is a whole run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/scheduling/scheduler.hpp"
#include "models/workload/trace_format.hpp"

using namespace wattershed;

namespace {

struct BenchJob {
  std::int64_t accelerators;
  Duration run, requested;
};

// Sizes up to 512, powers of two or any; or up to 8 on the large site. Estimates are up to five times too long.
enum class Sizes { powers_of_two, any, small };

std::vector<BenchJob> bench_jobs(std::int64_t count, Sizes sizes) {
  std::mt19937_64 engine(1);
  std::vector<BenchJob> jobs(static_cast<std::size_t>(count));
  for (BenchJob& job : jobs) {
    job.accelerators = sizes == Sizes::powers_of_two
                           ? std::int64_t{1} << (engine() % 10)
                           : static_cast<std::int64_t>(1 + engine() % (sizes == Sizes::any ? 512 : 8));
    const auto run = static_cast<std::int64_t>(60 + engine() % 86'400);
    job.run = std::chrono::seconds(run);
    job.requested = std::chrono::seconds(run + static_cast<std::int64_t>(engine() % 5) * run);
  }
  return jobs;
}

void run_all(benchmark::State& state, std::string_view policy, Placement placement, Sizes sizes, int racks) {
  const std::vector<BenchJob> jobs = bench_jobs(state.range(0), sizes);
  std::uint64_t checksum = 0;
  for (auto _ : state) {
    Cluster cluster;
    for (int i = 0; i < racks; ++i) cluster.add_rack(72);
    Scheduler scheduler(cluster, make_policy(policy_named(policy)), placement);
    using End = std::pair<Time, JobId>;
    std::priority_queue<End, std::vector<End>, std::greater<>> ends;
    Time now{};
    for (std::size_t j = 0; j < jobs.size(); ++j)
      scheduler.submit(static_cast<JobId>(j), jobs[j].accelerators, jobs[j].requested, now);
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

void fifo(benchmark::State& state) { run_all(state, "fifo", Placement::pack, Sizes::powers_of_two, 56); }
void easy_backfill(benchmark::State& state) {
  run_all(state, "easy-backfill", Placement::pack, Sizes::powers_of_two, 56);
}
void easy_backfill_any_size(benchmark::State& state) {
  run_all(state, "easy-backfill", Placement::pack, Sizes::any, 56);
}
void easy_backfill_spread(benchmark::State& state) {
  run_all(state, "easy-backfill", Placement::spread, Sizes::powers_of_two, 56);
}
void easy_backfill_large_site(benchmark::State& state) {
  run_all(state, "easy-backfill", Placement::pack, Sizes::small, 5000);
}

void read_trace(benchmark::State& state) {
  std::string text = "; MaxProcs: 4032\n";
  std::int64_t number = 0;
  for (const BenchJob& job : bench_jobs(state.range(0), Sizes::any)) {
    text += std::to_string(number) + " " + std::to_string(number * 7) + " -1 " + std::to_string(job.run / 1s) + " " +
            std::to_string(job.accelerators) + " -1 -1 " + std::to_string(job.accelerators) + " " +
            std::to_string(job.requested / 1s) + " -1 1 12 3 -1 1 1 -1 -1\n";
    ++number;
  }
  const TraceFormat& swf = trace_format("swf");
  for (auto _ : state) benchmark::DoNotOptimize(parse_trace(swf, text, "bench.swf").jobs.data());
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * static_cast<std::int64_t>(state.iterations()));
}

BENCHMARK(fifo)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(easy_backfill)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(easy_backfill_any_size)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(easy_backfill_spread)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(easy_backfill_large_site)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(read_trace)->Arg(1'000'000)->Unit(benchmark::kSecond);

}  // namespace

BENCHMARK_MAIN();
