#include "sim/calendar/calendar.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>
#include <stdexcept>
#include <string>

using namespace wattershed;

namespace {

LocalTime local(const char* text) { return parse_local_time(text); }
Time utc(const char* text) { return Time(parse_local_time(text).time_since_epoch()); }

std::string refusal_of_date(const std::string& text) {
  try {
    return "accepted " + format_local(parse_local_time(text));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}
std::string refusal_of_span(const std::string& text) {
  try {
    return "accepted " + format_span(parse_span(text));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}
bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Days since 1970-01-01 by counting them one year and one month at a time.
long slow_days(int year, int month, int day) {
  const auto leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  long days = 0;
  for (int y = 1970; y < year; ++y) days += leap(y) ? 366 : 365;
  for (int y = year; y < 1970; ++y) days -= leap(y) ? 366 : 365;
  for (int m = 1; m < month; ++m) days += lengths[m - 1] + (m == 2 && leap(year) ? 1 : 0);
  return days + day - 1;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("dates are read, by a slow count of days") {
    CHECK(local("1970-01-01").time_since_epoch() == Duration{0});
    CHECK(local("2027-01-01T15:00").time_since_epoch() ==
          std::chrono::seconds(slow_days(2027, 1, 1) * 86400 + 15 * 3600));
    CHECK(local("2027-01-01 15:00:30.25") == local("2027-01-01T15:00") + 30s + 250ms);
    CHECK(local(" 2028-02-29 ").time_since_epoch() == std::chrono::seconds(slow_days(2028, 2, 29) * 86400));
    for (int year = 1900; year <= 2200; ++year) {
      for (int month = 1; month <= 12; ++month) {
        char text[16];
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, 1 + (year + month) % 28);
        CHECK(local(text).time_since_epoch() ==
              std::chrono::seconds(slow_days(year, month, 1 + (year + month) % 28) * 86400));
      }
    }
  }

  TEST_CASE("what is no date is refused") {
    CHECK(holds(refusal_of_date("2027-02-30"), "'2027-02-30' is not in the calendar"));
    CHECK(holds(refusal_of_date("2027-02-29"), "not in the calendar"));
    CHECK(holds(refusal_of_date("2100-02-29"), "not in the calendar"));
    CHECK(holds(refusal_of_date("2027-13-01"), "not in the calendar"));
    CHECK(holds(refusal_of_date("2027-00-01"), "not in the calendar"));
    CHECK(holds(refusal_of_date("2027-01-00"), "not in the calendar"));
    CHECK(holds(refusal_of_date("1899-12-31"), "outside the years"));
    CHECK(holds(refusal_of_date("2201-01-01"), "outside the years"));
    CHECK(holds(refusal_of_date("0000-01-01"), "outside the years"));
    CHECK(holds(refusal_of_date("2027-01-01T24:00"), "not a time of day"));
    CHECK(holds(refusal_of_date("2027-01-01T23:60"), "not a time of day"));
    CHECK(holds(refusal_of_date("2027-01-01T15:00Z"), "wall clock"));
    CHECK(holds(refusal_of_date("2027-01-01T15:00+02:00"), "wall clock"));
    for (const char* text : {"",
                             " ",
                             "2027",
                             "2027-1-1",
                             "27-01-01",
                             "20270101",
                             "2027-01-011",
                             "2027/01/01",
                             "2027-01-01T",
                             "2027-01-01T15",
                             "2027-01-01T1:00",
                             "2027-01-01T15:00:",
                             "2027-01-01T15:00:00.",
                             "2027-01-01T15:00:00.1234567890",
                             "2027-01-01x",
                             "2027-01-01T15:00 pm",
                             "nan",
                             "-2027-01-01",
                             "99999-01-01",
                             "2027-01-01T-1:00",
                             "\x01",
                             "２０２７-01-01"}) {
      CAPTURE(text);
      CHECK_THROWS_AS((void)parse_local_time(text), std::invalid_argument);
    }
    CHECK(refusal_of_date(std::string(10000, '2')).size() < 200);
    CHECK_THROWS_AS((void)parse_local_time(std::string("2027-01-01\0", 11)), std::invalid_argument);
  }

  TEST_CASE("dates are written") {
    CHECK(format_local(local("2027-01-01T15:00")) == "2027-01-01 15:00");
    CHECK(format_local(local("2027-01-01T15:00:30")) == "2027-01-01 15:00:30");
    CHECK(format_local(local("2027-01-01") + 1ns) == "2027-01-01 00:00:00.000000001");
    CHECK(format_utc(utc("2027-01-01T15:00")) == "2027-01-01T15:00:00Z");
    CHECK(format_utc(utc("1955-03-04") + 1500ms) == "1955-03-04T00:00:01.5Z");
    std::mt19937_64 random(3);
    for (int i = 0; i < 2000; ++i) {  // written and read back
      const LocalTime t(Duration(static_cast<std::int64_t>(random() % 4'000'000'000'000'000'000U)));
      CHECK(local(format_local(t).c_str()) == t);
    }
  }

  TEST_CASE("a time zone maps both ways") {
    const TimeZone phoenix("America/Phoenix");
    CHECK(phoenix.name() == "America/Phoenix");
    CHECK(format_utc(phoenix.to_utc(local("2027-07-18T15:00"))) == "2027-07-18T22:00:00Z");
    CHECK(format_local(phoenix.to_local(utc("2027-07-18T22:00"))) == "2027-07-18 15:00");
    const TimeZone universal;
    CHECK(universal.name() == "UTC");
    CHECK(universal.to_utc(local("2027-07-18")) == utc("2027-07-18"));
    const TimeZone berlin("Europe/Berlin");
    std::mt19937_64 random(5);
    for (int i = 0; i < 2000;
         ++i) {  // every instant has one wall-clock time, which leads back but for the repeated hour
      const Time t(std::chrono::minutes(static_cast<std::int64_t>(random() % 60'000'000U)));
      const Time back = berlin.to_utc(berlin.to_local(t));
      const bool same_or_earlier_twin = back == t || back == t - 1h;
      CHECK(same_or_earlier_twin);
    }
  }

  TEST_CASE("a wall-clock time that daylight saving skips or repeats takes the earlier offset") {
    const TimeZone berlin(
        "Europe/Berlin");  // 2026-03-29 02:00 +01 becomes 03:00 +02; 2026-10-25 03:00 +02 becomes 02:00 +01
    CHECK(format_utc(berlin.to_utc(local("2026-03-29T01:59"))) == "2026-03-29T00:59:00Z");
    CHECK(format_utc(berlin.to_utc(local("2026-03-29T02:30"))) == "2026-03-29T01:30:00Z");  // skipped, as +01
    CHECK(format_utc(berlin.to_utc(local("2026-03-29T03:00"))) == "2026-03-29T01:00:00Z");
    CHECK(format_utc(berlin.to_utc(local("2026-10-25T02:30"))) == "2026-10-25T00:30:00Z");  // repeated, as +02
    CHECK(format_utc(berlin.to_utc(local("2026-10-25T03:00"))) == "2026-10-25T02:00:00Z");
    const TimeZone new_york("America/New_York");
    CHECK(format_utc(new_york.to_utc(local("2026-11-01T01:30"))) ==
          "2026-11-01T05:30:00Z");  // -04, the first of the two
    CHECK(format_utc(new_york.to_utc(local("2026-03-08T02:30"))) == "2026-03-08T07:30:00Z");  // -05
  }

  TEST_CASE("unknown zones are refused") {
    for (const char* name : {"", "Mars/Olympus", "america/phoenix", "../../etc/passwd", "/etc/passwd", "America",
                             "Europe/Berlin ", "UTC\n"}) {
      CAPTURE(name);
      CHECK_THROWS_AS(TimeZone{name}, std::runtime_error);
    }
    CHECK_THROWS_AS(TimeZone{std::string(100000, 'a')}, std::runtime_error);
  }

  TEST_CASE("spans are laid from a date") {
    const auto after = [](const char* from, const char* span) {
      return format_local(add(local(from), parse_span(span)));
    };
    CHECK(after("2027-01-31", "1 month") == "2027-02-28 00:00");
    CHECK(after("2028-01-31", "1 month") == "2028-02-29 00:00");
    CHECK(after("2028-02-29", "1 year") == "2029-02-28 00:00");
    CHECK(after("2028-02-29", "4 years") == "2032-02-29 00:00");
    CHECK(after("2027-12-15T10:30", "2 months") == "2028-02-15 10:30");
    CHECK(after("2027-01-01", "5 years") == "2032-01-01 00:00");
    CHECK(after("2027-01-01", "1 year 2 days 6 h") == "2028-01-03 06:00");
    CHECK(after("2027-03-31", "2 weeks") == "2027-04-14 00:00");
    CHECK(format_local(add(local("2027-03-31"), CalendarSpan{-1, {}})) == "2027-02-28 00:00");
    CHECK(format_local(add(local("2027-01-15"), CalendarSpan{-13, {}})) == "2025-12-15 00:00");
  }

  TEST_CASE("spans are read and written") {
    CHECK(parse_span("5 years") == CalendarSpan{60, {}});
    CHECK(parse_span("1 year") == CalendarSpan{12, {}});
    CHECK(parse_span("3 months") == CalendarSpan{3, {}});
    CHECK(parse_span("0.5 years") == CalendarSpan{6, {}});
    CHECK(parse_span("2 weeks") == CalendarSpan{0, 336h});
    CHECK(parse_span("6 h") == CalendarSpan{0, 6h});
    CHECK(parse_span("6h") == CalendarSpan{0, 6h});
    CHECK(parse_span("1 h 30 min") == CalendarSpan{0, 90min});
    CHECK(parse_span("1h30min") == CalendarSpan{0, 90min});
    CHECK(parse_span("500 ms") == CalendarSpan{0, 500ms});
    CHECK(parse_span("0.5 h") == CalendarSpan{0, 30min});
    CHECK(parse_span("90 s") == CalendarSpan{0, 90s});
    CHECK(parse_span("0 s") == CalendarSpan{});
    CHECK(parse_span("0") == CalendarSpan{});
    CHECK(parse_span("1 day") == CalendarSpan{0, 24h});
    CHECK(format_span({61, 90min}) == "5 years 1 month 1 h 30 min");
    CHECK(format_span({12, {}}) == "1 year");
    CHECK(format_span({}) == "0 s");
    CHECK(format_duration(40min) == "40 min");
    CHECK(format_duration(90min) == "1 h 30 min");
    CHECK(format_duration(48h) == "2 days");
    CHECK(format_duration(24h) == "1 day");
    CHECK(format_duration(1500ms) == "1 s 500 ms");
    CHECK(format_duration(-90s) == "-1 min 30 s");
    CHECK(format_duration(Duration::min()) == "-106751 days 23 h 47 min 16 s 854 ms 775 us 808 ns");
    std::mt19937_64 random(11);
    for (int i = 0; i < 5000; ++i) {
      const CalendarSpan span{static_cast<int>(random() % 400),
                              Duration(static_cast<std::int64_t>(random() >> (random() % 60 + 1U)))};
      CHECK(parse_span(format_span(span)) == span);
    }
  }

  TEST_CASE("what is no span is refused") {
    CHECK(holds(refusal_of_span("40"), "'40' has no unit"));
    CHECK(holds(refusal_of_span("-5 min"), "is negative"));
    CHECK(holds(refusal_of_span("5 minuts"), "unknown unit 'minuts'"));
    CHECK(holds(refusal_of_span("5 MW"), "unknown unit 'MW'"));
    CHECK(holds(refusal_of_span("0.3 months"), "no whole number of months"));
    CHECK(holds(refusal_of_span("500 years"), "beyond the range"));
    CHECK(holds(refusal_of_span("1000000 days"), "beyond the range"));
    CHECK(holds(refusal_of_span("100000 days 100000 h 9000000 min"), "beyond the range"));
    CHECK(holds(refusal_of_span("30 min 1 h"), "out of order"));
    CHECK(holds(refusal_of_span("1 h 1 h"), "out of order"));
    for (const char* text : {"", " ", "h", "1 h 30", "1,5 h", "nan h", "inf h", "1e3 h", "0x5 h", "1 h, 30 min",
                             "5 years ago", "+5 h", "1..5 h", "99999999999999999999999999 h", "\xff", "1 "}) {
      CAPTURE(text);
      CHECK_THROWS_AS((void)parse_span(text), std::invalid_argument);
    }
    CHECK(refusal_of_span(std::string(10000, '9')).size() < 250);
  }

  TEST_CASE("months in the wall clock of a zone") {
    const TimeZone phoenix("America/Phoenix");
    CHECK(format_utc(month_start(utc("2027-02-01T03:00"), phoenix)) ==
          "2027-01-01T07:00:00Z");  // still January there
    CHECK(format_utc(next_month(utc("2027-02-01T03:00"), phoenix)) == "2027-02-01T07:00:00Z");
    CHECK(next_month(utc("2027-12-31T23:00"), TimeZone()) == utc("2028-01-01"));
    const TimeZone berlin("Europe/Berlin");
    Time t = berlin.to_utc(local("2026-01-01"));
    CHECK(month_start(t, berlin) == t);
    for (int month = 0; month < 240; ++month) {
      const Time next = next_month(t, berlin);
      CHECK(next == berlin.to_utc(add(local("2026-01-01"), {month + 1, {}})));
      CHECK(month_start(next - 1ns, berlin) == t);
      CHECK(month_start(next, berlin) == next);
      t = next;
    }
  }

  TEST_CASE("seconds and nanoseconds") {
    CHECK(seconds(1500ms) == 1.5);
    CHECK(from_seconds(1.5) == 1500ms);
    CHECK(from_seconds(-1e-9) == -1ns);
    CHECK(from_seconds(0.4e-9) == 0ns);
    CHECK_THROWS_AS((void)from_seconds(9.3e9), std::out_of_range);
    CHECK_THROWS_AS((void)from_seconds(-9.3e9), std::out_of_range);
    CHECK_THROWS_AS((void)from_seconds(std::numeric_limits<double>::quiet_NaN()), std::out_of_range);
    CHECK_THROWS_AS((void)from_seconds(std::numeric_limits<double>::infinity()), std::out_of_range);
    CHECK(seconds(from_seconds(9.2e9)) == doctest::Approx(9.2e9));
  }
}
