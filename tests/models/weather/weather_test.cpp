// Weather over time: where a value stands, how a year is laid onto another, what lies between the hours.
#include "models/weather/weather.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <random>
#include <stdexcept>

#include "epw_text.hpp"
#include "models/weather/epw.hpp"
#include "models/weather/moist_air.hpp"
#include "sim/calendar/calendar.hpp"

using namespace wattershed;
using test::EpwText;

namespace {

constexpr Time utc(int year, unsigned month, unsigned day, Duration time_of_day = {}) {
  return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)) +
         time_of_day;
}

/// A year whose dry bulb is the index of its hour in thousandths, seven hours behind UTC.
Weather counting_weather(bool leap) {
  EpwText text;
  text.leap = leap;
  text.air = [](int hour) { return fmt::format("{:.3f},-20,50,{}", hour / 1000.0, 80000 + hour); };
  return weather_from_epw(parse_epw(text.text(), "x.epw"));
}

double celsius_at(const Weather& weather, Time local) { return weather.at(local + 7h).dry_bulb.celsius(); }

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a row stands at the end of its hour, in local standard time") {
    const Weather weather = counting_weather(false);
    CHECK(celsius_at(weather, utc(2027, 1, 1, 1h)) == doctest::Approx(0));
    CHECK(celsius_at(weather, utc(2027, 1, 1, 2h)) == doctest::Approx(0.001));
    CHECK(celsius_at(weather, utc(2027, 1, 1, 2h + 15min)) == doctest::Approx(0.00125));
    CHECK(celsius_at(weather, utc(2027, 7, 1, 12h)) == doctest::Approx((181 * 24 + 11) / 1000.0));
    CHECK(celsius_at(weather, utc(2027, 12, 31, 23h)) == doctest::Approx(8.758));
    CHECK(weather.at(utc(2027, 1, 1, 8h + 30min)).pressure.si() == doctest::Approx(80000.5));
    // Around New Year the last row leads to the first.
    CHECK(celsius_at(weather, utc(2028, 1, 1)) == doctest::Approx(8.759));
    CHECK(celsius_at(weather, utc(2028, 1, 1, 30min)) == doctest::Approx(8.759 / 2));
    CHECK(celsius_at(weather, utc(1969, 12, 31, 23h)) == doctest::Approx(8.758));
    CHECK(celsius_at(weather, utc(1969, 12, 31, 12h + 1ns)) == doctest::Approx(8.747));
  }

  TEST_CASE("29 February repeats the 28th when the file has none") {
    const Weather weather = counting_weather(false);
    const double noon = (58 * 24 + 11) / 1000.0;
    CHECK(celsius_at(weather, utc(2028, 2, 28, 12h)) == doctest::Approx(noon));
    CHECK(celsius_at(weather, utc(2028, 2, 29, 12h)) == doctest::Approx(noon));
    CHECK(celsius_at(weather, utc(2028, 3, 1, 12h)) == doctest::Approx(noon + 0.024));
    CHECK(celsius_at(weather, utc(2028, 12, 31, 12h)) == doctest::Approx((364 * 24 + 11) / 1000.0));
  }

  TEST_CASE("a file with 29 February leaves it out in a common year") {
    const Weather weather = counting_weather(true);
    const double noon = (58 * 24 + 11) / 1000.0;
    CHECK(celsius_at(weather, utc(2027, 2, 28, 12h)) == doctest::Approx(noon));
    CHECK(celsius_at(weather, utc(2027, 3, 1, 12h)) == doctest::Approx(noon + 0.048));
    CHECK(celsius_at(weather, utc(2028, 2, 29, 12h)) == doctest::Approx(noon + 0.024));
    CHECK(celsius_at(weather, utc(2027, 12, 31, 12h)) == doctest::Approx((365 * 24 + 11) / 1000.0));
  }

  TEST_CASE("several years follow each other, and repeat outside") {
    std::vector<std::vector<WeatherMark>> years(2);
    for (int y = 0; y < 2; ++y)
      for (int i = 0; i <= (y == 1 ? 8784 : 8760); ++i)
        years[static_cast<std::size_t>(y)].push_back(
            weather_mark(Temperature::celsius(10 * y + i / 1000.0), Temperature::celsius(-20), Pressure(101325)));
    const Weather weather({}, {}, 2027, years);
    CHECK(weather.years() == 2);
    CHECK(weather.hours_of_year(0).size() == 8760);
    CHECK(weather.hours_of_year(1).size() == 8784);
    CHECK(weather.at(utc(2027, 1, 1)).dry_bulb.celsius() == doctest::Approx(0));
    CHECK(weather.at(utc(2028, 2, 29, 1h)).dry_bulb.celsius() == doctest::Approx(10 + (59 * 24 + 1) / 1000.0));
    CHECK(weather.at(utc(2029, 1, 1, 1h)).dry_bulb.celsius() == doctest::Approx(0.001));
    CHECK(weather.at(utc(2026, 1, 1, 1h)).dry_bulb.celsius() == doctest::Approx(10.001));
    CHECK(weather.at(utc(2025, 1, 1, 1h)).dry_bulb.celsius() == doctest::Approx(0.001));
  }

  TEST_CASE("years made when they are asked for are those that are kept, each made once while time goes on") {
    std::map<int, int> made;
    const auto make = [&made](int year) {
      ++made[year];
      std::vector<WeatherMark> marks;
      const int hours = std::chrono::year(year).is_leap() ? 8784 : 8760;
      for (int i = 0; i <= hours; ++i)
        marks.push_back(weather_mark(Temperature::celsius(year - 2027 + i / 1000.0), Temperature::celsius(-20),
                                     Pressure(101325)));
      return marks;
    };
    std::vector<std::vector<WeatherMark>> years;
    for (int year = 2027; year < 2032; ++year) years.push_back(make(year));
    made.clear();
    const Weather kept({}, {}, 2027, years), asked({}, {}, 2027, 5, make);
    CHECK(made.empty());
    CHECK(asked.years() == 5);
    const auto same = [&](Time t) {
      const Outdoors a = kept.at(t), b = asked.at(t);
      return a.dry_bulb == b.dry_bulb && a.wet_bulb == b.wet_bulb && a.humidity_ratio == b.humidity_ratio;
    };
    for (Time t = utc(2027, 1, 1); t < utc(2032, 1, 1); t += 5h + 17min) REQUIRE(same(t));
    CHECK(made == std::map<int, int>{{2027, 1}, {2028, 1}, {2029, 1}, {2030, 1}, {2031, 1}});
    for (int i = 0; i < 100; ++i) REQUIRE(same(utc(2031, 1, 1) + (i % 2 == 0 ? -1 : 1) * 3h));  // back and forth
    CHECK(made[2030] == 1);
    std::mt19937_64 engine(3);
    for (int i = 0; i < 300; ++i)
      REQUIRE(same(utc(2020, 1, 1) + std::chrono::hours(engine() % (24 * 365 * 20)) + 7min));
    const Weather copy = asked;
    CHECK(copy.at(utc(2029, 5, 5)).dry_bulb == kept.at(utc(2029, 5, 5)).dry_bulb);
  }

  TEST_CASE("between the hours: never above saturation, and the wet bulb is that of the air") {
    EpwText text;
    std::mt19937 engine(7);
    std::uniform_real_distribution<double> step(-6, 6);
    std::uniform_int_distribution<int> relative(8, 100);
    double dry_bulb = 10;
    text.air = [&](int) {
      dry_bulb = std::clamp(dry_bulb + step(engine), -25.0, 45.0);
      return fmt::format("{:.1f},99.9,{},83700", dry_bulb, relative(engine));
    };
    const Weather weather = weather_from_epw(parse_epw(text.text(), "x.epw"));
    double worst = 0;
    for (int i = 0; i < 40'000; ++i) {
      const Outdoors air = weather.at(utc(2027, 1, 1) + i * 13min);
      const double t_k = air.dry_bulb.si(), w = air.humidity_ratio, p_pa = air.pressure.si();
      CAPTURE(i);
      CHECK(w <= moist_air::saturation_humidity_ratio(t_k, p_pa) * (1 + 1e-6));
      CHECK(air.wet_bulb <= air.dry_bulb);
      worst = std::max(worst, std::abs(air.wet_bulb.si() - moist_air::wet_bulb_k(t_k, w, p_pa)));
    }
    // Wilder than any climate: humidity from 8 to 100 % within an hour.
    CHECK(worst < 0.01);
  }

  TEST_CASE("time zones that keep an offset") {
    for (const int minutes_east : {-720, -570, -480, -300, 0, 60, 210, 330, 345, 390, 525, 570, 840}) {
      const Duration offset = std::chrono::minutes(minutes_east);
      const TimeZone zone(fixed_time_zone(offset));
      CAPTURE(zone.name());
      for (const Time t : {utc(2027, 1, 15), utc(2027, 7, 15)})
        CHECK(zone.to_local(t).time_since_epoch() - t.time_since_epoch() == offset);
    }
    CHECK(fixed_time_zone(17min) == "UTC");
  }

  TEST_CASE("distance over the ground") {
    // San Francisco to Denver airports: 1556 km on the great circle.
    CHECK(distance_between(37.62, -122.40, 39.83, -104.65).si() == doctest::Approx(1.55e6).epsilon(0.01));
    CHECK(distance_between(10, 20, 10, 20).si() == 0);
    CHECK(distance_between(0, 179.5, 0, -179.5).si() == doctest::Approx(111.2e3).epsilon(0.01));
  }
}
