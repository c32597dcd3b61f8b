// `site.weather`: one of a file, a climate, a design day.
#include "models/weather/scenario.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "epw_text.hpp"
#include "models/weather/moist_air.hpp"
#include "sim/input/document.hpp"

using namespace wattershed;

namespace {

constexpr const char* phoenix_path = WATTERSHED_SOURCE_DIR "/models/catalog/climates/phoenix.yaml";

const Catalog& catalog() {
  static const std::string text = [] {
    std::ifstream in(phoenix_path);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  static const Catalog made({{"climates/phoenix.yaml", text}});
  return made;
}

/// A file that exists as long as the test.
struct TemporaryEpw {
  explicit TemporaryEpw(const test::EpwText& text)
      : path(std::filesystem::temp_directory_path() / fmt::format("wattershed_choice_{}.epw", fmt::ptr(this))) {
    std::ofstream(path) << text.text();
  }
  ~TemporaryEpw() { std::filesystem::remove(path); }
  TemporaryEpw(const TemporaryEpw&) = delete;
  TemporaryEpw& operator=(const TemporaryEpw&) = delete;
  std::filesystem::path path;
};

WeatherChoice choice_of(const std::string& yaml, std::vector<std::string> sets = {}) {
  WeatherChoice choice;
  load_document_text("weather: " + yaml, "site.yaml", {.catalog = &catalog(), .sets = std::move(sets)},
                     [&](Fields& f) { f.required("weather", choice); });
  return choice;
}

std::string failure(const std::string& yaml) {
  try {
    choice_of(yaml);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

bool holds(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CAPTURE(part);
  const bool yes = text.find(part) != std::string::npos;
  CHECK(yes);
  return yes;
}

constexpr Time start = std::chrono::sys_days(std::chrono::year(2027) / 1 / 1);
constexpr Time end = std::chrono::sys_days(std::chrono::year(2029) / 1 / 1);

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("exactly one of the three") {
    CHECK(choice_of("{climate: phoenix}").climate);
    CHECK(choice_of("{climate: {use: phoenix, elevation: 400 m}}").climate->elevation == 400_m);
    CHECK(choice_of("{epw: a.epw}").epw->written == "a.epw");
    CHECK(choice_of("{design_day: {of: {climate: phoenix}, dry_bulb: extreme-n20}}").design_day->of.climate);
    holds(failure("{}"), "weather needs one of epw, climate, design_day");
    holds(failure("{epw: a.epw, climate: phoenix}"), "'climate' excludes 'epw'");
    holds(failure("{climate: phoenx}"), "'phoenx' is not in the catalog of climates; there is phoenix");
    holds(failure("{design_day: {of: {climate: phoenix}, dry_bulb: extrem-n20}}"), "did you mean 'extreme-n20'?");
    holds(failure("{design_day: {of: {}, dry_bulb: 1 %}}"), "weather.design_day.of needs one of epw, climate");
    holds(failure("{design_day: {of: {climate: phoenix}}}"), "'dry_bulb' is missing");
  }

  TEST_CASE("--set of one clears the others") {
    const WeatherChoice choice = choice_of("{climate: phoenix}", {"weather.epw=b.epw"});
    CHECK(!choice.climate);
    CHECK(choice.epw->written == "b.epw");
  }

  TEST_CASE("a file is read, with its warnings") {
    test::EpwText text;
    text.design = test::design_2009;
    text.air = [](int hour) {
      return hour == 5 ? std::string("99.9,99.9,999,999999") : test::EpwText::default_air(hour);
    };
    const TemporaryEpw file(text);
    const LoadedWeather loaded = load_weather(choice_of("{epw: " + file.path.string() + "}"), start, end, 1, 0);
    CHECK(loaded.warnings.size() == 3);
    CHECK(loaded.weather.station().utc_offset == -7h);
    CHECK(loaded.weather.design().dry_bulb[0]->dry_bulb == 34.6_degC);
  }

  TEST_CASE("a climate covers the run, by its seed") {
    const WeatherChoice choice = choice_of("{climate: phoenix}");
    const LoadedWeather one = load_weather(choice, start, end, 1, 0), two = load_weather(choice, start, end, 2, 0);
    CHECK(one.warnings.empty());
    CHECK(one.weather.years() == 3);  // 31 December 2026, 17:00 in Phoenix
    CHECK(one.weather.station().name == "Phoenix, Arizona");
    CHECK(one.weather.station().time_zone == "America/Phoenix");
    CHECK(one.weather.utc_offset() == -7h);
    CHECK(one.weather.at(start + 99h).dry_bulb != two.weather.at(start + 99h).dry_bulb);
    CHECK(one.weather.design().dry_bulb[0]->dry_bulb == two.weather.design().dry_bulb[0]->dry_bulb);
    // The second year is another one.
    CHECK(one.weather.at(start + 99h).dry_bulb != one.weather.at(start + 365 * 24h + 99h).dry_bulb);
  }

  TEST_CASE("a design day repeats, with its peak, its range and one humidity ratio") {
    test::EpwText text;
    text.design = test::design_2021;
    const TemporaryEpw file(text);
    const WeatherChoice choice =
        choice_of("{design_day: {of: {epw: " + file.path.string() + "}, dry_bulb: extreme-n20}}");
    const Weather weather = load_weather(choice, start, end, 1, 0).weather;
    const Outdoors expected = air_at_dry_bulb(weather.design(), parse_design_point("extreme-n20"));
    double most = 0, least = 1e9;
    for (int hour = 0; hour < 24; ++hour) {
      const Time t = start + hour * 1h;
      const Outdoors air = weather.at(t);
      most = std::max(most, air.dry_bulb.celsius());
      least = std::min(least, air.dry_bulb.celsius());
      CHECK(air.humidity_ratio == doctest::Approx(expected.humidity_ratio).epsilon(1e-6));
      CHECK(weather.at(t + 24h * 200).dry_bulb.si() == doctest::Approx(air.dry_bulb.si()).epsilon(1e-12));
      CHECK(weather.at(t + 24h * 425).dry_bulb.si() == doctest::Approx(air.dry_bulb.si()).epsilon(1e-12));
    }
    CHECK(most == doctest::Approx(48.5));
    CHECK(least == doctest::Approx(48.5 - 11.4));
    CHECK(weather.at(start + 7h + 14h).dry_bulb.celsius() == doctest::Approx(48.5));  // 14:00 local
    CHECK(weather.at(start + 7h + 5h).dry_bulb.celsius() == doctest::Approx(48.5 - 11.4));
  }

  TEST_CASE("a design day of a climate, of a temperature, and one that is saturated at night") {
    const Weather hot =
        load_weather(choice_of("{design_day: {of: {climate: phoenix}, dry_bulb: 0.4 %}}"), start, end, 1, 0).weather;
    CHECK(std::abs(hot.at(start + 21h).dry_bulb.celsius() - 43.6) < 2);
    const Weather cold =
        load_weather(choice_of("{design_day: {of: {climate: phoenix}, dry_bulb: 15 degC}}"), start, end, 1, 0)
            .weather;
    const Outdoors night = cold.at(start + 12h);
    CHECK(night.wet_bulb.si() == doctest::Approx(night.dry_bulb.si()));
    CHECK(night.humidity_ratio ==
          doctest::Approx(moist_air::saturation_humidity_ratio(night.dry_bulb.si(), night.pressure.si())));
  }

  TEST_CASE("a condition that the header lacks is refused where it was written") {
    const TemporaryEpw file(test::EpwText{});
    const WeatherChoice choice = choice_of("{design_day: {of: {epw: " + file.path.string() + "}, dry_bulb: 1 %}}");
    try {
      load_weather(choice, start, end, 1, 0);
      FAIL("accepted");
    } catch (const InputError& error) {
      holds(error.what(), "site.yaml:1:");
      holds(error.what(), "has no dry-bulb conditions, so '1 %' is unknown");
    }
  }
}
