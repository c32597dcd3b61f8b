/// The jobs of a trace, in whatever format it was written (trace_format.hpp): when each was submitted, what it asked for,
/// how long it ran.
///
/// Promised  jobs in order of submission, ties as in the file; submit times from 0 on, run times and requested times
///           above 0, none of more whole seconds than `longest_trace_time`; processors from 1 to `most_trace_processors`
/// Skipped   jobs that never ran: run time or processors not above 0; lines that tell of a part of a job that has a line
///           of its own. They are counted.
/// Left out  of a run onto which it is laid (check.hpp): what is submitted outside of it, what the site can never hold
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/units/time.hpp"

namespace wattershed {

/// What no trace can mean is beyond these; a reader refuses it with its place.
inline constexpr std::chrono::seconds longest_trace_time{3'155'760'000};  ///< 100 years
inline constexpr std::int64_t most_trace_processors = 1'000'000'000;

/// One job of a trace.
struct TraceJob {
  std::string name{};                     ///< its number or its name, as written
  Duration submit{0};                     ///< since second 0 of the trace
  Duration run_time{0};                   ///< above 0
  Duration requested_time{0};             ///< the user's estimate, above 0; also when the job ran longer
  std::int64_t processors = 0;            ///< accelerators that it holds, above 0
  std::string user{};                     ///< number or name of who submitted it (UTF-8); empty: unknown
  std::int64_t requested_processors = 0;  ///< what it asked for, above 0; often what it got
  bool operator==(const TraceJob&) const = default;
};

struct JobTrace {
  std::string file;
  std::vector<TraceJob> jobs;  ///< by submit time
  /// What the file says of itself, as (name, text), in order; a name may stand more than once.
  std::vector<std::pair<std::string, std::string>> header;
  std::int64_t without_run_time = 0;    ///< skipped: run time <= 0, as of a job cancelled while it waited
  std::int64_t without_processors = 0;  ///< skipped: processors <= 0
  std::int64_t parts = 0;               ///< skipped: lines that are no jobs but parts of them
  std::int64_t larger_than_site = 0;    ///< left out by remove_larger_than
  std::int64_t before_start = 0;        ///< left out by keep_within: submitted before the run
  std::int64_t after_end = 0;           ///< left out by keep_within: submitted after it
  std::int64_t out_of_order = 0;        ///< submitted earlier than the job before
  Time second_zero{};                   ///< the instant of its second 0, once it is laid onto a run

  /// The first text of that name in the header.
  [[nodiscard]] std::optional<std::string> header_text(std::string_view name) const;
  /// Its leading whole number, if it has one ("MaxProcs", "UnixStartTime").
  [[nodiscard]] std::optional<std::int64_t> header_number(std::string_view name) const;
  /// Whether it says of any job who submitted it.
  [[nodiscard]] bool has_users() const;
  /// One sentence for each count above that is not zero, and one when no job is left.
  [[nodiscard]] std::vector<std::string> warnings() const;
};

/// Drops the jobs that no site of so many accelerators can ever start, counts them in the trace, returns the count.
std::int64_t remove_larger_than(JobTrace& trace, std::int64_t accelerators);
/// Lays the trace with its second 0 at that instant, and drops and counts the jobs that are not submitted from `start` to
/// `end`: what lies before has been and gone, what comes later never comes.
void keep_within(JobTrace& trace, Time second_zero, Time start, Time end);

}  // namespace wattershed
