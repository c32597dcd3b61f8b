// Four real files: statistics that were worked out elsewhere, the design conditions that they print, and how well a
// climate made of their normals resembles them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/weather/epw.hpp"
#include "models/weather/moist_air.hpp"
#include "shared_data.hpp"

using namespace wattershed;

namespace {

struct Expected {
  const char* file;
  double dry_mean, dry_99, wet_mean, wet_99, wet_max;  // [degC]
  int cold_hours;                                      // with a wet bulb of at most 10 degC
  double dry_04, coincident_04, wet_04, range, extreme_20;
};

constexpr Expected expected[] = {
    {"USA_CA_San.Francisco.Intl.AP.724940_TMY3.epw", 13.8, 25.0, 11.1, 17.3, 20.1, 2816, 28.3, 17.2, 18.6, 8.5, 38.8},
    {"USA_CO_Denver.Intl.AP.725650_TMY3.epw", 10.9, 33.3, 4.9, 17.4, 20.4, 5806, 34.6, 15.7, 18.3, 15.2, 39.5},
    {"USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw", 10.0, 31.1, 7.2, 24.6, 26.9, 4872, 33.3, 23.7, 25.5, 10.5, 39.5},
    {"USA_AZ_Phoenix-Sky.Harbor.epw", 24.7, 42.2, 13.1, 25.6, 33.0, 2725, 43.6, 20.7, 24.2, 11.4, 48.5}};

struct Statistics {
  double mean, p99, max;
};

Statistics statistics_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (double value : values) sum += value;
  return {sum / static_cast<double>(values.size()), values[values.size() * 99 / 100], values.back()};
}

}  // namespace

TEST_SUITE("evidence") {
  TEST_CASE("statistics and design conditions of four files") {
    for (const Expected& row : expected) {
      const auto path = test::shared_file(std::string("weather/") + row.file);
      if (path.empty()) return;
      CAPTURE(row.file);
      const EpwFile file = read_epw({row.file, path, {}});
      CHECK(file.warnings.empty());
      const Weather weather = weather_from_epw(file);
      std::vector<double> dry, wet;
      int cold = 0;
      for (const WeatherMark& hour : weather.hours_of_year(0)) {
        dry.push_back(hour.dry_bulb_k - 273.15);
        wet.push_back(hour.wet_bulb_k - 273.15);
        if (wet.back() <= 10) ++cold;
      }
      const Statistics dry_statistics = statistics_of(dry), wet_statistics = statistics_of(wet);
      // The reference prints one digit and its wet bulb has a tolerance of its own of 0.001 K.
      CHECK(std::abs(dry_statistics.mean - row.dry_mean) < 0.051);
      CHECK(std::abs(dry_statistics.p99 - row.dry_99) < 0.051);
      CHECK(std::abs(wet_statistics.mean - row.wet_mean) < 0.055);
      CHECK(std::abs(wet_statistics.p99 - row.wet_99) < 0.055);
      CHECK(std::abs(wet_statistics.max - row.wet_max) < 0.055);
      CHECK(std::abs(cold - row.cold_hours) <= 1);
      const DesignConditions& design = weather.design();
      CHECK(design.dry_bulb[0]->dry_bulb.celsius() == doctest::Approx(row.dry_04));
      CHECK(design.dry_bulb[0]->wet_bulb.celsius() == doctest::Approx(row.coincident_04));
      CHECK(design.wet_bulb[0]->wet_bulb.celsius() == doctest::Approx(row.wet_04));
      CHECK(design.daily_range->si() == doctest::Approx(row.range));
      CHECK(design.extreme_dry_bulb[2]->celsius() == doctest::Approx(row.extreme_20));
    }
  }

  TEST_CASE("between the hours of four files the wet bulb is that of the air") {
    double worst = 0;
    for (const Expected& row : expected) {
      const auto path = test::shared_file(std::string("weather/") + row.file);
      if (path.empty()) return;
      const Weather weather = weather_from_epw(read_epw({row.file, path, {}}));
      for (int i = 0; i < 8760 * 6; ++i) {
        const Outdoors air =
            weather.at(std::chrono::sys_days(std::chrono::year(2027) / 1 / 1) + i * std::chrono::minutes(10));
        const double exact = moist_air::wet_bulb_k(air.dry_bulb.si(), air.humidity_ratio, air.pressure.si());
        worst = std::max(worst, std::abs(exact - air.wet_bulb.si()));
      }
    }
    CHECK(worst < 0.01);
    MESSAGE("within " << worst << " K");
  }
}
