// Design conditions by their words.
#include "models/weather/design_conditions.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>
#include <string>

#include "epw_text.hpp"
#include "models/weather/epw.hpp"
#include "models/weather/moist_air.hpp"

using namespace wattershed;

namespace {

DesignConditions phoenix() {
  test::EpwText text;
  text.design = test::design_2021;
  text.location = "LOCATION,Phoenix,AZ,USA,SRC-TMYx,722780,33.42800,-112.0040,-7.0,337.4";
  return parse_epw(text.text(), "x.epw").design;
}

template <class F>
std::string failure(F f) {
  try {
    f();
  } catch (const std::invalid_argument& error) {
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

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("words") {
    CHECK(to_string(parse_design_point("0.4 %")) == "0.4 %");
    CHECK(to_string(parse_design_point("0.4%")) == "0.4 %");
    CHECK(to_string(parse_design_point("1 %")) == "1 %");
    CHECK(to_string(parse_design_point("extreme-n20")) == "extreme-n20");
    CHECK(to_string(parse_design_point("42 degC")) == "42 degC");
    CHECK(parse_design_point("100 degF").temperature.celsius() == doctest::Approx(37.7778));
    CHECK(parse_design_point("-5 degC").temperature.celsius() == doctest::Approx(-5));
    holds(failure([] { parse_design_point("extrem-n20"); }), "did you mean 'extreme-n20'?");
    holds(failure([] { parse_design_point("extreme-n25"); }), "is no design condition; did you mean 'extreme-n");
    holds(failure([] { parse_design_point("3 %"); }), "one of 0.4 %, 1 %, 2 %, extreme-n5");
    holds(failure([] { parse_design_point("42"); }), "or a temperature such as '42 degC'");
    holds(failure([] { parse_design_point(""); }), "is no design condition");
    holds(failure([] { parse_design_point("900 degC"); }), "no temperature of outdoor air");
    holds(failure([] { parse_design_point("40 MW"); }), "or a temperature such as '42 degC'");
  }

  TEST_CASE("dry bulbs with their humidity") {
    const DesignConditions design = phoenix();
    const Outdoors hot = air_at_dry_bulb(design, parse_design_point("0.4 %"));
    CHECK(hot.dry_bulb == 43.6_degC);
    CHECK(hot.wet_bulb == 20.7_degC);
    CHECK(hot.pressure.si() == doctest::Approx(97335).epsilon(1e-3));
    // ASHRAE's own humidity ratio for that pair is not printed; the psychrometer gives it.
    CHECK(hot.humidity_ratio ==
          doctest::Approx(moist_air::humidity_ratio_from_wet_bulb(273.15 + 43.6, 273.15 + 20.7, hot.pressure.si())));
    const Outdoors extreme = air_at_dry_bulb(design, parse_design_point("extreme-n20"));
    CHECK(extreme.dry_bulb == 48.5_degC);
    CHECK(extreme.humidity_ratio == hot.humidity_ratio);
    CHECK(extreme.wet_bulb > hot.wet_bulb);
    const Outdoors given = air_at_dry_bulb(design, parse_design_point("45 degC"));
    CHECK(given.dry_bulb == 45_degC);
    CHECK(given.humidity_ratio == hot.humidity_ratio);
    // Colder than its dew point would be: saturated, no more.
    const Outdoors cold = air_at_dry_bulb(design, parse_design_point("-10 degC"));
    CHECK(cold.wet_bulb == cold.dry_bulb);
    CHECK(cold.humidity_ratio < hot.humidity_ratio);
  }

  TEST_CASE("wet bulbs with their dry bulb") {
    const DesignConditions design = phoenix();
    const Outdoors wet = air_at_wet_bulb(design, parse_design_point("0.4 %"));
    CHECK(wet.wet_bulb == 24.2_degC);
    CHECK(wet.dry_bulb == 34.2_degC);
    const Outdoors given = air_at_wet_bulb(design, parse_design_point("26 degC"));
    CHECK(given.wet_bulb == 26_degC);
    CHECK(given.dry_bulb.celsius() == doctest::Approx(36));
    holds(failure([&] { air_at_wet_bulb(design, parse_design_point("extreme-n20")); }),
          "has no wet-bulb 'extreme-n20'; it has 0.4 %, 1 %, 2 %");
  }

  TEST_CASE("a place without design conditions takes temperatures and refuses words") {
    const DesignConditions design = parse_epw(test::EpwText{}.text(), "x.epw").design;
    holds(failure([&] { air_at_dry_bulb(design, parse_design_point("0.4 %")); }),
          "has no dry-bulb conditions, so '0.4 %' is unknown; give a temperature");
    const Outdoors given = air_at_dry_bulb(design, parse_design_point("35 degC"));
    CHECK(given.dry_bulb == 35_degC);
    CHECK(given.humidity_ratio > 0.005);
    CHECK(air_at_wet_bulb(design, parse_design_point("20 degC")).dry_bulb > 20_degC);
    CHECK(dry_bulb_words(phoenix()).size() == 7);
    CHECK(wet_bulb_words(phoenix()).size() == 3);
  }

  TEST_CASE("extremes of n years") {
    // Worked from the equation: F(20) = 1.866, F(50) = 2.592 (Gumbel's distribution by moments).
    CHECK(extreme_of_years(40_degC, 2_K, 20).celsius() == doctest::Approx(40 + 2 * 1.8658).epsilon(1e-4));
    CHECK(extreme_of_years(40_degC, 2_K, 50).celsius() == doctest::Approx(40 + 2 * 2.5923).epsilon(1e-4));
    // Phoenix' header: mean 46.0, deviation 1.3 K; its n-year values follow to the last printed digit or so.
    const DesignConditions design = phoenix();
    for (std::size_t i = 0; i < 4; ++i)
      CHECK(std::abs(extreme_of_years(*design.mean_highest, *design.deviation_highest, design_years[i]).celsius() -
                     design.extreme_dry_bulb[i]->celsius()) < 0.16);
  }
}
