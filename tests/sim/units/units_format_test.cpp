/// The writing half of sim/units/units.hpp: what `format_exact` writes, `parse_si` reads back to the last bit.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "named_dimensions.hpp"
#include "sim/units/units.hpp"

using namespace wattershed;

namespace {

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("exact texts read back to the same double, in every dimension") {
    std::mt19937_64 random(7);
    const auto check = [](double si, Dimension d) {
      const std::string text = format_exact(si, d);
      if (!same_bits(parse_si(text, d), si)) FAIL_CHECK("'" << text << "' is not " << si << ' ' << unit_of(d));
    };
    std::vector<Dimension> dimensions = named_dimensions;
    dimensions.push_back({.length = 1, .mass = -2, .time = 3, .carbon = 1});
    dimensions.push_back({.length = 2, .mass = 1, .time = -1, .apparent = 2});
    dimensions.push_back({.mass = -1, .carbon = 1});
    for (const Dimension d : dimensions) {
      for (const double si : {0.0, -0.0, 1.0, -1.0, 0.1, 1e-3, 5e-324, -5e-324, 2.2250738585072014e-308, 1e300,
                              std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest(),
                              std::numeric_limits<double>::epsilon()}) {
        check(si, d);
      }
      for (int i = 0; i < 300; ++i) {  // any bits
        double si = 0;
        const std::uint64_t bits = random();
        std::memcpy(&si, &bits, sizeof si);
        if (std::isfinite(si)) check(si, d);
      }
      for (int i = 0; i < 300; ++i) {  // everyday sizes
        const double exponent = static_cast<double>(random() % 2400) / 100 - 12;
        check(static_cast<double>(random()) / 1e19 * std::pow(10, exponent), d);
      }
    }
  }

  TEST_CASE("exact texts are what people would have written") {
    const auto rewritten = [](std::string_view text, Dimension d) { return format_exact(parse_si(text, d), d); };
    CHECK(rewritten("40 MW", Power::dimension) == "40 MW");
    CHECK(rewritten("2.5 MW", Power::dimension) == "2.5 MW");
    CHECK(rewritten("57600 kW", Power::dimension) == "57.6 MW");
    CHECK(rewritten("100 TR", Power::dimension) == "100 TR");
    CHECK(rewritten("0.5 kWh", Energy::dimension) == "500 Wh");
    CHECK(rewritten("14.50 USD/kW/month", DemandPrice::dimension) == "14.5 USD/kW/month");
    CHECK(rewritten("52 USD/MWh", EnergyPrice::dimension) == "52 USD/MWh");
    CHECK(rewritten("429 g/kWh", CarbonIntensity::dimension) == "429 g/kWh");
    CHECK(rewritten("1.8 L/kWh", WaterIntensity::dimension) == "1.8 L/kWh");
    CHECK(rewritten("2 USD/m3", WaterPrice::dimension) == "2 USD/m3");
    CHECK(rewritten("900 /s", Frequency::dimension) == "900 /s");
    CHECK(rewritten("60 %/year", Frequency::dimension) == "0.6 /year");
    CHECK(rewritten("0", Power::dimension) == "0 W");
    CHECK(rewritten("337 m", Length::dimension) == "337 m");
    CHECK(format_exact(1.3, Dimension{}) == "1.3");
  }

  TEST_CASE("texts for people") {
    CHECK(format_human(57.6e6, Power::dimension) == "57.6 MW");
    CHECK(format_human(57.64e6, Power::dimension) == "57.6 MW");
    CHECK(format_human(1347.2 * 3.6e12, Energy::dimension) == "1,347 GWh");
    CHECK(format_human(0.31 / 3.6e6, WaterIntensity::dimension) == "0.31 L/kWh");
    CHECK(format_human(360000, Volume::dimension) == "360,000 m3");
    CHECK(format_human(529e6, Carbon::dimension) == "529 kt");
    CHECK(format_human(109e6, Money::dimension) == "109 MUSD");
    CHECK(format_human(999.96e3, Power::dimension) == "1 MW");
    CHECK(format_human(999.4e3, Power::dimension) == "999 kW");
    CHECK(format_human(-2.5e6, Power::dimension) == "-2.5 MW");
    CHECK(format_human(0, Power::dimension) == "0 W");
    CHECK(format_human(0.25, Power::dimension) == "0.25 W");
    CHECK(format_human(1.16, Dimension{}) == "1.16");
    CHECK(format_human(12345.6, Dimension{}) == "12,346");
    CHECK(format_human(123456789, Dimension{}) == "123,456,789");
    CHECK(format_human(std::numeric_limits<double>::quiet_NaN(), Power::dimension) == "nan W");
    CHECK(format_human(std::numeric_limits<double>::infinity(), Power::dimension) == "inf W");
    CHECK(format_human(3, Dimension{.length = 1, .time = -2}) == "3 m s-2");
  }

  TEST_CASE("descriptions") {
    CHECK(describe(Power::dimension) == "a power, for example '40 MW'");
    CHECK(describe(Dimension{.length = 1, .time = -2}) == "a quantity in 'm s-2', for example '3 m s-2'");
    // every example is itself readable
    for (const Dimension d : named_dimensions) {
      const std::string text = describe(d);
      CAPTURE(text);
      const auto from = text.find('\'') + 1;
      CHECK_NOTHROW((void)parse_si(text.substr(from, text.find('\'', from) - from), d));
    }
  }
}
