// The largest load that a bus can take: closed forms of two buses, and one-shot power flows on both sides of the
// edge.

#include "models/grid/network/hosting.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/models/grid/catalog_network.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// A lossless line of 0.2 p.u. from 1 p.u. to a bus without load.
GridCase two_buses() {
  GridCase grid;
  grid.buses.resize(2);
  grid.buses[0].number = 1;
  grid.buses[0].type = BusType::slack;
  grid.buses[1].number = 2;
  grid.units.resize(1);
  grid.units[0].highest_mvar = HUGE_VAL;
  grid.units[0].lowest_mvar = -HUGE_VAL;
  grid.branches.resize(1);
  grid.branches[0].to = 1;
  grid.branches[0].reactance_pu = 0.2;
  return grid;
}

HostingCapacity at_end(const GridCase& grid, const HostingOptions& options = {}) {
  const HostingStudy study = hosting_capacity(grid, {1}, options);
  REQUIRE(study.no_solution.empty());
  return study.buses.at(0);
}

/// Down to the last tenth, as the search gives it.
double tenths(double mw) { return std::floor(mw * 10) / 10; }

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("collapse: P = E²/(2X) at power factor 1, E²(1 − sin φ)/(2X cos φ) at another") {
    const GridCase grid = two_buses();
    const HostingCapacity plain = at_end(grid);
    CHECK(plain.load_mw == doctest::Approx(250).epsilon(4e-4));
    CHECK(plain.bound == HostingBound::collapse);
    CHECK(plain.place == 1);
    CHECK(plain.slack_mw == doctest::Approx(plain.load_mw).epsilon(1e-6));
    const double phi = std::acos(0.9);
    CHECK(at_end(grid, {.power_factor = 0.9}).load_mw ==
          doctest::Approx(250 * (1 - std::sin(phi)) / std::cos(phi)).epsilon(1e-3));
    const HostingStudy study = hosting_capacity(grid, {1});
    CHECK_FALSE(study.ratings);
    CHECK_FALSE(study.voltage_limits);
  }

  TEST_CASE("a voltage limit: P = V √(E² − V²)/X") {
    GridCase grid = two_buses();
    grid.buses[1].lowest_pu = 0.9;
    const HostingCapacity found = at_end(grid);
    // The search allows 1e-6 p.u., which here is less than 0.001 MW.
    CHECK(found.load_mw == doctest::Approx(tenths(90 * std::sqrt(1 - 0.81) / 0.2)));
    CHECK(found.bound == HostingBound::voltage_low);
    CHECK(found.value < 0.9);
    CHECK(found.limit == 0.9);
    CHECK_FALSE(found.worsened);
  }

  TEST_CASE("a rating, by the end that carries more") {
    GridCase grid = two_buses();
    grid.branches[0].rating_mva = 120;
    // At the slack's end S² = P² + Q², with P = sin δ cos δ/X, Q = sin² δ/X: S = sin δ/X.
    const double sine = 1.2 * 0.2;
    const HostingCapacity found = at_end(grid);
    CHECK(found.load_mw == doctest::Approx(tenths(100 * sine * std::sqrt(1 - sine * sine) / 0.2)));
    CHECK(found.bound == HostingBound::branch_rating);
    CHECK(found.place == 0);
    CHECK(found.limit == 120);
  }

  TEST_CASE("N-1: of two lines one is left; an outage that cuts off is listed") {
    GridCase grid = two_buses();
    grid.branches.push_back(grid.branches[0]);
    grid.branches[1].reactance_pu = 0.3;
    grid.branches[1].rating_mva = 80;
    grid.buses.push_back(grid.buses[1]);
    grid.buses[2].number = 3;
    grid.branches.push_back(grid.branches[0]);
    grid.branches[2].from = 1;
    grid.branches[2].to = 2;
    const HostingStudy study = hosting_capacity(grid, {1}, {.contingencies = true});
    REQUIRE(study.buses.size() == 1);
    CHECK(study.outages == 2);
    CHECK(study.islanding == std::vector<std::size_t>{2});
    const double sine = 0.8 * 0.3;
    CHECK(study.buses[0].load_mw == doctest::Approx(tenths(100 * sine * std::sqrt(1 - sine * sine) / 0.3)));
    REQUIRE(study.buses[0].out);
    CHECK(*study.buses[0].out == 0);
    CHECK(study.buses[0].bound == HostingBound::branch_rating);
    CHECK(study.buses[0].place == 1);
  }

  TEST_CASE("broken before: no room where the load makes it worse, and no bar where it does not") {
    GridCase grid = two_buses();
    grid.buses[1].load_mw = 130;
    grid.branches[0].rating_mva = 120;
    HostingStudy study = hosting_capacity(grid, {1});
    REQUIRE(study.broken_before.size() == 1);
    CHECK(study.broken_before[0].limit.limit == GridLimit::branch_rating);
    CHECK(study.buses[0].load_mw < 0.2);  // 0.1 % of 120 MVA
    CHECK(study.buses[0].worsened);
    CHECK(study.buses[0].bound == HostingBound::branch_rating);
    // A second line to another bus, which does not see it.
    grid.buses.push_back(two_buses().buses[1]);
    grid.buses[2].number = 3;
    grid.branches.push_back(two_buses().branches[0]);
    grid.branches[1].to = 2;
    study = hosting_capacity(grid, {2});
    CHECK(study.broken_before.size() == 1);
    CHECK(study.buses[0].load_mw == doctest::Approx(250).epsilon(4e-4));
  }

  TEST_CASE("the slack bus takes what comes, up to the end of the search; a case without solution has none") {
    GridCase grid = two_buses();
    const HostingStudy study = hosting_capacity(grid, {0}, {.most_mw = 5000});
    CHECK(study.buses[0].load_mw == 5000);
    CHECK(study.buses[0].bound == HostingBound::nothing);
    grid.buses[1].load_mw = 300;
    CHECK_FALSE(hosting_capacity(grid, {1}).no_solution.empty());
  }

  TEST_CASE("reactive limits that are kept leave less room") {
    GridCase grid = two_buses();
    grid.buses[1].type = BusType::voltage_controlled;
    grid.buses[1].lowest_pu = 0.95;
    grid.units.push_back(grid.units[0]);
    grid.units[1].bus = 1;
    grid.units[1].highest_mvar = 20;
    grid.units[1].lowest_mvar = -20;
    const double free_mw = at_end(grid).load_mw;
    CHECK(free_mw == doctest::Approx(500).epsilon(1e-3));  // both ends held: P = 1/X
    const HostingCapacity kept = at_end(grid, {.reactive_limits = true});
    // P at V = 0.95 with 20 MVAr from the unit: (QX + V²)² + (PX)² = V²
    const double v2 = 0.95 * 0.95, q = -0.2;
    CHECK(kept.load_mw == doctest::Approx(tenths(100 * std::sqrt(v2 - std::pow(q * 0.2 + v2, 2)) / 0.2)));
    CHECK(kept.bound == HostingBound::voltage_low);
  }

  TEST_CASE("every bus of nine: one power flow below the edge keeps its limits, one above does not") {
    const GridCase grid = catalog_case("western-9");
    std::vector<std::size_t> buses(grid.buses.size());
    std::iota(buses.begin(), buses.end(), std::size_t{0});
    for (const bool outages : {false, true}) {
      const HostingStudy study = hosting_capacity(grid, buses, {.contingencies = outages});
      for (const HostingCapacity& found : study.buses) {
        CAPTURE(grid.buses[found.bus].number);
        if (found.bound == HostingBound::nothing) continue;
        std::size_t newly_broken_above = 0;
        for (const double mw : {found.load_mw, found.load_mw + 0.1})
          for (std::size_t k = 0; k <= grid.branches.size(); ++k) {  // the last: nothing out
            if (!outages && k < grid.branches.size()) continue;
            GridCase tried = grid;
            if (k < grid.branches.size()) tried.branches[k].in_service = false;
            std::size_t cut = 0;
            if (!why_unsolvable(tried, cut).empty()) continue;
            const auto before = broken_limits(tried, solve_power_flow(tried));
            tried.buses[found.bus].load_mw += mw;
            const PowerFlow flow = solve_power_flow(tried);
            REQUIRE(flow.converged);
            std::size_t newly = 0;
            for (const BrokenLimit& limit : broken_limits(tried, flow)) {
              if (limit.limit != GridLimit::branch_rating && limit.limit != GridLimit::voltage_high &&
                  limit.limit != GridLimit::voltage_low)
                continue;
              const auto same = std::find_if(before.begin(), before.end(), [&](const BrokenLimit& b) {
                return b.limit == limit.limit && b.place == limit.place;
              });
              const double slack = limit.limit == GridLimit::branch_rating ? 1e-3 * limit.bound : 1e-3;
              if (same == before.end() ||
                  std::abs(limit.value - limit.bound) > std::abs(same->value - same->bound) + slack + 1e-6)
                ++newly;
            }
            if (mw == found.load_mw)
              CHECK(newly == 0);
            else
              newly_broken_above += newly;
          }
        CHECK(newly_broken_above > 0);
      }
    }
  }
}
