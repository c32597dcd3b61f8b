/// The unit table against udunits2: each symbol, the prefixes, the degrees, and the unit strings of the run file.
#include "sim/units/units.hpp"

#include <doctest/doctest.h>
#include <udunits2.h>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "named_dimensions.hpp"
#include "sim/units/unit_table.hpp"

using namespace wattershed;
using doctest::Approx;

namespace {

/// udunits2's database.
class Oracle {
 public:
  Oracle() {
    ut_set_error_message_handler(ut_ignore);
    system_ = ut_read_xml(nullptr);
    REQUIRE(system_ != nullptr);
  }
  ~Oracle() { ut_free_system(system_); }
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  [[nodiscard]] bool knows(const std::string& unit) const {
    ut_unit* u = ut_parse(system_, unit.c_str(), UT_UTF8);
    ut_free(u);
    return u != nullptr;
  }
  /// What one more of `unit` is worth in `si`; NaN where they do not convert.
  [[nodiscard]] double factor(const std::string& unit, const std::string& si) const {
    return at(unit, si, 1) - at(unit, si, 0);
  }
  [[nodiscard]] double at(const std::string& unit, const std::string& si, double value) const {
    ut_unit* from = ut_parse(system_, unit.c_str(), UT_UTF8);
    ut_unit* to = ut_parse(system_, si.c_str(), UT_UTF8);
    double result = std::numeric_limits<double>::quiet_NaN();
    if (from != nullptr && to != nullptr && ut_are_convertible(from, to) != 0) {
      cv_converter* converter = ut_get_converter(from, to);
      result = cv_convert_double(converter, value);
      cv_free(converter);
    }
    ut_free(from);
    ut_free(to);
    return result;
  }

 private:
  ut_system* system_ = nullptr;
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every symbol has udunits2's factor or stands on the list of exceptions") {
    // Symbols that udunits2 has under another name, because it uses the short one for something else or not at all;
    // its own gallon is rounded to seven figures, so ours is held against 231 cubic inches.
    const std::map<std::string, std::string> spelled{{"gal", "231 in3"},
                                                     {"kgal", "231000 in3"},
                                                     {"Mgal", "231000000 in3"},
                                                     {"gpm", "231 in3/min"},
                                                     {"cfm", "ft3/min"},
                                                     {"TR", "12000 Btu/h"},
                                                     {"kBtu", "1000 Btu"},
                                                     {"MMBtu", "1000000 Btu"},
                                                     {"month", "gregorian_year/12"},
                                                     {"months", "gregorian_year/12"},
                                                     {"year", "gregorian_year"},
                                                     {"years", "gregorian_year"},
                                                     {"hp", "550 ft lbf/s"},
                                                     {"var", "V A"},
                                                     {"VAr", "V A"},
                                                     {"VA", "V A"},
                                                     {"inH2O", "inch H2O"},
                                                     {"Wh", "W h"},
                                                     {"bit", "byte/8"},
                                                     {"B", "byte"},
                                                     {"KiB", "1024 byte"},
                                                     {"MiB", "1048576 byte"},
                                                     {"GiB", "1073741824 byte"},
                                                     {"TiB", "1099511627776 byte"},
                                                     {"short_ton", "2000 lb"},
                                                     {"gCO2", "g"},
                                                     {"gCO2e", "g"},
                                                     {"tCO2", "t"},
                                                     {"tCO2e", "t"},
                                                     {"lbCO2", "lb"},
                                                     {"lbCO2e", "lb"}};
    // What udunits2 cannot say.
    const std::map<std::string, std::string> exceptions{
        {"USD", "no money in udunits2"},
        {"token", "no token in udunits2"},
        {"tokens", "no token in udunits2"},
        {"FLOP", "no operations in udunits2: a count"},
        {"FLOPS", "no operations in udunits2: a count per second"},
        {"B", "no data in udunits2"},
        {"byte", "no data in udunits2"},
        {"KiB", "no data in udunits2"},
        {"MiB", "no data in udunits2"},
        {"GiB", "no data in udunits2"},
        {"TiB", "no data in udunits2"},
        {"bit", "no data in udunits2"},
        {"rpm", "udunits2 counts radians; here a rate of turns, 1/60 Hz"}};
    const Oracle oracle;
    int compared = 0;
    for (const std::string& symbol : unit_symbols()) {
      CAPTURE(symbol);
      const std::optional<Unit> unit = find_unit(symbol);
      REQUIRE(unit);
      if (exceptions.contains(symbol)) continue;
      const std::string name = spelled.contains(symbol) ? spelled.at(symbol) : symbol;
      REQUIRE(oracle.knows(name));
      Dimension d = unit->dimension;
      d.apparent = 0;  // a volt-ampere is a watt to udunits2
      CHECK(unit->scale.apply(1) == Approx(oracle.factor(name, unit_of(d))).epsilon(1e-14));
      ++compared;
    }
    CHECK(compared > 50);
    for (const auto& [symbol, reason] : exceptions) CHECK_MESSAGE(find_unit(symbol), symbol << ": " << reason);
  }

  TEST_CASE("prefixes are udunits2's") {
    const Oracle oracle;
    // "kt" is left out: a knot to udunits2.
    for (const std::string unit :
         {"kW", "MW", "GW", "TW", "mW", "uW", "nW", "kWh", "MWh", "GWh", "kPa", "hPa", "mbar", "mm", "cm", "dm", "km",
          "kg", "mg", "ug", "Mt", "Gt", "ms", "us", "ns",  "mL",  "kV",  "kA",  "kHz", "MJ",   "GJ", "PJ", "EJ"}) {
      CAPTURE(unit);
      const AnyQuantity one = parse_any("1 " + unit);
      // udunits2 has no watt-hour
      std::string name = unit;
      if (name.ends_with("Wh")) name = name.substr(0, 2) + " h";
      CHECK(one.si == Approx(oracle.factor(name, unit_of(one.dimension))).epsilon(1e-14));
    }
  }

  TEST_CASE("unit strings are udunits2's, money and tokens and bytes apart") {
    const Oracle oracle;
    for (const Dimension d : named_dimensions) {
      const std::string unit = unit_of(d);
      CAPTURE(unit);
      if (d.money != 0 || d.token != 0 || d.information != 0) continue;
      CHECK(oracle.knows(unit));
    }
    CHECK(unit_of<Power>() == "W");
    CHECK(unit_of<Energy>() == "J");
    CHECK(unit_of<MassFlow>() == "kg s-1");
    CHECK(unit_of<EnergyPrice>() == "USD J-1");
    CHECK(unit_of<CarbonIntensity>() == "kg J-1");
    CHECK(unit_of<WaterIntensity>() == "kg J-1");
    CHECK(unit_of<Temperature>() == "K");
    CHECK(unit_of<Share>() == "1");
    CHECK(unit_of(Dimension{}) == "1");
    CHECK(unit_of(Dimension{.length = 2, .mass = -1, .time = 3, .carbon = 1}) == "m2 s3");
    CHECK(unit_of(Dimension{.length = 3, .mass = 1, .time = -3, .apparent = 1}) == "VA m");
  }

  TEST_CASE("degrees are udunits2's") {
    const Oracle oracle;
    for (const double value : {-40.0, 0.0, 27.3, 80.0, 451.0}) {
      const std::string number = std::to_string(value);
      CHECK(parse_temperature(number + " degF") == Approx(oracle.at("degF", "K", value)).epsilon(1e-14));
      CHECK(parse_temperature(number + " degC") == Approx(oracle.at("degC", "K", value)).epsilon(1e-14));
    }
  }
}
