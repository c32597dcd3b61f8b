/// Simulated time: 64-bit nanoseconds since 1970-01-01 UTC, which is all that the kernel sees.
///
/// A `Time` is an instant, a `Duration` an exact span of nanoseconds, a `LocalTime` what a wall clock shows. Time
/// zones and the calendar that people write are sim/calendar.
///
/// Range  years 1677..2262; a scenario outside 1900..2200 is refused when it is read.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace wattershed {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::sys_time<Duration>;
using LocalTime = std::chrono::local_time<Duration>;
using namespace std::chrono_literals;

/// Length in seconds [s].
constexpr double seconds(Duration d) { return std::chrono::duration<double>(d).count(); }
/// The nearest whole nanosecond; throws std::out_of_range when it does not fit 64 bits or is not a number.
Duration from_seconds(double s);

/// "2027-01-01 15:00" (seconds only when they are not zero).
std::string format_local(LocalTime t);
/// "2027-01-01T15:00:00Z".
std::string format_utc(Time t);
/// "40 min", "1 h 30 min", "2 days": the shortest exact form, for messages and for `explain`.
std::string format_duration(Duration d);

}  // namespace wattershed
