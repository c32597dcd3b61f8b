/// A format of job traces, and the table of them. The extension point of what batch jobs are read from.
///
/// A format is a class behind `TraceReader` in a file of its own and a row of `trace_formats()` (trace_format.cpp). The
/// key that a scenario gives decides which one a file is read by (`traces: [{KEY: FILE}]`): nobody has to guess. What
/// the file itself looks like is asked only when it cannot be read, to say which key it needs, or what it is and what is
/// read instead (foreign_trace.hpp).
///
/// Inputs   a file, also packed by gzip, or a text already in memory
/// Outputs  the jobs (job_trace.hpp)
/// Errors   InputError: a file that cannot be read, what TraceReader refuses, a file that looks like another format or
///          like no trace
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/workload/job_trace.hpp"
#include "models/workload/trace_reader.hpp"
#include "sim/input/file_name.hpp"

namespace wattershed {

struct TraceFormat {
  std::string_view key;    ///< of the scenario
  std::string_view title;  ///< "Standard Workload Format"
  std::string_view help;   ///< of the key, one line
  /// Whether a file that begins so (the first `trace_start` bytes, perhaps cut within a line) is surely of this format.
  bool (*looks_alike)(std::string_view start);
  std::unique_ptr<TraceReader> (*reader)(std::string file);
};
inline constexpr std::size_t trace_start = 4096;  ///< [byte]

/// All there are; the first is the default.
std::span<const TraceFormat> trace_formats();
/// Their keys, in that order.
std::vector<std::string_view> trace_keys();
/// The format of that key, which must be in the table.
const TraceFormat& trace_format(std::string_view key);
/// The first of `formats` that a file which begins so looks like; null: none.
const TraceFormat* format_that_looks_like(std::string_view start,
                                          std::span<const TraceFormat> formats = trace_formats());

/// Reads a whole file. `others`: the formats that it may be of when it cannot be read.
JobTrace read_trace(const TraceFormat& format, const FileName& file,
                    std::span<const TraceFormat> others = trace_formats());
/// Reads a text already in memory; `file` is its name in messages.
JobTrace parse_trace(const TraceFormat& format, std::string_view text, std::string file);

}  // namespace wattershed
