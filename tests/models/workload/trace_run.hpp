/// Drives a Scheduler over the jobs of a trace without the simulation kernel: submissions and ends in time order,
/// one dispatch an instant. Checks on the way that no accelerator is held twice.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "models/scheduling/scheduler.hpp"
#include "models/workload/job_trace.hpp"

namespace wattershed {

struct TraceRun {
  std::vector<Duration> starts;  // by index of the job; -1 ns: never
  /// First reservation given to each job; max: none. And whether a later one for the same job was worse.
  std::vector<Duration> first_promise;
  bool promise_moved_back = false;
};

inline TraceRun run_trace(const std::vector<TraceJob>& jobs, Cluster& cluster, std::unique_ptr<Policy> policy,
                          Placement placement) {
  Scheduler scheduler(cluster, std::move(policy), placement);
  TraceRun run{std::vector<Duration>(jobs.size(), Duration(-1)), std::vector<Duration>(jobs.size(), Duration::max())};
  std::vector<Duration> last_promise(jobs.size(), Duration::max());
  std::multimap<Time, JobId> ends;
  const Time zero{};
  const std::int64_t total = cluster.total();
  std::int64_t held = 0;
  std::size_t next = 0;
  while (next < jobs.size() || !ends.empty()) {
    Time now = Time::max();
    if (next < jobs.size()) now = zero + jobs[next].submit;
    if (!ends.empty()) now = std::min(now, ends.begin()->first);
    for (; !ends.empty() && ends.begin()->first == now; ends.erase(ends.begin())) {
      held -= accelerators(scheduler.allocation(ends.begin()->second));
      scheduler.finished(ends.begin()->second, now);
    }
    for (; next < jobs.size() && zero + jobs[next].submit == now; ++next)
      scheduler.submit(static_cast<JobId>(next), jobs[next].processors, jobs[next].requested_time, now);
    scheduler.dispatch(now, [&](JobId job, const Allocation& gang) {
      REQUIRE(accelerators(gang) == jobs[index(job)].processors);
      REQUIRE(run.starts[index(job)] == Duration(-1));
      run.starts[index(job)] = now - zero;
      held += accelerators(gang);
      ends.emplace(now + jobs[index(job)].run_time, job);
    });
    REQUIRE(held == cluster.busy());
    REQUIRE(cluster.total() == total);
    bool within = true;
    for (std::size_t r = 0; r < cluster.racks(); ++r) {
      const auto rack = static_cast<RackId>(r);
      within = within && cluster.busy(rack) >= 0 && cluster.busy(rack) <= cluster.capacity(rack);
    }
    REQUIRE(within);
    if (const auto& reservation = scheduler.reservation()) {
      const std::size_t j = index(reservation->job);
      const Duration at = reservation->at - zero;
      if (run.first_promise[j] == Duration::max()) run.first_promise[j] = at;
      if (at > last_promise[j]) run.promise_moved_back = true;
      last_promise[j] = at;
    }
  }
  CHECK(scheduler.queue_length() == 0);
  CHECK(scheduler.running_jobs() == 0);
  CHECK(cluster.busy() == 0);
  return run;
}

}  // namespace wattershed
