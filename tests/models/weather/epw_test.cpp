// The EPW reader on small texts: what it accepts, fills and refuses, with the line that it names.
#include "models/weather/epw.hpp"

#include <doctest/doctest.h>

#include <string>

#include "epw_text.hpp"
#include "models/weather/moist_air.hpp"

using namespace wattershed;
using test::EpwText;

namespace {

std::string failure(const std::string& text) {
  try {
    parse_epw(text, "x.epw");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

bool begins(const std::string& text, const std::string& start) {
  CAPTURE(text);
  CAPTURE(start);
  const bool yes = text.starts_with(start);
  CHECK(yes);
  return yes;
}

bool holds(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CAPTURE(part);
  const bool yes = text.find(part) != std::string::npos;
  CHECK(yes);
  return yes;
}

/// Hour `index` has these cells, all others the default.
std::function<std::string(int)> except(int first, int last, const std::string& cells) {
  return [=](int hour) { return hour >= first && hour <= last ? cells : EpwText::default_air(hour); };
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a plain year") {
    const EpwFile file = parse_epw(EpwText{}.text(), "x.epw");
    CHECK(file.hours.size() == 8760);
    CHECK(file.warnings.empty());
    CHECK(file.station.name == "Somewhere, XX, Land");
    CHECK(file.station.latitude == 40);
    CHECK(file.station.longitude == -105);
    CHECK(file.station.elevation == 1650_m);
    CHECK(file.station.utc_offset == -7h);
    CHECK(file.station.time_zone == "Etc/GMT+7");
    CHECK(file.hours[5000].dry_bulb_k - 273.15 == doctest::Approx(EpwText::default_dry_bulb(5000)).epsilon(1e-3));
    CHECK(file.hours[5000].pressure_pa == 83700);
    CHECK(
        moist_air::relative_humidity(file.hours[5000].dry_bulb_k,
                                     moist_air::humidity_ratio(std::exp(file.hours[5000].log_vapour_pressure), 83700),
                                     83700) == doctest::Approx(0.57));
    CHECK(dry_bulb_words(file.design).empty());
  }

  TEST_CASE("line ends, byte order mark, quotes and blank lines at the end change nothing") {
    EpwText text;
    const EpwFile plain = parse_epw(text.text(), "x.epw");
    text.line_end = "\r\n";
    text.design = "\"DESIGN CONDITIONS\",0";
    const EpwFile other = parse_epw("\xEF\xBB\xBF" + text.text() + "\r\n\r\n", "x.epw");
    REQUIRE(other.hours.size() == plain.hours.size());
    for (std::size_t i = 0; i < plain.hours.size(); ++i)
      CHECK_MESSAGE(plain.hours[i].wet_bulb_k == other.hours[i].wet_bulb_k, i);
  }

  TEST_CASE("latin-1 names become UTF-8, and UTF-8 stays") {
    EpwText text;
    text.location = "LOCATION,Lule\xE5,-,SWE,Test,0,65.54,22.12,1.0,17";
    CHECK(parse_epw(text.text(), "x.epw").station.name == "Luleå, SWE");
    text.location = "LOCATION,Luleå,-,SWE,Test,0,65.54,22.12,1.0,17";
    CHECK(parse_epw(text.text(), "x.epw").station.name == "Luleå, SWE");
    text.location = "LOCATION,ก\xE0,-,SWE,Test,0,65.54,22.12,1.0,17";
    CHECK(parse_epw(text.text(), "x.epw").station.name == "กà, SWE");
    text.location = "LOCATION,\"Washington, Dulles\",VA,USA,Test,0,38.95,-77.45,-5.0,95";
    CHECK(parse_epw(text.text(), "x.epw").station.name == "Washington, Dulles, VA, USA");
  }

  TEST_CASE("half hours from UTC") {
    EpwText text;
    text.location = "LOCATION,Mumbai,MH,IND,Test,0,18.90,72.82,5.5,11";
    const Station station = parse_epw(text.text(), "x.epw").station;
    CHECK(station.utc_offset == 5h + 30min);
    CHECK(station.time_zone == "Asia/Kolkata");
    text.location = "LOCATION,Kathmandu,-,NPL,Test,0,27.7,85.37,5.75,1337";
    CHECK(parse_epw(text.text(), "x.epw").station.utc_offset == 5h + 45min);
  }

  TEST_CASE("a leap year has 8784 hours") {
    EpwText text;
    text.leap = true;
    CHECK(parse_epw(text.text(), "x.epw").hours.size() == 8784);
  }

  TEST_CASE("design conditions of both layouts") {
    EpwText text;
    text.design = test::design_2009;
    DesignConditions design = parse_epw(text.text(), "x.epw").design;
    CHECK(design.source == "Climate Design Data 2009 ASHRAE Handbook");
    CHECK(design.pressure.si() == doctest::Approx(moist_air::standard_pressure(1650_m).si()));
    CHECK(design.hottest_month == 7);
    CHECK(design.daily_range->si() == 15.2);
    CHECK(design.dry_bulb[0]->dry_bulb == 34.6_degC);
    CHECK(design.dry_bulb[0]->wet_bulb == 15.7_degC);
    CHECK(design.dry_bulb[2]->dry_bulb == 31.8_degC);
    CHECK(design.wet_bulb[0]->wet_bulb == 18.3_degC);
    CHECK(design.wet_bulb[0]->dry_bulb == 27.3_degC);
    CHECK(design.wet_bulb[2]->wet_bulb == 17_degC);
    CHECK(design.wet_bulb[2]->dry_bulb == 26.5_degC);
    CHECK(*design.mean_highest == 37.1_degC);
    CHECK(design.deviation_highest->si() == 1.3);
    CHECK(*design.extreme_dry_bulb[0] == 38_degC);
    CHECK(*design.extreme_dry_bulb[2] == 39.5_degC);
    CHECK(*design.extreme_dry_bulb[3] == 40.5_degC);
    CHECK(*design.extreme_lowest[3] == Temperature::celsius(-29.9));
    CHECK(*design.heating_dry_bulb[0] == Temperature::celsius(-17.4));

    text.design = test::design_2021;
    design = parse_epw(text.text(), "x.epw").design;
    CHECK(design.daily_range->si() == 11.4);
    CHECK(design.dry_bulb[0]->dry_bulb == 43.6_degC);
    CHECK(design.dry_bulb[0]->wet_bulb == 20.7_degC);
    CHECK(design.wet_bulb[0]->wet_bulb == 24.2_degC);
    CHECK(design.wet_bulb[0]->dry_bulb == 34.2_degC);
    CHECK(*design.mean_highest == 46_degC);
    CHECK(*design.mean_lowest == 1.4_degC);
    CHECK(design.deviation_highest->si() == 1.3);
    CHECK(*design.extreme_dry_bulb[0] == 47_degC);
    CHECK(*design.extreme_dry_bulb[2] == 48.5_degC);
    CHECK(*design.extreme_lowest[0] == 0.3_degC);
  }

  TEST_CASE("a header of an unknown layout is left out, and says so") {
    EpwText text;
    text.design = test::design_2021 + ",1,2,3";
    const EpwFile file = parse_epw(text.text(), "x.epw");
    REQUIRE(file.warnings.size() == 1);
    holds(file.warnings[0], "Extremes has 18 values, 15 or 16 are known");
    CHECK(file.design.dry_bulb[0]);
    CHECK(!file.design.extreme_dry_bulb[0]);
    text.design = test::design_2021 + ",,";  // commas at the end of a line are no values
    CHECK(parse_epw(text.text(), "x.epw").design.extreme_dry_bulb[3]);
  }

  TEST_CASE("a short gap is a straight line, with a counted warning") {
    EpwText text;
    text.air = except(100, 105, "99.9,99.9,999,999999");
    const EpwFile file = parse_epw(text.text(), "x.epw");
    const double before = EpwText::default_dry_bulb(99), after = EpwText::default_dry_bulb(106);
    CHECK(file.hours[102].dry_bulb_k - 273.15 == doctest::Approx(before + (after - before) * 3 / 7).epsilon(2e-3));
    CHECK(file.hours[102].pressure_pa == doctest::Approx(83700));
    REQUIRE(file.warnings.size() == 3);
    holds(file.warnings[0], "6 missing values of the dry bulb");
    holds(file.warnings[1], "6 missing values of the dew point");
    holds(file.warnings[2], "6 missing values of the station pressure");
  }

  TEST_CASE("a gap over New Year is filled from both ends") {
    EpwText text;
    text.air = [](int hour) {
      return hour < 3 || hour >= 8758 ? std::string(",,,") : std::string("10.0,5.0,71,83700");
    };
    const EpwFile file = parse_epw(text.text(), "x.epw");
    CHECK(file.hours[0].dry_bulb_k == doctest::Approx(283.15));
    CHECK(file.hours[8759].dry_bulb_k == doctest::Approx(283.15));
    holds(file.warnings[0], "5 missing values");
  }

  TEST_CASE("one of the humidities is enough") {
    EpwText text;
    text.air = [](int) { return "20.0,99.9,50,101325"; };
    const EpwFile by_relative = parse_epw(text.text(), "x.epw");
    CHECK(by_relative.warnings.empty());
    CHECK(std::exp(by_relative.hours[9].log_vapour_pressure) ==
          doctest::Approx(0.5 * moist_air::saturation_pressure_pa(293.15)));
    text.air = [](int) { return "20.0,9.27,999,101325"; };
    const EpwFile by_dew_point = parse_epw(text.text(), "x.epw");
    CHECK(by_dew_point.hours[9].log_vapour_pressure ==
          doctest::Approx(by_relative.hours[9].log_vapour_pressure).epsilon(1e-3));
    REQUIRE(by_dew_point.warnings.size() == 1);
    holds(by_dew_point.warnings[0], "8760 missing relative humidities");
  }

  TEST_CASE("air above saturation counts as saturated") {
    EpwText text;
    text.air = except(7, 8, "10.0,12.0,999,101325");
    const EpwFile file = parse_epw(text.text(), "x.epw");
    CHECK(file.hours[7].wet_bulb_k == file.hours[7].dry_bulb_k);
    holds(file.warnings.back(), "2 hours have a dew point above the dry bulb");
    text.air = except(7, 8, "10.0,10.0,104,101325");
    CHECK(parse_epw(text.text(), "x.epw").hours[7].wet_bulb_k == doctest::Approx(283.15));
  }

  TEST_CASE("a long gap, a hole, disorder and cut files are refused where they are") {
    EpwText text;
    text.air = except(100, 106, "99.9,8,57,83700");
    begins(failure(text.text()), "x.epw:109: dry bulb is missing for 7 hours from here");
    text = {};
    text.row = [](int hour, std::string row) { return hour == 30 || hour == 31 ? std::string() : row; };
    begins(failure(text.text()), "x.epw:39: 2 hours are missing before 1/2 hour 9");
    text.row = [](int hour, std::string row) { return hour == 30 ? row + "\n" + row : row; };
    begins(failure(text.text()), "x.epw:40: the row is out of order: 1/2 hour 7 comes after 1/2 hour 7");
    text.row = [](int hour, std::string row) { return hour < 24 * 60 && hour >= 24 * 59 ? std::string() : row; };
    holds(failure(text.text()), "24 hours are missing before 3/2 hour 1");
    text.leap = true;
    text.row = [](int hour, std::string row) { return hour == 24 * 59 + 5 ? std::string() : row; };
    holds(failure(text.text()), "1 hours are missing before 2/29 hour 7");
    text = {};
    const std::string whole = text.text();
    holds(failure(whole.substr(0, whole.size() - 3000)), "the file ends after");
    holds(failure(whole.substr(0, 200)), "the file ends within its header");
    begins(failure(""), "x.epw: the file is empty");
    begins(failure("hello\n"), "x.epw:1: this is no EnergyPlus weather file");
  }

  TEST_CASE("cells that cannot be used are named by line and column") {
    EpwText text;
    text.air = except(5, 5, "abc,8,57,83700");
    begins(failure(text.text()), "x.epw:14:19: dry bulb: 'abc' is not a number");
    text.air = except(5, 5, "71.5,8,57,83700");
    holds(failure(text.text()), "a dry bulb of 71.5 is beyond any weather (-90 to 60; missing is 99.9)");
    text.air = except(5, 5, "10,8,57,99");
    holds(failure(text.text()), "a station pressure of 99 is beyond any weather");
    text.air = except(5, 5, "nan,8,57,83700");
    holds(failure(text.text()), "dry bulb: 'nan' is not a number");
    text = {};
    text.row = [](int hour, std::string row) { return hour == 5 ? "1999,1,1,6,0,?9,1" : row; };
    begins(failure(text.text()), "x.epw:14: the row has 7 cells");
    text.row = [](int hour, std::string row) { return hour == 5 ? "1999,13,1,6,0,?9,1,1,1,1" : row; };
    begins(failure(text.text()), "x.epw:14:6: '13' is no month");
    text.row = [](int hour, std::string row) { return hour == 5 ? "1999,2,30,6,0,?9,1,1,1,1" : row; };
    begins(failure(text.text()), "x.epw:14: there is no day 2/30");
    text = {};
    text.periods = "DATA PERIODS,1,4,Data,Sunday,1/ 1,12/31";
    begins(failure(text.text()), "x.epw:8: the file has 4 rows an hour");
    text = {};
    text.location = "LOCATION,Somewhere,XX,Land,Test,000000,north,-105.00,-7.0,1650.0";
    begins(failure(text.text()), "x.epw:1: the latitude of LOCATION is 'north'");
    text.location = "LOCATION,Somewhere";
    begins(failure(text.text()), "x.epw:1: LOCATION has 1 values");
  }

  TEST_CASE("a file that is not there is named where it was written") {
    try {
      read_epw({"gone.epw", "/nowhere/gone.epw", {"site.yaml", 4, 12}});
      FAIL("read");
    } catch (const InputError& error) {
      begins(error.what(), "site.yaml:4:12: cannot read 'gone.epw': no such file");
    }
  }
}
