#include "models/cooling/dry_cooler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "shared_table.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

DryCooler bac() {
  DryCooler cooler;
  cooler.approach = TemperatureDelta(40.55 - 35);
  cooler.range = TemperatureDelta(46.11 - 40.55);
  cooler.water = MassFlow(125.93365);
  cooler.air = MassFlow(364.18986);
  cooler.fan = Power(117.68e3);
  cooler.ua_design = Conductance(844559.599);
  return cooler;
}

}  // namespace

TEST_SUITE("evidence") {
  TEST_CASE("every row of the dry cooler: 0.1 %") {
    const DryCooler cooler = bac();
    CHECK(rated_conductance(cooler).si() == doctest::Approx(844559.599).epsilon(1e-6));
    double worst = 0;
    const std::vector<Row> rows = shared_table("dry_cooler_points.csv");
    for (const Row& row : rows) {
      const double water_ratio = number(row, "water_flow_ratio"), speed = number(row, "air_flow_ratio");
      const DryCoolerState state =
          run_dry_cooler(cooler, Temperature::celsius(number(row, "T_water_in_C")), water_ratio * cooler.water, speed,
                         Temperature::celsius(number(row, "T_air_in_C")));
      const auto compare = [&](const char* column, double ours) {
        const double deviation = std::abs(ours / number(row, column) - 1);
        CAPTURE(column);
        CHECK(deviation < 1e-3);
        worst = std::max(worst, deviation);
      };
      compare("UA_W_K", dry_cooler_conductance(cooler, water_ratio, speed).si());
      compare("effectiveness", state.effectiveness);
      compare("Q_W", state.heat.si());
      compare("T_water_out_C", state.water_leaving.celsius());
      compare("T_air_out_C", state.air_leaving.celsius());
      compare("P_fan_W", state.fan.si());
    }
    MESSAGE(rows.size(), " rows: worst ", worst);
  }
}
