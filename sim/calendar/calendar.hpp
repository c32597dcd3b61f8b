/// The calendar that people write: dates, time zones and spans of months, laid on simulated time.
///
/// A `TimeZone` turns what a wall clock shows into an instant (Howard Hinnant's date library on the system's tz
/// database). A `CalendarSpan` ("5 years", "1 month", "40 min") has a length only once it is laid from a date.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/units/time.hpp"

namespace wattershed {

/// A span in calendar terms: so many months, then an exact rest.
struct CalendarSpan {
  int months = 0;
  Duration rest{0};
  constexpr bool operator==(const CalendarSpan&) const = default;
};

/// A time zone by its IANA name ("America/Phoenix", "UTC").
class TimeZone {
 public:
  /// Throws std::runtime_error when the name is unknown to the tz database.
  explicit TimeZone(std::string_view name = "UTC");
  [[nodiscard]] const std::string& name() const { return name_; }
  /// A wall-clock time that a daylight-saving change skips or repeats takes the earlier offset.
  [[nodiscard]] Time to_utc(LocalTime local) const;
  [[nodiscard]] LocalTime to_local(Time t) const;

 private:
  std::string name_;
  const void* zone_ = nullptr;  // date::time_zone, kept out of this header: it costs a second of compile time
};

/// `from` plus the span; the last day of a shorter month stands in for one that it lacks (31 January + 1 month).
/// Throws std::out_of_range outside the years 1680 to 2260.
LocalTime add(LocalTime from, CalendarSpan span);
/// The instant that lies `times` spans after a wall-clock time. A span of whole days and months follows the wall
/// clock, so that "1 day" comes back at the same hour when the clocks change; one with hours or less is exact.
Time after(LocalTime from, CalendarSpan span, const TimeZone& zone, std::int64_t times = 1);
/// First instant of the month that `t` lies in, and of the month after it, in the wall clock of `zone`.
Time month_start(Time t, const TimeZone& zone);
Time next_month(Time t, const TimeZone& zone);

/// "2027-01-01", "2027-01-01T15:00", "2027-01-01 15:00:30"; throws std::invalid_argument with the reason.
LocalTime parse_local_time(std::string_view text);
std::string format_span(CalendarSpan span);
/// "5 years", "1 month", "40 min", "90 s", "500 ms", "1 h 30 min"; throws std::invalid_argument with the reason.
CalendarSpan parse_span(std::string_view text);

}  // namespace wattershed
