#include "models/cooling/machines/heat_exchanger.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "sim/base/problem.hpp"

using namespace wattershed;

namespace {

using Engine = std::mt19937_64;
double between(Engine& engine, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(engine);
}

// Counterflow by marching: 4000 slices, and the cold outlet found by halving. Slow and obvious.
double marched_counterflow(double transfer_units, double ratio) {
  // Hot enters at 1, cold at 0; the cold side has C_min.
  double low = 0, high = 1;
  for (int trial = 0; trial < 50; ++trial) {
    const double cold_leaving = 0.5 * (low + high);
    double hot = 1, cold = cold_leaving;
    constexpr int slices = 4000;
    for (int i = 0; i < slices; ++i) {
      const double step = transfer_units / slices;
      const double middle = (hot - cold) * (1 - 0.5 * step * (ratio - 1));  // half a slice on
      hot -= step * ratio * middle;
      cold -= step * middle;
    }
    (cold > 0 ? high : low) = cold_leaving;
  }
  return 0.5 * (low + high);
}

// Both unmixed, by a grid of cells; exact as the grid gets fine.
double gridded_crossflow(double transfer_units, double ratio) {
  constexpr int n = 400;
  std::vector<double> hot(n, 1.0);
  double gained = 0;
  for (int row = 0; row < n; ++row) {  // along the hot stream; each row has its own strand of cold
    double cold = 0;
    for (int column = 0; column < n; ++column) {
      const double step = transfer_units / n;
      const double heat = step * (hot[column] - cold) / (1 + 0.5 * step * (1 + ratio));
      hot[column] -= ratio * heat;
      cold += heat;
    }
    gained += cold / n;
  }
  return gained;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("counterflow is that of a marched exchanger") {
    for (double units : {0.1, 1.0, 3.0, 8.0})
      for (double ratio : {0.1, 0.5, 0.95, 1.0}) {
        CAPTURE(units);
        CAPTURE(ratio);
        CHECK(std::abs(counterflow_effectiveness(units, ratio) - marched_counterflow(units, ratio)) < 2e-5);
      }
    CHECK(counterflow_effectiveness(2, 0) == doctest::Approx(1 - std::exp(-2.0)).epsilon(1e-14));
    CHECK(counterflow_effectiveness(3, 1) == doctest::Approx(0.75).epsilon(1e-14));
    CHECK(std::abs(counterflow_effectiveness(3, 1 - 1e-8) - 0.75) < 1e-7);
  }

  TEST_CASE("the formula of unmixed cross-flow is within 0.011 of a grid of cells") {
    double worst = 0;
    for (double units : {0.2, 0.5, 1.0, 2.0, 4.0})
      for (double ratio : {0.1, 0.5, 0.8, 1.0}) {
        CAPTURE(units);
        CAPTURE(ratio);
        const double off = std::abs(crossflow_unmixed_effectiveness(units, ratio) - gridded_crossflow(units, ratio));
        CHECK(off < 0.011);
        worst = std::max(worst, off);
      }
    CHECK(worst > 1e-4);  // it is a fit, and the grid can tell
    CHECK(crossflow_unmixed_effectiveness(2, 0) == doctest::Approx(1 - std::exp(-2.0)).epsilon(1e-14));
  }

  TEST_CASE("the inverses invert, and say when nothing does") {
    for (double units : {0.05, 0.7, 2.0, 6.0})
      for (double ratio : {0.0, 0.3, 0.9, 1.0}) {
        CHECK(counterflow_transfer_units(counterflow_effectiveness(units, ratio), ratio) ==
              doctest::Approx(units).epsilon(1e-9));
        CHECK(crossflow_unmixed_transfer_units(crossflow_unmixed_effectiveness(units, ratio), ratio) ==
              doctest::Approx(units).epsilon(1e-9));
      }
    CHECK(std::isinf(counterflow_transfer_units(1, 0.5)));
    CHECK(std::isinf(crossflow_unmixed_transfer_units(1.01, 0.5)));
  }

  TEST_CASE("heat balances over random streams, and no stream passes the other's entering temperature") {
    Engine engine(1);
    for (const HeatExchanger& kind : {plate_kind(), air_coil_kind()}) {
      const HeatExchanger exchanger =
          sized_heat_exchanger(kind, 1_MW, Temperature::celsius(36), Temperature::celsius(24),
                               Temperature::celsius(18), Temperature::celsius(26));
      for (int i = 0; i < 1000; ++i) {
        const Temperature hot = Temperature::celsius(between(engine, 10, 60));
        const Temperature cold = Temperature::celsius(between(engine, 0, 40));
        const Conductance of_hot = between(engine, 0.05, 1.5) * exchanger.hot_design;
        const Conductance of_cold = between(engine, 0.05, 1.5) * exchanger.cold_design;
        const HeatExchangerState state = run_heat_exchanger(exchanger, hot, of_hot, cold, of_cold);
        CHECK((of_hot * (hot - state.hot_leaving)).si() == doctest::Approx(state.heat.si()).epsilon(1e-9));
        CHECK((of_cold * (state.cold_leaving - cold)).si() == doctest::Approx(state.heat.si()).epsilon(1e-9));
        const Temperature low = std::min(hot, cold), high = std::max(hot, cold);
        for (Temperature leaving : {state.hot_leaving, state.cold_leaving}) {
          CHECK(leaving >= low);
          CHECK(leaving <= high);
        }
        CHECK((state.heat.si() > 0) == (hot > cold));
        const HeatExchangerState more = run_heat_exchanger(exchanger, hot, 1.1 * of_hot, cold, 1.1 * of_cold);
        CHECK(abs(more.heat) >= abs(state.heat));
      }
    }
  }

  TEST_CASE("an exchanger of the size of its temperatures gives them") {
    for (const HeatExchanger& kind : {plate_kind(), air_coil_kind()}) {
      const HeatExchanger exchanger =
          sized_heat_exchanger(kind, 2_MW, Temperature::celsius(40), Temperature::celsius(30),
                               Temperature::celsius(25), Temperature::celsius(33));
      const HeatExchangerState state = run_heat_exchanger(exchanger, Temperature::celsius(40), exchanger.hot_design,
                                                          Temperature::celsius(25), exchanger.cold_design);
      CHECK(state.heat.si() == doctest::Approx(2e6).epsilon(1e-9));
      CHECK(state.hot_leaving.celsius() == doctest::Approx(30).epsilon(1e-9));
      CHECK(state.cold_leaving.celsius() == doctest::Approx(33).epsilon(1e-9));
    }
    const auto size = [](double hot_in, double hot_out, double cold_in, double cold_out) {
      return sized_heat_exchanger(plate_kind(), 1_MW, Temperature::celsius(hot_in), Temperature::celsius(hot_out),
                                  Temperature::celsius(cold_in), Temperature::celsius(cold_out));
    };
    CHECK_THROWS_AS(size(40, 30, 30, 35), InputError);  // no approach left
    CHECK_THROWS_AS(size(40, 30, 20, 41), InputError);  // cold leaves hotter than hot enters
    CHECK_THROWS_AS(size(30, 30, 20, 25), InputError);
    CHECK_THROWS_AS(size(20, 15, 30, 35), InputError);
  }

  TEST_CASE("films in series: half the flow on both sides leaves 0.5^0.8 of UA; a stream that stands, none") {
    HeatExchanger plates = plate_kind();
    plates.ua_design = Conductance(1000);
    plates.hot_design = plates.cold_design = Conductance(500);
    CHECK(part_flow_conductance(plates, Conductance(250), Conductance(250)).si() ==
          doctest::Approx(1000 * std::pow(0.5, 0.8)).epsilon(1e-12));
    HeatExchanger coil = air_coil_kind();  // two thirds of the resistance on the air
    coil.ua_design = Conductance(1000);
    coil.hot_design = coil.cold_design = Conductance(500);
    CHECK(part_flow_conductance(coil, Conductance(250), Conductance(100)).si() ==
          doctest::Approx(1000 / (2.0 / 3 * std::pow(0.5, -0.8) + 1.0 / 3 * std::pow(0.2, -0.85))).epsilon(1e-12));
    plates.film_ratio = 1e9;  // all the resistance on the cold side
    CHECK(part_flow_conductance(plates, Conductance(1), Conductance(500)).si() ==
          doctest::Approx(1000).epsilon(1e-4));
    const HeatExchangerState still = run_heat_exchanger(plates, Temperature::celsius(40), Conductance(0),
                                                        Temperature::celsius(20), Conductance(9));
    CHECK(still.heat.si() == 0);
    CHECK(still.cold_leaving == Temperature::celsius(20));
  }
}
