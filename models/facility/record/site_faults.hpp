/// What did not hold in a run, for whoever asked whether it does (`--strict`).
#pragma once

#include <cstdint>

namespace wattershed {

struct SiteFaults {
  std::uint64_t broken_limits = 0;
  std::uint64_t unmeasured_limits = 0;  ///< nothing in the run shows whether they hold
  std::uint64_t held_jobs = 0;          ///< never started: held back by the connection at the end
  std::uint64_t too_large_jobs = 0;  ///< never started: larger than the site, or than the racks that stand at the end

  SiteFaults& operator+=(const SiteFaults& other) {
    broken_limits += other.broken_limits;
    unmeasured_limits += other.unmeasured_limits;
    held_jobs += other.held_jobs;
    too_large_jobs += other.too_large_jobs;
    return *this;
  }
  /// A queue at the end is no fault: those jobs would have started later.
  [[nodiscard]] bool any() const { return broken_limits + unmeasured_limits + held_jobs + too_large_jobs > 0; }
};

}  // namespace wattershed
