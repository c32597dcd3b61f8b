#include "models/scheduling/scheduler.hpp"

#include <cassert>

namespace wattershed {

Scheduler::Scheduler(Cluster& cluster, std::unique_ptr<Policy> policy, Placement placement)
    : cluster_(cluster), policy_(std::move(policy)), placement_(placement) {
  assert(policy_);
}

void Scheduler::submit(JobId job, std::int64_t accelerators, Duration requested_time, Time now) {
  assert(requested_time > Duration::zero() && !runs(job));
  queue_.push(job, accelerators, requested_time);
  policy_->joined(job, queue_, now);
}

bool Scheduler::cancel(JobId job) {
  if (!queue_.contains(job)) return false;
  policy_->leaving(job, queue_);
  queue_.remove(job);
  return true;
}

void Scheduler::finished(JobId id, Time) {
  assert(runs(id));
  Job& job = jobs_[index(id)];
  cluster_.release(allocations_[job.slot]);
  running_.erase(id, job.estimated_end, job.returns);
  free_slots_.push_back(job.slot);
  job.slot = no_slot;
}

std::int64_t Scheduler::returns(const Allocation& allocation) const {
  std::int64_t sum = 0;
  for (const RackShare& share : allocation)
    if (cluster_.available(share.rack)) sum += share.count;
  return sum;
}

void Scheduler::capacity_changed() {
  running_.clear();
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    Job& job = jobs_[i];
    if (job.slot == no_slot) continue;
    job.returns = returns(allocations_[job.slot]);
    running_.insert(static_cast<JobId>(i), job.estimated_end, job.returns);
  }
}

void Scheduler::start_job(JobId id, Time now, const Start& start) {
  assert(queue_.contains(id));
  const JobQueue::Position position = queue_.position(id);
  const Duration requested = queue_.requested_time(position);
  std::optional<Allocation> allocation = cluster_.allocate(queue_.accelerators(position), placement_);
  assert(allocation);
  policy_->leaving(id, queue_);
  queue_.remove(id);
  if (index(id) >= jobs_.size()) jobs_.resize(index(id) + 1);
  Job& job = jobs_[index(id)];
  job.estimated_end = now > Time::max() - requested ? Time::max() : now + requested;
  job.returns = accelerators(*allocation);
  if (free_slots_.empty()) {
    job.slot = static_cast<std::uint32_t>(allocations_.size());
    allocations_.emplace_back();
  } else {
    job.slot = free_slots_.back();
    free_slots_.pop_back();
  }
  allocations_[job.slot] = std::move(*allocation);
  running_.insert(id, job.estimated_end, job.returns);
  start(id, allocations_[job.slot]);
}

void Scheduler::dispatch(Time now, const Start& start) {
  reservation_.reset();
  Dispatch turn(*this, now, start);
  policy_->dispatch(turn);
}

const JobQueue& Dispatch::queue() const { return scheduler_.queue_; }
const RunningJobs& Dispatch::running() const { return scheduler_.running_; }
std::int64_t Dispatch::free() const { return scheduler_.cluster_.free(); }

bool Dispatch::may_start(JobId job) {
  if (!scheduler_.may_start_ || scheduler_.may_start_(job)) return true;
  refused_ = true;
  return false;
}

void Dispatch::start(JobId job) { scheduler_.start_job(job, now_, start_); }
void Dispatch::promise(const Reservation& reservation) { scheduler_.reservation_ = reservation; }

}  // namespace wattershed
