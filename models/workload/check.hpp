/// Whether the work of a scenario can be done on its racks: jobs that fit, models that fit, caps that can be kept.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/compute/rack.hpp"
#include "models/workload/job_trace.hpp"
#include "models/workload/scenario.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/input/complaints.hpp"

namespace wattershed {

/// What the work finds: racks, a stretch of time, and the path under which it is written.
struct WorkPlace {
  const Named<Rack>& racks;
  std::span<const std::int64_t> most_racks;  ///< of each type that ever stand
  LocalTime start{};
  CalendarSpan duration{};
  std::string path;  ///< "workload."
};

/// Checks `fixed`, `training` and `inference`. Returns the rack type that each service of `inference` runs on (imposed
/// ones: 0).
std::vector<std::size_t> check_work(const Workload& workload, const WorkPlace& place, const Complaints& complaints);

/// The run that traces are laid onto.
struct TracePlace {
  Time start{}, end{};
  TimeZone zone;  ///< of `from`
  std::int64_t most_accelerators = 0;
};

/// Reads the traces, and leaves out with a warning the jobs that are submitted outside of the run or are larger than
/// the site. Files that cannot be read are complained of.
std::vector<JobTrace> read_traces(const std::vector<Trace>& traces, const TracePlace& place,
                                  const Complaints& complaints);

}  // namespace wattershed
