#include "models/cooling/chiller.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "shared_table.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

Chiller chiller_of(const Row& row) {
  const auto n = [&](const std::string& column) { return number(row, column); };
  Chiller c;
  c.capacity = Power(n("capacity_W"));
  c.cop = n("COP");
  c.leaving_reference = Temperature::celsius(n("T_eva_lvg_ref_C"));
  c.entering_reference = Temperature::celsius(n("T_con_ent_ref_C"));
  for (std::size_t i = 0; i < 6; ++i) {
    c.capacity_by_temperature[i] = n("capft_" + std::to_string(i));
    c.input_by_temperature[i] = n("eirft_" + std::to_string(i));
  }
  for (std::size_t i = 0; i < 3; ++i) c.input_by_load[i] = n("eirfplr_" + std::to_string(i));
  c.least_load = Share(n("PLR_min"));
  c.least_unload = Share(n("PLR_min_unload"));
  c.most_load = Share(n("PLR_max"));
  c.motor_heat = Share(n("motor_eff"));
  c.leaving_least = Temperature::celsius(n("T_eva_min_C"));
  c.leaving_most = Temperature::celsius(n("T_eva_max_C"));
  c.entering_least = Temperature::celsius(n("T_con_min_C"));
  c.entering_most = Temperature::celsius(n("T_con_max_C"));
  return c;
}

}  // namespace

TEST_SUITE("evidence") {
  TEST_CASE("every row of the chiller's equations over 159 published curves: 1e-6") {
    std::map<std::string, Chiller> chillers;
    for (const Row& row : shared_table("chiller_eir_curves.csv")) chillers[row.at("name")] = chiller_of(row);
    double worst = 0;
    const std::vector<Row> rows = shared_table("chiller_eir_points.csv");
    for (const Row& row : rows) {
      const Chiller& chiller = chillers.at(row.at("curve"));
      const Temperature leaving = Temperature::celsius(number(row, "T_eva_lvg_C"));
      const Temperature entering = Temperature::celsius(number(row, "T_con_ent_C"));
      const ChillerState state = run_chiller(chiller, Power(number(row, "load_W")), leaving, entering);
      const auto compare = [&](const char* column, double ours) {
        const double deviation = std::abs(ours / number(row, column) - 1);
        CAPTURE(column);
        CHECK(deviation < 1e-6);
        worst = std::max(worst, deviation);
      };
      compare("capFT", capacity_factor(chiller, leaving, entering));
      compare("EIRFT", input_factor(chiller, leaving, entering));
      compare("PLR", state.part_load);
      compare("cycling_ratio", state.cycling);
      compare("power_W", state.input.si());
      compare("Q_evap_W", state.evaporator.si());
      compare("Q_cond_W", state.condenser.si());
      compare("COP", state.evaporator / state.input);
    }
    MESSAGE(rows.size(), " rows: worst ", worst);
  }
}
