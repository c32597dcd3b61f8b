#include "sim/calendar/calendar.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "sim/base/text.hpp"

namespace wattershed {

namespace {

using Days = std::chrono::duration<std::int64_t, std::ratio<86400>>;

constexpr int first_year = 1900;
constexpr int last_year = 2200;

date::local_time<Duration> to_date(LocalTime t) { return date::local_time<Duration>(t.time_since_epoch()); }
LocalTime from_date(date::local_time<Duration> t) { return LocalTime(t.time_since_epoch()); }

/// Takes exactly `count` digits from the front; false when they are not there.
bool take_digits(std::string_view& text, std::size_t count, int& value) {
  if (text.size() < count) return false;
  value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return false;
    value = 10 * value + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

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
LocalTime local_of(date::year_month_day day, Duration time_of_day) {
  return from_date(date::local_time<Duration>(date::local_days(day)) + time_of_day);
}

struct SpanUnit {
  std::array<std::string_view, 5> names;
  int months;       ///< a calendar unit, or
  Duration length;  ///< an exact one
};
const std::array<SpanUnit, 10> span_units{{
    {{"year", "years", "yr", "a"}, 12, {}},
    {{"month", "months"}, 1, {}},
    {{"week", "weeks"}, 0, Days(7)},
    {{"day", "days", "d"}, 0, Days(1)},
    {{"h", "hour", "hours"}, 0, std::chrono::hours(1)},
    {{"min", "minute", "minutes"}, 0, std::chrono::minutes(1)},
    {{"s", "second", "seconds"}, 0, std::chrono::seconds(1)},
    {{"ms", "millisecond", "milliseconds"}, 0, std::chrono::milliseconds(1)},
    {{"us", "microsecond", "microseconds"}, 0, std::chrono::microseconds(1)},
    {{"ns", "nanosecond", "nanoseconds"}, 0, std::chrono::nanoseconds(1)},
}};
constexpr std::string_view span_example = "; a time span is, for example, '5 years', '1 h 30 min' or '500 ms'";

const date::time_zone* zone_of(const void* zone) { return static_cast<const date::time_zone*>(zone); }

Time at_offset(LocalTime local, const date::sys_info& info) {
  return Time(local.time_since_epoch() - std::chrono::duration_cast<Duration>(info.offset));
}

Time start_of(date::year_month month, const TimeZone& zone) {
  return zone.to_utc(local_of(month / date::day(1), Duration{0}));
}
date::year_month month_of(Time t, const TimeZone& zone) {
  const date::year_month_day day = civil(zone.to_local(t)).day;
  return day.year() / day.month();
}

}  // namespace

TimeZone::TimeZone(std::string_view name) : name_(name) {
  // The database is a tree of files: a name must not lead out of it.
  const bool plain = !name.empty() && name.front() != '/' && name.find("..") == std::string_view::npos &&
                     name.find('\0') == std::string_view::npos && name.size() < 100;
  try {
    if (plain) zone_ = date::locate_zone(name_);
  } catch (const std::exception&) {
    zone_ = nullptr;
  }
  if (zone_ == nullptr) {
    throw std::runtime_error("unknown time zone " + in_quotes(name) +
                             "; an IANA name is wanted, for example 'America/Phoenix' or 'UTC'");
  }
}

Time TimeZone::to_utc(LocalTime local) const {
  const date::local_info info = zone_of(zone_)->get_info(to_date(local));
  return at_offset(local, info.first);
}

LocalTime TimeZone::to_local(Time t) const {
  const date::sys_info info = zone_of(zone_)->get_info(date::sys_time<Duration>(t.time_since_epoch()));
  return LocalTime(t.time_since_epoch() + std::chrono::duration_cast<Duration>(info.offset));
}

LocalTime add(LocalTime from, CalendarSpan span) {
  constexpr double month_s = 2'629'746, century_s = 1200 * month_s;
  const double to_s = seconds(from.time_since_epoch()) + span.months * month_s + seconds(span.rest);
  if (std::abs(to_s) > 2.9 * century_s) throw std::out_of_range("the date lies outside the years 1680 to 2260");
  if (span.months == 0) return from + span.rest;
  Civil at = civil(from);
  const date::year_month month = date::year_month(at.day.year(), at.day.month()) + date::months(span.months);
  const date::day last = (month / date::last).day();
  return local_of(month / std::min(at.day.day(), last), at.time_of_day) + span.rest;
}

Time after(LocalTime from, CalendarSpan span, const TimeZone& zone, std::int64_t times) {
  const CalendarSpan whole{static_cast<int>(span.months * times), span.rest * times};
  if (span.rest % std::chrono::days(1) == Duration{0}) return zone.to_utc(add(from, whole));
  return zone.to_utc(add(from, {whole.months, Duration{0}})) + whole.rest;
}

Time month_start(Time t, const TimeZone& zone) { return start_of(month_of(t, zone), zone); }
Time next_month(Time t, const TimeZone& zone) { return start_of(month_of(t, zone) + date::months(1), zone); }

LocalTime parse_local_time(std::string_view raw) {
  const std::string_view text = trimmed(raw);
  const auto refuse = [&](const std::string& reason) {
    throw std::invalid_argument(in_quotes(text) + ' ' + reason +
                                "; a date is written '2027-01-01' or '2027-01-01T15:00'");
  };
  std::string_view rest = text;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!(take_digits(rest, 4, year) && take(rest, '-') && take_digits(rest, 2, month) && take(rest, '-') &&
        take_digits(rest, 2, day)) ||
      (!rest.empty() && is_digit(rest.front()))) {
    refuse("is not a date");
  }
  Duration fraction{0};
  if (!rest.empty()) {
    if (!take(rest, 'T') && !take(rest, ' ')) refuse("is not a date");
    if (!(take_digits(rest, 2, hour) && take(rest, ':') && take_digits(rest, 2, minute)))
      refuse("has no time of day");
    if (take(rest, ':')) {
      if (!take_digits(rest, 2, second)) refuse("has no time of day");
      if (take(rest, '.')) {
        std::int64_t unit = 100'000'000;
        if (rest.empty() || !is_digit(rest.front())) refuse("has no time of day");
        for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1), unit /= 10) {
          if (unit == 0) refuse("is finer than a nanosecond");
          fraction += Duration((rest.front() - '0') * unit);
        }
      }
    }
    if (rest == "Z" || rest.starts_with('+') || rest.starts_with('-')) {
      refuse("names an offset, but times here are the wall clock of the site");
    }
    if (!rest.empty()) refuse("has something behind the time of day");
  }
  if (year < first_year || year > last_year) refuse("lies outside the years 1900 to 2200");
  const date::year_month_day date = date::year(year) / month / day;
  if (!date.ok()) refuse("is not in the calendar");
  if (hour > 23 || minute > 59 || second > 59) refuse("is not a time of day");
  return local_of(date,
                  std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) + fraction);
}

std::string format_span(CalendarSpan span) {
  if (span.months == 0) return format_duration(span.rest);
  std::string text;
  const auto put = [&](int n, const char* name) {
    if (n == 0) return;
    if (!text.empty()) text += ' ';
    text += std::to_string(n) + ' ' + name + (n == 1 ? "" : "s");
  };
  put(span.months / 12, "year");
  put(span.months % 12, "month");
  if (span.rest != Duration{0}) text += ' ' + format_duration(span.rest);
  return text;
}

CalendarSpan parse_span(std::string_view raw) {
  const std::string_view text = trimmed(raw);
  const auto refuse = [&](const std::string& reason) {
    throw std::invalid_argument(in_quotes(text) + ' ' + reason + std::string(span_example));
  };
  if (text.empty()) refuse("is empty");
  if (text.size() > 100) refuse("is too long");

  CalendarSpan span;
  std::int64_t rest = 0;
  std::string_view left = text;
  std::size_t last_unit = 0;
  bool first = true;
  while (!left.empty()) {
    double number = 0;
    if (!is_digit(left.front()) && !(left.front() == '.' && left.size() > 1 && is_digit(left[1]))) {
      refuse(left.front() == '-' ? "is negative" : "is not a time span");
    }
    const auto [end, error] =
        std::from_chars(left.data(), left.data() + left.size(), number, std::chars_format::fixed);
    if (error != std::errc{}) refuse("is beyond the range of times");
    left.remove_prefix(static_cast<std::size_t>(end - left.data()));
    left = trimmed(left);
    std::size_t name_size = 0;
    while (name_size < left.size() && !is_digit(left[name_size]) && left[name_size] != ' ' &&
           left[name_size] != '.') {
      ++name_size;
    }
    const std::string_view name = left.substr(0, name_size);
    if (name.empty()) {
      if (number == 0 && first && left.empty()) return {};
      refuse("has no unit");
    }
    std::size_t index = 0;
    while (index < span_units.size()) {
      bool found = false;
      for (const std::string_view n : span_units[index].names) found = found || n == name;
      if (found) break;
      ++index;
    }
    if (index == span_units.size()) refuse("has the unknown unit " + in_quotes(name));
    if (!first && index <= last_unit) refuse("has its units out of order");
    const SpanUnit& unit = span_units[index];
    if (unit.months > 0) {
      const double months = number * unit.months;
      if (months != std::floor(months)) refuse("is no whole number of months");
      if (months > 12.0 * (last_year - first_year)) refuse("is beyond the range of times");
      span.months += static_cast<int>(months);
    } else {
      // A whole number is multiplied as one: nanoseconds of years are beyond the 53 bits of a double.
      const std::int64_t length = unit.length.count();
      std::int64_t ns = 0;
      bool fits = number < 9.2e18;
      if (fits && number == std::floor(number)) {
        fits = !__builtin_mul_overflow(static_cast<std::int64_t>(number), length, &ns);
      } else if (fits) {
        const double rounded = std::round(number * static_cast<double>(length));
        fits = rounded < 9.2e18;
        if (fits) ns = static_cast<std::int64_t>(rounded);
      }
      if (!fits || __builtin_add_overflow(rest, ns, &rest)) refuse("is beyond the range of times");
    }
    last_unit = index;
    first = false;
    left.remove_prefix(name_size);
    left = trimmed(left);
  }
  span.rest = Duration(rest);
  return span;
}

}  // namespace wattershed
