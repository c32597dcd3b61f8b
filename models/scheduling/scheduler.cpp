#include "models/scheduling/scheduler.hpp"

#include <algorithm>
#include <cassert>

namespace wattershed {

Scheduler::Scheduler(Cluster& cluster, Policy policy, Placement placement)
    : cluster_(cluster), policy_(policy), placement_(placement) {}

void Scheduler::submit(JobId job, std::int64_t accelerators, Duration requested_time) {
  assert(requested_time > Duration::zero() && !runs(job));
  if (queue_.full()) unseen_ = 0;  // positions change
  queue_.push(job, accelerators, requested_time);
}

bool Scheduler::cancel(JobId job) {
  if (!queue_.contains(job)) return false;
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
  unseen_ = 0;
}

bool Scheduler::permitted(JobId job) {
  if (!may_start_ || may_start_(job)) return true;
  refused_ = true;
  return false;
}

void Scheduler::start_job(JobQueue::Position position, Time now, const Start& start) {
  const JobId id = queue_.job(position);
  const Duration requested = queue_.requested_time(position);
  std::optional<Allocation> allocation = cluster_.allocate(queue_.accelerators(position), placement_);
  assert(allocation);
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
  if (refused_) unseen_ = 0;  // the condition may have changed
  refused_ = false;
  reservation_.reset();
  while (!queue_.empty()) {
    const JobQueue::Position head = queue_.head();
    if (queue_.accelerators(head) > cluster_.free() || !permitted(queue_.job(head))) break;
    start_job(head, now, start);
  }
  if (policy_ == Policy::easy_backfill && !queue_.empty()) backfill(now, start);
}

void Scheduler::backfill(Time now, const Start& start) {
  const JobQueue::Position head = queue_.head();
  const std::int64_t wanted = queue_.accelerators(head);
  // At least one must return: a head that fits but was refused waits for the next end.
  const auto shadow = running_.when_returned(std::max<std::int64_t>(wanted - cluster_.free(), 1), now);
  Gap gap{.free = cluster_.free()};
  if (shadow) {
    gap.spare = gap.free + shadow->accelerators - wanted;
    gap.window = shadow->at == Time::max() ? Duration::max() : shadow->at - now;
    reservation_ = Reservation{queue_.job(head), shadow->at, gap.spare};
  } else {
    gap.window = Duration::max();
  }

  JobQueue::Position p = head + 1;
  if (gap.free <= passed_over_.free && gap.spare <= passed_over_.spare && gap.window <= passed_over_.window)
    p = std::max(p, unseen_);
  p = queue_.first_fitting(p, gap);
  int refusals = 0;
  for (; p != JobQueue::none && refusals < most_refusals; p = queue_.first_fitting(p + 1, gap)) {
    if (!permitted(queue_.job(p))) {
      ++refusals;
      continue;
    }
    const std::int64_t n = queue_.accelerators(p);
    const bool in_time = queue_.requested_time(p) <= gap.window;
    start_job(p, now, start);
    gap.free -= n;
    if (!in_time) gap.spare -= n;
  }
  passed_over_ = gap;
  unseen_ = queue_.end();
  if (reservation_) reservation_->spare = gap.spare;
}

}  // namespace wattershed
