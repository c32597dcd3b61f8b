// What powerflow --hosting prints and writes.
#include "analysis/network/hosting_report.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "analysis/network/named_case.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "sim/base/problem.hpp"

using namespace wattershed;

namespace {

GridCase network(const std::string& name) { return named_case(name, Catalog(embedded_catalog())); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every bus has a line in the report and a row in the table") {
    for (const char* name : {"western-9", "new-england-39"}) {
      CAPTURE(name);
      const GridCase grid = network(name);
      const HostingOptions options{.contingencies = true, .reactive_limits = true, .power_factor = 0.95};
      const HostingStudy study = hosting_capacity(grid, hosting_buses(grid, "all"), options);
      const std::string report = hosting_report(grid, study, options);
      for (const std::string& line : lines_of(report)) {
        CAPTURE(line);
        CHECK(line.size() <= 80);
      }
      CHECK(report.find("power factor 0.95") != std::string::npos);
      CHECK(report.find("reactive limits") != std::string::npos);
      CHECK(report.find("NOT COUNTED   outages that cut buses off") != std::string::npos);
      CHECK(report.find("no branch ratings") == std::string::npos);
      const std::vector<std::string> rows = lines_of(hosting_csv(grid, study));
      REQUIRE(rows.size() == grid.buses.size() + 1);
      for (const std::string& row : rows) CHECK(std::count(row.begin(), row.end(), ',') == 7);
    }
  }

  TEST_CASE("what a case lacks is said, and a case without solution has only its reason") {
    GridCase grid = network("western-9");
    for (GridBranch& branch : grid.branches) branch.rating_mva = 0;
    const auto report = [&] { return hosting_report(grid, hosting_capacity(grid, {4}), {}); };
    CHECK(report().find("no branch ratings: only voltages and collapse bind") != std::string::npos);
    for (GridBus& bus : grid.buses) bus.highest_pu = bus.lowest_pu = 0;
    CHECK(report().find("no voltage limits: only collapse binds") != std::string::npos);
    CHECK(report().find("no solution (collapse") != std::string::npos);
    grid.buses[4].load_mw = 1e5;
    CHECK(report().find("no power flow without any load") != std::string::npos);
  }

  TEST_CASE("buses and networks by name") {
    const GridCase grid = network("western-9");
    CHECK(hosting_buses(grid, "all").size() == 9);
    CHECK(hosting_buses(grid, "5") == std::vector<std::size_t>{4});
    for (const char* wrong : {"", "all ", "5x", "10", "-1"}) CHECK_THROWS_AS(hosting_buses(grid, wrong), InputError);
    CHECK_THROWS_WITH_AS(network("western-8"), doctest::Contains("western-9"), InputError);
    CHECK_THROWS_AS(network("nothing.m"), InputError);
  }
}
