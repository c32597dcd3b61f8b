/// Waiting jobs in the order of their submission, with a search that does not look at them one by one.
///
/// Jobs stand at positions that only grow; a job that leaves keeps its position empty until the positions are packed
/// anew. Blocks of 64 positions are the leaves of a binary tree. Each node knows the fewest accelerators asked for
/// below it and, for each size class (1..15 one by one, then eight to an octave), the shortest requested time, so
/// that a search enters only blocks that may hold a fitting job; only the class that the limit cuts through, and
/// times in the same second as the limit, can lead it astray.
///
/// Cost  push, remove and search: about log2(jobs / 64) steps. Memory: about 40 bytes a job.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/units/time.hpp"

namespace wattershed {

/// A job by a small dense number that the caller chooses (an index into the caller's table of jobs).
enum class JobId : std::uint32_t {};
constexpr std::size_t index(JobId job) { return static_cast<std::size_t>(job); }

/// What may start: a job of at most `free` accelerators that ends within `window` or asks for at most `spare`.
struct Gap {
  std::int64_t free = 0, spare = 0;
  Duration window{0};
  bool operator==(const Gap&) const = default;
};

class JobQueue {
 public:
  using Position = std::uint32_t;
  static constexpr Position none = UINT32_MAX;
  static constexpr std::int64_t largest_job = 1'000'000'000;  ///< accelerators

  JobQueue();

  /// Changes when a push packs the positions anew: all of them change, their order does not.
  [[nodiscard]] std::uint64_t numbering() const { return numbering_; }
  /// Appends a job of 1..largest_job accelerators and gives its position. A job may not wait twice.
  Position push(JobId job, std::int64_t accelerators, Duration requested_time);
  /// The job must wait in this queue.
  void remove(JobId job);

  [[nodiscard]] bool contains(JobId job) const {
    return index(job) < position_of_.size() && position_of_[index(job)] != none;
  }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Sum over the waiting jobs.
  [[nodiscard]] std::int64_t accelerators() const { return sum_; }

  /// Position of the longest waiting job, or `none`; one past the last position.
  [[nodiscard]] Position head() const { return size_ == 0 ? none : head_; }
  [[nodiscard]] Position end() const { return end_; }
  /// The first job at or after `from` that fits the gap, or `none`.
  [[nodiscard]] Position first_fitting(Position from, const Gap& gap) const;

  /// Of a job that waits.
  [[nodiscard]] Position position(JobId job) const { return position_of_[index(job)]; }
  [[nodiscard]] JobId job(Position p) const { return jobs_[p]; }
  [[nodiscard]] std::int64_t accelerators(Position p) const { return accelerators_[p]; }
  [[nodiscard]] Duration requested_time(Position p) const { return requested_[p]; }

 private:
  static constexpr Position block = 64;
  static constexpr int finest = 3;             // 2^finest classes to an octave
  static constexpr std::size_t classes = 136;  // the last holds everything from 2^19 accelerators up
  static constexpr std::int32_t absent = INT32_MAX;
  static constexpr std::int32_t longest = INT32_MAX - 1;  // seconds, of any job: 68 years
  static constexpr std::int32_t nothing = INT32_MAX;      // seconds, where there is no job
  struct Node {
    std::array<std::int32_t, classes> shortest;  // whole seconds, rounded down
    std::int32_t fewest;
  };

  static std::size_t size_class(std::int64_t accelerators);
  static std::int32_t whole_seconds(Duration d);
  static bool may_hold(const Node& node, const Gap& gap);
  [[nodiscard]] bool fits(Position p, const Gap& gap) const {
    return accelerators_[p] <= gap.free && (accelerators_[p] <= gap.spare || requested_[p] <= gap.window);
  }
  [[nodiscard]] Position scan(Position from, Position to, const Gap& gap) const;
  [[nodiscard]] std::size_t leaf(Position p) const { return nodes_.size() / 2 + p / block; }
  void resize(std::size_t positions);
  void place(Position p, JobId job, std::int32_t accelerators, Duration requested);
  void pack();

  std::vector<JobId> jobs_;
  std::vector<std::int32_t> accelerators_;  // `absent` where no job stands
  std::vector<Duration> requested_;
  std::vector<Node> nodes_;  // nodes_[1] is the root, children of i are 2i and 2i + 1
  std::vector<Position> position_of_;
  Position head_ = 0, end_ = 0;
  std::uint64_t numbering_ = 0;
  std::size_t size_ = 0;
  std::int64_t sum_ = 0;
};

}  // namespace wattershed
