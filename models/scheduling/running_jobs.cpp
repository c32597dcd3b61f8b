#include "models/scheduling/running_jobs.hpp"

#include <algorithm>
#include <cassert>

namespace wattershed {

// The first block whose last entry is not before `entry`; the last block when there is none.
std::size_t RunningJobs::block_of(const Entry& entry) const {
  const auto found = std::lower_bound(blocks_.begin(), blocks_.end(), entry,
                                      [](const Block& b, const Entry& e) { return b.entries.back() < e; });
  const auto i = static_cast<std::size_t>(found - blocks_.begin());
  return i == blocks_.size() ? i - 1 : i;
}

void RunningJobs::insert(JobId job, Time estimated_end, std::int64_t returns) {
  const Entry entry{estimated_end, job, returns};
  if (blocks_.empty()) blocks_.emplace_back();
  const std::size_t i = blocks_[0].entries.empty() ? 0 : block_of(entry);
  std::vector<Entry>& entries = blocks_[i].entries;
  entries.insert(std::lower_bound(entries.begin(), entries.end(), entry), entry);
  blocks_[i].returns += returns;
  ++size_;
  if (entries.size() <= most) return;
  Block upper;
  upper.entries.assign(entries.begin() + most / 2, entries.end());
  for (const Entry& e : upper.entries) upper.returns += e.returns;
  entries.resize(most / 2);
  blocks_[i].returns -= upper.returns;
  blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::move(upper));
}

void RunningJobs::erase(JobId job, Time estimated_end, std::int64_t returns) {
  const Entry entry{estimated_end, job, returns};
  assert(size_ > 0);
  const std::size_t i = block_of(entry);
  std::vector<Entry>& entries = blocks_[i].entries;
  const auto found = std::lower_bound(entries.begin(), entries.end(), entry);
  assert(found != entries.end() && *found == entry);
  entries.erase(found);
  blocks_[i].returns -= returns;
  --size_;
  // One empty block may stay, alone: it keeps its memory.
  if (entries.empty() && blocks_.size() > 1) blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
}

void RunningJobs::clear() {
  blocks_.clear();
  size_ = 0;
}

std::optional<RunningJobs::Return> RunningJobs::when_returned(std::int64_t needed, Time now) const {
  if (size_ == 0) return std::nullopt;
  const Time late_end = now + overrun;
  std::int64_t late = 0, sum = 0;
  Time at{};
  bool late_counted = false, enough = false;
  auto reach = [&](Time end, std::int64_t returns) {
    sum += returns;
    at = end;
    enough = sum >= needed;
  };
  for (const Block& block : blocks_) {
    if (block.entries.back().end <= now) {
      late += block.returns;
      continue;
    }
    if (late_counted && !enough && sum + block.returns < needed) {
      sum += block.returns;
      continue;
    }
    for (const Entry& entry : block.entries) {
      if (entry.end <= now) {
        late += entry.returns;
        continue;
      }
      if (!late_counted && entry.end >= late_end && !enough) {
        late_counted = true;
        reach(late_end, late);
      }
      if (enough && entry.end != at) return Return{at, sum};
      reach(entry.end, entry.returns);
    }
  }
  if (!late_counted && !enough) reach(late_end, late);
  if (!enough) return std::nullopt;
  return Return{at, sum};
}

}  // namespace wattershed
