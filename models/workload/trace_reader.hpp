/// Reads a trace line by line, so that a file of any size passes through a small buffer. What a line means is a
/// format's: a class behind this one in a file of its own, and a row of `trace_formats()` (trace_format.hpp).
///
/// A format hands every job that it meets to `add`, in the order of the file, also one that never ran, and every line
/// that it cannot use to `problem`. Skipping, counting and sorting are done here, the same for all.
///
/// Errors  InputError with file, line and column of every problem, up to 20; what is no text (sim/input/text_file.hpp)
///         is refused alone
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/workload/job_trace.hpp"
#include "sim/base/problem.hpp"
#include "sim/input/text_file.hpp"

namespace wattershed {

class TraceReader {
 public:
  /// `file`: its name in messages.
  explicit TraceReader(std::string file);
  virtual ~TraceReader() = default;
  TraceReader(const TraceReader&) = delete;
  TraceReader& operator=(const TraceReader&) = delete;

  /// The next piece, cut anywhere. Throws InputError when 20 problems have been met.
  void feed(std::string_view piece);
  /// After the last piece: the trace, or InputError with every problem.
  JobTrace finish();

 protected:
  /// A line without its end, from the first to the last; blank ones too.
  virtual void line(std::string_view text) = 0;
  /// After the last line, before jobs are sorted: a format whose second 0 is known only now moves them here.
  virtual void ended(JobTrace&) {}

  /// The next job. Without a requested time (not above 0) it has asked for its run time; of processors held and
  /// requested one stands for the other.
  void add(TraceJob job);
  /// A line that tells of a part of a job, which has a line of its own.
  void add_part() { ++trace_.parts; }
  /// What the file says of itself; of very much only the beginning is kept.
  void add_header(std::string_view name, std::string_view text);
  /// A fault at this byte of the present line.
  void problem(std::string_view text, std::size_t at, std::string message);

 private:
  static constexpr std::size_t most_problems = 20;
  static constexpr std::size_t most_headers = 1000;

  LineCutter lines_;
  JobTrace trace_;
  std::vector<Problem> problems_;
  Duration last_submit_ = Duration::min();
};

}  // namespace wattershed
