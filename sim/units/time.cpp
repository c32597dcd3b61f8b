#include "sim/units/time.hpp"

#include <date/date.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>

namespace wattershed {
namespace {

date::local_time<Duration> to_date(LocalTime t) { return date::local_time<Duration>(t.time_since_epoch()); }

/// A calendar date and the time since its midnight.
struct Civil {
  date::year_month_day day;
  Duration time_of_day;
};
Civil civil(LocalTime t) {
  const auto local = to_date(t);
  const auto midnight = date::floor<date::days>(local);
  return {date::year_month_day(midnight), local - midnight};
}

std::string two(long long n) { return (n < 10 ? "0" : "") + std::to_string(n); }

std::string date_text(date::year_month_day day) {
  std::string year = std::to_string(static_cast<int>(day.year()));
  while (year.size() < 4) year.insert(0, "0");
  return year + '-' + two(static_cast<unsigned>(day.month())) + '-' + two(static_cast<unsigned>(day.day()));
}

/// "15:00:30.5" with seconds and their decimals as far as they are asked for or not zero.
std::string clock_text(Duration d, bool always_seconds) {
  using namespace std::chrono;
  const long long ns = d.count() % 1'000'000'000;
  const long long s = duration_cast<std::chrono::seconds>(d).count();
  std::string text = two(s / 3600) + ':' + two(s / 60 % 60);
  if (always_seconds || s % 60 != 0 || ns != 0) text += ':' + two(s % 60);
  if (ns != 0) {
    std::string decimals = std::to_string(ns);
    decimals.insert(0, 9 - decimals.size(), '0');
    while (decimals.back() == '0') decimals.pop_back();
    text += '.' + decimals;
  }
  return text;
}

}  // namespace

Duration from_seconds(double s) {
  const double ns = std::round(s * 1e9);
  // 2^63 is exactly a double; the largest int64 is not.
  if (!(std::abs(ns) < 9223372036854775808.0))
    throw std::out_of_range("a time span beyond 292 years or not a number");
  return Duration(static_cast<std::int64_t>(ns));
}

std::string format_local(LocalTime t) {
  const Civil at = civil(t);
  return date_text(at.day) + ' ' + clock_text(at.time_of_day, false);
}

std::string format_utc(Time t) {
  const Civil at = civil(LocalTime(t.time_since_epoch()));
  return date_text(at.day) + 'T' + clock_text(at.time_of_day, true) + 'Z';
}

std::string format_duration(Duration d) {
  if (d == Duration{0}) return "0 s";
  // The magnitude as unsigned: the most negative duration has no positive twin.
  const bool negative = d < Duration{0};
  auto left = static_cast<std::uint64_t>(d.count());
  if (negative) left = ~left + 1;
  struct Part {
    const char* name;
    std::uint64_t length;
  };
  constexpr Part parts[] = {{"day", 86'400'000'000'000},
                            {"h", 3'600'000'000'000},
                            {"min", 60'000'000'000},
                            {"s", 1'000'000'000},
                            {"ms", 1'000'000},
                            {"us", 1'000},
                            {"ns", 1}};
  std::string text;
  for (const Part& part : parts) {
    const std::uint64_t n = left / part.length;
    left %= part.length;
    if (n == 0) continue;
    if (!text.empty()) text += ' ';
    text += std::to_string(n) + ' ' + part.name;
    if (part.length == parts[0].length && n > 1) text += 's';
  }
  return negative ? "-" + text : text;
}

}  // namespace wattershed
