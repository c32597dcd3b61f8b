// A point of interconnection and a system's frequency beyond what they were made for.
#include <doctest/doctest.h>

#include "models/grid/point/frequency_response.hpp"
#include "models/grid/point/grid_point.hpp"
#include "tests/models/range_property.hpp"

using namespace wattershed;
using namespace wattershed::test;
using One = std::array<double, 1>;

TEST_SUITE("fast") {
  TEST_CASE("a load keeps its power at any voltage that a source can give it, up to the collapse") {
    const TheveninImpedance grid = TheveninImpedance::of(0.01, 0.1, ApparentPower(1e8));
    drive(constant_power_domain, 0, One{1}, [&](const One& at) {
      const auto source = source_for(grid, Power(5e7), ApparentPower(1e7), at[0]);
      REQUIRE(source.has_value());
      const auto voltage = thevenin_voltage(grid, Power(5e7), ApparentPower(1e7), *source);
      REQUIRE(voltage.has_value());
      CHECK(*voltage == doctest::Approx(at[0]).epsilon(1e-9));
      return *source;
    });
  }

  TEST_CASE("a step at the edge of the range has its nadir at the first stage of load shedding") {
    GridSystem system{.size = Power(60e9),
                      .inertia = std::chrono::seconds(4),
                      .droop = Share(0.05),
                      .gain = 0.4,
                      .reheat_share = Share(0.3),
                      .reheat_time = std::chrono::seconds(8),
                      .restored_in = {}};
    for (const double nominal : {50.0, 60.0}) {
      system.frequency = Frequency(nominal);
      const Domain<1> domain = frequency_domain(system);
      const double most = domain.bounds[0].high;
      CHECK(domain.bounds[0].low == -most);
      const auto edge = frequency_step(system, most * system.size);
      REQUIRE(edge.has_value());
      CHECK(edge->nadir.si() == doctest::Approx(-0.5).epsilon(1e-12));
      drive(domain, 0, One{0},
            [&](const One& at) {
              FrequencyResponse response(system);
              const Frequency lowest = response.advance(at[0] * system.size, std::chrono::seconds(30)).lowest;
              if (at[0] > 0) CHECK((domain.outside(at) != 0) == (nominal - lowest.si() > 0.5 * (1 + 1e-5)));
              return lowest.si();
            },
            {.noise = 1e-6});
    }
    system.inertia = std::chrono::milliseconds(1);  // no nadir below where it comes to rest
    system.damping = 20;
    CHECK(frequency_domain(system).bounds[0].high > 0);
  }
}
