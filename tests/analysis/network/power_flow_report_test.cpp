// What powerflow prints and writes, on a case of two buses that is solved by hand.
#include "analysis/network/power_flow_report.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

#include "models/grid/case/matpower_case.hpp"
#include "sim/base/problem.hpp"

using namespace wattershed;

namespace {

/// A lossless line of 0.1 p.u. to a load.
GridCase two_buses() {
  return parse_matpower_case(R"(function mpc = two
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [1 3 0 0 0 0 1 1 0 110 1 1.1 0.9; 2 1 50 0 0 0 1 1 0 110 1 1.1 0.9];
mpc.gen = [1 0 0 300 -300 1 100 1 400 0];
mpc.branch = [1 2 0 0.1 0 30 0 0 0 0 1 -360 360];
)",
                             "two.m");
}

bool within_80_columns(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.size() > 80) return false;
  return true;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a load behind a reactance: the table has the angle of the closed form") {
    const GridCase grid = two_buses();
    const PowerFlow flow = solve_power_flow(grid);
    const std::string csv = power_flow_csv(grid, flow);
    REQUIRE(csv.starts_with("bus,vm_pu,va_deg,p_inj_mw,q_inj_mvar\n1,1.0"));
    // P = V·sin δ/x and Q = 0 = V² − V·cos δ at the load, so V = cos δ and sin 2δ = 2·P·x.
    const double angle = std::asin(2 * 0.5 * 0.1) / 2;
    const std::string row = csv.substr(csv.rfind("\n2,") + 1);
    double bus = 0, voltage = 0, degrees = 0;
    char comma = 0;
    std::istringstream(row) >> bus >> comma >> voltage >> comma >> degrees;
    CHECK(voltage == doctest::Approx(std::cos(angle)).epsilon(1e-9));
    CHECK(degrees == doctest::Approx(-angle * 180 / 3.14159265358979).epsilon(1e-7));
    const std::string report = power_flow_report(grid, flow, {});
    CHECK(within_80_columns(report));
    CHECK(report.find("LOSSES            0.000 MW") != std::string::npos);
    CHECK(report.find("30") != std::string::npos);  // the line carries more than its rating
  }

  TEST_CASE("a load that is added, and one that cannot be") {
    GridCase grid = two_buses();
    add_written_load(grid, "2=100,20");
    const PowerFlow flow = solve_power_flow(grid);
    CHECK(power_flow_csv(grid, flow).find("\n2,") != std::string::npos);
    CHECK(power_flow_csv(grid, flow).find(",-150.000000,-20.000000") != std::string::npos);
    for (const char* wrong : {"", "2", "2=", "=5", "x=5", "2=abc", "2=1,", "2=1,2,3", "9=5", "2=nan"}) {
      CAPTURE(std::string(wrong));
      CHECK_THROWS_AS(add_written_load(grid, wrong), InputError);
    }
  }

  TEST_CASE("a load that no voltage can carry is said to have no solution") {
    GridCase grid = two_buses();
    add_written_load(grid, "2=5000");
    const PowerFlow flow = solve_power_flow(grid);
    const std::string report = power_flow_report(grid, flow, {});
    CHECK(report.find("no solution") != std::string::npos);
    CHECK(within_80_columns(report));
  }
}
