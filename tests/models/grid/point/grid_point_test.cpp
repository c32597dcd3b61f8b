#include "models/grid/point/grid_point.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <random>
#include <stdexcept>

#include "sim/input/document.hpp"
#include "tests/models/grid/shared_grid.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

GridPoint point_of(double short_circuit_va, double x_over_r) {
  GridPoint point;
  point.voltage = Voltage(138e3);
  point.short_circuit = ApparentPower(short_circuit_va);
  point.x_over_r = x_over_r;
  return point;
}

/// The slow way: V = E − Z·conj(S/V), repeated until it stands.
double by_fixed_point(double p, double q, double r, double x, double source) {
  std::complex<double> v = source;
  for (int k = 0; k < 100'000; ++k) v = source - std::complex(r, x) * std::conj(std::complex(p, q) / v);
  return std::abs(v);
}

GridPoint read_point(const std::string& text) {
  GridPoint point;
  load_document_text("x: " + text, "point.yaml", {}, [&](Fields& f) { f.required("x", point); });
  return point;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a point reads from text, and says what is out of bounds") {
    const GridPoint point =
        read_point("{voltage: 138 kV, short_circuit: 2500 MVA, x_over_r: 12, power_factor: 0.98}");
    CHECK(point.voltage.si() == 138e3);
    CHECK(point.short_circuit.si() == 2.5e9);
    CHECK(point.x_over_r == 12);
    CHECK(point.frequency.si() == 60);
    CHECK(point.power_factor == 0.98);
    CHECK_THROWS_AS(read_point("{voltage: 138 kV}"), InputError);
    CHECK_THROWS_AS(read_point("{voltage: 138 kV, short_circuit: 2500 MW}"), InputError);
    CHECK_THROWS_AS(read_point("{voltage: 138 kV, short_circuit: 2500 MVA, power_factor: 1.1}"), InputError);
    CHECK_THROWS_AS(read_point("{voltage: 138 kV, short_circuit: 2500 MVA, power_factor: 0}"), InputError);
  }

  TEST_CASE("the impedance is one over the short-circuit power, split by X/R") {
    const TheveninImpedance grid = impedance_of(point_of(1e9, 10));
    CHECK(grid.short_circuit.si() == doctest::Approx(1e9).epsilon(1e-14));
    CHECK(std::hypot(grid.resistance, grid.reactance) == doctest::Approx(1).epsilon(1e-14));
    CHECK(grid.reactance / grid.resistance == doctest::Approx(10).epsilon(1e-14));
    const TheveninImpedance same = TheveninImpedance::of(0.01, 0.1, ApparentPower(100e6));
    CHECK(same.short_circuit.si() == doctest::Approx(100e6 / std::hypot(0.01, 0.1)).epsilon(1e-14));
    CHECK(same.resistance == doctest::Approx(grid.resistance).epsilon(1e-14));
    CHECK_THROWS_AS(TheveninImpedance::of(0, 0, ApparentPower(1)), std::invalid_argument);
  }

  TEST_CASE("the closed form solves the circuit, for any load and source that has a voltage") {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> unit(0, 1);
    int solved = 0;
    for (int k = 0; k < 600; ++k) {
      const TheveninImpedance grid = impedance_of(point_of(1e9, 20 * unit(random)));
      const double p = 0.5 * unit(random), q = 0.4 * unit(random) - 0.2, source = 0.4 + 0.7 * unit(random);
      const auto voltage = thevenin_voltage(grid, Power(p * 1e9), ApparentPower(q * 1e9), source);
      // Where the roots nearly meet the iteration has no end.
      const double half_b = p * grid.resistance + q * grid.reactance - source * source / 2;
      const double root = half_b * half_b - p * p - q * q;
      if (root < 0 || half_b > 0) {
        CHECK(!voltage);
        continue;
      }
      if (root < 1e-4) continue;
      ++solved;
      REQUIRE(voltage);
      CHECK(*voltage == doctest::Approx(by_fixed_point(p, q, grid.resistance, grid.reactance, source)).epsilon(1e-9));
      const auto again = source_for(grid, Power(p * 1e9), ApparentPower(q * 1e9), *voltage);
      REQUIRE(again);
      CHECK(*again == doctest::Approx(source).epsilon(1e-12));
    }
    CHECK(solved > 200);
  }

  TEST_CASE("without load the voltage is the source's, and a source chosen for a load gives nominal voltage") {
    const TheveninImpedance grid = impedance_of(point_of(2.5e9, 12));
    CHECK(grid.voltage(0, 0) == 1);
    CHECK(grid.voltage(0, 0, 0.25) == doctest::Approx(0.25).epsilon(1e-15));
    const auto source = source_for(grid, 100_MW, ApparentPower(20e6));
    REQUIRE(source);
    CHECK(*source > 1);
    CHECK(grid.voltage(100e6, 20e6, *source) == doctest::Approx(1).epsilon(1e-14));
    CHECK(!source_for(grid, Power(2.6e9), ApparentPower(0)));
  }

  TEST_CASE("the largest load is where the voltage is lost") {
    for (const double factor : {1.0, 0.95, 0.8})
      for (const double source : {1.0, 0.7}) {
        const TheveninImpedance grid = impedance_of(point_of(1e9, 10));
        const double most = most_power(grid, factor, source).si(), q = std::sqrt(1 / (factor * factor) - 1);
        CHECK(grid.voltage(most * (1 - 1e-9), most * q * (1 - 1e-9), source) > 0.3 * source);
        CHECK(grid.voltage(most * (1 + 1e-9), most * q * (1 + 1e-9), source) == 0);
      }
  }

  TEST_CASE("first order: reactive power counts X/R times as much as active power") {
    const TheveninImpedance grid = impedance_of(point_of(1000e6, 10));
    CHECK(first_order_drop(grid, 50_MW, ApparentPower(0)) == doctest::Approx(0.00498).epsilon(1e-3));
    CHECK(first_order_drop(grid, Power(0), ApparentPower(50e6)) == doctest::Approx(0.04975).epsilon(1e-3));
    // The slope of the exact voltage at no load.
    CHECK((1 - grid.voltage(0, 1e3)) / 1e-6 ==
          doctest::Approx(first_order_drop(grid, Power(0), ApparentPower(1e3)) / 1e-6).epsilon(1e-5));
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("V3: exact voltages and their first order, and no voltage at a short-circuit ratio of 2") {
    const auto folder = shared_grid();
    if (!folder) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    int solved = 0, collapsed = 0;
    for (const auto& row : read_cells(*folder / "thevenin_reference.csv")) {
      REQUIRE(row.size() >= 5);
      const double ratio = std::stod(row[0]), factor = std::stod(row[3]);
      CAPTURE(ratio);
      CAPTURE(factor);
      const TheveninImpedance grid = impedance_of(point_of(ratio * 1e6, std::stod(row[1])));
      const Power p(std::stod(row[2]) * 1e6);
      const ApparentPower q(p.si() * std::sqrt(1 / (factor * factor) - 1));
      const auto voltage = thevenin_voltage(grid, p, q);
      if (row[4] == "infeasible") {
        CHECK(!voltage);
        ++collapsed;
        continue;
      }
      REQUIRE(voltage);
      CHECK(std::abs(*voltage - std::stod(row[4])) < 1e-6);
      CHECK(std::abs(100 * first_order_drop(grid, p, q) - std::stod(row[6])) < 1e-4);
      ++solved;
    }
    CHECK(solved == 16);
    CHECK(collapsed == 4);
  }
}
