#include "models/cooling/machines/dry_cooler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "models/cooling/machines/fluid.hpp"
#include "sim/base/problem.hpp"
#include "tests/models/cooling/shared_table.hpp"

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

using Engine = std::mt19937_64;
double between(Engine& engine, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(engine);
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("water, air and effectiveness tell the same heat, and no temperature passes the air's") {
    const DryCooler cooler = bac();
    Engine engine(1);
    for (int i = 0; i < 2000; ++i) {
      const Temperature air = Temperature::celsius(between(engine, -30, 45));
      const Temperature entering = air + TemperatureDelta(between(engine, 0.01, 40));
      const MassFlow water = between(engine, 0.1, 1.2) * cooler.water;
      const double speed = between(engine, 0.01, 1);
      const DryCoolerState state = run_dry_cooler(cooler, {entering, water}, speed, air);
      const double heat_w = state.heat.si();
      CHECK((water_capacity_rate(water) * (entering - state.water_leaving)).si() ==
            doctest::Approx(heat_w).epsilon(1e-9));
      CHECK((air_capacity_rate(speed * cooler.air) * (state.air_leaving - air)).si() ==
            doctest::Approx(heat_w).epsilon(1e-9));
      CHECK((state.effectiveness * state.smaller_capacity_rate * (entering - air)).si() ==
            doctest::Approx(heat_w).epsilon(1e-12));
      CHECK(state.effectiveness > 0);
      CHECK(state.effectiveness < 1);
      CHECK(state.fan.si() == doctest::Approx(117.68e3 * speed * speed * speed).epsilon(1e-12));
      CHECK(state.water_leaving >= air);
      CHECK(state.air_leaving <= entering);
      CHECK(run_dry_cooler(cooler, {entering, water}, std::min(speed + 0.05, 1.0), air).heat >= state.heat);
      CHECK(run_dry_cooler(cooler, {entering, water}, speed, air - TemperatureDelta(1)).heat > state.heat);
    }
  }

  TEST_CASE("UA is that of two films in series") {
    const DryCooler cooler = bac();
    CHECK(dry_cooler_conductance(cooler, 1, 1).si() == doctest::Approx(cooler.ua_design.si()).epsilon(1e-15));
    // hA_air = 1.5 UA, hA_water = 3 UA at design; half of each flow.
    const double air = 1.5 * std::pow(0.5, 0.8), water = 3 * std::pow(0.5, 0.85);
    CHECK(dry_cooler_conductance(cooler, 0.5, 0.5) / cooler.ua_design ==
          doctest::Approx(1 / (1 / air + 1 / water)).epsilon(1e-12));
  }

  TEST_CASE("a cooler of the size of its design point meets it") {
    for (double dry_c : {-5.0, 25.0, 42.0})
      for (double approach : {3.0, 6.0, 12.0})
        for (double range : {4.0, 8.0, 15.0}) {
          CAPTURE(approach);
          CAPTURE(range);
          const DryCooler cooler = sized_dry_cooler(DryCooler{}, 5_MW, Temperature::celsius(dry_c),
                                                    TemperatureDelta(approach), TemperatureDelta(range));
          const Temperature entering = Temperature::celsius(dry_c + approach + range);
          const DryCoolerState state =
              run_dry_cooler(cooler, {entering, cooler.water}, 1, Temperature::celsius(dry_c));
          CHECK(state.heat.si() == doctest::Approx(5e6).epsilon(1e-9));
          CHECK((state.water_leaving - Temperature::celsius(dry_c)).si() == doctest::Approx(approach).epsilon(1e-9));
        }
    CHECK(sized_dry_cooler(DryCooler{}, 2931_kW, Temperature::celsius(35), TemperatureDelta(5.55),
                           TemperatureDelta(5.56))
              .fan.si() == doctest::Approx(117.68e3).epsilon(0.005));
    CHECK_THROWS_AS(
        sized_dry_cooler(DryCooler{}, 1_MW, Temperature::celsius(35), TemperatureDelta(0), TemperatureDelta(5)),
        InputError);
    CHECK_THROWS_AS(rated_conductance(DryCooler{}), InputError);
    CHECK(rated(bac()).ua_design == bac().ua_design);
  }

  TEST_CASE("the fan speed that was asked for a temperature gives it, or says why not") {
    const DryCooler cooler = bac();
    Engine engine(2);
    int attained = 0, unattainable = 0, off = 0;
    for (int i = 0; i < 3000; ++i) {
      const Temperature air = Temperature::celsius(between(engine, -20, 45));
      const Temperature entering = air + TemperatureDelta(between(engine, -2, 30));
      const Temperature wanted = entering - TemperatureDelta(between(engine, -0.5, 20));
      const MassFlow water = between(engine, 0.2, 1) * cooler.water;
      const FanDemand<DryCoolerState> demand =
          fan_speed_for(cooler, wanted, {entering, water}, air, between(engine, 0, 1));
      const DryCoolerState again = run_dry_cooler(cooler, {entering, water}, demand.speed, air);
      CHECK(again.water_leaving == demand.state.water_leaving);
      if (demand.reach == FanReach::attained) {
        ++attained;
        if (demand.speed > 0.02) CHECK(std::abs((again.water_leaving - wanted).si()) < 1.1e-3);
        CHECK(again.water_leaving <= wanted + TemperatureDelta(1.1e-3));
      } else if (demand.reach == FanReach::unattainable) {
        ++unattainable;
        CHECK(demand.speed == 1);
        CHECK(again.water_leaving > wanted);
      } else {
        ++off;
        CHECK(entering <= wanted);
      }
    }
    for (int count : {attained, unattainable, off}) CHECK(count > 50);
  }

  TEST_CASE("air no colder than the water, a fan that is off, and standing water do nothing") {
    const DryCooler cooler = bac();
    const Temperature water = Temperature::celsius(30);
    for (const DryCoolerState& state : {run_dry_cooler(cooler, {water, cooler.water}, 1, Temperature::celsius(31)),
                                        run_dry_cooler(cooler, {water, cooler.water}, 0, Temperature::celsius(10)),
                                        run_dry_cooler(cooler, {water, MassFlow(0)}, 1, Temperature::celsius(10))}) {
      CHECK(state.heat.si() == 0);
      CHECK(state.water_leaving == water);
    }
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("every row of the dry cooler: 0.1 %") {
    const DryCooler cooler = bac();
    CHECK(rated_conductance(cooler).si() == doctest::Approx(844559.599).epsilon(1e-6));
    double worst = 0;
    const std::vector<Row> rows = shared_table("dry_cooler_points.csv");
    for (const Row& row : rows) {
      const double water_ratio = number(row, "water_flow_ratio"), speed = number(row, "air_flow_ratio");
      const DryCoolerState state =
          run_dry_cooler(cooler, {Temperature::celsius(number(row, "T_water_in_C")), water_ratio * cooler.water},
                         speed, Temperature::celsius(number(row, "T_air_in_C")));
      const auto compare = [&](const std::string& column, double ours) {
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
