#include "models/cooling/machines/chiller.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <variant>

#include "tests/models/cooling/shared_table.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

Chiller chiller_of(const Row& row) {
  const auto n = [&](const std::string& column) { return number(row, column); };
  Chiller c;
  c.capacity = Power(n("capacity_W"));
  c.cop = n("COP");
  EirCurves& eir = c.curves.emplace<EirCurves>();
  eir.leaving_reference = Temperature::celsius(n("T_eva_lvg_ref_C"));
  eir.entering_reference = Temperature::celsius(n("T_con_ent_ref_C"));
  for (std::size_t i = 0; i < 6; ++i) {
    eir.capacity_by_temperature[i] = n("capft_" + std::to_string(i));
    eir.input_by_temperature[i] = n("eirft_" + std::to_string(i));
  }
  for (std::size_t i = 0; i < 3; ++i) eir.input_by_load[i] = n("eirfplr_" + std::to_string(i));
  c.least_load = Share(n("PLR_min"));
  c.least_unload = Share(n("PLR_min_unload"));
  c.most_load = Share(n("PLR_max"));
  c.motor_heat = Share(n("motor_eff"));
  eir.leaving_least = Temperature::celsius(n("T_eva_min_C"));
  eir.leaving_most = Temperature::celsius(n("T_eva_max_C"));
  eir.entering_least = Temperature::celsius(n("T_con_min_C"));
  eir.entering_most = Temperature::celsius(n("T_con_max_C"));
  return c;
}

// The generic centrifugal set of DOE-2 at 1 MW.
Chiller doe2() {
  Chiller c;
  c.capacity = 1_MW;
  c.cop = 5.5;
  EirCurves& eir = c.curves.emplace<EirCurves>();
  eir.capacity_by_temperature = {0.257896, 0.0389016, -0.00021708, 0.0468684, -0.00094284, -0.00034344};
  eir.input_by_temperature = {0.933884, -0.058212, 0.00450036, 0.00243, 0.000486, -0.001215};
  eir.input_by_load = {0.222903, 0.313387, 0.46371};
  c.least_load = Share(0.1);
  c.least_unload = Share(0.2);
  eir.entering_least = Temperature::celsius(24);
  return c;
}
const Temperature cold = Temperature::celsius(6.67), warm = Temperature::celsius(29.4);

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("at its rating a chiller has its capacity and its coefficient of performance") {
    CHECK(available_capacity(doe2(), {cold, {warm}}) / (1_MW) == doctest::Approx(1).epsilon(0.02));
    const ChillerState state = run_chiller(doe2(), 1_MW, {cold, {warm}});
    CHECK(state.evaporator / state.input == doctest::Approx(5.5).epsilon(0.02));
  }

  TEST_CASE("heat balances at every load, and no load draws nothing") {
    Chiller chiller = doe2();
    for (double motor_heat : {0.0, 0.9, 1.0}) {
      chiller.motor_heat = Share(motor_heat);
      for (double load : {0.01, 0.05, 0.1, 0.15, 0.2, 0.5, 0.9, 1.0, 1.5}) {
        const ChillerState state = run_chiller(chiller, load * 1_MW, {cold, {warm}});
        CHECK((state.evaporator + motor_heat * state.input).si() ==
              doctest::Approx(state.condenser.si()).epsilon(1e-14));
        CHECK(state.evaporator <= load * 1_MW);
        CHECK(state.evaporator <= available_capacity(chiller, {cold, {warm}}));
        CHECK(state.input.si() > 0);
      }
    }
    for (double load : {0.0, -5.0}) {
      const ChillerState state = run_chiller(chiller, Power(load), {cold, {warm}});
      CHECK(state.input.si() == 0);
      CHECK(state.evaporator.si() == 0);
      CHECK(state.condenser.si() == 0);
      CHECK(state.cycling == 0);
    }
  }

  TEST_CASE("power rises with load without a jump: from cycling over false loading to full") {
    Power last{};
    for (int i = 1; i <= 1100; ++i) {
      const ChillerState state = run_chiller(doe2(), i * 1_kW, {cold, {warm}});
      CHECK(state.input >= last);
      CHECK(state.input - last < 3_kW);
      last = state.input;
    }
    const Power available = available_capacity(doe2(), {cold, {warm}});
    // Between least_load and least_unload the compressor draws the same; below, in proportion to the time it runs.
    const Power at_15 = run_chiller(doe2(), 0.15 * available, {cold, {warm}}).input;
    CHECK(at_15.si() ==
          doctest::Approx(run_chiller(doe2(), 0.2 * available, {cold, {warm}}).input.si()).epsilon(1e-12));
    CHECK(run_chiller(doe2(), 0.05 * available, {cold, {warm}}).input / at_15 == doctest::Approx(0.5).epsilon(1e-12));
  }

  TEST_CASE("a chiller whose largest load is above one carries that, and no more") {
    Chiller chiller = doe2();
    chiller.most_load = Share(1.05);
    const Power available = available_capacity(chiller, {cold, {warm}});
    for (double load : {1.02, 1.05, 1.3}) {
      const ChillerState state = run_chiller(chiller, load * available, {cold, {warm}});
      CHECK(state.evaporator / available == doctest::Approx(std::min(load, 1.05)).epsilon(1e-12));
      CHECK(state.part_load == doctest::Approx(std::min(load, 1.05)).epsilon(1e-12));
    }
  }

  TEST_CASE("warmer condensers take more power; outside the curves the edge stands") {
    double last_w = 0;
    for (double entering_c = 24; entering_c <= 35; entering_c += 0.5) {
      const double now_w = run_chiller(doe2(), 700_kW, {cold, {Temperature::celsius(entering_c)}}).input.si();
      CHECK(now_w > last_w);
      last_w = now_w;
    }
    const ChillerState edge = run_chiller(doe2(), 700_kW, {Temperature::celsius(10), {Temperature::celsius(35)}});
    const ChillerState beyond = run_chiller(doe2(), 700_kW, {Temperature::celsius(28), {Temperature::celsius(60)}});
    CHECK(edge.input == beyond.input);
    CHECK(edge.outside == 0);
    CHECK(beyond.outside == 0b11);
  }

  TEST_CASE("a curve that falls below zero still leaves a capacity above it") {
    Chiller chiller = doe2();
    std::get<EirCurves>(chiller.curves).capacity_by_temperature = {-1, 0, 0, 0, 0, 0};
    const ChillerState state = run_chiller(chiller, 500_kW, {cold, {warm}});
    CHECK(state.evaporator.si() > 0);
    CHECK(state.evaporator < 500_kW);
    CHECK(std::isfinite(state.input.si()));
  }

  TEST_CASE("curves of the entering condenser water have a state also without a load, and ask for no flow") {
    const ChillerStreams streams{cold, {warm}};
    const ChillerState off = run_chiller(doe2(), Power(), streams), on = run_chiller(doe2(), 500_kW, streams);
    CHECK(off.capacity_factor == on.capacity_factor);
    CHECK(off.input_factor == on.input_factor);
    CHECK(available_capacity(doe2(), streams) == 1_MW * off.capacity_factor);
    CHECK_FALSE(flow_needs(doe2()).condenser);
    CHECK_FALSE(flow_needs(doe2()).chilled);
    const ChillerState flowing =
        run_chiller(doe2(), 500_kW, {cold, {warm, MassFlow(50)}, {Temperature::celsius(12), MassFlow(40)}});
    CHECK(flowing.input == on.input);
  }

  TEST_CASE("condenser water of a rating takes up in its range what the chiller gives off there") {
    const WaterStream water = condenser_water(doe2(), warm, TemperatureDelta(6));
    CHECK(water.entering == warm);
    CHECK((water_capacity_rate(water.flow) * TemperatureDelta(6)).si() ==
          doctest::Approx(1e6 * (1 + 1 / 5.5)).epsilon(1e-12));
  }

  TEST_CASE("a chiller of twice the size has twice of everything") {
    const ChillerState one = run_chiller(doe2(), 400_kW, {cold, {warm}});
    const ChillerState two = run_chiller(scaled_to(doe2(), 2_MW), 800_kW, {cold, {warm}});
    CHECK(two.input.si() == doctest::Approx(2 * one.input.si()).epsilon(1e-14));
    CHECK(two.part_load == doctest::Approx(one.part_load).epsilon(1e-14));
  }
}

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
      const ChillerState state = run_chiller(chiller, Power(number(row, "load_W")), {leaving, {entering}});
      const auto compare = [&](const std::string& column, double ours) {
        const double deviation = std::abs(ours / number(row, column) - 1);
        CAPTURE(column);
        CHECK(deviation < 1e-6);
        worst = std::max(worst, deviation);
      };
      compare("capFT", state.capacity_factor);
      compare("EIRFT", state.input_factor);
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
