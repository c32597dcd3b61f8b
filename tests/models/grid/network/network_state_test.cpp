// One network solved many times: with changed loads, with branches out, with sites at its buses.

#include "models/grid/network/network_state.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sim/base/problem.hpp"
#include "tests/models/grid/catalog_network.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

void check_same(const PowerFlow& one, const PowerFlow& other) {
  REQUIRE(one.converged);
  REQUIRE(other.converged);
  for (std::size_t i = 0; i < one.buses.size(); ++i) {
    CHECK(std::abs(one.buses[i].voltage_pu - other.buses[i].voltage_pu) < 1e-7);
    CHECK(std::abs(one.buses[i].angle_deg - other.buses[i].angle_deg) < 1e-5);
    CHECK(one.buses[i].at_reactive_limit == other.buses[i].at_reactive_limit);
  }
  CHECK(one.loss_mw == doctest::Approx(other.loss_mw).epsilon(1e-6));
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("from the last solution or from nothing: the same") {
    for (const bool limits : {false, true}) {
      GridCase grid = catalog_case("new-england-39");
      const PowerFlowOptions options{.reactive_limits = limits};
      PowerFlowSolver solver(grid, options);
      for (std::size_t turn = 0; turn < 60; ++turn) {
        CAPTURE(turn);
        const std::size_t bus = turn * 7 % 39;
        grid.buses[bus].load_mw += turn % 2 == 0 ? 45 : -30;
        grid.buses[bus].load_mvar += turn % 3 == 0 ? 10 : -6;
        solver.set_load(bus, Power(grid.buses[bus].load_mw * 1e6), ApparentPower(grid.buses[bus].load_mvar * 1e6));
        REQUIRE(solver.solve());
        check_same(solver.flow(), solve_power_flow(grid, options));
      }
    }
  }

  TEST_CASE("a branch taken out is a case without it, and put back leaves no trace") {
    GridCase grid = catalog_case("western-9");
    PowerFlowSolver solver(grid);
    REQUIRE(solver.solve());
    const PowerFlow whole = solver.flow();
    for (std::size_t k = 0; k < grid.branches.size(); ++k) {
      grid.branches[k].in_service = false;
      std::size_t cut = 0;
      if (why_unsolvable(grid, cut).empty()) {
        solver.set_in_service(k, false);
        REQUIRE(solver.solve());
        check_same(solver.flow(), solve_power_flow(grid));
        CHECK(solver.branch_power(k).si() == 0);
        CHECK(solver.flow().branches[k].from_mw == 0);
        solver.set_in_service(k, true);
      }
      grid.branches[k].in_service = true;
    }
    solver.restart(PowerFlowStart::flat);
    REQUIRE(solver.solve());
    for (std::size_t i = 0; i < grid.buses.size(); ++i)
      CHECK(solver.flow().buses[i].voltage_pu == whole.buses[i].voltage_pu);  // to the bit
  }

  TEST_CASE("a failure leaves the last solution to start from") {
    PowerFlowSolver solver(catalog_case("western-9"));
    REQUIRE(solver.solve());
    const double before = solver.voltage_pu(4);
    solver.set_load(4, Power(5e9), ApparentPower());
    CHECK_FALSE(solver.solve());
    CHECK_FALSE(solver.reason().empty());
    CHECK(solver.voltage_pu(4) == before);
    CHECK_FALSE(solver.flow().converged);
    solver.set_load(4, Power(90e6), ApparentPower(30e6));
    REQUIRE(solver.solve());
    CHECK(solver.iterations() <= 1);
    CHECK(solver.reason().empty());
    CHECK(std::abs(solver.voltage_pu(4) - before) < 1e-9);
  }

  TEST_CASE("a network without a solution for any load says so, whatever is asked of it") {
    GridCase grid = catalog_case("western-9");
    grid.branches[0].in_service = false;
    PowerFlowSolver solver(grid);
    CHECK_FALSE(solver.solve());
    CHECK(solver.reason().find("slack") != std::string::npos);
    solver.restart(PowerFlowStart::stored);
    CHECK_FALSE(solver.flow().converged);
  }

  TEST_CASE("sites at buses: loads add up, the measures are those of the power flow") {
    GridCase grid = catalog_case("new-england-39");
    NetworkState state(grid);
    const auto north = state.add_load("north", 16), south = state.add_load("south", 16),
               west = state.add_load("west", 8);
    CHECK(state.name(west) == "west");
    CHECK_THROWS_AS(state.add_load("nowhere", 77), InputError);
    REQUIRE(state.solve());
    CHECK(state.losses().si() / 1e6 == doctest::Approx(43.641).epsilon(1e-4));

    state.set_load(north, Power(150e6), ApparentPower(20e6));
    state.set_load(south, Power(50e6));
    state.set_load(west, Power(80e6), ApparentPower(-10e6));
    REQUIRE(state.solve());
    add_load(grid, 16, Power(200e6), ApparentPower(20e6));
    add_load(grid, 8, Power(80e6), ApparentPower(-10e6));
    const PowerFlow flow = solve_power_flow(grid);
    check_same(state.flow(), flow);
    CHECK(state.voltage_pu(north) == state.voltage_pu(south));
    CHECK(state.voltage_pu(west) == doctest::Approx(flow.buses[7].voltage_pu).epsilon(1e-8));
    CHECK(state.losses().si() / 1e6 == doctest::Approx(flow.loss_mw).epsilon(1e-7));
    const auto most = std::max_element(flow.branches.begin(), flow.branches.end(),
                                       [](const auto& a, const auto& b) { return a.loading < b.loading; });
    CHECK(state.largest_loading().branch == static_cast<std::size_t>(most - flow.branches.begin()));
    CHECK(state.largest_loading().share == doctest::Approx(most->loading).epsilon(1e-7));
    CHECK(state.slack_power().si() / 1e6 == doctest::Approx(flow.buses[30].injection_mw + 9.2).epsilon(1e-7));

    const double voltage = state.voltage_pu(west);
    state.set_load(west, Power(1e11));
    CHECK_FALSE(state.solve());
    CHECK_FALSE(state.reason().empty());
    CHECK_FALSE(state.solve());  // nothing changed
    CHECK(state.voltage_pu(west) == voltage);
    for (const auto load : {north, south, west}) state.set_load(load, {});
    REQUIRE(state.solve());
    CHECK(state.reason().empty());
    CHECK(state.losses().si() / 1e6 == doctest::Approx(43.641).epsilon(1e-4));
  }
}
