/// Standard Workload Format: one job a line, 18 numbers, times in seconds.
///
/// Accepted  comment lines (`;`) anywhere, blank lines, tabs, CRLF, a last line without its end, numbers with a
///           fraction (117.00), -1 for "unknown", jobs out of order.
/// Refused   a line without exactly 18 finite numbers; job number, processors or user that are not whole; a negative
///           submit time; times over 100 years.
/// Skipped   status (field 11) 2 to 4: a part of a job between two interruptions; a line of its own sums the job up.
/// Taken     processors: as allocated (field 5) and as requested (field 8); of which one is unknown (<= 0), the other.
///           Requested time (field 9) as written, also when the job ran longer; when it is unknown (<= 0), the run
///           time. User (field 12) if it is not negative. Header comments "; MaxProcs: 6212" into the header.
/// Source    D. Feitelson et al., "The Standard Workload Format", version 2.2, Parallel Workloads Archive.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "models/workload/trace_reader.hpp"

namespace wattershed {

/// A file whose first line that is not blank is a comment, or has 18 words that begin as numbers.
bool looks_like_swf(std::string_view start);
std::unique_ptr<TraceReader> make_swf_reader(std::string file);

}  // namespace wattershed
