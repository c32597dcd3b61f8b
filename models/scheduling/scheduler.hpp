/// Which waiting job starts when, and where: a policy (policy.hpp) over a queue of jobs and a cluster.
///
/// The scheduler has no clock: the caller calls `submit`, `finished`, `capacity_changed` as things happen and then
/// `dispatch` once an instant. It owns the allocations of running jobs.
/// Cost  a start or an end is about a microsecond with a million jobs waiting; by the policies here a dispatch looks
///       only at jobs that may start, or, when there is no more room than at the last one, at those submitted since.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "models/scheduling/cluster.hpp"
#include "models/scheduling/job_queue.hpp"
#include "models/scheduling/policy.hpp"
#include "models/scheduling/running_jobs.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

class Scheduler {
 public:
  /// `cluster` must outlive the scheduler; only the scheduler allocates from it.
  Scheduler(Cluster& cluster, std::unique_ptr<Policy> policy, Placement placement);

  /// A job joins the end of the queue. `accelerators` >= 1, `requested_time` > 0; its id must not be in use. An id
  /// may be used again after its job has finished or was cancelled.
  void submit(JobId job, std::int64_t accelerators, Duration requested_time, Time now);
  /// Takes a waiting job out of the queue; false when it does not wait.
  bool cancel(JobId job);
  /// A running job ends (done, failed or stopped): its accelerators are free again.
  void finished(JobId job, Time now);
  /// To be called after racks of the cluster went into or out of service.
  void capacity_changed();

  using Start = Dispatch::Start;
  using MayStart = std::function<bool(JobId)>;
  /// Starts every job that is to start now, in order: each is running when `start` hears of it. `start` may look,
  /// but must not submit, cancel, finish or dispatch. `now` never goes back.
  void dispatch(Time now, const Start& start);
  /// A further condition for a start, for example a power limit; asked only about jobs that fit, just before they
  /// start. A job that is refused keeps its place. Empty: no condition.
  void set_may_start(MayStart may_start) { may_start_ = std::move(may_start); }

  [[nodiscard]] Placement placement() const { return placement_; }
  [[nodiscard]] std::size_t queue_length() const { return queue_.size(); }
  /// Accelerators that the waiting jobs ask for.
  [[nodiscard]] std::int64_t queued_accelerators() const { return queue_.accelerators(); }
  [[nodiscard]] std::size_t running_jobs() const { return running_.size(); }
  [[nodiscard]] bool waits(JobId job) const { return queue_.contains(job); }
  [[nodiscard]] bool runs(JobId job) const { return index(job) < jobs_.size() && jobs_[index(job)].slot != no_slot; }
  /// Of a running job; valid until it has finished.
  [[nodiscard]] const Allocation& allocation(JobId job) const { return allocations_[jobs_[index(job)].slot]; }
  /// What the policy promised at the last dispatch; under EASY to the head of the queue, nothing when no job waited
  /// or none could be given.
  [[nodiscard]] const std::optional<Reservation>& reservation() const { return reservation_; }

 private:
  friend class Dispatch;
  static constexpr std::uint32_t no_slot = UINT32_MAX;
  struct Job {
    Time estimated_end{};
    std::int64_t returns = 0;
    std::uint32_t slot = no_slot;  // of its allocation, while it runs
  };

  void start_job(JobId id, Time now, const Start& start);
  [[nodiscard]] std::int64_t returns(const Allocation& allocation) const;

  Cluster& cluster_;
  std::unique_ptr<Policy> policy_;
  Placement placement_;
  MayStart may_start_;
  JobQueue queue_;
  RunningJobs running_;
  std::vector<Job> jobs_;  // by JobId
  std::deque<Allocation> allocations_;
  std::vector<std::uint32_t> free_slots_;
  std::optional<Reservation> reservation_;
};

}  // namespace wattershed
