#include "models/cooling/tower.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/weather/moist_air.hpp"
#include "shared_table.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

Outdoors air_of(double dry_c, double wet_c, double pressure_pa) {
  Outdoors air;
  air.dry_bulb = Temperature::celsius(dry_c);
  air.wet_bulb = Temperature::celsius(std::min(wet_c, dry_c));
  air.pressure = Pressure(pressure_pa);
  air.humidity_ratio =
      moist_air::humidity_ratio_from_wet_bulb(air.dry_bulb.si(), air.wet_bulb.si(), air.pressure.si());
  return air;
}

}  // namespace

TEST_SUITE("evidence") {
  TEST_CASE("every row of EnergyPlus' Merkel tower: 0.06 K and 1 % of heat") {
    Tower tower;
    tower.water = MassFlow(1.09317);
    tower.air = VolumeFlow(0.561240);
    tower.fan = Power(213.27113);
    tower.ua_design = rated_conductance(tower);
    double worst_k = 0, worst_heat = 0, worst_fan = 0;
    const std::vector<Row> rows = shared_table("tower_merkel_energyplus.csv");
    for (const Row& row : rows) {
      const TowerState state = run_tower(tower, Temperature::celsius(number(row, "T_water_in_C")),
                                         MassFlow(number(row, "m_water_kg_s")), number(row, "air_flow_ratio"),
                                         air_of(number(row, "T_drybulb_C"), number(row, "T_wetbulb_C"), 98943));
      worst_k = std::max(worst_k, std::abs(state.water_leaving.celsius() - number(row, "T_water_out_C")));
      worst_heat = std::max(worst_heat, std::abs(state.heat.si() / number(row, "Q_W") - 1));
      worst_fan = std::max(worst_fan, std::abs(state.fan.si() / number(row, "P_fan_W") - 1));
    }
    MESSAGE(rows.size(), " rows: ", worst_k, " K, heat ", worst_heat, ", fan ", worst_fan);
    CHECK(worst_k < 0.06);
    CHECK(worst_heat < 0.01);
    CHECK(worst_fan < 2e-3);  // the ratio has four digits
  }

  TEST_CASE("every row of the Merkel tower with water: 0.1 %, below zero 1 %") {
    Tower tower;
    tower.water = MassFlow(100);
    tower.air_mass = MassFlow(120);
    tower.ua_design = rated_conductance(tower);
    CHECK(tower.ua_design.si() == doctest::Approx(107470.5563).epsilon(1e-6));
    double worst = 0, worst_below = 0;
    const std::vector<Row> rows = shared_table("tower_merkel_water_points.csv");
    for (const Row& row : rows) {
      const double wet_c = number(row, "T_wetbulb_C"), dry_c = number(row, "T_drybulb_C");
      Outdoors air = air_of(dry_c, wet_c, number(row, "p_Pa"));
      air.wet_bulb = Temperature::celsius(wet_c);
      air.humidity_ratio =
          moist_air::humidity_ratio_from_relative(air.dry_bulb.si(), number(row, "RH"), air.pressure.si());
      const TowerState state =
          run_tower(tower, Temperature::celsius(number(row, "T_water_in_C")),
                    number(row, "water_flow_ratio") * tower.water, number(row, "air_flow_ratio"), air);
      const MassFlow let_off = blowdown(state.evaporation, state.drift, number(row, "cycles_of_conc"));
      const double make_up = (state.evaporation + state.drift + let_off).si();
      double& bound = wet_c < 0 ? worst_below : worst;
      const auto compare = [&](const char* column, double ours) {
        const double deviation = std::abs(ours - number(row, column)) / std::abs(number(row, column));
        CAPTURE(column);
        CAPTURE(wet_c);
        CHECK(deviation < (wet_c < 0 ? 1e-2 : 1e-3));
        bound = std::max(bound, deviation);
      };
      CHECK(std::abs(state.water_leaving.celsius() - number(row, "T_water_out_C")) <
            1e-3 * number(row, "T_water_in_C"));
      CHECK(std::abs(state.air_leaving.celsius() - number(row, "T_air_out_sat_C")) < (wet_c < 0 ? 0.05 : 0.01));
      compare("Q_W", state.heat.si());
      compare("evap_kg_s", state.evaporation.si());
      compare("drift_kg_s", state.drift.si());
      compare("makeup_kg_s", make_up);
      if (number(row, "blowdown_kg_s") > 0) compare("blowdown_kg_s", let_off.si());
    }
    MESSAGE(rows.size(), " rows: worst ", worst, ", below zero ", worst_below);
  }
}
