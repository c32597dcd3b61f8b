// Start times of whole traces against the slow reference scheduler, exactly.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "models/scheduling/easy_backfill.hpp"
#include "models/workload/trace_format.hpp"
#include "tests/models/scheduling/slow_scheduler.hpp"
#include "tests/models/workload/trace_run.hpp"

using namespace wattershed;

namespace {

const TraceFormat& swf = trace_format("swf");

std::vector<Duration> slow_starts(const JobTrace& trace, std::int64_t processors,
                                  const reference::SlowPolicy& policy) {
  std::vector<reference::SlowJob> jobs;
  for (const TraceJob& job : trace.jobs)
    jobs.push_back({job.submit, job.run_time, job.requested_time, job.processors});
  return reference::SlowScheduler(std::move(jobs), processors, policy).run();
}
std::vector<Duration> slow_starts(const JobTrace& trace, std::int64_t processors, std::string_view policy) {
  const auto all = reference::slow_policies();
  REQUIRE_MESSAGE(all.contains(policy), "a policy without its slow reference");
  return slow_starts(trace, processors, all.at(policy));
}

void add_racks(Cluster& cluster, std::int64_t processors, std::int64_t rack) {
  for (; processors > 0; processors -= rack) cluster.add_rack(std::min(rack, processors));
}

std::filesystem::path shared_file(const char* name) {
  const char* given = std::getenv("WATTERSHED_SHARED");
  return (given != nullptr ? std::filesystem::path(given)
                           : std::filesystem::path(WATTERSHED_SOURCE_DIR) / ".." / "shared") /
         name;
}

using Engine = std::mt19937_64;
std::int64_t draw(Engine& engine, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(high - low + 1));
}

enum class Estimates { exact, over, wrong };

// Few distinct times, so that ends, submissions and shadow times often coincide; some fractions of a second.
std::string random_swf(Engine& engine, std::int64_t processors, Estimates estimates, std::int64_t jobs) {
  std::string text = fmt::format("; MaxProcs: {}\n", processors);
  const std::int64_t grid = draw(engine, 0, 1) == 0 ? 1 : 10;
  const std::int64_t pause = draw(engine, 1, 12), largest = draw(engine, 1, processors);
  std::int64_t submit = 0;
  for (std::int64_t j = 1; j <= jobs; ++j) {
    if (draw(engine, 0, 2) > 0) submit += grid * draw(engine, 0, pause);
    const std::int64_t run = grid * draw(engine, 1, draw(engine, 0, 3) == 0 ? 100 : 12);
    std::int64_t estimate = run;
    if (estimates != Estimates::exact) estimate += grid * draw(engine, 0, 20);
    if (estimates == Estimates::wrong && draw(engine, 0, 1) == 0) estimate = draw(engine, 1, run);
    if (draw(engine, 0, 9) == 0) estimate = -1;
    const std::int64_t size = draw(engine, 1, draw(engine, 0, 1) == 0 ? largest : std::min<std::int64_t>(largest, 4));
    const std::string fraction = draw(engine, 0, 19) == 0 ? ".25" : draw(engine, 0, 1) == 0 ? ".00" : "";
    text += fmt::format("{} {} -1 {}{} {} -1 -1 {} {} -1 1 {} -1 -1 1 -1 -1 -1\n", j, submit, run, fraction, size,
                        draw(engine, 0, 1) == 0 ? size : -1, estimate, draw(engine, 1, 5));
  }
  return text;
}

/// A policy with an order of its own, by the time that has passed: who has waited longest for what it asks for.
class HighestRatioFirst final : public Policy {
 public:
  void joined(JobId job, const JobQueue& queue, Time now) override {
    waiting_.push_back({job, now, queue.requested_time(queue.position(job))});
  }
  void leaving(JobId job, const JobQueue&) override {
    std::erase_if(waiting_, [&](const Waiting& w) { return w.job == job; });
  }
  void dispatch(Dispatch& dispatch) override {
    const JobQueue& queue = dispatch.queue();
    while (!waiting_.empty()) {
      const Waiting* first = &waiting_.front();
      for (const Waiting& w : waiting_)
        if (ratio(dispatch.now() - w.since, w.requested) > ratio(dispatch.now() - first->since, first->requested))
          first = &w;
      const JobId job = first->job;
      if (queue.accelerators(queue.position(job)) > dispatch.free() || !dispatch.may_start(job)) return;
      dispatch.start(job);
    }
  }
  static double ratio(Duration wait, Duration requested) { return seconds(wait) / seconds(requested); }

 private:
  struct Waiting {
    JobId job;
    Time since;
    Duration requested;
  };
  std::vector<Waiting> waiting_;
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a policy with an order of its own, by the time that has passed, starts as the slow reference says") {
    Engine engine(5);
    const reference::SlowPolicy slow{
        .before = [](const reference::SlowJob& a, const reference::SlowJob& b, Duration now) {
          return HighestRatioFirst::ratio(now - a.submit, a.estimate) >
                 HighestRatioFirst::ratio(now - b.submit, b.estimate);
        }};
    int differ = 0;
    for (int i = 0; i < 30; ++i) {
      CAPTURE(i);
      const std::int64_t processors = draw(engine, 4, 200);
      const JobTrace trace = parse_trace(
          swf, random_swf(engine, processors, static_cast<Estimates>(i % 3), draw(engine, 50, 300)), "random.swf");
      Cluster cluster;
      add_racks(cluster, processors, 8);
      const TraceRun run = run_trace(trace.jobs, cluster, std::make_unique<HighestRatioFirst>(), Placement::pack);
      CHECK(run.starts == slow_starts(trace, processors, slow));
      differ += run.starts != slow_starts(trace, processors, "fifo") ? 1 : 0;
    }
    CHECK(differ > 20);
  }

  TEST_CASE("100 random traces start exactly as the slow reference says, under every policy") {
    Engine engine(20'240'601);
    std::int64_t passed = 0, delayed = 0;
    for (int i = 0; i < 100; ++i) {
      CAPTURE(i);
      const std::int64_t processors = draw(engine, 4, 200), rack = draw(engine, 1, 16);
      const auto estimates = static_cast<Estimates>(i % 3);
      const JobTrace trace =
          parse_trace(swf, random_swf(engine, processors, estimates, draw(engine, 50, 300)), "random.swf");
      REQUIRE(trace.jobs.size() >= 50);
      std::map<std::string_view, std::vector<Duration>> starts;
      for (const auto& [policy, make] : policies()) {
        CAPTURE(policy);
        Cluster cluster;
        add_racks(cluster, processors, rack);
        const TraceRun run = run_trace(trace.jobs, cluster, make(), i % 2 == 0 ? Placement::pack : Placement::spread);
        const std::vector<Duration> expected = slow_starts(trace, processors, policy);
        REQUIRE(run.starts.size() == expected.size());
        for (std::size_t j = 0; j < expected.size(); ++j) {
          if (run.starts[j] == expected[j] && run.starts[j] >= trace.jobs[j].submit) continue;
          CAPTURE(j);
          REQUIRE(run.starts[j] == expected[j]);
          FAIL("the job never started");
        }
        starts[policy] = run.starts;
      }
      for (std::size_t j = 0; j < trace.jobs.size(); ++j) {
        passed += starts["easy-backfill"][j] < starts["fifo"][j] ? 1 : 0;
        delayed += starts["fifo"][j] > trace.jobs[j].submit ? 1 : 0;
      }
    }
    CHECK(delayed > 1000);  // the traces do make jobs wait,
    CHECK(passed > 1000);   // and backfilling does start jobs sooner
  }

  TEST_CASE("a trace long enough to renumber the queue several times starts as the slow reference says") {
    Engine engine(99);
    for (int i = 0; i < 3; ++i) {
      const std::int64_t processors = draw(engine, 40, 80);
      const Estimates estimates = i == 0 ? Estimates::wrong : Estimates::over;
      const JobTrace trace = parse_trace(swf, random_swf(engine, processors, estimates, 4000), "random.swf");
      Cluster cluster;
      add_racks(cluster, processors, 8);
      const TraceRun run = run_trace(trace.jobs, cluster, make_easy_backfill(), Placement::pack);
      CHECK(run.starts == slow_starts(trace, processors, "easy-backfill"));
    }
  }

  TEST_CASE("EASY never delays the head beyond its reservation when no job outruns its estimate") {
    Engine engine(7);
    std::int64_t promises = 0;
    for (int i = 0; i < 60; ++i) {
      const std::int64_t processors = draw(engine, 4, 200);
      JobTrace trace =
          parse_trace(swf, random_swf(engine, processors, Estimates::over, draw(engine, 50, 300)), "random.swf");
      for (TraceJob& job : trace.jobs) job.requested_time = std::max(job.requested_time, job.run_time);
      Cluster cluster;
      add_racks(cluster, processors, 8);
      const TraceRun run = run_trace(trace.jobs, cluster, make_easy_backfill(), Placement::pack);
      CHECK_FALSE(run.promise_moved_back);
      for (std::size_t j = 0; j < trace.jobs.size(); ++j) {
        if (run.first_promise[j] == Duration::max()) continue;
        ++promises;
        CHECK(run.starts[j] <= run.first_promise[j]);
      }
    }
    CHECK(promises > 1000);
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("the AccaSim sample starts exactly as the slow reference says") {
    const std::filesystem::path file = shared_file("data/traces/accasim_sample.swf");
    if (!std::filesystem::exists(file)) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    const JobTrace trace = read_trace(swf, file_name(file));
    CHECK(trace.jobs.size() == 25);
    for (const std::int64_t processors : {36, 40, 48, 61, 72, 128}) {
      for (const auto& [policy, make] : policies()) {
        CAPTURE(processors);
        Cluster cluster;
        add_racks(cluster, processors, 8);
        const TraceRun run = run_trace(trace.jobs, cluster, make(), Placement::pack);
        CHECK(run.starts == slow_starts(trace, processors, policy));
      }
    }
  }

  TEST_CASE("the openb jobs on 64 accelerators start exactly as the slow reference says") {
    const std::filesystem::path file = shared_file("data/traces/openb_gpu_2023_jobs.swf");
    if (!std::filesystem::exists(file)) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    const JobTrace trace = read_trace(swf, file_name(file));
    CHECK(trace.jobs.size() == 6203);
    CHECK(trace.header_number("MaxProcs") == 6212);
    for (const auto& [policy, make] : policies()) {
      Cluster cluster;
      add_racks(cluster, 64, 8);
      const TraceRun run = run_trace(trace.jobs, cluster, make(), Placement::pack);
      CHECK(run.starts == slow_starts(trace, 64, policy));
    }
  }
}
