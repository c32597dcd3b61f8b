/// Reader of the Standard Workload Format: one job a line, 18 numbers, times in seconds.
///
/// Accepted  comment lines (`;`) anywhere, blank lines, tabs, CRLF, a last line without its end, numbers with a
///           fraction (117.00), -1 for "unknown", jobs out of order (sorted by submit time, ties as in the file).
/// Refused   a line without exactly 18 finite numbers; job number or processors that are not whole; a negative
///           submit time; times over 100 years. Problems are collected (up to 20) and thrown as one InputError with
///           file, line and column; what is no text (sim/input/text_file.hpp) is refused alone.
/// Skipped   jobs that never ran: run time <= 0 or processors <= 0. They are counted.
/// Taken     processors: as requested (field 8) if above 0, else as allocated (field 5). Requested time (field 9) as
///           written, also when the job ran longer; when it is unknown (<= 0), the run time.
/// Source    D. Feitelson et al., "The Standard Workload Format", version 2.2, Parallel Workloads Archive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/problem.hpp"
#include "sim/input/text_file.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// One job of a trace.
struct SwfJob {
  std::int64_t number = 0;      ///< as written
  Duration submit{0};           ///< since second 0 of the trace
  Duration run_time{0};         ///< above 0
  Duration requested_time{0};   ///< the user's estimate, above 0
  std::int64_t processors = 0;  ///< above 0
  std::int64_t user = -1;       ///< -1: unknown
  bool operator==(const SwfJob&) const = default;
};

struct SwfTrace {
  std::string file;
  std::vector<SwfJob> jobs;  ///< by submit time
  /// Header comments "; MaxProcs: 6212" as (name, text), in order; a name may stand more than once.
  std::vector<std::pair<std::string, std::string>> header;
  std::int64_t without_run_time = 0;    ///< skipped: run time <= 0
  std::int64_t without_processors = 0;  ///< skipped: processors <= 0
  std::int64_t larger_than_site = 0;    ///< skipped by remove_larger_than
  std::int64_t out_of_order = 0;        ///< submitted earlier than the line before

  /// The first header comment of that name.
  [[nodiscard]] std::optional<std::string> header_text(std::string_view name) const;
  /// Its leading whole number, if it has one ("MaxProcs", "UnixStartTime").
  [[nodiscard]] std::optional<std::int64_t> header_number(std::string_view name) const;
  /// One sentence for each count above that is not zero.
  [[nodiscard]] std::vector<std::string> warnings() const;
};

/// Reads text piece by piece, so that a file of any size passes through a small buffer.
class SwfReader {
 public:
  /// `file`: its name in messages.
  explicit SwfReader(std::string file);
  /// The next piece, cut anywhere. Throws InputError when 20 problems have been met.
  void feed(std::string_view piece);
  /// After the last piece: the trace, or InputError with every problem.
  SwfTrace finish();

 private:
  static constexpr std::size_t most_problems = 20;

  void line(std::string_view text);
  void comment(std::string_view text);
  void job(std::string_view text);
  void problem(std::string_view text, std::size_t at, std::string message);

  LineCutter lines_;
  SwfTrace trace_;
  std::vector<Problem> problems_;
  Duration last_submit_{0};
};

/// Reads a whole file; throws InputError, also when it cannot be read.
SwfTrace read_swf(const FileName& file);
/// Reads a text already in memory.
SwfTrace parse_swf(std::string_view text, std::string file);

/// Drops the jobs that no site of so many accelerators can ever start, counts them in the trace, returns the count.
std::int64_t remove_larger_than(SwfTrace& trace, std::int64_t accelerators);

}  // namespace wattershed
