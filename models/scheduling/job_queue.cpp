#include "models/scheduling/job_queue.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace wattershed {

JobQueue::JobQueue() { resize(std::size_t{16} * block); }

std::size_t JobQueue::size_class(std::int64_t accelerators) {
  const auto n = static_cast<std::uint64_t>(accelerators);
  const int octave = std::max(static_cast<int>(std::bit_width(n)) - 1 - finest, 0);
  // The leading finest + 1 bits, and how far they were shifted: the same as n itself below 2^(finest + 1).
  return std::min<std::size_t>((static_cast<std::size_t>(octave) << finest) + (n >> octave), classes) - 1;
}

std::int32_t JobQueue::whole_seconds(Duration d) {
  return static_cast<std::int32_t>(std::min<std::int64_t>(d / std::chrono::seconds(1), longest));
}

bool JobQueue::may_hold(const Node& node, const Gap& gap) {
  if (node.fewest > gap.free) return false;
  if (node.fewest <= gap.spare) return true;
  const std::size_t last = size_class(gap.free);
  const std::int32_t window = whole_seconds(gap.window);
  for (std::size_t c = size_class(node.fewest); c <= last; ++c)
    if (node.shortest[c] <= window) return true;
  return false;
}

JobQueue::Position JobQueue::push(JobId job, std::int64_t accelerators, Duration requested_time) {
  assert(accelerators >= 1 && accelerators <= largest_job && !contains(job));
  if (end_ == jobs_.size()) pack();
  if (index(job) >= position_of_.size()) position_of_.resize(index(job) + 1, none);
  const Position p = end_++;
  if (size_ == 0) head_ = p;
  ++size_;
  sum_ += accelerators;
  place(p, job, static_cast<std::int32_t>(accelerators), requested_time);
  return p;
}

void JobQueue::place(Position p, JobId job, std::int32_t accelerators, Duration requested) {
  jobs_[p] = job;
  accelerators_[p] = accelerators;
  requested_[p] = requested;
  position_of_[index(job)] = p;
  const std::size_t c = size_class(accelerators);
  const std::int32_t time = whole_seconds(requested);
  for (std::size_t i = leaf(p); i > 0; i /= 2) {
    Node& node = nodes_[i];
    if (node.fewest <= accelerators && node.shortest[c] <= time) break;
    node.fewest = std::min(node.fewest, accelerators);
    node.shortest[c] = std::min(node.shortest[c], time);
  }
}

void JobQueue::remove(JobId job) {
  assert(contains(job));
  const Position p = position_of_[index(job)];
  position_of_[index(job)] = none;
  const std::size_t c = size_class(accelerators_[p]);
  --size_;
  sum_ -= accelerators_[p];
  accelerators_[p] = absent;
  requested_[p] = Duration::max();
  if (size_ == 0)
    head_ = end_;
  else
    while (accelerators_[head_] == absent) ++head_;

  // Only the size class of the job can have lost its shortest time.
  std::size_t i = leaf(p);
  const Position begin = p / block * block;
  std::int32_t shortest = nothing;
  std::int32_t fewest = absent;
  for (Position q = begin; q < begin + block; ++q) {
    if (accelerators_[q] == absent) continue;
    fewest = std::min(fewest, accelerators_[q]);
    if (size_class(accelerators_[q]) == c) shortest = std::min(shortest, whole_seconds(requested_[q]));
  }
  while (nodes_[i].fewest != fewest || nodes_[i].shortest[c] != shortest) {
    nodes_[i].fewest = fewest;
    nodes_[i].shortest[c] = shortest;
    if (i == 1) break;
    const Node& sibling = nodes_[i ^ 1];
    fewest = std::min(fewest, sibling.fewest);
    shortest = std::min(shortest, sibling.shortest[c]);
    i /= 2;
  }
}

JobQueue::Position JobQueue::scan(Position from, Position to, const Gap& gap) const {
  for (Position p = from; p < to; ++p)
    if (fits(p, gap)) return p;
  return none;
}

JobQueue::Position JobQueue::first_fitting(Position from, const Gap& limits) const {
  if (from >= end_ || limits.free < 1) return none;
  Gap gap = limits;
  gap.free = std::min(gap.free, largest_job);  // an absent job must not fit
  const std::size_t leaves = nodes_.size() / 2;
  std::size_t i = leaf(from);
  if (from % block != 0) {  // the rest of a block that is entered in its middle
    const Position found = scan(from, (from / block + 1) * block, gap);
    if (found != none) return found;
  } else if (may_hold(nodes_[i], gap)) {
    const Position found = scan(from, from + block, gap);
    if (found != none) return found;
  }
  while (true) {
    while (i % 2 == 1) i /= 2;  // out of every subtree that has been searched to its right end
    if (i == 0) return none;
    ++i;
    while (may_hold(nodes_[i], gap)) {
      if (i < leaves) {
        i *= 2;
        continue;
      }
      const auto begin = static_cast<Position>((i - leaves) * block);
      const Position found = scan(begin, begin + block, gap);
      if (found != none) return found;
      break;
    }
  }
}

void JobQueue::resize(std::size_t positions) {
  jobs_.assign(positions, JobId{});
  accelerators_.assign(positions, absent);
  requested_.assign(positions, Duration::max());
  Node empty;
  empty.shortest.fill(nothing);
  empty.fewest = absent;
  nodes_.assign(2 * (positions / block), empty);
}

// Closes the gaps; half of the positions are empty afterwards, so that this costs little per push.
void JobQueue::pack() {
  ++numbering_;
  const std::vector<JobId> jobs = jobs_;
  const std::vector<std::int32_t> sizes = accelerators_;
  const std::vector<Duration> requested = requested_;
  const Position end = end_;
  resize(size_ > jobs.size() / 2 ? 2 * jobs.size() : jobs.size());
  head_ = end_ = 0;
  for (Position p = 0; p < end; ++p)
    if (sizes[p] != absent) place(end_++, jobs[p], sizes[p], requested[p]);
}

}  // namespace wattershed
