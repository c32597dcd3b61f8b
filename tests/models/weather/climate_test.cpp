// Generated climates: the normals come back, days persist, the same stream gives the same weather.
#include "models/weather/climate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <list>
#include <numeric>

#include "models/weather/moist_air.hpp"
#include "sim/input/document.hpp"

using namespace wattershed;

namespace {

/// The climates as they stand in the source tree: the embedded catalog belongs to a library above this one.
const Catalog& climates() {
  static std::list<std::string> texts;
  static const Catalog catalog = [] {
    std::vector<CatalogFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(WATTERSHED_SOURCE_DIR "/models/catalog/climates")) {
      std::ifstream in(entry.path());
      const std::string& path = texts.emplace_back("climates/" + entry.path().filename().string());
      const std::string& text =
          texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
      files.push_back({path, text});
    }
    return Catalog(std::move(files));
  }();
  return catalog;
}

Climate climate_of(const std::string& name, Document* document = nullptr) {
  Climate climate;
  Document read = load_document_text("x: " + name, "climate.yaml", {.catalog = &climates(), .sets = {}},
                                     [&](Fields& f) { f.required("x", climate); });
  if (document) *document = std::move(read);
  return climate;
}

/// Monthly means over generated years, as normals are made of them.
struct Means {
  std::array<double, 12> daily_max{}, daily_min{}, relative{}, days{};
  int above_saturation = 0;  ///< hours
};

Means means_of(const ClimateGenerator& generator, int years, std::uint64_t seed) {
  Means means;
  for (int y = 2001; y < 2001 + years; ++y) {
    const std::vector<WeatherMark> marks = generator.year(y, seed, 0, "weather");
    for (std::size_t day = 0; day * 24 + 1 < marks.size(); ++day) {
      const std::chrono::year_month_day date(std::chrono::sys_days(std::chrono::year(y) / 1 / 1) +
                                             std::chrono::days(day));
      const std::size_t m = static_cast<unsigned>(date.month()) - 1;
      double most = -1e9, least = 1e9;
      for (std::size_t hour = 1; hour <= 24; ++hour) {
        const WeatherMark& mark = marks[day * 24 + hour];
        most = std::max(most, mark.dry_bulb_k);
        least = std::min(least, mark.dry_bulb_k);
        const double relative =
            std::exp(mark.log_vapour_pressure) / moist_air::saturation_pressure_pa(mark.dry_bulb_k);
        if (relative > 1 + 1e-9 || mark.wet_bulb_k > mark.dry_bulb_k) ++means.above_saturation;
        means.relative[m] += relative / 24;
      }
      means.daily_max[m] += most - 273.15;
      means.daily_min[m] += least - 273.15;
      ++means.days[m];
    }
  }
  for (std::size_t m = 0; m < 12; ++m)
    for (double* sum : {&means.daily_max[m], &means.daily_min[m], &means.relative[m]}) *sum /= means.days[m];
  return means;
}

/// The normals come back over `years`; temperatures within the bound or three standard errors of a mean of persistent
/// days, whichever is more.
void check_normals(const std::string& name, int years, double bound_k, double bound_relative) {
  CAPTURE(name);
  const Climate climate = climate_of(name);
  const Means means = means_of(ClimateGenerator(climate), years, 11);
  CHECK(means.above_saturation == 0);
  const double rho = climate.day_to_day.persistence.si();
  for (std::size_t m = 0; m < 12; ++m) {
    CAPTURE(m + 1);
    const double deviation = std::max(climate.day_to_day.winter, climate.day_to_day.summer).si();
    const double error_k = 3 * deviation * std::sqrt((1 + rho) / (1 - rho) / means.days[m]);
    CHECK(std::abs(means.daily_max[m] - climate.temperature.daily_max[m].celsius()) < std::max(bound_k, error_k));
    CHECK(std::abs(means.daily_min[m] - climate.temperature.daily_min[m].celsius()) < std::max(bound_k, error_k));
    CHECK(std::abs(means.relative[m] - climate.humidity.relative[m].si()) < bound_relative);
  }
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every climate of the catalog reads, and every number has a source") {
    const std::vector<std::string> names = climates().names("climates");
    CHECK(names.size() == 22);
    for (const std::string& name : names) {
      CAPTURE(name);
      Document document;
      const Climate climate = climate_of(name, &document);
      CHECK(climate.temperature.daily_max.size() == 12);
      for (const ResolvedValue& value : document.values)
        if (value.is_number) CHECK_MESSAGE(!value.source.empty(), value.path);
    }
  }

  TEST_CASE("figures of the climates, as the table of normals has them") {
    const Climate ashburn = climate_of("ashburn");
    CHECK(ashburn.temperature.daily_max[0] == 6.1_degC);
    CHECK(ashburn.temperature.daily_min[6] == 19.2_degC);
    CHECK(ashburn.humidity.relative[8].si() == doctest::Approx(0.74));
    CHECK(ashburn.elevation == 95_m);
    const Climate denver = climate_of("denver");
    CHECK(denver.temperature.daily_max[5] == 31.5_degC);
    CHECK(denver.humidity.dew_point[0] == Temperature::celsius(-10.4));
    CHECK(climate_of("singapore").time_zone == "Asia/Singapore");
  }

  TEST_CASE("over a hundred years the normals come back") {
    // Thirty years are too few to see 3 points: the humidity of a month then has a standard error of 1 to 1.5 points.
    for (const char* name : {"phoenix", "ashburn", "singapore"}) check_normals(name, 100, 0.5, 0.03);
  }

  TEST_CASE("the same stream gives the same weather, another one other weather") {
    const ClimateGenerator generator(climate_of("chicago"));
    const auto same = [](const std::vector<WeatherMark>& a, const std::vector<WeatherMark>& b) {
      return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const WeatherMark& x, const WeatherMark& y) {
        return x.dry_bulb_k == y.dry_bulb_k && x.wet_bulb_k == y.wet_bulb_k;
      });
    };
    const std::vector<WeatherMark> year = generator.year(2027, 1, 0, "weather");
    CHECK(same(year, ClimateGenerator(climate_of("chicago")).year(2027, 1, 0, "weather")));
    CHECK(!same(year, generator.year(2027, 2, 0, "weather")));
    CHECK(!same(year, generator.year(2027, 1, 1, "weather")));
    CHECK(!same(year, generator.year(2027, 1, 0, "other")));
    CHECK(!same(year, generator.year(2029, 1, 0, "weather")));
  }

  TEST_CASE("years join without a step, and leap years have their day") {
    const ClimateGenerator generator(climate_of("duluth"));
    for (int y = 2026; y < 2030; ++y) {
      const std::vector<WeatherMark> before = generator.year(y, 3, 0, "weather"),
                                     after = generator.year(y + 1, 3, 0, "weather");
      CHECK(before.size() == (y == 2028 ? 8785u : 8761u));
      CHECK(before.back().dry_bulb_k == doctest::Approx(after.front().dry_bulb_k).epsilon(1e-12));
      CHECK(before.back().log_vapour_pressure == doctest::Approx(after.front().log_vapour_pressure).epsilon(1e-12));
    }
  }

  TEST_CASE("a longer run has the same weather in the years that both have") {
    const Climate climate = climate_of("phoenix");
    const auto at_start = [](int year) { return Time(std::chrono::sys_days(std::chrono::year(year) / 1 / 1)); };
    const Weather brief = weather_from_climate(climate, at_start(2028), at_start(2029), 1, 0);
    const Weather lasting = weather_from_climate(climate, at_start(2027), at_start(2031), 1, 0);
    CHECK(lasting.years() == 5);  // 31 December 2026 begins it, at the west coast
    for (int hour = 8; hour < 8000; hour += 37) {
      const Time t = at_start(2028) + hour * 1h + 20min;
      CHECK(brief.at(t).dry_bulb == lasting.at(t).dry_bulb);
      CHECK(brief.at(t).wet_bulb == lasting.at(t).wet_bulb);
    }
  }

  TEST_CASE("days persist: the anomaly of the daily mean has the deviation and the correlation asked for") {
    const Climate climate = climate_of("minneapolis");
    const ClimateGenerator generator(climate);
    // Januaries of 200 years, each day's mean about the mean of that day over the years.
    constexpr std::size_t days = 28, years = 200;
    std::vector<std::array<double, days>> januaries(years);
    for (std::size_t y = 0; y < years; ++y) {
      const std::vector<WeatherMark> marks = generator.year(2001 + static_cast<int>(y), 5, 0, "weather");
      for (std::size_t d = 0; d < days; ++d)
        for (std::size_t h = 1; h <= 24; ++h) januaries[y][d] += marks[d * 24 + h].dry_bulb_k / 24;
    }
    double squares = 0, products = 0;
    for (std::size_t d = 0; d < days; ++d) {
      double mean = 0;
      for (const auto& january : januaries) mean += january[d] / years;
      for (auto& january : januaries) january[d] -= mean;
    }
    for (const auto& january : januaries)
      for (std::size_t d = 0; d + 1 < days; ++d) {
        squares += january[d] * january[d];
        products += january[d] * january[d + 1];
      }
    // A calendar day's mean has parts of the nights beside it, which smooths: less spread, more correlation.
    CHECK(std::sqrt(squares / (years * (days - 1))) == doctest::Approx(climate.day_to_day.winter.si()).epsilon(0.1));
    CHECK(std::abs(products / squares - 0.7) < 0.12);
  }

  TEST_CASE("the day: coldest about sunrise, hottest in the afternoon") {
    const ClimateGenerator generator(climate_of("phoenix"));
    const std::vector<WeatherMark> marks = generator.year(2027, 1, 0, "weather");
    std::array<double, 24> july{};
    for (std::size_t day = 181; day < 212; ++day)
      for (std::size_t hour = 0; hour < 24; ++hour) july[hour] += marks[day * 24 + hour].dry_bulb_k / 31;
    const auto coldest = std::min_element(july.begin(), july.end()) - july.begin();
    const auto hottest = std::max_element(july.begin(), july.end()) - july.begin();
    CHECK((coldest >= 5 && coldest <= 6));  // the sun rises at 5:30 there
    CHECK((hottest >= 15 && hottest <= 16));
  }

  TEST_CASE("design conditions lie in order, and do not depend on a seed") {
    for (const char* name : {"phoenix", "denver", "mumbai", "lulea"}) {
      CAPTURE(name);
      const ClimateGenerator generator(climate_of(name));
      const DesignConditions design = generator.design_conditions();
      for (std::size_t i = 0; i < 3; ++i) {
        CHECK(design.dry_bulb[i]->wet_bulb < design.dry_bulb[i]->dry_bulb);
        CHECK(design.wet_bulb[i]->wet_bulb <= design.wet_bulb[i]->dry_bulb);
        CHECK(design.wet_bulb[i]->dry_bulb <= design.dry_bulb[0]->dry_bulb + 1_K);
        CHECK(design.dry_bulb[i]->wet_bulb < design.wet_bulb[0]->wet_bulb);
        if (i == 0) continue;
        CHECK(design.dry_bulb[i]->dry_bulb < design.dry_bulb[i - 1]->dry_bulb);
        CHECK(design.wet_bulb[i]->wet_bulb < design.wet_bulb[i - 1]->wet_bulb);
      }
      CHECK(*design.extreme_dry_bulb[0] > design.dry_bulb[0]->dry_bulb);
      for (std::size_t i = 0; i < 4; ++i)
        CHECK(
            design.extreme_dry_bulb[i]->si() ==
            doctest::Approx(extreme_of_years(*design.mean_highest, *design.deviation_highest, design_years[i]).si()));
      CHECK(!design.extreme_wet_bulb[2]);
      CHECK(*design.heating_dry_bulb[0] < *design.heating_dry_bulb[1]);
      const DesignConditions again = ClimateGenerator(climate_of(name)).design_conditions();
      CHECK(again.dry_bulb[0]->dry_bulb == design.dry_bulb[0]->dry_bulb);
    }
  }

  TEST_CASE("design quantiles are those of sorting every hour") {
    // The slow way over the same thirty years: the years of the fixed stream, every wet bulb solved.
    const ClimateGenerator generator(climate_of("ashburn"));
    const DesignConditions design = generator.design_conditions();
    std::vector<double> dry, wet;
    for (int y = 2001; y < 2031; ++y) {
      const std::vector<WeatherMark> marks = generator.year(y, 0, 0, "climate design");
      for (std::size_t i = 1; i < marks.size(); ++i) {
        dry.push_back(marks[i].dry_bulb_k);
        wet.push_back(marks[i].wet_bulb_k);
      }
    }
    std::sort(dry.begin(), dry.end(), std::greater<>());
    std::sort(wet.begin(), wet.end(), std::greater<>());
    for (std::size_t i = 0; i < 3; ++i) {
      const auto rank = static_cast<std::size_t>(design_percents[i] / 100 * static_cast<double>(dry.size()));
      CHECK(design.dry_bulb[i]->dry_bulb.si() == doctest::Approx(dry[rank]).epsilon(1e-12));
      CHECK(std::abs(design.wet_bulb[i]->wet_bulb.si() - wet[rank]) < 0.01);
    }
  }

  TEST_CASE("normals that cannot be used are refused") {
    const auto failure = [](const std::string& overrides) {
      Climate climate;
      try {
        load_document_text("x: {use: phoenix, " + overrides + "}", "x.yaml", {.catalog = &climates(), .sets = {}},
                           [&](Fields& f) { f.required("x", climate); });
      } catch (const InputError& error) {
        return std::string(error.what());
      }
      return std::string("accepted");
    };
    CHECK(failure("humidity: {relative: [50 %, 50 %]}").find("a year has 12 months") != std::string::npos);
    CHECK(failure("time_zone: America/Fenix").find("unknown time zone") != std::string::npos);
    CHECK(failure("temperature: {daily_max: [1 degC, 1 degC, 1 degC, 1 degC, 1 degC, 1 degC, 1 degC, 1 degC, 1 degC, "
                  "1 degC, 1 degC, 1 degC]}")
              .find("is not below the maximum") != std::string::npos);
    CHECK(failure("elevation: 500 m") == "accepted");
  }
}

TEST_SUITE("slow") {
  TEST_CASE("the normals of every climate come back") {
    for (const std::string& name : climates().names("climates")) check_normals(name, 120, 0.5, 0.03);
  }
}
