/// A queue policy: which waiting job starts next. The extension point of the scheduler.
///
/// A policy is a class in a file of its own and a row of `policies()` (policies.cpp), under the name by which a
/// scenario asks for it. Within a dispatch it looks at what waits, what runs and what is free, and starts jobs.
/// Between dispatches it hears of jobs that join and leave the queue, which is all that one with an order of its own
/// has to know.
///
/// Every policy needs a row in tests/models/scheduling/slow_scheduler.hpp too: the slow, obvious way to the same
/// starts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "models/scheduling/cluster.hpp"
#include "models/scheduling/job_queue.hpp"
#include "models/scheduling/running_jobs.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

class Scheduler;

/// A promise to a waiting job.
struct Reservation {
  JobId job{};
  Time at{};
  std::int64_t spare = 0;  ///< accelerators that the job leaves over at that time
};

/// One dispatch, as a policy sees it.
class Dispatch {
 public:
  using Start = std::function<void(JobId, const Allocation&)>;
  Dispatch(Scheduler& scheduler, Time now, const Start& start) : scheduler_(scheduler), now_(now), start_(start) {}

  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] const JobQueue& queue() const;
  [[nodiscard]] const RunningJobs& running() const;
  /// Accelerators.
  [[nodiscard]] std::int64_t free() const;

  /// Whether the scheduler's further condition lets a job that fits start. To be asked just before its start.
  bool may_start(JobId job);
  /// True when `may_start` has said no in this dispatch: it may say yes in the next although nothing else changed.
  [[nodiscard]] bool refused() const { return refused_; }
  /// Starts a waiting job that fits and may start.
  void start(JobId job);
  /// The promise that the scheduler shows until the next dispatch; the last one counts.
  void promise(const Reservation& reservation);

 private:
  Scheduler& scheduler_;
  Time now_;
  const Start& start_;
  bool refused_ = false;
};

class Policy {
 public:
  Policy() = default;
  virtual ~Policy() = default;
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  /// Starts every job that is to start now, in order.
  virtual void dispatch(Dispatch& dispatch) = 0;
  /// A job has joined the queue.
  virtual void joined(JobId, const JobQueue&, Time /*now*/) {}
  /// A job is about to leave the queue: it starts or is cancelled.
  virtual void leaving(JobId, const JobQueue&) {}
};

/// A policy by its place in the table; the first is the default. A scenario reads it by name.
enum class PolicyId : std::size_t {};
constexpr std::size_t index(PolicyId policy) { return static_cast<std::size_t>(policy); }

struct PolicyKind {
  std::string_view name;
  std::unique_ptr<Policy> (*make)();
};
/// All there are.
std::span<const PolicyKind> policies();
std::vector<std::string_view> enum_names(PolicyId);
/// A new policy, without memory of any queue. `policy` must be in the table.
std::unique_ptr<Policy> make_policy(PolicyId policy);
/// The policy of this name; throws std::invalid_argument with all names when there is none.
PolicyId policy_named(std::string_view name);

}  // namespace wattershed
