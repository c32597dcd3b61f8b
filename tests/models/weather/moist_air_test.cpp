// Moist air against published tables, against bisection of the same equations, and against psychrometrics.csv.
#include "models/weather/moist_air.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "shared_data.hpp"

using namespace wattershed;
using namespace wattershed::moist_air;

namespace {

double kelvin(double celsius) { return celsius + 273.15; }

/// Wet bulb by plain bisection of the humidity ratio that it would give.
double slow_wet_bulb(double t_k, double w, double pressure_pa) {
  double low = kelvin(-100), high = t_k;
  while (high - low > 1e-9) {
    const double middle = 0.5 * (low + high);
    (humidity_ratio_from_wet_bulb(t_k, middle, pressure_pa) > w ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

struct RandomState {
  double t_k, relative, pressure_pa;
};

std::vector<RandomState> random_states(std::size_t count) {
  std::mt19937 engine(20220714);
  std::uniform_real_distribution<double> celsius(-45, 55), relative(0.02, 1), pressure(70e3, 105e3);
  std::vector<RandomState> states;
  for (std::size_t i = 0; i < count; ++i)
    states.push_back({kelvin(celsius(engine)), relative(engine), pressure(engine)});
  return states;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("saturation pressure is that of the tables") {
    // ASHRAE Handbook Fundamentals, table of the properties of water at saturation [Pa], as printed.
    CHECK(saturation_pressure_pa(kelvin(-40)) == doctest::Approx(12.85).epsilon(2e-3));
    CHECK(saturation_pressure_pa(kelvin(-20)) == doctest::Approx(103.26).epsilon(2e-4));
    CHECK(saturation_pressure_pa(kelvin(0)) == doctest::Approx(611.2).epsilon(2e-4));
    CHECK(saturation_pressure_pa(kelvin(20)) == doctest::Approx(2339).epsilon(3e-4));
    CHECK(saturation_pressure_pa(kelvin(40)) == doctest::Approx(7384).epsilon(3e-4));
    CHECK(saturation_pressure_pa(kelvin(100)) == doctest::Approx(101420).epsilon(3e-4));
    CHECK(saturation_pressure_pa(273.16) == doctest::Approx(611.657).epsilon(1e-4));  // triple point of water
  }

  TEST_CASE("saturated air at sea level is that of the tables") {
    // ASHRAE Handbook Fundamentals, table of moist air at 101325 Pa: W_s, v_s, h_s. The table has real gas, these
    // equations ideal gas: W_s within 0.6 %.
    struct Row {
      double celsius, w, v, h;
    };
    for (const Row& row :
         {Row{-10, 0.0016062, 0.7469, -6072}, Row{0, 0.0037895, 0.7781, 9473}, Row{20, 0.014758, 0.8498, 57555},
          Row{30, 0.027329, 0.8962, 100006}, Row{40, 0.049141, 0.9568, 166683}}) {
      CAPTURE(row.celsius);
      const double w = saturation_humidity_ratio(kelvin(row.celsius), 101325);
      CHECK(w == doctest::Approx(row.w).epsilon(6e-3));
      CHECK(specific_volume_m3_per_kg(kelvin(row.celsius), row.w, 101325) == doctest::Approx(row.v).epsilon(2e-3));
      CHECK(std::abs(enthalpy_j_per_kg(kelvin(row.celsius), row.w) - row.h) < 250);
    }
    CHECK(enthalpy_j_per_kg(kelvin(0), 0) == doctest::Approx(0.2501));  // the floor of W
  }

  TEST_CASE("the worked example of the handbook") {
    // ASHRAE Handbook Fundamentals 2017, chapter 1, example 1: 40 degC with a wet bulb of 20 degC at 101.325 kPa.
    const double w = humidity_ratio_from_wet_bulb(kelvin(40), kelvin(20), 101325);
    CHECK(w == doctest::Approx(0.0065).epsilon(5e-3));
    CHECK(enthalpy_j_per_kg(kelvin(40), w) == doctest::Approx(56.7e3).epsilon(5e-3));
    CHECK(std::abs(dew_point_k(kelvin(40), w, 101325) - kelvin(7)) < 0.6);
    CHECK(std::abs(relative_humidity(kelvin(40), w, 101325) - 0.14) < 0.005);
    CHECK(specific_volume_m3_per_kg(kelvin(40), w, 101325) == doctest::Approx(0.896).epsilon(2e-3));
  }

  TEST_CASE("the two formulas of saturation meet at the triple point") {
    const double below = saturation_pressure_pa(273.16),
                 above = saturation_pressure_pa(std::nextafter(273.16, 300.0));
    CHECK(above >= below * (1 - 1e-6));
    CHECK(above <= below * (1 + 1e-4));
  }

  TEST_CASE("round trips through relative humidity, dew point, wet bulb and enthalpy") {
    for (const RandomState& state : random_states(4000)) {
      CAPTURE(state.t_k);
      CAPTURE(state.relative);
      CAPTURE(state.pressure_pa);
      const double w = humidity_ratio_from_relative(state.t_k, state.relative, state.pressure_pa);
      if (w > 1e-7) CHECK(relative_humidity(state.t_k, w, state.pressure_pa) == doctest::Approx(state.relative));
      const double dew = dew_point_k(state.t_k, w, state.pressure_pa);
      if (dew < state.t_k)
        CHECK(humidity_ratio_from_dew_point(dew, state.pressure_pa) == doctest::Approx(w).epsilon(1e-7));
      const double wet = wet_bulb_k(state.t_k, w, state.pressure_pa);
      if (wet < state.t_k && std::abs(wet - kelvin(0)) > 0.5)
        CHECK(humidity_ratio_from_wet_bulb(state.t_k, wet, state.pressure_pa) == doctest::Approx(w).epsilon(1e-7));
      const double h = saturated_enthalpy_j_per_kg(state.t_k, state.pressure_pa);
      CHECK(std::abs(saturation_temperature_at_enthalpy_k(h, state.pressure_pa) - state.t_k) < 1e-6);
    }
  }

  TEST_CASE("wet bulb is that of plain bisection") {
    for (const RandomState& state : random_states(1000)) {
      const double w = humidity_ratio_from_relative(state.t_k, state.relative, state.pressure_pa);
      const double wet = wet_bulb_k(state.t_k, w, state.pressure_pa);
      const double slow = slow_wet_bulb(state.t_k, w, state.pressure_pa);
      CAPTURE(state.t_k);
      CAPTURE(state.relative);
      // Near zero both formulas have a solution: there both answers satisfy the equation.
      if (std::abs(wet - kelvin(0)) < 0.5 && std::abs(wet - slow) > 1e-6)
        CHECK(humidity_ratio_from_wet_bulb(state.t_k, wet, state.pressure_pa) == doctest::Approx(w).epsilon(1e-6));
      else
        CHECK(std::abs(wet - slow) < 2e-7);
    }
  }

  TEST_CASE("dew point <= wet bulb <= dry bulb, and wetter air has a higher wet bulb") {
    for (double celsius = -40; celsius <= 50; celsius += 3.7)
      for (double pressure_pa : {75e3, 101325.0}) {
        double last = 0;
        for (double relative = 0.01; relative < 1.0001; relative += 0.01) {
          CAPTURE(celsius);
          CAPTURE(relative);
          const double t_k = kelvin(celsius);
          const double w = humidity_ratio_from_relative(t_k, std::min(relative, 1.0), pressure_pa);
          const double wet = wet_bulb_k(t_k, w, pressure_pa);
          CHECK(wet <= t_k);
          CHECK(wet >= last);
          // Above the dew point, but for the tiny part that the psychrometer's rounded constants leave.
          CHECK(wet >= dew_point_k(t_k, w, pressure_pa) - 0.02);
          last = wet;
        }
        CHECK(std::abs(last - kelvin(celsius)) < 1e-6);
      }
  }

  TEST_CASE("air that holds too much is saturated, and dry air has the floor") {
    CHECK(wet_bulb_k(kelvin(20), 0.03, 101325) == kelvin(20));
    CHECK(dew_point_k(kelvin(20), 0.03, 101325) == kelvin(20));
    CHECK(relative_humidity(kelvin(20), 0.03, 101325) > 1);
    CHECK(humidity_ratio_from_relative(kelvin(20), 0, 101325) == 1e-7);
    CHECK(std::isfinite(wet_bulb_k(kelvin(45), 0, 101325)));
    CHECK(std::isfinite(dew_point_k(kelvin(45), 0, 101325)));
  }

  TEST_CASE("freezing: the wet bulb rises through zero without a gap in the answers") {
    double last = 0;
    for (double w = 0.0005; w < 0.0035; w += 1e-6) {
      const double wet = wet_bulb_k(kelvin(5), w, 101325);
      CHECK(wet >= last);
      CHECK((last == 0 || wet - last < 0.5));
      last = wet;
    }
    CHECK(last > kelvin(0));
  }

  TEST_CASE("the standard atmosphere") {
    // ASHRAE Handbook Fundamentals 2017, chapter 1, table 1 [kPa].
    struct Row {
      double m, kpa;
    };
    for (const Row& row : {Row{-500, 107.478}, Row{0, 101.325}, Row{500, 95.461}, Row{1000, 89.875},
                           Row{1500, 84.556}, Row{2000, 79.495}, Row{3000, 70.108}})
      CHECK(standard_pressure(Length(row.m)).si() / 1000 == doctest::Approx(row.kpa).epsilon(2e-5));
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("every row of psychrometrics.csv") {
    const auto path = test::shared_file("psychrometrics.csv");
    if (path.empty()) return;
    std::ifstream in(path);
    std::string line;
    int rows = 0;
    double worst_wet = 0, worst_dew = 0;
    while (std::getline(in, line)) {
      if (line.starts_with("#") || line.starts_with("input_mode")) continue;
      std::istringstream cells(line);
      std::string mode, cell;
      std::getline(cells, mode, ',');
      std::array<double, 11> x{};
      for (double& value : x) {
        std::getline(cells, cell, ',');
        value = std::stod(cell);
      }
      const auto [t, p, rh, twb, w, tdp, h, rho, v, p_ws, p_v] = x;
      CAPTURE(line);
      const double t_k = kelvin(t);
      const double given =
          mode == "RH" ? humidity_ratio_from_relative(t_k, rh, p) : humidity_ratio_from_wet_bulb(t_k, kelvin(twb), p);
      CHECK(given == doctest::Approx(w).epsilon(1e-6));
      CHECK(relative_humidity(t_k, given, p) == doctest::Approx(rh).epsilon(2e-6));
      CHECK(enthalpy_j_per_kg(t_k, given) == doctest::Approx(h).epsilon(1e-6).scale(0));
      CHECK(density_kg_per_m3(t_k, given, p) == doctest::Approx(rho).epsilon(1e-6));
      CHECK(specific_volume_m3_per_kg(t_k, given, p) == doctest::Approx(v).epsilon(1e-6));
      CHECK(saturation_pressure_pa(t_k) == doctest::Approx(p_ws).epsilon(1e-6));
      const double wet_error = std::abs(wet_bulb_k(t_k, given, p) - kelvin(twb));
      const double dew_error = std::abs(dew_point_k(t_k, given, p) - kelvin(tdp));
      CHECK(wet_error < 0.002);
      CHECK(dew_error < 0.002);
      worst_wet = std::max(worst_wet, wet_error);
      worst_dew = std::max(worst_dew, dew_error);
      ++rows;
    }
    CHECK(rows >= 100);
    MESSAGE(rows << " rows, wet bulb within " << worst_wet << " K, dew point within " << worst_dew << " K");
  }
}
