#include "sim/units/quantity.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <type_traits>

#include "sim/units/units.hpp"

using namespace wattershed;
using namespace std::chrono_literals;
using doctest::Approx;

// What is a double in memory is a double in a register and in an array.
static_assert(sizeof(Power) == sizeof(double) && std::is_trivially_copyable_v<Power>);
static_assert(sizeof(Temperature) == sizeof(double) && std::is_trivially_copyable_v<Temperature>);
static_assert(sizeof(Share) == sizeof(double) && std::is_trivially_copyable_v<Share>);

// Products and quotients have the right type.
static_assert(std::is_same_v<decltype(Power{} * 3h), Energy>);
static_assert(std::is_same_v<decltype(3h * Power{}), Energy>);
static_assert(std::is_same_v<decltype(Energy{} / 3h), Power>);
static_assert(std::is_same_v<decltype(Power{} / Power{}), double>);
static_assert(std::is_same_v<decltype(Frequency{} * 1s), double>);
static_assert(std::is_same_v<decltype(1.0 / TimeSpan{}), Frequency>);
static_assert(std::is_same_v<decltype(Power{} * Power{}), PowerVariance>);
static_assert(std::is_same_v<decltype(Power{} / 1s), PowerRamp>);
static_assert(std::is_same_v<decltype(Voltage{} * Current{}), Power>);
static_assert(std::is_same_v<decltype(Power{} / TemperatureDelta{}), Conductance>);
static_assert(std::is_same_v<decltype(Energy{} * CarbonIntensity{}), Carbon>);
static_assert(std::is_same_v<decltype(Energy{} * WaterIntensity{}), Mass>);
static_assert(std::is_same_v<decltype(Energy{} * EnergyPrice{}), Money>);
static_assert(std::is_same_v<decltype(Mass{} * WaterPrice{}), Money>);
static_assert(std::is_same_v<decltype(Power{} * CarbonIntensity{}), CarbonRate>);
static_assert(std::is_same_v<decltype(Temperature{} - Temperature{}), TemperatureDelta>);
static_assert(std::is_same_v<decltype(Temperature{} + TemperatureDelta{}), Temperature>);
static_assert(std::is_same_v<decltype(abs(Power{})), Power>);

TEST_SUITE("fast") {
  TEST_CASE("arithmetic is that of the SI doubles") {
    CHECK((40_MW + 2_MW).si() == 42e6);
    CHECK((40_MW - 2_MW).si() == 38e6);
    CHECK((-40_MW).si() == -40e6);
    CHECK(abs(-40_MW) == 40_MW);
    CHECK((2 * 40_MW) == (40_MW * 2));
    CHECK((40_MW / 2).si() == 20e6);
    CHECK(40_MW / 20_MW == 2.0);
    CHECK(40_MW > 39.9_MW);
    CHECK((40_MW * 3h).si() == 40e6 * 3 * 3600);
    CHECK((40_MW * 90min) == (40_MW * 1.5) * 1h);
    CHECK((36_kWh / 30min).si() == Approx(72e3));
    Power p = 1_kW;
    p += 1_kW;
    p -= 500_W;
    p *= 4;
    p /= 3;
    CHECK(p == 2_kW);
    CHECK((2_kWh * 400_g_per_kWh).si() == Approx(0.8));
    CHECK((2_kWh * 1.8_L_per_kWh).si() == Approx(3.6));
  }

  TEST_CASE("temperatures: points and differences") {
    const Temperature supply = 27_degC;
    CHECK(supply.si() == 300.15);
    CHECK(supply.celsius() == Approx(27));
    CHECK((supply + 10_K).celsius() == Approx(37));
    CHECK((10_K + supply) == (supply + 10_K));
    CHECK((supply - 7_degC).si() == Approx(20));
    CHECK((supply - 10_K) < supply);
    CHECK(Temperature{} == 0_degC);
  }

  TEST_CASE("literals are the values of their text") {
    // Both go through a rounding of their own: within two of the last place.
    const auto same = [](double a, double b) { return std::abs(a - b) <= 4.5e-16 * std::abs(b); };
#define WATTERSHED_SAME(literal, type, text) CHECK_MESSAGE(same((literal).si(), parse<type>(text).si()), text)
    WATTERSHED_SAME(41_W, Power, "41 W");
    WATTERSHED_SAME(41.5_kW, Power, "41.5 kW");
    WATTERSHED_SAME(0.31_MW, Power, "0.31 MW");
    WATTERSHED_SAME(7_GW, Power, "7 GW");
    WATTERSHED_SAME(7_J, Energy, "7 J");
    WATTERSHED_SAME(7_kJ, Energy, "7 kJ");
    WATTERSHED_SAME(7_MJ, Energy, "7 MJ");
    WATTERSHED_SAME(7.7_Wh, Energy, "7.7 Wh");
    WATTERSHED_SAME(7.7_kWh, Energy, "7.7 kWh");
    WATTERSHED_SAME(7.7_MWh, Energy, "7.7 MWh");
    WATTERSHED_SAME(7.7_GWh, Energy, "7.7 GWh");
    WATTERSHED_SAME(7.7_g, Mass, "7.7 g");
    WATTERSHED_SAME(7.7_kg, Mass, "7.7 kg");
    WATTERSHED_SAME(7.7_t, Mass, "7.7 t");
    WATTERSHED_SAME(7.7_kg_per_s, MassFlow, "7.7 kg/s");
    WATTERSHED_SAME(7.7_kgCO2, Carbon, "7.7 kgCO2");
    WATTERSHED_SAME(7.7_tCO2, Carbon, "7.7 tCO2");
    WATTERSHED_SAME(429_g_per_kWh, CarbonIntensity, "429 g/kWh");
    WATTERSHED_SAME(1.8_L_per_kWh, WaterIntensity, "1.8 L/kWh");
    WATTERSHED_SAME(19.5_USD, Money, "19.5 USD");
    WATTERSHED_SAME(0.052_USD_per_kWh, EnergyPrice, "0.052 USD/kWh");
    WATTERSHED_SAME(52_USD_per_MWh, EnergyPrice, "52 USD/MWh");
    WATTERSHED_SAME(2_USD_per_m3, WaterPrice, "2 USD/m3");
    WATTERSHED_SAME(101325_Pa, Pressure, "101325 Pa");
    WATTERSHED_SAME(101.325_kPa, Pressure, "101.325 kPa");
    WATTERSHED_SAME(337_m, Length, "337 m");
    WATTERSHED_SAME(3.5_m3, Volume, "3.5 m3");
    WATTERSHED_SAME(50_Hz, Frequency, "50 Hz");
    WATTERSHED_SAME(7_K, TemperatureDelta, "7 K");
    WATTERSHED_SAME(7_percent, Share, "7 %");
    WATTERSHED_SAME(27.5_degC, Temperature, "27.5 degC");
#undef WATTERSHED_SAME
  }
}
