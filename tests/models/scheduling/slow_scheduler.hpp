/// The slow, obvious scheduler that the real one must equal: plain lists, one machine of so many processors, and
/// everything worked out from scratch after every single start.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/units/time.hpp"

namespace wattershed::reference {

struct SlowJob {
  Duration submit, run, estimate;
  std::int64_t processors;
};

/// A policy said the slow way.
struct SlowPolicy {
  bool backfill = false;
  /// Whether one waiting job stands before another; empty: in the order of submission, which also parts equals.
  std::function<bool(const SlowJob&, const SlowJob&, Duration now)> before{};
};
/// One for each of the policies there are, by name.
inline std::map<std::string_view, SlowPolicy> slow_policies() {
  return {{"fifo", {}}, {"easy-backfill", {.backfill = true}}};
}

class SlowScheduler {
 public:
  SlowScheduler(std::vector<SlowJob> jobs, std::int64_t processors, SlowPolicy policy)
      : jobs_(std::move(jobs)),
        processors_(processors),
        policy_(std::move(policy)),
        starts_(jobs_.size(), Duration(-1)) {}

  /// Start times by index; -1 ns for a job that never starts.
  std::vector<Duration> run() {
    std::optional<Duration> t = next_after(std::nullopt);
    while (t) {
      now_ = *t;
      running_.remove_if([&](std::size_t j) { return starts_[j] + jobs_[j].run == now_; });
      for (std::size_t j = 0; j < jobs_.size(); ++j)
        if (jobs_[j].submit == now_) waiting_.push_back(j);
      while (start_one()) {
      }
      t = next_after(now_);
    }
    return starts_;
  }

 private:
  // The first submission or end after `then`.
  std::optional<Duration> next_after(std::optional<Duration> then) const {
    std::optional<Duration> next;
    auto consider = [&](Duration t) {
      if ((!then || t > *then) && (!next || t < *next)) next = t;
    };
    for (const SlowJob& job : jobs_) consider(job.submit);
    for (const std::size_t j : running_) consider(starts_[j] + jobs_[j].run);
    return next;
  }

  std::int64_t idle() const {
    std::int64_t n = processors_;
    for (const std::size_t j : running_) n -= jobs_[j].processors;
    return n;
  }

  Duration expected_end(std::size_t j) const {
    const Duration end = starts_[j] + jobs_[j].estimate;
    return end > now_ ? end : now_ + std::chrono::seconds(1);
  }

  std::int64_t idle_at(Duration t) const {
    std::int64_t n = processors_;
    for (const std::size_t j : running_)
      if (expected_end(j) > t) n -= jobs_[j].processors;
    return n;
  }

  bool start(std::list<std::size_t>::iterator it) {
    starts_[*it] = now_;
    running_.push_back(*it);
    waiting_.erase(it);
    return true;
  }

  bool start_one() {
    if (waiting_.empty()) return false;
    if (policy_.before)  // stable
      waiting_.sort([&](std::size_t a, std::size_t b) { return policy_.before(jobs_[a], jobs_[b], now_); });
    const std::int64_t head = jobs_[waiting_.front()].processors;
    if (head <= idle()) return start(waiting_.begin());
    if (!policy_.backfill) return false;

    Duration shadow = Duration::max();
    for (const std::size_t j : running_)
      if (idle_at(expected_end(j)) >= head) shadow = std::min(shadow, expected_end(j));
    if (shadow == Duration::max()) return false;  // larger than the machine: not in these tests
    const std::int64_t extra = idle_at(shadow) - head;
    for (auto it = std::next(waiting_.begin()); it != waiting_.end(); ++it) {
      const SlowJob& job = jobs_[*it];
      if (job.processors <= idle() && (now_ + job.estimate <= shadow || job.processors <= extra)) return start(it);
    }
    return false;
  }

  std::vector<SlowJob> jobs_;
  std::int64_t processors_;
  SlowPolicy policy_;
  std::vector<Duration> starts_;
  Duration now_{0};
  std::list<std::size_t> waiting_, running_;
};

}  // namespace wattershed::reference
