#include "models/grid/network/rotor_modes.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "models/grid/case/matpower_case.hpp"
#include "models/grid/network/rotor_swing.hpp"
#include "tests/models/grid/rotor_case.hpp"
#include "tests/models/grid/shared_grid.hpp"

using namespace wattershed;
using namespace wattershed::test;
using namespace std::chrono_literals;

namespace {

using Complex = std::complex<double>;
constexpr double turn = 2 * std::numbers::pi;

ReducedNetwork reduced(const GridCase& grid, const std::vector<Machine>& machines,
                       const std::vector<NetworkSite>& sites = {}) {
  const PowerFlow flow = solve_power_flow(grid, {.tolerance_pu = 1e-12});
  REQUIRE(flow.converged);
  return reduce_network(grid, flow, machines, sites);
}

/// What the simulation in time does under base + amplitude·sin, as phasors of a sine: angle of machine 0 against
/// machine 1 [rad/W], then frequency of machine 0, of the site [Hz/W] and voltage of the site [1/W].
std::array<Complex, 4> forced(const ReducedNetwork& network, double hertz, double amplitude_w, double settle_s,
                              double reactive_ratio = 0) {
  RotorSwing swing(network, 60_Hz, 2ms);
  const int parts = 400, whole = std::max(1, static_cast<int>(std::ceil(settle_s * hertz))), measured = 2;
  const Duration step = from_seconds(1 / hertz / parts);
  const double base_w = network.sites[0].load.real() * network.base_w;
  const double base_va = network.sites[0].load.imag() * network.base_w;
  std::array<Complex, 4> sums{};
  std::array<double, 4> before{swing.angle_rad(0) - swing.angle_rad(1), 60, 60, swing.site_voltage(0)};
  for (int k = 0; k < parts * (whole + measured); ++k) {
    const double a = turn * k / parts, b = turn * (k + 1) / parts;
    const double swing_w = amplitude_w * (std::cos(a) - std::cos(b)) / (b - a);
    const SiteLoad load{Power(base_w + swing_w), ApparentPower(base_va + reactive_ratio * swing_w)};
    REQUIRE(swing.advance({&load, 1}, step));
    // The voltage stands under the load of the step; the rest has moved to its end.
    const std::array<double, 4> now{swing.angle_rad(0) - swing.angle_rad(1), swing.machine_frequency(0).si(),
                                    swing.site_frequency(0).si(), swing.site_voltage(0)};
    if (k >= parts * whole)
      for (std::size_t q = 0; q < 4; ++q)
        sums[q] += (now[q] - before[q]) * std::polar(2.0 / (parts * measured), -(q == 3 ? (a + b) / 2 : b)) *
                   Complex(0, 1) / amplitude_w;
  }
  return sums;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the mode of two machines, by hand") {
    const double h1 = 5, h2 = 3, zeta = 0.05;
    for (const bool damped : {false, true}) {
      std::vector<Machine> machines = {swing_machine(1, h1, 0.1), swing_machine(2, h2, 0.2)};
      const GridCase grid = two_machines();
      const ReducedNetwork bare = reduced(grid, machines);
      const Complex e1 = bare.machines[0].emf, e2 = bare.machines[1].emf;
      const double stiffness = std::abs(e1) * std::abs(e2) / (0.1 + 0.2 + 0.2 + 0.3) * std::cos(std::arg(e1 / e2));
      const double rate = std::sqrt(turn * 60 * stiffness * (1 / (2 * h1) + 1 / (2 * h2)));
      if (damped) {
        machines[0].damping = 4 * h1 * zeta * rate;
        machines[1].damping = 4 * h2 * zeta * rate;
      }
      const auto modes = LinearRotorSwing(reduced(grid, machines)).modes();
      REQUIRE(modes.size() == 1);
      const double expected = damped ? rate * std::sqrt(1 - zeta * zeta) : rate;
      CHECK(modes[0].frequency.si() * turn == doctest::Approx(expected).epsilon(1e-9));
      CHECK(modes[0].damping_ratio == doctest::Approx(damped ? zeta : 0).epsilon(1e-8));
      // Speeds go against each other as their inertias; the lighter one has the greater part.
      CHECK(std::abs(modes[0].shape[0] + h2 / h1) < 1e-6);
      CHECK(modes[0].participation[0] == doctest::Approx(h2 / (h1 + h2)).epsilon(1e-6));
    }
  }

  TEST_CASE("V13: at resonance the angle between two machines is 1/(2ζ) of its own static deflection") {
    const double h1 = 5, h2 = 3;
    for (const double zeta : {0.03, 0.1}) {
      const GridCase grid = two_machines();
      const std::vector<NetworkSite> site = {{0, Power(0), ApparentPower(0)}};
      std::vector<Machine> machines = {swing_machine(1, h1, 0.1), swing_machine(2, h2, 0.2)};
      const double rate = turn * LinearRotorSwing(reduced(grid, machines)).modes()[0].frequency.si();
      machines[0].damping = 4 * h1 * zeta * rate;  // equal D/H
      machines[1].damping = 4 * h2 * zeta * rate;
      const ReducedNetwork network = reduced(grid, machines, site);
      const double natural = rate / turn, amplitude_w = 0.5e6;  // P_max is about 130 MW
      const double settle_s = 10 / (zeta * rate);

      // Its own static deflection: a step that stands.
      RotorSwing step(network, 60_Hz, 2ms);
      const double rest = step.angle_rad(0) - step.angle_rad(1);
      REQUIRE(
          step.advance(std::vector<SiteLoad>{{Power(amplitude_w), ApparentPower(0)}}, from_seconds(2 * settle_s)));
      const double still = std::abs(step.angle_rad(0) - step.angle_rad(1) - rest) / amplitude_w;

      const double peak = std::abs(forced(network, natural, amplitude_w, settle_s)[0]);
      CAPTURE(zeta);
      CHECK(peak / still == doctest::Approx(1 / (2 * zeta)).epsilon(0.02));
      for (const double ratio : {0.7, 0.9, 1.2}) {  // the period moved
        const double there = std::abs(forced(network, ratio * natural, amplitude_w, settle_s)[0]);
        const double expected = 1 / std::hypot(1 - ratio * ratio, 2 * zeta * ratio);
        CHECK(there / still == doctest::Approx(expected).epsilon(0.02));
        CHECK(there < peak);
      }
      const LinearRotorSwing linear(network);
      const auto angle = [&](double hertz) {
        const RotorResponse swing = linear.response(Frequency(hertz), 0);
        return std::abs(swing.angle_rad[0] - swing.angle_rad[1]);
      };
      CHECK(angle(natural) / angle(natural / 1e4) == doctest::Approx(1 / (2 * zeta)).epsilon(1e-6));
      CHECK(linear.oscillation_gain(Frequency(natural), 0) > linear.oscillation_gain(Frequency(1.2 * natural), 0));
    }
  }

  TEST_CASE("the linear response is what the simulation in time does") {
    const GridCase grid = ring_of_three();
    std::vector<Machine> machines = machines_of_three(6);
    machines[1].droop = Share(0.05);
    const ReducedNetwork network = reduced(grid, machines, {{3, 50_MW, ApparentPower(10e6)}});
    const LinearRotorSwing linear(network);
    const double mode = linear.modes()[0].frequency.si();
    for (const auto& [hertz, factor] : {std::pair{0.3, 1.0}, {1.0, 1.0}, {1.0, 0.8}, {mode, 1.0}, {mode, 0.9}}) {
      CAPTURE(hertz);
      CAPTURE(factor);
      const RotorResponse expected = linear.response(Frequency(hertz), 0, factor);
      const auto got = forced(network, hertz, 0.2e6, 40, std::sqrt(1 / (factor * factor) - 1));
      const std::array<Complex, 4> wanted{expected.angle_rad[0] - expected.angle_rad[1], expected.machine_hz[0],
                                          expected.site_hz[0], expected.site_voltage[0]};
      for (std::size_t q = 0; q < 4; ++q) {
        CAPTURE(q);
        CHECK(std::abs(got[q] - wanted[q]) < 0.01 * std::abs(wanted[q]));
      }
    }
  }

  TEST_CASE("a mode swings freely at its frequency and dies away at its damping") {
    const GridCase grid = ring_of_three();
    std::vector<Machine> machines = {swing_machine(10, 8, 0.2, 9), swing_machine(20, 4, 0.25, 2),
                                     swing_machine(30, 3, 0.3, 4)};
    const ReducedNetwork network = reduced(grid, machines);
    const auto modes = LinearRotorSwing(network).modes();
    REQUIRE(modes.size() == 2);
    for (const RotorMode& mode : modes) {
      RotorSwing swing(network, 60_Hz, 1ms);
      // Angles follow speeds: δ = ω0·ω/λ.
      const double omega = turn * mode.frequency.si(), size = omega / std::sqrt(1 - std::pow(mode.damping_ratio, 2));
      const Complex value(-mode.damping_ratio * size, omega);
      for (std::size_t i = 0; i < 3; ++i) {
        const Complex speed = 1e-5 * mode.shape[i];
        swing.disturb(i, (turn * 60 * speed / value).real(), speed.real());
      }
      double sum = 0;
      for (const double part : mode.participation) sum += part;
      CHECK(sum == doctest::Approx(1));
      for (int k = 1; k <= 30; ++k) {
        REQUIRE(swing.advance({}, 50ms));
        for (std::size_t i = 0; i < 3; ++i) {
          const double expected = (1e-5 * mode.shape[i] * std::exp(value * (0.05 * k))).real();
          CHECK(std::abs(swing.machine_frequency(i).si() / 60 - 1 - expected) < 1e-8);
        }
      }
    }
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("modes of the nine-bus and the New England system") {
    const auto folder = shared_grid();
    if (!folder) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    const auto nine =
        LinearRotorSwing(reduced(read_matpower_case(file_name(*folder / "case9.m")), wscc_machines())).modes();
    REQUIRE(nine.size() == 2);
    // About 1.4 and 2.1 Hz in Anderson and Fouad, from memory.
    CHECK(nine[0].frequency.si() == doctest::Approx(1.4).epsilon(0.05));
    CHECK(nine[1].frequency.si() == doctest::Approx(2.1).epsilon(0.05));

    const GridCase grid = read_matpower_case(file_name(*folder / "case39.m"));
    const std::vector<NetworkSite> site = {{15, 100_MW, ApparentPower(0)}};
    const LinearRotorSwing linear(reduced(grid, new_england_machines(0.2), site));
    const auto modes = linear.modes();
    REQUIRE(modes.size() == 9);
    // The slowest: the rest of the country (bus 39) against all others.
    CHECK(modes[0].frequency.si() > 0.4);
    CHECK(modes[0].frequency.si() < 0.9);
    for (std::size_t i = 0; i < 9; ++i) CHECK((modes[0].shape[i] / modes[0].shape[9]).real() < 0);
    CHECK(modes[8].frequency.si() < 2.2);
    // Off its resonance the same load moves the machines less.
    CHECK(linear.oscillation_gain(1.3 * modes[0].frequency, 0) < linear.oscillation_gain(modes[0].frequency, 0));
  }
}
