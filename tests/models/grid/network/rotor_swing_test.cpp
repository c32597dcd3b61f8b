#include "models/grid/network/rotor_swing.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <stdexcept>

#include "models/grid/case/matpower_case.hpp"
#include "models/grid/network/admittance.hpp"
#include "tests/models/grid/rotor_case.hpp"
#include "tests/models/grid/shared_grid.hpp"

using namespace wattershed;
using namespace wattershed::test;
using namespace std::chrono_literals;

namespace {

using Complex = std::complex<double>;

PowerFlow solved(const GridCase& grid) {
  PowerFlow flow = solve_power_flow(grid, {.tolerance_pu = 1e-12});
  REQUIRE(flow.converged);
  return flow;
}
ReducedNetwork reduced(const GridCase& grid, const std::vector<Machine>& machines,
                       const std::vector<NetworkSite>& sites = {}) {
  return reduce_network(grid, solved(grid), machines, sites);
}

/// Gauss's elimination with pivots, in place.
std::vector<Complex> solve_dense(std::vector<std::vector<Complex>> a, std::vector<Complex> b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k; i < n; ++i)
      if (std::abs(a[i][k]) > std::abs(a[best][k])) best = i;
    std::swap(a[k], a[best]);
    std::swap(b[k], b[best]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const Complex factor = a[i][k] / a[k][k];
      for (std::size_t c = k; c < n; ++c) a[i][c] -= factor * a[k][c];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t c = k + 1; c < n; ++c) b[k] -= a[k][c] * b[c];
    b[k] /= a[k][k];
  }
  return b;
}

/// The slow way: the whole network with every bus, the site's current found by repeating; what each machine gives.
std::vector<double> whole_network(const GridCase& grid, const PowerFlow& flow, const std::vector<double>& reactance,
                                  const std::vector<Complex>& emf, std::size_t site, Complex site_base,
                                  Complex site_now, double& site_voltage) {
  const std::size_t n = grid.buses.size();
  const AdmittanceMatrix sparse = admittance_matrix(grid);
  std::vector<std::vector<Complex>> y(n, std::vector<Complex>(n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = sparse.row_start[i]; k < sparse.row_start[i + 1]; ++k)
      y[i][sparse.column[k]] = sparse.value[k];
    Complex load = Complex(grid.buses[i].load_mw, grid.buses[i].load_mvar) / grid.base_mva;
    if (i == site) load -= site_base;
    y[i][i] += std::conj(load) / std::pow(flow.buses[i].voltage_pu, 2);
  }
  std::vector<Complex> current(n), v(n, 1);
  for (std::size_t u = 0; u < emf.size(); ++u)
    y[grid.units[u].bus][grid.units[u].bus] += 1.0 / Complex(0, reactance[u]);
  for (int round = 0; round < 200; ++round) {
    for (std::size_t i = 0; i < n; ++i) current[i] = i == site ? -std::conj(site_now / v[i]) : 0;
    for (std::size_t u = 0; u < emf.size(); ++u) current[grid.units[u].bus] += emf[u] / Complex(0, reactance[u]);
    v = solve_dense(y, current);
  }
  site_voltage = std::abs(v[site]);
  std::vector<double> power;
  for (std::size_t u = 0; u < emf.size(); ++u)
    power.push_back((emf[u] * std::conj((emf[u] - v[grid.units[u].bus]) / Complex(0, reactance[u]))).real());
  return power;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("nothing moves without a cause") {
    const GridCase grid = ring_of_three();
    const PowerFlow flow = solved(grid);
    const ReducedNetwork network =
        reduce_network(grid, flow, machines_of_three(), std::vector<NetworkSite>{{3, 50_MW, ApparentPower(10e6)}});
    RotorSwing swing(network);
    for (std::size_t i = 0; i < 3; ++i)  // the reduced network gives what the flow has
      CHECK(swing.electrical_power(i).si() == doctest::Approx(network.machines[i].mechanical * 100e6).epsilon(1e-9));
    CHECK(swing.electrical_power(1).si() == doctest::Approx(90e6).epsilon(1e-9));
    REQUIRE(swing.advance(std::vector<SiteLoad>{{50_MW, ApparentPower(10e6)}}, 20s));
    for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(swing.machine_frequency(i).si() / 60 - 1) < 1e-9);
    CHECK(swing.site_voltage(0) == doctest::Approx(flow.buses[3].voltage_pu).epsilon(1e-9));
    CHECK(swing.site_frequency(0).si() == doctest::Approx(60).epsilon(1e-9));
  }

  TEST_CASE("the reduced network is the whole network, at any angle and any load of the site") {
    const GridCase grid = ring_of_three();
    const PowerFlow flow = solved(grid);
    const NetworkSite site{3, 50_MW, ApparentPower(10e6)};
    const ReducedNetwork network = reduce_network(grid, flow, machines_of_three(), std::vector<NetworkSite>{site});
    for (const double turned : {0.0, 0.3, -0.4})
      for (const double mw : {0.0, 50.0, 110.0}) {
        RotorSwing swing(network);
        swing.disturb(1, turned, 0);
        REQUIRE(swing.advance(std::vector<SiteLoad>{{Power(mw * 1e6), ApparentPower(20e6)}}, 0s));
        std::vector<Complex> emf;
        for (std::size_t i = 0; i < 3; ++i)
          emf.push_back(std::polar(std::abs(network.machines[i].emf), swing.angle_rad(i)));
        double voltage = 0;
        const auto power = whole_network(grid, flow, {0.2, 0.25, 0.3}, emf, 3, {0.5, 0.1}, {mw / 100, 0.2}, voltage);
        for (std::size_t i = 0; i < 3; ++i)
          CHECK(swing.electrical_power(i).si() / 100e6 == doctest::Approx(power[i]).epsilon(1e-9));
        CHECK(swing.site_voltage(0) == doctest::Approx(voltage).epsilon(1e-9));
      }
  }

  TEST_CASE("without losses and damping the energy of a free swing is kept") {
    GridCase grid = ring_of_three();
    for (GridBus& each : grid.buses) each.load_mw = each.load_mvar = 0;
    for (GridBranch& each : grid.branches) each.resistance_pu = each.charging_pu = 0;
    grid.units[0].p_mw = 0;
    grid.units[1].p_mw = 60;
    grid.units[2].p_mw = -40;
    RotorSwing swing(reduced(grid, machines_of_three()), 60_Hz, 1ms);
    swing.disturb(1, 0.3, 0.002);
    const double turn = 2 * std::numbers::pi * 60;
    const auto energy = [&] {
      const ReducedNetwork& network = swing.network();
      double sum = 0;
      for (std::size_t i = 0; i < 3; ++i) {
        const double speed = swing.machine_frequency(i).si() / 60 - 1;
        sum += network.machines[i].inertia_s * turn * speed * speed -
               network.machines[i].mechanical * swing.angle_rad(i);
        for (std::size_t j = i + 1; j < 3; ++j)
          sum -= std::abs(network.machines[i].emf) * std::abs(network.machines[j].emf) *
                 network.admittance[i * 3 + j].imag() * std::cos(swing.angle_rad(i) - swing.angle_rad(j));
      }
      return sum;
    };
    const double start = energy();
    double moved = 0;
    for (int k = 0; k < 100; ++k) {
      REQUIRE(swing.advance({}, 100ms));
      CHECK(std::abs(energy() - start) < 1e-9 * std::abs(start));
      moved = std::max(moved, std::abs(swing.machine_frequency(1).si() - 60));
    }
    CHECK(moved > 0.1);  // it did swing
  }

  TEST_CASE("the centre of inertia takes a step of load as the sum of all machines, a droop brings it to rest") {
    GridCase grid = two_machines(0);
    std::vector<Machine> machines = {swing_machine(1, 5, 0.1, 5), swing_machine(2, 3, 0.2, 3)};
    const std::vector<NetworkSite> site = {{2, Power(0), ApparentPower(0)}};
    RotorSwing swing(reduced(grid, machines, site));
    const std::vector<SiteLoad> load = {{1_MW, ApparentPower(0)}};
    REQUIRE(swing.advance(load, 10ms));
    // 2·ΣH·dω/dt = −ΔP (the network has no loss): 0.01 p.u. over 16 s.
    CHECK(swing.centre_frequency().si() - 60 == doctest::Approx(-60 * 0.01 / 16 * 0.010).epsilon(1e-2));
    REQUIRE(swing.advance(load, 60s));
    CHECK(swing.centre_frequency().si() - 60 == doctest::Approx(-60 * 0.01 / 8).epsilon(1e-4));
    CHECK(swing.site_frequency(0).si() == doctest::Approx(swing.centre_frequency().si()).epsilon(1e-6));
    for (Machine& machine : machines) machine.droop = Share(0.05);
    machines[1].base = ApparentPower(50e6);
    machines[1].damping = 6;
    machines[1].inertia = 6s;
    RotorSwing governed(reduced(grid, machines, site));
    REQUIRE(governed.advance(load, 60s));
    CHECK(governed.centre_frequency().si() - 60 == doctest::Approx(-60 * 0.01 / (8 + 20 + 10)).epsilon(1e-4));
  }

  TEST_CASE("two equal units at a bus are one of twice the size, and a unit out of service has no part") {
    GridCase one = ring_of_three(), two = ring_of_three();
    two.units = {swing_unit(0, 80, 1.03), swing_unit(1, 45, 1.02), swing_unit(1, 45, 1.02), swing_unit(2, 50, 1.01),
                 swing_unit(2, 99, 1.0)};
    two.units[4].in_service = false;
    const std::vector<Machine> of_two = {swing_machine(10, 8, 0.2), swing_machine(20, 2, 0.5),
                                         swing_machine(20, 2, 0.5), swing_machine(30, 3, 0.3),
                                         swing_machine(30, 7, 0.1)};
    const std::vector<NetworkSite> site = {{3, 50_MW, ApparentPower(10e6)}};
    RotorSwing first(reduced(one, machines_of_three(), site)), second(reduced(two, of_two, site));
    REQUIRE(second.machines() == 4);
    const std::vector<SiteLoad> load = {{70_MW, ApparentPower(10e6)}};
    for (int k = 0; k < 20; ++k) {
      REQUIRE(first.advance(load, 100ms));
      REQUIRE(second.advance(load, 100ms));
      CHECK(first.site_frequency(0).si() == doctest::Approx(second.site_frequency(0).si()).epsilon(1e-9));
      CHECK(first.site_voltage(0) == doctest::Approx(second.site_voltage(0)).epsilon(1e-8));
      CHECK(second.angle_rad(1) == doctest::Approx(second.angle_rad(2)).epsilon(1e-12));
    }
    // The machine of the unit out of service need not be written.
    std::vector<Machine> fewer = of_two;
    fewer.pop_back();
    CHECK(reduced(two, fewer).machines.size() == 4);
    // Units of unlike schedules each give their own.
    two.units[1].p_mw = 100;
    two.units[2].p_mw = -10;
    const ReducedNetwork unlike = reduced(two, of_two);
    CHECK(unlike.machines[1].mechanical == doctest::Approx(1).epsilon(1e-9));
    CHECK(unlike.machines[2].mechanical == doctest::Approx(-0.1).epsilon(1e-9));
  }

  TEST_CASE("what does not fit together is refused with the way out") {
    const GridCase grid = ring_of_three();
    const PowerFlow flow = solved(grid);
    const auto refuses = [&](std::vector<Machine> machines, std::vector<NetworkSite> sites, const char* why) {
      CAPTURE(why);
      CHECK_THROWS_WITH_AS(reduce_network(grid, flow, machines, sites), doctest::Contains(why),
                           std::invalid_argument);
    };
    std::vector<Machine> fewer = machines_of_three(), more = machines_of_three();
    fewer.pop_back();
    more.push_back(swing_machine(40, 1, 1));
    refuses(fewer, {}, "unit 3 of the case, at bus 30, is in service and has no machine");
    refuses(more, {}, "machine 4 stands at bus 40");
    refuses(machines_of_three(), {{17, 1_MW, ApparentPower(0)}}, "not in the network");
    PowerFlow failed;
    failed.reason = "it diverged";
    CHECK_THROWS_WITH_AS(reduce_network(grid, failed, machines_of_three(), {}), doctest::Contains("it diverged"),
                         std::invalid_argument);
  }

  TEST_CASE("a load that no voltage can carry is a collapse, not a number") {
    const GridCase grid = ring_of_three();
    RotorSwing swing(reduced(grid, machines_of_three(), {{3, 50_MW, ApparentPower(10e6)}}));
    CHECK(!swing.advance(std::vector<SiteLoad>{{Power(2e9), ApparentPower(0)}}, 10ms));
    CHECK(std::isfinite(swing.machine_frequency(0).si()));
  }

  TEST_CASE("the network as one source gives the voltage of the flow, and of a load that changes") {
    const GridCase grid = ring_of_three();
    const PowerFlow flow = solved(grid);
    const NetworkSite site{3, 50_MW, ApparentPower(10e6)};
    const NetworkEquivalent behind = network_equivalent(grid, flow, machines_of_three(), site);
    CHECK(behind.impedance.voltage(50e6, 10e6, behind.source) ==
          doctest::Approx(flow.buses[3].voltage_pu).epsilon(1e-9));
    RotorSwing swing(reduced(grid, machines_of_three(), {site}));
    REQUIRE(swing.advance(std::vector<SiteLoad>{{90_MW, ApparentPower(30e6)}}, 0s));
    CHECK(swing.site_voltage(0) ==
          doctest::Approx(behind.impedance.voltage(90e6, 30e6, behind.source)).epsilon(1e-9));
    // By hand: one machine behind a line.
    GridCase one;
    one.buses = {swing_bus(1, BusType::slack), swing_bus(2, BusType::load)};
    one.units = {swing_unit(0, 0, 1)};
    one.branches = {swing_line(0, 1, 0.01, 0.1)};
    const NetworkEquivalent line =
        network_equivalent(one, solved(one), std::vector{swing_machine(1, 5, 0.2)}, {1, {}, {}});
    CHECK(line.source == doctest::Approx(1).epsilon(1e-9));
    CHECK(line.impedance.short_circuit.si() == doctest::Approx(100e6 / std::hypot(0.01, 0.3)).epsilon(1e-9));
    CHECK(line.impedance.reactance / line.impedance.resistance == doctest::Approx(30).epsilon(1e-9));
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("cases 9 and 39 stand still with their machines, and their buses see the voltages of the flow") {
    const auto folder = shared_grid();
    if (!folder) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    for (const bool large : {false, true}) {
      const GridCase grid = read_matpower_case(file_name(*folder / (large ? "case39.m" : "case9.m")));
      const PowerFlow flow = solved(grid);
      const std::size_t at = large ? 15 : 4;
      const NetworkSite site{at, 50_MW, ApparentPower(10e6)};
      const std::vector<Machine> machines = large ? new_england_machines() : wscc_machines();
      const ReducedNetwork network = reduce_network(grid, flow, machines, std::vector{site});
      RotorSwing swing(network);
      for (std::size_t i = 0; i < swing.machines(); ++i)
        CHECK(swing.electrical_power(i).si() ==
              doctest::Approx(network.machines[i].mechanical * network.base_w).epsilon(1e-8));
      REQUIRE(swing.advance(std::vector<SiteLoad>{{50_MW, ApparentPower(10e6)}}, 5s));
      for (std::size_t i = 0; i < swing.machines(); ++i)
        CHECK(std::abs(swing.machine_frequency(i).si() / 60 - 1) < 1e-9);
      const NetworkEquivalent behind = network_equivalent(grid, flow, machines, site);
      CHECK(behind.impedance.voltage(50e6, 10e6, behind.source) ==
            doctest::Approx(flow.buses[at].voltage_pu).epsilon(1e-9));
    }
  }
}
