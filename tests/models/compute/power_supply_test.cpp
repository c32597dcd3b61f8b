#include "models/compute/power_supply.hpp"

#include <doctest/doctest.h>

#include "catalog_entry.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

double efficiency(const PowerSupply& supply, double output_w) {
  return output_w / supply_input(supply, 1, Power(output_w)).si();
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the certificate's points are met exactly, and loss is straight between them") {
    const PowerSupply titanium = read_struct<PowerSupply>("titanium");
    const double rating = titanium.rating->si();
    CHECK(efficiency(titanium, 0.1 * rating) == doctest::Approx(0.90).epsilon(1e-12));
    CHECK(efficiency(titanium, 0.2 * rating) == doctest::Approx(0.94).epsilon(1e-12));
    CHECK(efficiency(titanium, 0.5 * rating) == doctest::Approx(0.96).epsilon(1e-12));
    CHECK(efficiency(titanium, 1.0 * rating) == doctest::Approx(0.91).epsilon(1e-12));
    const auto loss = [&](double x) { return supply_input(titanium, 1, Power(x * rating)).si() - x * rating; };
    CHECK(loss(0.35) == doctest::Approx((loss(0.2) + loss(0.5)) / 2).epsilon(1e-12));
    CHECK(loss(1.2) - loss(1.0) == doctest::Approx(loss(1.0) - loss(0.8)).epsilon(1e-12));
    CHECK(loss(0) > 0);
    CHECK(loss(0) < 0.011 * rating);
  }

  TEST_CASE("Frontier's two conversions") {
    const PowerSupply node = read_struct<PowerSupply>("frontier-sivoc");
    const PowerSupply rectifier = read_struct<PowerSupply>("frontier-rectifier");
    CHECK(supply_input(node, 1, Power(626.26)).si() == doctest::Approx(639.26 / 0.98).epsilon(1e-12));
    CHECK(supply_input(rectifier, 4, Power(11436.9)).si() == doctest::Approx((11436.9 + 68) / 0.96).epsilon(1e-12));
  }

  TEST_CASE("every supply: input rises with output, efficiency stays within the published range") {
    for (const std::string& name : names_of(PowerSupply::catalog_kind)) {
      CAPTURE(name);
      const PowerSupply supply = read_struct<PowerSupply>(name);
      const double rating = supply.rating.value_or(Power(3000)).si();
      double before = 0;
      for (double x = 0; x <= 1.3; x += 0.001) {
        const double input_w = supply_input(supply, 1, Power(x * rating)).si();
        REQUIRE(input_w > before);
        REQUIRE(input_w >= x * rating);
        before = input_w;
      }
      for (double x = 0.2; x <= 1.0; x += 0.01) {
        REQUIRE(efficiency(supply, x * rating) >= 0.90 - 1e-12);
        REQUIRE(efficiency(supply, x * rating) <= 0.98);
      }
    }
  }

  TEST_CASE("supplies share their load: n of them at n times the output draw n times as much") {
    for (const std::string& name : names_of(PowerSupply::catalog_kind)) {
      const PowerSupply supply = read_struct<PowerSupply>(name);
      for (const double count : {0.25, 1.0, 6.0, 48.0})
        CHECK(supply_input(supply, count, Power(count * 777)).si() ==
              doctest::Approx(count * supply_input(supply, 1, Power(777)).si()).epsilon(1e-13));
    }
  }

  TEST_CASE("what makes no sense is refused with the way out") {
    const auto refuses = [](const char* text, const char* why) {
      CAPTURE(text);
      CHECK_THROWS_WITH_AS(read_struct<PowerSupply>(text), doctest::Contains(why), InputError);
    };
    refuses("{points: [{load: 10 %, efficiency: 90 %}, {load: 50 %, efficiency: 94 %}]}", "needs its rating");
    refuses("{rating: 3 kW, points: [{load: 50 %, efficiency: 90 %}]}", "two efficiency points");
    refuses("{rating: 3 kW, points: [{load: 50 %, efficiency: 90 %}, {load: 50 %, efficiency: 94 %}]}",
            "must rise in load");
    refuses("{rating: 3 kW, points: [{load: 10 %, efficiency: 10 %}, {load: 20 %, efficiency: 99 %}]}",
            "would fall while the output rises");
    refuses("{use: titanium, fixed: 17 W}", "belongs to an affine supply");
    refuses("{rating: 3 kW}", "points");
  }
}
