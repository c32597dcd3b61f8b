/// Which waiting job starts when: first come first served, or EASY backfill.
///
/// Policies
///   fifo           the job that has waited longest starts as soon as it fits; nobody passes it.
///   easy_backfill  the head of the queue gets a reservation: the first instant at which enough accelerators will be
///                  free if the running jobs end as they estimated (the shadow time). Another job may pass it if it
///                  fits now and either ends by the shadow time, by its own estimate, or takes only accelerators
///                  that the head will leave over at that time. In the order of the queue; only the head is
///                  protected.
///
/// Conventions (the slow reference in tests/ has the same)
/// - All jobs whose estimated end is at or before the shadow time count as ended then.
/// - A job that runs past its estimate is taken to end one second from now (RunningJobs).
/// - A head that not even the end of every running job would let start (racks are out of service) has no
///   reservation: all others may pass it until there is room again.
/// - A head that `may_start` refuses although it fits is held as if it did not fit: its reservation is the next
///   estimated end of a running job.
///
/// The scheduler has no clock: the caller calls `submit`, `finished`, `capacity_changed` as things happen and then
/// `dispatch` once an instant. It owns the allocations of running jobs.
/// Cost    a start or an end is about a microsecond with a million jobs waiting; a dispatch looks only at jobs that may
///         start, or, when there is no more room than at the last one, at those submitted since.
/// Source  D. Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995; A. Mu'alem and D. Feitelson, "Utilization,
///         predictability, workloads, and user runtime estimates in scheduling the IBM SP2 with backfilling", IEEE
///         TPDS 2001.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "models/scheduling/cluster.hpp"
#include "models/scheduling/job_queue.hpp"
#include "models/scheduling/running_jobs.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

enum class Policy { fifo, easy_backfill };
constexpr std::array<std::string_view, 2> enum_names(Policy) { return {"fifo", "easy-backfill"}; }

/// The promise to the head of the queue.
struct Reservation {
  JobId job{};
  Time at{};
  std::int64_t spare = 0;  ///< accelerators that the head leaves over at that time
};

class Scheduler {
 public:
  /// `cluster` must outlive the scheduler; only the scheduler allocates from it.
  Scheduler(Cluster& cluster, Policy policy, Placement placement);

  /// A job joins the end of the queue. `accelerators` >= 1, `requested_time` > 0; its id must not be in use. An id
  /// may be used again after its job has finished or was cancelled.
  void submit(JobId job, std::int64_t accelerators, Duration requested_time);
  /// Takes a waiting job out of the queue; false when it does not wait.
  bool cancel(JobId job);
  /// A running job ends (done, failed or stopped): its accelerators are free again.
  void finished(JobId job, Time now);
  /// To be called after racks of the cluster went into or out of service.
  void capacity_changed();

  static constexpr int most_refusals = 100;

  using Start = std::function<void(JobId, const Allocation&)>;
  using MayStart = std::function<bool(JobId)>;
  /// Starts every job that is to start now, in order: each is running when `start` hears of it. `start` may look,
  /// but must not submit, cancel, finish or dispatch. `now` never goes back.
  void dispatch(Time now, const Start& start);
  /// A further condition for a start, for example a power limit; asked only about jobs that fit, just before they
  /// start. A job that is refused keeps its place. Empty: no condition. A dispatch ends its search for backfill after
  /// `most_refusals` jobs that fit were refused, so that a long queue behind a full connection costs little; the next
  /// one begins at the head again.
  void set_may_start(MayStart may_start) { may_start_ = std::move(may_start); }

  [[nodiscard]] Policy policy() const { return policy_; }
  [[nodiscard]] Placement placement() const { return placement_; }
  [[nodiscard]] std::size_t queue_length() const { return queue_.size(); }
  /// Accelerators that the waiting jobs ask for.
  [[nodiscard]] std::int64_t queued_accelerators() const { return queue_.accelerators(); }
  [[nodiscard]] std::size_t running_jobs() const { return running_.size(); }
  [[nodiscard]] bool waits(JobId job) const { return queue_.contains(job); }
  [[nodiscard]] bool runs(JobId job) const { return index(job) < jobs_.size() && jobs_[index(job)].slot != no_slot; }
  /// Of a running job; valid until it has finished.
  [[nodiscard]] const Allocation& allocation(JobId job) const { return allocations_[jobs_[index(job)].slot]; }
  /// Under EASY, of the head of the queue at the last dispatch; nothing when no job waited or none could be given.
  [[nodiscard]] const std::optional<Reservation>& reservation() const { return reservation_; }

 private:
  static constexpr std::uint32_t no_slot = UINT32_MAX;
  struct Job {
    Time estimated_end{};
    std::int64_t returns = 0;
    std::uint32_t slot = no_slot;  // of its allocation, while it runs
  };

  bool permitted(JobId job);
  void start_job(JobQueue::Position position, Time now, const Start& start);
  void backfill(Time now, const Start& start);
  [[nodiscard]] std::int64_t returns(const Allocation& allocation) const;

  Cluster& cluster_;
  Policy policy_;
  Placement placement_;
  MayStart may_start_;
  JobQueue queue_;
  RunningJobs running_;
  std::vector<Job> jobs_;  // by JobId
  std::deque<Allocation> allocations_;
  std::vector<std::uint32_t> free_slots_;

  // Jobs before `unseen_` did not fit `passed_over_`, so they do not fit a gap that is nowhere larger.
  Gap passed_over_;
  JobQueue::Position unseen_ = 0;
  bool refused_ = false;
  std::optional<Reservation> reservation_;
};

}  // namespace wattershed
