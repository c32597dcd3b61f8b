// Moist air beyond its formulas' range: finite, continuous, and its domain says so.
#include <doctest/doctest.h>

#include "models/weather/moist_air.hpp"
#include "tests/models/range_property.hpp"

using namespace wattershed;
using namespace wattershed::test;
using moist_air::air_domain;
using State = std::array<double, 2>;

TEST_SUITE("fast") {
  TEST_CASE("saturation, enthalpy and density of air that is too cold, too hot, too thin or too dense") {
    // Ice and water meet at the triple point in value, not in slope.
    drive(air_domain, 0, State{293, 100e3},
          [](const State& at) { return std::log(moist_air::saturation_pressure_pa(at[0])); });
    for (const std::size_t input : {0, 1}) {
      drive(air_domain, input, State{293, 100e3},
            [](const State& at) { return moist_air::density_kg_per_m3(at[0], 0.008, at[1]); });
      drive(air_domain, input, State{293, 100e3},
            [](const State& at) { return moist_air::enthalpy_j_per_kg(at[0], 0.008); });
    }
    drive(air_domain, 1, State{293, 100e3},
          [](const State& at) { return moist_air::relative_humidity(at[0], 0.006, at[1]); });
    drive(air_domain, 1, State{293, 100e3},
          [](const State& at) { return moist_air::dew_point_k(at[0], 0.006, at[1]); }, {.noise = 1e-8});
    // Thin air dries its wet bulb down to 0 degC, where the formulas over ice and water do not meet.
    drive(air_domain, 1, State{293, 100e3},
          [](const State& at) { return moist_air::wet_bulb_k(at[0], 0.006, at[1]); }, {.jumps = true});
  }

  TEST_CASE("the standard atmosphere below the sea and above the troposphere") {
    drive(moist_air::standard_air_domain, 0, {500},
          [](const std::array<double, 1>& at) { return moist_air::standard_pressure(Length(at[0])).si(); });
  }
}
