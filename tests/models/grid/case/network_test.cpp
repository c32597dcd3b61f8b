// Networks as a scenario writes them.

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>

#include "models/grid/case/matpower_case.hpp"
#include "models/grid/case/scenario.hpp"
#include "models/grid/network/power_flow.hpp"
#include "tests/models/grid/catalog_network.hpp"
#include "tests/models/grid/shared_grid.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

const std::string written = R"({base: 50 MVA, slack: 7, highest_voltage: 1.1,
  buses: [{number: 7, nominal: 230 kV}, {number: 9, load: 20 MW, reactive_load: -5 Mvar, highest_voltage: 1.05,
           shunt: 1 MW, reactive_shunt: 2 Mvar}],
  units: [{bus: 7, voltage: 1.02}, {bus: 9, power: 4 MW, voltage: 1.01, most_reactive: 3 Mvar, in_service: false}],
  branches: [{from: 9, to: 7, resistance: 0.01, reactance: 0.1, charging: 0.02, ratio: 0.98, shift: -30, rating: 40 MVA},
             {from: 7, to: 9, reactance: 0.2, in_service: false}],
  machines: {big: {bus: 7, inertia: 5 s, transient_reactance: 0.2}}})";

std::string fault(std::string what, const std::string& by) {
  std::string text = written;
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  try {
    read_network(text.replace(at, what.size(), by));
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

bool has(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CAPTURE(part);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("tables become a case, unit by unit") {
    const Network network = read_network(written);
    REQUIRE(network.machines.size() == 1);
    CHECK(network.machines[0].second.bus == 7);
    const GridCase grid = grid_case(network, "small");
    CHECK(grid.file == "small");
    CHECK(grid.base_mva == 50);
    REQUIRE(grid.buses.size() == 2);
    CHECK(grid.buses[0].type == BusType::slack);
    CHECK(grid.buses[0].base_kv == 230);
    CHECK(grid.buses[0].highest_pu == 1.1);
    CHECK(grid.buses[0].lowest_pu == 0);
    CHECK(grid.buses[1].type == BusType::load);  // its unit is out of service
    CHECK(grid.buses[1].load_mw == 20);
    CHECK(grid.buses[1].load_mvar == -5);
    CHECK(grid.buses[1].shunt_mw == 1);
    CHECK(grid.buses[1].shunt_mvar == 2);
    CHECK(grid.buses[1].highest_pu == 1.05);
    REQUIRE(grid.units.size() == 2);
    CHECK(std::isinf(grid.units[0].highest_mvar));
    CHECK(grid.units[1].highest_mvar == 3);
    CHECK(grid.units[1].p_mw == 4);
    CHECK_FALSE(grid.units[1].in_service);
    REQUIRE(grid.branches.size() == 2);
    CHECK(grid.branches[0].from == 1);
    CHECK(grid.branches[0].ratio == 0.98);
    CHECK(grid.branches[0].shift_deg == -30);
    CHECK(grid.branches[0].rating_mva == 40);
    CHECK_FALSE(grid.branches[1].in_service);
    CHECK(solve_power_flow(grid).converged);
  }

  TEST_CASE("what tables must not say") {
    CHECK(fault("shift", "shift") == "none");
    CHECK(has(fault("slack: 7", "slack: 8"), "there is no bus 8"));
    CHECK(has(fault("{number: 9", "{number: 7"), "two buses have the same number"));
    CHECK(has(fault("{from: 9, to: 7", "{from: 9, to: 6"), "there is no bus 6"));
    CHECK(has(fault("{from: 9, to: 7", "{from: 9, to: 9"), "joins two buses"));
    CHECK(has(fault("{bus: 9, power", "{bus: 5, power"), "a unit at bus 5"));
    CHECK(has(fault("voltage: 1.02}", "voltage: 1.02, in_service: false}"), "slack bus 7"));
    CHECK(has(fault("rating: 40 MVA}", "in_service: false}"), "no branch in service leads"));
    CHECK(has(fault("big: {bus: 7", "big: {bus: 1"), "machine 'big' at bus 1"));
    CHECK(fault("reactance: 0.1,", "reactance: 0,") == "none");  // the resistance is left
    CHECK(has(fault("reactance: 0.2,", "reactance: 0,"), "needs an impedance"));
    CHECK(has(fault("rating: 40 MVA", "rating: 40"), "has no unit"));
    CHECK(has(fault("machines:", "case: a.m, machines:"), "case"));
  }

  TEST_CASE("a case file with machines beside it") {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "wattershed_network_test";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "two.m")
        << "mpc.baseMVA = 100;\n"
           "mpc.bus = [1 3 0 0 0 0 1 1 0 230 1 1.1 .9; 2 1 50 0 0 0 1 1 0 230 1 1.1 .9];\n"
           "mpc.gen = [1 0 0 9 -9 1 100 1 200 0];\n"
           "mpc.branch = [1 2 0 .1 0 0 0 0 0 0 1];\n";
    const std::string machine = "machines: {a: {bus: 1, inertia: 4 s, transient_reactance: 0.1}}";
    const Network network = read_network("{case: two.m, " + machine + "}", folder / "site.yaml");
    CHECK(grid_case(network, "x").buses.size() == 2);
    CHECK(network.machines.size() == 1);
    CHECK_THROWS_AS(read_network("{case: two.m, slack: 2}", folder / "site.yaml"), InputError);
    const Network wrong = read_network(
        "{case: two.m, machines: {a: {bus: 3, inertia: 4 s, transient_reactance: 0.1}}}", folder / "site.yaml");
    CHECK_THROWS_AS(grid_case(wrong, "x"), InputError);
    CHECK_THROWS_AS(grid_case(read_network("{case: three.m}", folder / "site.yaml"), "x"), InputError);
    CHECK_THROWS_AS(read_network("{title: nothing}"), InputError);
    std::filesystem::remove_all(folder);
  }

  TEST_CASE("networks of the catalog: a machine for every unit, and a solution with losses as published") {
    for (const auto& [name, machines, loss_mw] :
         {std::tuple{"new-england-39", 10, 43.641}, std::tuple{"western-9", 3, 4.641}}) {
      CAPTURE(name);
      const Network network = read_network(name);
      CHECK(network.machines.size() == static_cast<std::size_t>(machines));
      CHECK(network.units.size() == static_cast<std::size_t>(machines));
      for (std::size_t k = 0; k < network.units.size(); ++k)
        CHECK(network.machines[k].second.bus == network.units[k].bus);
      const PowerFlow flow = solve_power_flow(grid_case(network, name));
      REQUIRE(flow.converged);
      CHECK(flow.loss_mw == doctest::Approx(loss_mw).epsilon(1e-4));
    }
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("networks of the catalog solve as the shared cases do") {
    const auto folder = shared_grid();
    if (!folder) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    for (const auto& [name, file] : {std::pair{"new-england-39", "case39"}, std::pair{"western-9", "case9"}}) {
      CAPTURE(name);
      const GridCase ours = catalog_case(name),
                     given = read_matpower_case(file_name(*folder / (std::string(file) + ".m")));
      const PowerFlow flow = solve_power_flow(ours);
      REQUIRE(flow.converged);
      const auto solution = read_numbers(*folder / ("soln_" + std::string(file) + ".csv"));
      REQUIRE(ours.buses.size() == solution.size());
      for (std::size_t i = 0; i < solution.size(); ++i) {
        CHECK(static_cast<double>(ours.buses[i].number) == solution[i][0]);
        CHECK(std::abs(flow.buses[i].voltage_pu - solution[i][2]) <= 1e-6);
        // Angles count from the slack bus, which stands at zero here.
        const double turned = flow.buses[i].angle_deg + given.buses[slack_bus(given)].angle_deg;
        CHECK(std::abs(turned - solution[i][3]) <= 1e-4);
        CHECK(ours.buses[i].type == given.buses[i].type);
        CHECK(ours.buses[i].highest_pu == given.buses[i].highest_pu);
        CHECK(ours.buses[i].lowest_pu == given.buses[i].lowest_pu);
      }
      REQUIRE(ours.branches.size() == given.branches.size());
      for (std::size_t k = 0; k < ours.branches.size(); ++k)
        CHECK(ours.branches[k].rating_mva == given.branches[k].rating_mva);
      REQUIRE(ours.units.size() == given.units.size());
      for (std::size_t k = 0; k < ours.units.size(); ++k) {
        CHECK(ours.units[k].highest_mvar == given.units[k].highest_mvar);
        CHECK(ours.units[k].lowest_mvar == given.units[k].lowest_mvar);
        CHECK(ours.units[k].highest_mw == given.units[k].highest_mw);
      }
    }
  }
}
