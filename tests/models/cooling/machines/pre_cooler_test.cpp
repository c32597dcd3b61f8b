#include "models/cooling/machines/pre_cooler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "models/weather/moist_air.hpp"
#include "tests/models/cooling/shared_table.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

Outdoors air_of(double dry_c, double relative, double pressure_pa) {
  Outdoors air;
  air.dry_bulb = Temperature::celsius(dry_c);
  air.pressure = Pressure(pressure_pa);
  air.humidity_ratio = moist_air::humidity_ratio_from_relative(air.dry_bulb.si(), relative, pressure_pa);
  air.wet_bulb = Temperature(moist_air::wet_bulb_k(air.dry_bulb.si(), air.humidity_ratio, pressure_pa));
  return air;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the air keeps its wet bulb, and gains water as it cools") {
    for (double dry_c : {12.0, 25.0, 42.0})
      for (double relative : {0.1, 0.4, 0.9})
        for (double pressure_pa : {83e3, 101325.0}) {
          const Outdoors air = air_of(dry_c, relative, pressure_pa);
          double last_c = dry_c, last_water = 0;
          for (double e : {0.0, 0.3, 0.65, 0.9, 1.0}) {
            CAPTURE(dry_c);
            CAPTURE(e);
            const PreCooledAir result = pre_cooled(air, Share(e));
            CHECK(result.air.dry_bulb.celsius() <= last_c);
            CHECK(result.water_per_dry_air >= last_water);
            CHECK(result.air.wet_bulb <= result.air.dry_bulb);
            const double wet_k =
                moist_air::wet_bulb_k(result.air.dry_bulb.si(), result.air.humidity_ratio, pressure_pa);
            CHECK(std::abs(wet_k - air.wet_bulb.si()) < 1e-5);
            last_c = result.air.dry_bulb.celsius();
            last_water = result.water_per_dry_air;
          }
          CHECK(std::abs(last_c - air.wet_bulb.celsius()) < 1e-9);  // a perfect pad saturates
        }
  }

  TEST_CASE("a dry pad and saturated air change nothing") {
    const Outdoors air = air_of(30, 0.5, 101325);
    CHECK(pre_cooled(air, Share(0)).water_per_dry_air == 0);
    CHECK(pre_cooled(air, Share(0)).air.dry_bulb == air.dry_bulb);
    const Outdoors fog = air_of(20, 1, 101325);
    CHECK(pre_cooled(fog, Share(0.8)).water_per_dry_air < 1e-9);
  }

  TEST_CASE("a thicker pad and slower air work better") {
    CHECK(celdek_effectiveness(2, Length(0.3)) > celdek_effectiveness(2, Length(0.1)));
    CHECK(celdek_effectiveness(1, Length(0.2)) > celdek_effectiveness(3, Length(0.2)));
    CHECK(celdek_effectiveness(2, Length(0.3)).si() == doctest::Approx(0.8940835).epsilon(1e-6));
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("every row of the direct evaporative cooler: 1e-5") {
    double worst = 0;
    const std::vector<Row> rows = shared_table("direct_evap_points.csv");
    for (const Row& row : rows) {
      Outdoors air = air_of(number(row, "T_in_C"), number(row, "RH_in"), number(row, "p_Pa"));
      air.wet_bulb = Temperature::celsius(number(row, "T_wetbulb_C"));
      const PreCooledAir result = pre_cooled(air, Share(number(row, "effectiveness")));
      const auto compare = [&](const std::string& column, double ours) {
        const double deviation = std::abs(ours / number(row, column) - 1);
        CAPTURE(column);
        CHECK(deviation < 1e-5);
        worst = std::max(worst, deviation);
      };
      compare("T_out_C", result.air.dry_bulb.celsius());
      compare("W_out_kgkg", result.air.humidity_ratio);
      compare("water_kg_per_kg_dry_air", result.water_per_dry_air);
    }
    MESSAGE(rows.size(), " rows: worst ", worst);
  }
}
