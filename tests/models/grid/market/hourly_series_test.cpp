#include "models/grid/market/hourly_series.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace wattershed;

namespace {

/// A file of hours from the first of January of `year`, written for one test.
class HourlyFile {
 public:
  explicit HourlyFile(const std::string& header) { text_ = header + "\n"; }
  void hour(int year, int hour_of_year, const std::string& cells) {
    const Time t = std::chrono::sys_days(std::chrono::year(year) / 1 / 1) + std::chrono::hours(hour_of_year);
    text_ += format_utc(t) + "," + cells + "\n";
  }
  void line(const std::string& text) { text_ += text + "\n"; }
  FileName write() {
    static int number = 0;
    path_ = std::filesystem::temp_directory_path() / fmt::format("wattershed_hourly_{}_{}.csv", ::getpid(), number++);
    std::ofstream(path_) << text_;
    return {"hours.csv", path_, {"s.yaml", 3, 4}};
  }
  ~HourlyFile() { std::filesystem::remove(path_); }

 private:
  std::string text_;
  std::filesystem::path path_;
};

Time utc(int year, unsigned month, unsigned day, int hour, int minute = 0) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) +
         std::chrono::hours(hour) + std::chrono::minutes(minute);
}

std::string error_of(HourlyFile& file, const std::optional<std::string>& column = {}) {
  try {
    read_carbon_csv(file.write(), column);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("hours are laid by month, day and hour; a leap day repeats the day before; blanks repeat") {
    HourlyFile file("timestamp_utc,ci_g_per_kwh\r");
    for (int h = 0; h < 8760; ++h) file.hour(2022, h, h == 100 ? "" : std::to_string(h));
    const HourlySeries series = read_carbon_csv(file.write(), {});
    const double g = 1e-3 / 3.6e6;
    CHECK(series.at(utc(2030, 1, 1, 0)) == 0);
    CHECK(series.at(utc(2030, 1, 1, 5, 59)) == doctest::Approx(5 * g).epsilon(1e-14));
    CHECK(series.at(utc(2030, 1, 5, 4)) == doctest::Approx(99 * g).epsilon(1e-14));  // hour 100 is blank
    const int first_of_march = (31 + 28) * 24;
    CHECK(series.at(utc(2028, 3, 1, 7)) == doctest::Approx((first_of_march + 7) * g).epsilon(1e-14));
    CHECK(series.at(utc(2028, 2, 29, 7)) == series.at(utc(2028, 2, 28, 7)));
    CHECK(series.at(utc(2027, 12, 31, 23)) == doctest::Approx(8759 * g).epsilon(1e-14));
  }

  TEST_CASE("a leap year's file keeps its leap day") {
    HourlyFile file("timestamp_utc,ci_g_per_kwh");
    for (int h = 0; h < 8784; ++h) file.hour(2024, h, std::to_string(h));
    const HourlySeries series = read_carbon_csv(file.write(), {});
    CHECK(series.at(utc(2028, 2, 29, 0)) == doctest::Approx(59 * 24 * 1e-3 / 3.6e6).epsilon(1e-14));
  }

  TEST_CASE("which column") {
    HourlyFile two("timestamp_utc,ci_lca_g_per_kwh,ci_direct_g_per_kwh,price_usd_per_mwh");
    for (int h = 0; h < 8760; ++h) two.hour(2023, h, "300,200,-5.5");
    CHECK(error_of(two).find("several columns of carbon intensity") != std::string::npos);
    CHECK(error_of(two, "ci_direkt_g_per_kwh").find("did you mean 'ci_direct_g_per_kwh'") != std::string::npos);
    CHECK(error_of(two, "price_usd_per_mwh").find("does not end with a unit of carbon") != std::string::npos);
    CHECK(read_carbon_csv(two.write(), "ci_direct_g_per_kwh").at(utc(2023, 1, 1, 0)) ==
          doctest::Approx(200e-3 / 3.6e6));
    CHECK(read_price_csv(two.write(), {}).at(utc(2023, 1, 1, 0)) == doctest::Approx(-5.5 / 3.6e9));
    // The name says what a column counts: scope 2 is direct.
    const HourlySeries direct = read_carbon_csv(two.write(), {}, CarbonColumn::direct);
    CHECK(direct.at(utc(2023, 1, 1, 0)) == doctest::Approx(200e-3 / 3.6e6));
    CHECK(direct.column() == "ci_direct_g_per_kwh");
    CHECK(read_carbon_csv(two.write(), {}, CarbonColumn::life_cycle).column() == "ci_lca_g_per_kwh");
    CHECK(read_carbon_csv(two.write(), "ci_lca_g_per_kwh", CarbonColumn::direct).column() == "ci_lca_g_per_kwh");
    HourlyFile vague("timestamp_utc,ci_a_g_per_kwh,ci_b_g_per_kwh");
    for (int h = 0; h < 8760; ++h) vague.hour(2023, h, "300,200");
    CHECK_THROWS_AS(read_carbon_csv(vague.write(), {}, CarbonColumn::direct), InputError);
  }

  TEST_CASE("faults are found with their line") {
    SUBCASE("short") {
      HourlyFile file("timestamp_utc,ci_g_per_kwh");
      for (int h = 0; h < 100; ++h) file.hour(2022, h, "1");
      CHECK(error_of(file).find("does not cover the year") != std::string::npos);
    }
    SUBCASE("out of order") {
      HourlyFile file("timestamp_utc,ci_g_per_kwh");
      file.hour(2022, 5, "1");
      file.hour(2022, 4, "1");
      CHECK(error_of(file).find("hours.csv:3:1: 2022-01-01T04:00:00Z is not after") != std::string::npos);
    }
    SUBCASE("a gap") {
      HourlyFile file("timestamp_utc,ci_g_per_kwh");
      file.hour(2022, 5, "1");
      file.hour(2022, 7, "1");
      CHECK(error_of(file).find("hours are missing") != std::string::npos);
    }
    SUBCASE("not a number") {
      HourlyFile file("timestamp_utc,ci_g_per_kwh");
      file.hour(2022, 0, "1");
      file.hour(2022, 1, "nan");
      CHECK(error_of(file).find("hours.csv:3:22: ci_g_per_kwh: 'nan' is not a number") != std::string::npos);
    }
    SUBCASE("a short row") {
      HourlyFile file("timestamp_utc,x,ci_g_per_kwh");
      file.line("2022-01-01T00:00:00Z,3");
      CHECK(error_of(file).find("hours.csv:2: the row has 2 fields, the header 3") != std::string::npos);
    }
    SUBCASE("a long row: a decimal comma") {
      HourlyFile file("timestamp_utc,ci_g_per_kwh");
      file.hour(2022, 0, "300,5");
      CHECK(error_of(file) == "hours.csv:2: the row has 3 fields, the header 2");
    }
    SUBCASE("a time that is none, behind another column") {
      HourlyFile file("x,timestamp_utc,ci_g_per_kwh");
      file.line("1,2022-01-01T00:30:00Z,3");
      CHECK(error_of(file) == "hours.csv:2:3: '2022-01-01T00:30:00Z' is not a UTC hour such as 2022-01-01T00:00:00Z");
    }
    SUBCASE("no header") {
      HourlyFile file("time,ci_g_per_kwh");
      CHECK(error_of(file).find("hours.csv:1: no column timestamp_utc") != std::string::npos);
    }
    SUBCASE("two years") {
      HourlyFile file("timestamp_utc,ci_g_per_kwh");
      for (int h = 0; h < 8761; ++h) file.hour(2022, h, "1");
      CHECK(error_of(file).find("covered twice") != std::string::npos);
    }
    SUBCASE("no file") {
      CHECK_THROWS_WITH_AS(read_carbon_csv({"no.csv", "no.csv", {"s.yaml", 3, 4}}, {}),
                           "s.yaml:3:4: cannot read 'no.csv': no such file", InputError);
    }
  }
}
