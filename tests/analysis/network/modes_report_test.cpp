// What `powerflow --modes` says, against the linearised network that it asks.

#include "analysis/network/modes_report.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "models/catalog/embedded_catalog.hpp"
#include "models/grid/network/rotor_modes.hpp"
#include "sim/base/problem.hpp"

using namespace wattershed;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("modes and gains of the New England network") {
    const Catalog catalog(embedded_catalog());
    const NamedNetwork network = named_network("new-england-39", catalog, Frequency(0.25));
    const PowerFlow flow = solve_power_flow(network.grid);
    REQUIRE(flow.converged);
    const std::vector<std::string> lines = lines_of(modes_report(network, flow, {28}));
    for (const std::string& line : lines) CHECK(line.size() <= 80);
    const LinearRotorSwing swing(
        reduce_network(network.grid, flow, network.machines, std::vector<NetworkSite>{{28, {}, {}}}));
    const std::vector<RotorMode> modes = swing.modes();
    REQUIRE(modes.size() == 9);
    // Two tables of nine rows, in the order of the modes.
    std::vector<std::vector<double>> rows;
    for (const std::string& line : lines) {
      std::istringstream in(line);
      double first = 0, second = 0, third = 0;
      if (in >> first >> second >> third) rows.push_back({first, second, third});
    }
    REQUIRE(rows.size() == 18);
    for (std::size_t k = 0; k < 9; ++k) {
      CAPTURE(k);
      CHECK(rows[k][0] == doctest::Approx(modes[k].frequency.si()).epsilon(1e-3));
      CHECK(rows[k][1] == doctest::Approx(1 / modes[k].frequency.si()).epsilon(1e-3));
      CHECK(std::abs(rows[k][2] - 100 * modes[k].damping_ratio) < 0.006);
      const double local = 1e9 * std::abs(swing.response(modes[k].frequency, 0).site_hz[0]);
      CHECK(std::abs(rows[9 + k][1] - local) < 1e-4);
      CHECK(std::abs(rows[9 + k][2] - 1e9 * swing.oscillation_gain(modes[k].frequency, 0)) < 1e-4);
    }
    // Every mode has machines on either side of the bar, the slowest the large one of bus 39.
    CHECK(lines[3].find("39") != std::string::npos);
    // Equal D/2H: the same decay of every mode, ζ·ω_n = 0.25/2 · (1 + little).
    CHECK(modes[0].damping_ratio * modes[0].frequency.si() ==
          doctest::Approx(modes[8].damping_ratio * modes[8].frequency.si()).epsilon(0.2));
  }

  TEST_CASE("without machines there are no modes, without damping no gain at one") {
    const Catalog catalog(embedded_catalog());
    NamedNetwork network = named_network("western-9", catalog);
    const PowerFlow flow = solve_power_flow(network.grid);
    CHECK(modes_report(network, flow, {4}).find("no bound") != std::string::npos);
    network.machines.clear();
    CHECK_THROWS_AS(modes_report(network, flow, {}), InputError);
  }
}
