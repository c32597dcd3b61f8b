#include "sim/units/units.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <locale>
#include <random>
#include <stdexcept>
#include <string>

using namespace wattershed;
using doctest::Approx;

namespace {

/// The message of the refusal, or "accepted" and the value.
template <class F>
std::string refusal(F parse_it) {
  try {
    return "accepted " + std::to_string(parse_it());
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}
std::string refusal_of(std::string_view text, Dimension wanted, std::string_view what = "grid.connection") {
  return refusal([&] { return parse_si(text, wanted, what); });
}
bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("values as people write them") {
    CHECK(parse<Power>("40 MW") == Power(40e6));
    CHECK(parse<Power>("40MW") == Power(40e6));
    CHECK(parse<Power>("  +2.5e1 kW ") == Power(25e3));
    CHECK(parse<Power>("-5 kW") == Power(-5e3));
    CHECK(parse<Power>(".5 MW") == Power(5e5));
    CHECK(parse<Power>("0") == Power(0));
    CHECK(parse<Power>("100 TR").si() == Approx(351685.284207).epsilon(1e-11));
    CHECK(parse<Power>("1 kV*A") == Power(1000));
    CHECK(parse<ApparentPower>("1800 MVA") == ApparentPower(1.8e9));
    CHECK(parse<ApparentPower>("3 Mvar") == ApparentPower(3e6));
    CHECK(parse<EnergyPrice>("0.052 USD/kWh").si() == Approx(0.052 / 3.6e6).epsilon(1e-15));
    CHECK(parse<EnergyPrice>("52 USD/MWh").si() == Approx(0.052 / 3.6e6).epsilon(1e-15));
    CHECK(parse<DemandPrice>("14.50 USD/kW/month").si() == Approx(14.5 / 1000 / 2629746).epsilon(1e-15));
    CHECK(parse<DemandPrice>("14.50 USD/(kW month)") == parse<DemandPrice>("14.50 USD/kW/month"));
    CHECK(parse<Money>("250 kUSD") == Money(250e3));
    CHECK(parse<Money>("1.5 MUSD") == Money(1.5e6));
    CHECK(parse<Frequency>("900 /s") == Frequency(900));
    CHECK(parse<Frequency>("1000 /h").si() == Approx(1000.0 / 3600));
    CHECK(parse<Frequency>("60 %/year").si() == Approx(0.6 / 31556952));
    CHECK(parse<Frequency>("3600 rpm") == Frequency(60));
    CHECK(parse<Frequency>("2500 TFLOP/s") == Frequency(2.5e15));
    CHECK(parse<TokenRate>("1200 token/s") == TokenRate(1200));
    CHECK(parse<Tokens>("15 Mtoken") == Tokens(15e6));
    CHECK(parse<Information>("80 GB") == Information(80e9));
    CHECK(parse<Information>("80 GiB") == Information(80.0 * 1073741824));
    CHECK(parse<Bandwidth>("400 Gbit/s") == Bandwidth(50e9));
    CHECK(parse<Conductance>("30 kW/K") == Conductance(30e3));
    CHECK(parse<Conductance>("30 kW/degC") == Conductance(30e3));
    CHECK(parse<SpecificEnergy>("2257 kJ/kg") == SpecificEnergy(2257e3));
    CHECK(parse<VolumeFlow>("3 m3/s") == VolumeFlow(3));
    CHECK(parse<VolumeFlow>("3 m^3 s^-1") == VolumeFlow(3));
    CHECK(parse<VolumeFlow>("3 m³·s-1") == VolumeFlow(3));
    CHECK(parse<VolumeFlow>("60 L/min").si() == Approx(1e-3).epsilon(1e-15));
    CHECK(parse<VolumeFlow>("400 cfm").si() == Approx(400 * std::pow(0.3048, 3) / 60).epsilon(1e-14));
    CHECK(parse<Pressure>("1 inH2O") == Pressure(249.08891));
    CHECK(parse<TemperatureDelta>("5 K") == TemperatureDelta(5));
    CHECK(parse<TemperatureDelta>("9 degF") == TemperatureDelta(5));
    CHECK(parse<TimeSpan>("2 weeks") == TimeSpan(14 * 86400.0));
    CHECK(parse_si("0.6 kW/TR", Dimension{}) == Approx(0.6 / 3.5168528420667).epsilon(1e-12));
    CHECK(parse<Length>("1100 ft").si() == Approx(335.28).epsilon(1e-15));
    CHECK(parse_number("15.6e+12") == 15.6e12);
    CHECK(parse_share("80 %") == 0.8);
    CHECK(parse_share("7%") == 0.07);
    CHECK(parse_share("0") == 0.0);
    CHECK(parse_any("3 kWh").si == 3 * 3.6e6);
    CHECK(parse_any("3 kWh").dimension == Energy::dimension);
    CHECK(parse_any("3").dimension == Dimension{});
    CHECK(parse_any("27 degC").si == Approx(300.15));
    CHECK(parse_any("10 %").si == 0.1);
  }

  TEST_CASE("temperatures are points") {
    CHECK(parse<Temperature>("27 degC").si() == Approx(300.15).epsilon(1e-15));
    CHECK(parse<Temperature>("27 °C") == parse<Temperature>("27 degC"));
    CHECK(parse<Temperature>("80 degF").si() == Approx((80 - 32) / 1.8 + 273.15).epsilon(1e-15));
    CHECK(parse<Temperature>("32 degF") == Temperature(273.15));
    CHECK(parse<Temperature>("-40 degF").si() == Approx(parse<Temperature>("-40 degC").si()).epsilon(1e-15));
    CHECK(parse<Temperature>("300 K") == Temperature(300));
    const auto refused = [](std::string_view text) {
      return refusal([&] { return parse_temperature(text, "supply"); });
    };
    CHECK(refused("27") == "'27' has no unit; supply is a temperature, for example '27 degC'");
    CHECK(holds(refused("0"), "has no unit"));  // 0 K or 0 degC?
    CHECK(holds(refused("27 MW"), "'27 MW' is a power; supply is a temperature"));
    CHECK(holds(refused("-300 degC"), "below absolute zero"));
    CHECK(holds(refused("-1 K"), "below absolute zero"));
  }

  TEST_CASE("water: a litre is a kilogram where a mass is wanted") {
    CHECK(parse<MassFlow>("100 gpm").si() == Approx(6.30901964).epsilon(1e-9));
    CHECK(parse<MassFlow>("3 m3/h").si() == Approx(3000.0 / 3600).epsilon(1e-15));
    CHECK(parse<Mass>("500 kgal").si() == Approx(1892705.892).epsilon(1e-15));
    CHECK(parse<Mass>("2 m3") == Mass(2000));
    CHECK(parse<Mass>("1 ft3").si() == Approx(28.316846592).epsilon(1e-15));
    CHECK(parse<WaterIntensity>("1.8 L/kWh").si() == Approx(1.8 / 3.6e6).epsilon(1e-15));
    CHECK(parse<WaterIntensity>("1.8 kg/kWh").si() == Approx(1.8 / 3.6e6).epsilon(1e-15));
    CHECK(parse<WaterPrice>("2 USD/m3") == WaterPrice(0.002));
    CHECK(parse<WaterPrice>("4 USD/kgal").si() == Approx(4 / 3785.411784).epsilon(1e-15));
    // but not backwards, not for air, not for what a fuel holds, and not by accident of dimension
    CHECK(holds(refusal_of("3 kg", Volume::dimension), "is a mass"));
    CHECK(holds(refusal_of("400 cfm", MassFlow::dimension), "is a volume flow"));
    CHECK(holds(refusal_of("36 MJ/L", SpecificEnergy::dimension), "is a pressure"));
    CHECK(holds(refusal_of("5 Pa", SpecificEnergy::dimension), "is a pressure"));
    CHECK(holds(refusal_of("3 m", Mass::dimension), "is a length"));
    CHECK(holds(refusal_of("3 L", Power::dimension), "is a volume"));
  }

  TEST_CASE("carbon: a mass counts as carbon where carbon is wanted, a volume does not") {
    CHECK(parse<CarbonIntensity>("429 g/kWh").si() == Approx(0.429 / 3.6e6).epsilon(1e-15));
    CHECK(parse<CarbonIntensity>("429 gCO2/kWh") == parse<CarbonIntensity>("429 g/kWh"));
    CHECK(parse<CarbonIntensity>("0.429 kgCO2e/kWh").si() == Approx(0.429 / 3.6e6).epsilon(1e-15));
    CHECK(parse<CarbonIntensity>("1000 lb/MWh").si() == Approx(453.59237 / 3.6e9).epsilon(1e-15));
    CHECK(parse<Carbon>("3 tCO2e") == Carbon(3000));
    CHECK(parse<Carbon>("3 t") == Carbon(3000));
    CHECK(parse<Carbon>("3 kgCO₂e") == Carbon(3));
    CHECK(parse<CarbonRate>("7.2 kg/h").si() == Approx(0.002).epsilon(1e-15));
    CHECK(holds(refusal_of("3 L", Carbon::dimension), "is a volume; grid.connection is an amount of greenhouse gas"));
    CHECK(holds(refusal_of("1.8 L/kWh", CarbonIntensity::dimension), "is a carbon intensity"));
    CHECK(holds(refusal_of("3 kgCO2", Mass::dimension), "is an amount of greenhouse gas"));
    CHECK(holds(refusal_of("3 gCO2/kWh", WaterIntensity::dimension), "is a carbon intensity"));
  }

  TEST_CASE("refusals say what is wrong and what is wanted") {
    CHECK(refusal_of("40", Power::dimension) == "'40' has no unit; grid.connection is a power, for example '40 MW'");
    CHECK(refusal_of("40 MWh", Power::dimension) ==
          "'40 MWh' is an energy; grid.connection is a power, for example '40 MW'");
    CHECK(refusal_of("40", Power::dimension, "") == "'40' has no unit; wanted is a power, for example '40 MW'");
    CHECK(holds(refusal_of("500 ton", Power::dimension), "TR, t or short_ton?"));
    CHECK(holds(refusal_of("0.6 kW/ton", Dimension{}), "TR, t or short_ton?"));
    CHECK(holds(refusal_of("500 tons", Mass::dimension), "TR, t or short_ton?"));
    CHECK(holds(refusal_of("40 mw", Power::dimension), "unknown unit 'mw'; did you mean 'MW'?"));
    CHECK(holds(refusal_of("40 KW", Power::dimension), "did you mean 'kW'?"));
    CHECK(holds(refusal_of("40 kwh", Energy::dimension), "did you mean 'kWh'?"));
    CHECK(holds(refusal_of("40 MBtu", Energy::dimension), "did you mean"));
    CHECK(refusal_of("40 furlong", Length::dimension) == "unknown unit 'furlong'");
    CHECK(holds(refusal_of("1,287 MW", Power::dimension), "write '1287 MW'"));
    CHECK(holds(refusal_of("1_287 MW", Power::dimension), "write '1287 MW'"));
    CHECK(holds(refusal_of("1 287 MW", Power::dimension), "two numbers"));
    CHECK(holds(refusal_of("1 h 30 min", TimeSpan::dimension), "two numbers"));
    CHECK(holds(refusal_of("5 VA", Power::dimension), "is an apparent power"));
    CHECK(holds(refusal_of("80 %", Power::dimension), "is a number; grid.connection is a power"));
    CHECK(holds(refusal([] { return parse_share("0.8", "margin"); }),
                "'0.8' has no unit; margin is a share, for example '80 %'"));
    CHECK(holds(refusal([] { return parse_share("8 kW", "margin"); }), "is not a share"));
    CHECK(holds(refusal([] { return parse_share("8 %/year", "margin"); }), "is not a share"));
    CHECK(holds(refusal([] { return parse_number("8 kW", "count"); }), "has a unit"));
  }

  TEST_CASE("rubbish is refused and never more") {
    for (const char* text : {"",
                             " ",
                             "MW",
                             "nan",
                             "nan W",
                             "inf W",
                             "-inf W",
                             "infinity",
                             "NaN",
                             "1e999 W",
                             "-1e999 W",
                             "1e-999 W",
                             "1e308 GW",
                             "0x10 W",
                             "0x1p3 W",
                             "+-3 W",
                             "++3 W",
                             "--3 W",
                             "1.2.3 W",
                             "1..2 W",
                             "40 W/",
                             "40 /",
                             "40 //W",
                             "40 W//s",
                             "40 *W",
                             "40 W*",
                             "40 W**s",
                             "40 W^",
                             "40 W^x",
                             "40 W^99",
                             "40 m-",
                             "40 (W",
                             "40 W)",
                             "40 ()",
                             "40 ((((((((((W))))))))))",
                             "40 W^-",
                             "40 W +",
                             "40 W; rm",
                             "40 \x01W",
                             "40 \xff\xfe",
                             "40 $",
                             "4 0 W",
                             "40 W 3",
                             "40e W",
                             "e5 W",
                             ". W",
                             "- W",
                             "40 m3m3m3m3m3m3m3m3m3m3m3m3m3m3m3m3m3m3m3m3m3m3m3",
                             "40 W/0",
                             "40 W W W W W W W W W W W W W W W W W W W W W W W"}) {
      CAPTURE(text);
      CHECK_THROWS_AS((void)parse_si(text, Power::dimension, "x"), std::invalid_argument);
      CHECK_THROWS_AS((void)parse_temperature(text, "x"), std::invalid_argument);
      CHECK_THROWS_AS((void)parse_share(text, "x"), std::invalid_argument);
      CHECK_THROWS_AS((void)parse_number(text, "x"), std::invalid_argument);
    }
    for (const char c : {'9', 'W', '(', ' ', '/', '\xc2', '\0', '-'}) {
      const std::string text = refusal_of("1 " + std::string(10240, c), Power::dimension);
      CHECK(holds(text, "too long"));
      CHECK(text.size() < 250);
    }
    CHECK_THROWS_AS((void)parse_si(std::string("40 MW\0", 6), Power::dimension), std::invalid_argument);
  }

  TEST_CASE("random texts never crash and never give a value that is not finite") {
    std::mt19937 random(1);  // the engine's output is the standard's; distributions are not used
    const std::string alphabet = "0123456789.eE+-*/^() ,_%WkMGhsmLgtKPaUSDdegCFonTR\xc2\xb0\xb3";
    int accepted = 0;
    for (int i = 0; i < 100000; ++i) {
      std::string text;
      const auto length = random() % 14;
      if (random() % 2 == 0) text = "4";
      for (unsigned j = 0; j < length; ++j) text += alphabet[random() % alphabet.size()];
      try {
        const AnyQuantity value = parse_any(text);
        CHECK(std::isfinite(value.si));
        ++accepted;
      } catch (const std::invalid_argument& error) {
        CHECK(error.what()[0] != 0);
      }
    }
    CHECK(accepted > 1000);
  }

  TEST_CASE("numbers do not depend on the locale") {
    struct Comma : std::numpunct<char> {
      char do_decimal_point() const override { return ','; }
    };
    const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
    CHECK(parse<Power>("2.5 MW") == Power(2.5e6));
    CHECK(format_exact(2.5e6, Power::dimension) == "2.5 MW");
    CHECK(format_human(2.5e6, Power::dimension) == "2.5 MW");
    std::locale::global(before);
  }
}
