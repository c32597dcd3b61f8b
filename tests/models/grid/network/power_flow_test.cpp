#include "models/grid/network/power_flow.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "models/grid/case/matpower_case.hpp"
#include "tests/models/grid/shared_grid.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

using Complex = std::complex<double>;
constexpr double degree = std::numbers::pi / 180;

GridBus bus(std::int64_t number, BusType type, double mw = 0, double mvar = 0) {
  GridBus made;
  made.number = number;
  made.type = type;
  made.load_mw = mw;
  made.load_mvar = mvar;
  return made;
}
GridUnit unit(std::size_t at, double mw, double set_point, double highest = 1e3, double lowest = -1e3) {
  GridUnit made;
  made.bus = at;
  made.p_mw = mw;
  made.set_point_pu = set_point;
  made.highest_mvar = highest;
  made.lowest_mvar = lowest;
  return made;
}
GridBranch line(std::size_t from, std::size_t to, double r, double x, double b = 0) {
  GridBranch made;
  made.from = from;
  made.to = to;
  made.resistance_pu = r;
  made.reactance_pu = x;
  made.charging_pu = b;
  return made;
}

/// The slow way: Kirchhoff at each bus from ideal tap and π elements, Gauss-Seidel sweeps until nothing moves.
std::vector<Complex> gauss_seidel(const GridCase& grid) {
  const std::size_t n = grid.buses.size();
  std::vector<std::vector<Complex>> y(n, std::vector<Complex>(n));
  for (std::size_t i = 0; i < n; ++i)
    y[i][i] = Complex(grid.buses[i].shunt_mw, grid.buses[i].shunt_mvar) / grid.base_mva;
  for (const GridBranch& b : grid.branches) {
    if (!b.in_service) continue;
    // Columns of Y: the currents when one end stands at 1 p.u. and all others at 0.
    const Complex series = 1.0 / Complex(b.resistance_pu, b.reactance_pu), half(0, b.charging_pu / 2);
    const Complex t = b.ratio * std::exp(Complex(0, b.shift_deg * degree));
    const Complex behind = 1.0 / t;  // voltage behind the tap with `from` at 1
    y[b.from][b.from] += behind * (series + half) / std::conj(t);
    y[b.to][b.from] += -behind * series;
    y[b.from][b.to] += -series / std::conj(t);
    y[b.to][b.to] += series + half;
  }
  std::vector<Complex> v(n, 1), power(n);
  std::vector<double> held(n, 0);
  for (std::size_t i = 0; i < n; ++i)
    power[i] = -Complex(grid.buses[i].load_mw, grid.buses[i].load_mvar) / grid.base_mva;
  for (const GridUnit& u : grid.units) {
    if (!u.in_service) continue;
    power[u.bus] += Complex(u.p_mw, u.q_mvar) / grid.base_mva;
    if (grid.buses[u.bus].type != BusType::load) held[u.bus] = u.set_point_pu;
  }
  for (std::size_t i = 0; i < n; ++i)
    if (held[i] > 0) v[i] = held[i];
  for (int sweep = 0; sweep < 200'000; ++sweep) {
    double moved = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (grid.buses[i].type == BusType::slack || grid.buses[i].type == BusType::isolated) continue;
      Complex others = 0;
      for (std::size_t k = 0; k < n; ++k)
        if (k != i) others += y[i][k] * v[k];
      Complex s = power[i];
      if (held[i] > 0) s.imag((v[i] * std::conj(others + y[i][i] * v[i])).imag());
      Complex next = (std::conj(s / v[i]) - others) / y[i][i];
      if (held[i] > 0) next *= held[i] / std::abs(next);
      moved = std::max(moved, std::abs(next - v[i]));
      v[i] = next;
    }
    if (moved < 1e-14) break;
  }
  return v;
}

void check_against_slow(const GridCase& grid, const PowerFlow& flow) {
  REQUIRE(flow.converged);
  const std::vector<Complex> slow = gauss_seidel(grid);
  for (std::size_t i = 0; i < grid.buses.size(); ++i) {
    if (grid.buses[i].type == BusType::isolated) continue;
    CAPTURE(grid.buses[i].number);
    CHECK(std::abs(std::polar(flow.buses[i].voltage_pu, flow.buses[i].angle_deg * degree) - slow[i]) < 1e-8);
  }
}

/// What a bus takes in equals what its branches and its shunt carry away; the whole closes too.
void check_balance(const GridCase& grid, const PowerFlow& flow) {
  REQUIRE(flow.converged);
  std::vector<Complex> left(grid.buses.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    const double v2 = flow.buses[i].voltage_pu * flow.buses[i].voltage_pu;
    left[i] = Complex(flow.buses[i].injection_mw, flow.buses[i].injection_mvar) -
              v2 * Complex(grid.buses[i].shunt_mw, -grid.buses[i].shunt_mvar);
  }
  double losses = 0;
  for (std::size_t k = 0; k < grid.branches.size(); ++k) {
    const BranchFlow& f = flow.branches[k];
    left[grid.branches[k].from] -= Complex(f.from_mw, f.from_mvar);
    left[grid.branches[k].to] -= Complex(f.to_mw, f.to_mvar);
    losses += f.loss_mw;
    CHECK(f.from_mw + f.to_mw == doctest::Approx(f.loss_mw).epsilon(1e-9).scale(1));
  }
  for (const Complex& rest : left) CHECK(std::abs(rest) < 1e-8);
  CHECK(flow.generation_mw == doctest::Approx(flow.load_mw + losses + flow.shunt_mw).epsilon(1e-9));
}

GridCase three_buses() {
  GridCase grid;
  grid.buses = {bus(1, BusType::slack), bus(2, BusType::voltage_controlled, 20, 10), bus(3, BusType::load, 90, 30)};
  grid.units = {unit(0, 0, 1.02), unit(1, 60, 1.01)};
  grid.branches = {line(0, 1, 0.02, 0.1, 0.03), line(1, 2, 0.03, 0.15, 0.02), line(0, 2, 0.01, 0.08, 0.04)};
  return grid;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("two buses in closed form, and collapse beyond the nose") {
    GridCase grid;
    grid.buses = {bus(1, BusType::slack), bus(2, BusType::load, 80, 20)};
    grid.units = {unit(0, 0, 1)};
    grid.branches = {line(0, 1, 0.02, 0.2)};
    const PowerFlow flow = solve_power_flow(grid);
    REQUIRE(flow.converged);
    // V^4 + (2(PR + QX) − E²) V² + (P² + Q²)|Z|² = 0
    const double p = 0.8, q = 0.2, r = 0.02, x = 0.2, b = 2 * (p * r + q * x) - 1,
                 c = (p * p + q * q) * (r * r + x * x);
    const double v = std::sqrt((-b + std::sqrt(b * b - 4 * c)) / 2);
    CHECK(flow.buses[1].voltage_pu == doctest::Approx(v).epsilon(1e-9));
    CHECK(flow.loss_mw == doctest::Approx((p * p + q * q) / (v * v) * r * 100).epsilon(1e-8));
    grid.buses[1].load_mw = 400;
    const PowerFlow none = solve_power_flow(grid);
    CHECK_FALSE(none.converged);
    CHECK_FALSE(none.reason.empty());
    CHECK(std::isfinite(none.largest_mismatch_mva));
    CHECK(none.mismatch_bus == 1);
  }

  TEST_CASE("what may stand in a network, each against the slow way") {
    GridCase grid = three_buses();
    SUBCASE("three buses") {}
    SUBCASE("a phase shifter with a tap") {
      grid.branches[2].shift_deg = 7;
      grid.branches[2].ratio = 0.96;
    }
    SUBCASE("a branch out of service") { grid.branches[0].in_service = false; }
    SUBCASE("two units on a bus, and one out of service") {
      grid.units.push_back(unit(1, 15, 1.01));
      grid.units.push_back(unit(2, 500, 1.5));
      grid.units.back().in_service = false;
    }
    SUBCASE("a unit at a load bus gives what it says") {
      grid.units.push_back(unit(2, 30, 1.5));
      grid.units.back().q_mvar = 12;
    }
    SUBCASE("a negative reactance beside a line") { grid.branches.push_back(line(1, 2, 0, -0.9)); }
    SUBCASE("a shunt") {
      grid.buses[2].shunt_mw = 3;
      grid.buses[2].shunt_mvar = 19;
    }
    const PowerFlow flow = solve_power_flow(grid);
    check_against_slow(grid, flow);
    check_balance(grid, flow);
    PowerFlowOptions stored;
    stored.start = PowerFlowStart::stored;
    CHECK(solve_power_flow(grid, stored).buses[2].voltage_pu == doctest::Approx(flow.buses[2].voltage_pu));
  }

  TEST_CASE("an isolated bus is dead, whatever stands at it") {
    GridCase grid = three_buses();
    const PowerFlow without = solve_power_flow(grid);
    grid.buses.push_back(bus(4, BusType::isolated, 50, 5));
    grid.units.push_back(unit(3, 40, 1));
    grid.branches.push_back(line(2, 3, 0.01, 0.1));
    const PowerFlow with = solve_power_flow(grid);
    check_balance(grid, with);
    CHECK(with.buses[2].voltage_pu == doctest::Approx(without.buses[2].voltage_pu).epsilon(1e-12));
    CHECK(with.buses[3].voltage_pu == 0);
    CHECK(with.branches[3].from_mw == 0);
    CHECK(with.load_mw == 110);
    grid.buses[3].type = BusType::load;
    grid.branches[3].in_service = false;
    CHECK_FALSE(solve_power_flow(grid).converged);
    CHECK(solve_power_flow(grid).reason.find("bus 4") != std::string::npos);
  }

  TEST_CASE("a reactive limit that binds: the bus is a load bus with the limit") {
    GridCase grid = three_buses();
    PowerFlowOptions keep;
    keep.reactive_limits = true;
    const double free_mvar = solve_power_flow(grid).buses[1].injection_mvar + 10;
    for (const double by : {-4.0, 4.0}) {  // below what it would give, and above
      const double limit = free_mvar + by;
      GridCase tight = grid;
      (by < 0 ? tight.units[1].highest_mvar : tight.units[1].lowest_mvar) = limit;
      CHECK(broken_limits(tight, solve_power_flow(tight)).size() == 1);
      const PowerFlow flow = solve_power_flow(tight, keep);
      GridCase fixed = grid;
      fixed.buses[1].type = BusType::load;
      fixed.units[1].q_mvar = limit;
      check_against_slow(fixed, flow);
      CHECK(flow.buses[1].at_reactive_limit);
      CHECK(flow.buses[1].injection_mvar + 10 == doctest::Approx(limit));
      CHECK((flow.buses[1].voltage_pu < 1.01) == (by < 0));
      CHECK(broken_limits(tight, flow).empty());
    }
  }

  TEST_CASE("a bus at its limit goes back to its voltage when another bus is held at one") {
    // Bus 2 holds a high voltage against bus 3, which holds a low one: both pass a limit at first. Once bus 3 takes
    // in less, bus 2 can hold its voltage again. And the same upside down.
    for (const int sign : {1, -1}) {
      CAPTURE(sign);
      GridCase grid;
      grid.buses = {bus(1, BusType::slack), bus(2, BusType::voltage_controlled, 30, 5),
                    bus(3, BusType::voltage_controlled, 40, 10)};
      grid.units = {unit(0, 0, 1), unit(1, 10, 1 + 0.01 * sign), unit(2, 0, 1 - 0.03 * sign)};
      grid.branches = {line(0, 1, 0.01, 0.1), line(1, 2, 0.01, 0.1)};
      const PowerFlow free = solve_power_flow(grid);
      const double first_mvar = free.buses[1].injection_mvar + 5, second_mvar = free.buses[2].injection_mvar + 10;
      (sign > 0 ? grid.units[1].highest_mvar : grid.units[1].lowest_mvar) = first_mvar - 5 * sign;
      (sign > 0 ? grid.units[2].lowest_mvar : grid.units[2].highest_mvar) = second_mvar + 30 * sign;
      CHECK(broken_limits(grid, free).size() == 2);
      PowerFlowOptions keep;
      keep.reactive_limits = true;
      const PowerFlow flow = solve_power_flow(grid, keep);
      GridCase fixed = grid;  // what must come out
      fixed.buses[2].type = BusType::load;
      fixed.units[2].q_mvar = second_mvar + 30 * sign;
      check_against_slow(fixed, flow);
      CHECK_FALSE(flow.buses[1].at_reactive_limit);
      CHECK(flow.buses[1].voltage_pu == doctest::Approx(1 + 0.01 * sign).epsilon(1e-12));
      CHECK(flow.buses[2].at_reactive_limit);
      CHECK(broken_limits(grid, flow).empty());
      // It was a round trip: held at its limit, bus 2 would leave its voltage to the far side.
      fixed.buses[1].type = BusType::load;
      fixed.units[1].q_mvar = first_mvar - 5 * sign;
      CHECK(sign * (solve_power_flow(fixed).buses[1].voltage_pu - (1 + 0.01 * sign)) > 0);
    }
  }

  TEST_CASE("a lossless ring by hand: a shifter drives power around it, a negative reactance carries it backwards") {
    GridCase grid;  // equal voltages and no net power: only what the shifter drives
    grid.buses = {bus(1, BusType::slack), bus(2, BusType::voltage_controlled)};
    grid.units = {unit(0, 0, 1), unit(1, 0, 1)};
    grid.branches = {line(0, 1, 0, 0.1), line(0, 1, 0, 0.3)};
    grid.branches[1].shift_deg = 10;
    const PowerFlow flow = solve_power_flow(grid);
    REQUIRE(flow.converged);
    // sin(θ)/0.1 + sin(θ − 10°)/0.3 = 0, θ the angle of bus 1 over bus 2
    double low = 0, high = 10 * degree;
    for (int i = 0; i < 100; ++i) {
      const double middle = (low + high) / 2;
      (std::sin(middle) / 0.1 + std::sin(middle - 10 * degree) / 0.3 < 0 ? low : high) = middle;
    }
    CHECK(flow.buses[1].angle_deg == doctest::Approx(-low / degree).epsilon(1e-8));
    CHECK(flow.branches[0].from_mw == doctest::Approx(100 * std::sin(low) / 0.1).epsilon(1e-8));
    CHECK(flow.branches[1].from_mw == doctest::Approx(-flow.branches[0].from_mw).epsilon(1e-8));

    GridCase opposite;  // x of 0.1 beside −0.3: together 0.15, the second carries −1/3 of the sum over 2/3
    opposite.buses = {bus(1, BusType::slack), bus(2, BusType::voltage_controlled, 60, 0)};
    opposite.units = {unit(0, 0, 1), unit(1, 0, 1)};
    opposite.branches = {line(0, 1, 0, 0.1), line(0, 1, 0, -0.3)};
    const PowerFlow both = solve_power_flow(opposite);
    REQUIRE(both.converged);
    CHECK(both.buses[1].angle_deg == doctest::Approx(-std::asin(0.6 * 0.15) / degree).epsilon(1e-8));
    CHECK(both.branches[0].from_mw == doctest::Approx(90).epsilon(1e-8));
    CHECK(both.branches[1].from_mw == doctest::Approx(-30).epsilon(1e-8));
  }

  TEST_CASE("two units on a bus are one of their sum, and together have their limits") {
    GridCase one = three_buses(), two = one;
    two.units[1].p_mw = 45;
    two.units.push_back(unit(1, 15, 1.01));
    const PowerFlow alone = solve_power_flow(one);
    CHECK(solve_power_flow(two).buses[2].voltage_pu == alone.buses[2].voltage_pu);
    const double mvar = alone.buses[1].injection_mvar + 10;
    two.units[1].highest_mvar = mvar;  // enough with what the other may give
    two.units[1].lowest_mvar = two.units[2].lowest_mvar = -50;
    two.units[2].highest_mvar = 1;
    PowerFlowOptions keep;
    keep.reactive_limits = true;
    CHECK_FALSE(solve_power_flow(two, keep).buses[1].at_reactive_limit);
    two.units[2].highest_mvar = -1;
    const PowerFlow held = solve_power_flow(two, keep);
    CHECK(held.buses[1].at_reactive_limit);
    CHECK(held.buses[1].injection_mvar + 10 == doctest::Approx(mvar - 1));
  }

  TEST_CASE("a branch out of service is a case without it") {
    GridCase off = three_buses(), gone = off;
    off.branches[0].in_service = false;
    gone.branches.erase(gone.branches.begin());
    const PowerFlow first = solve_power_flow(off), second = solve_power_flow(gone);
    for (std::size_t i = 0; i < 3; ++i) CHECK(first.buses[i].voltage_pu == second.buses[i].voltage_pu);
    CHECK(first.branches[0].from_mw == 0);
    CHECK(first.branches[2].from_mw == second.branches[1].from_mw);
  }

  TEST_CASE("DC: two parallel paths by hand, with a shifter") {
    GridCase grid;
    grid.buses = {bus(1, BusType::slack), bus(2, BusType::load, 90, 30)};
    grid.buses[0].angle_deg = 3;
    grid.units = {unit(0, 0, 1)};
    grid.branches = {line(0, 1, 0.5, 0.1), line(0, 1, 0, 0.2)};
    grid.branches[0].rating_mva = 50;
    const PowerFlow flow = solve_dc_power_flow(grid);
    CHECK(flow.branches[0].from_mw == doctest::Approx(60));
    CHECK(flow.branches[1].from_mw == doctest::Approx(30));
    CHECK(flow.buses[1].angle_deg == doctest::Approx(3 - 0.06 / degree));
    CHECK(flow.branches[0].loading == doctest::Approx(1.2));
    CHECK(broken_limits(grid, flow, true).size() == 1);
    grid.branches[1].shift_deg = 0.03 / degree;  // drives 0.03/0.3 p.u. around the loop
    CHECK(solve_dc_power_flow(grid).branches[1].from_mw == doctest::Approx(20));
    CHECK(solve_dc_power_flow(grid).branches[0].from_mw == doctest::Approx(70));
  }

  TEST_CASE("power balances at every bus of random networks, and the slow way agrees") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(seed);
      std::uint64_t state = seed * 0x9E3779B97F4A7C15U;
      const auto uniform = [&](double from, double to) {  // splitmix64
        std::uint64_t z = (state += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return from + (to - from) * static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1p-53;
      };
      GridCase grid;
      const auto count = static_cast<std::size_t>(uniform(3, 9));
      for (std::size_t i = 0; i < count; ++i) {
        const bool held = i > 0 && uniform(0, 1) < 0.3;
        grid.buses.push_back(bus(static_cast<std::int64_t>(7 * i + 2),
                                 i == 0 ? BusType::slack
                                 : held ? BusType::voltage_controlled
                                        : BusType::load,
                                 uniform(-5, 20), uniform(-3, 8)));
        grid.buses[i].shunt_mvar = uniform(-3, 3);
        if (i == 0 || held) grid.units.push_back(unit(i, uniform(0, 25), uniform(0.99, 1.03)));
        if (i == 0) continue;
        for (int lines = uniform(0, 1) < 0.5 ? 2 : 1; lines > 0; --lines) {
          const auto to = static_cast<std::size_t>(uniform(0, static_cast<double>(i)));
          grid.branches.push_back(line(i, to, uniform(0.005, 0.03), uniform(0.04, 0.12), uniform(0, 0.05)));
          grid.branches.back().ratio = uniform(0.97, 1.03);
          grid.branches.back().shift_deg = lines == 1 ? uniform(-2, 2) : 0;
        }
      }
      PowerFlowOptions tight;  // the balance of the whole adds up what every bus is left with
      tight.tolerance_pu = 1e-12;
      const PowerFlow flow = solve_power_flow(grid, tight);
      check_balance(grid, flow);
      check_against_slow(grid, flow);
    }
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("MATPOWER's solutions of cases 9, 14 and 39") {
    const auto folder = shared_grid();
    if (!folder) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    for (const std::string name : {"case9", "case14", "case39"}) {
      CAPTURE(name);
      const GridCase grid = read_matpower_case(file_name(*folder / (name + ".m")));
      const PowerFlow flow = solve_power_flow(grid), direct = solve_dc_power_flow(grid);
      REQUIRE(flow.converged);
      REQUIRE(direct.converged);
      CHECK(flow.iterations >= 4);
      CHECK(flow.iterations <= 5);
      const auto solution = read_numbers(*folder / ("soln_" + name + ".csv"));
      const auto angles = read_numbers(*folder / ("dcpf_" + name + ".csv"));
      const auto flows = read_numbers(*folder / ("flow_" + name + ".csv"));
      REQUIRE(solution.size() == grid.buses.size());
      REQUIRE(angles.size() == grid.buses.size());
      REQUIRE(flows.size() == grid.branches.size());
      double loss_mw = 0;
      for (std::size_t i = 0; i < solution.size(); ++i) {
        CHECK(solution[i][0] == static_cast<double>(grid.buses[i].number));
        CHECK(std::abs(solution[i][2] - flow.buses[i].voltage_pu) <= 1e-6);
        CHECK(std::abs(solution[i][3] - flow.buses[i].angle_deg) <= 1e-4);
        CHECK(std::abs(solution[i][4] - flow.buses[i].injection_mw) <= 1e-3);
        CHECK(std::abs(solution[i][5] - flow.buses[i].injection_mvar) <= 1e-3);
        CHECK(std::abs(angles[i][1] - direct.buses[i].angle_deg) <= 1e-6);
      }
      for (std::size_t k = 0; k < flows.size(); ++k) {
        const BranchFlow& f = flow.branches[k];
        const std::array<double, 5> ours{f.from_mw, f.from_mvar, f.to_mw, f.to_mvar, f.loss_mw};
        for (std::size_t c = 0; c < ours.size(); ++c) CHECK(std::abs(flows[k][4 + c] - ours[c]) <= 1e-3);
        loss_mw += flows[k][8];
      }
      CHECK(std::abs(loss_mw - flow.loss_mw) <= 1e-3);
    }
  }
}
