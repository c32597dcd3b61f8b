/// Running jobs by their estimated ends: when will so many accelerators be free?
///
/// A job whose estimated end has come although it still runs is taken to end one second from now, whenever "now" is.
///
/// Sorted blocks of a few hundred entries, each with its sum, so that a question passes whole blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/scheduling/job_queue.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

class RunningJobs {
 public:
  static constexpr Duration overrun = std::chrono::seconds(1);

  /// `returns`: how many accelerators can be used again when the job ends (fewer than it holds on draining racks).
  void insert(JobId job, Time estimated_end, std::int64_t returns);
  /// The same three values as at its insertion.
  void erase(JobId job, Time estimated_end, std::int64_t returns);
  void clear();
  [[nodiscard]] std::size_t size() const { return size_; }

  struct Return {
    Time at;
    std::int64_t accelerators;  ///< of all jobs that end at or before `at`
  };
  /// The first instant by which jobs that return `needed` >= 1 accelerators have ended; nothing when all of them
  /// together do not suffice.
  [[nodiscard]] std::optional<Return> when_returned(std::int64_t needed, Time now) const;

 private:
  static constexpr std::size_t most = 256;  // entries a block
  struct Entry {
    Time end;
    JobId job;
    std::int64_t returns;
    bool operator==(const Entry&) const = default;
    bool operator<(const Entry& other) const { return end != other.end ? end < other.end : job < other.job; }
  };
  struct Block {
    std::vector<Entry> entries;  // never empty
    std::int64_t returns = 0;
  };
  [[nodiscard]] std::size_t block_of(const Entry& entry) const;

  std::vector<Block> blocks_;
  std::size_t size_ = 0;
};

}  // namespace wattershed
