#include "models/accounting/balance.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "models/accounting/demand_charge.hpp"

using namespace wattershed;

TEST_SUITE("fast") {
  TEST_CASE("a balance closes, or says by how much it does not") {
    Balance energy{.name = "energy", .in = {}, .out = {}};
    CHECK(energy.residual() == 0);
    energy.add_in("grid", 1e15);
    energy.add_out("it", 7e14);
    energy.add_out("cooling", 3e14);
    CHECK(energy.residual() == 0);
    CHECK(!energy.failed());
    energy.add_out("leak", 2e6);  // 2e-9 of what flows
    CHECK(energy.residual() == doctest::Approx(-2e-9).epsilon(1e-6));
    CHECK(energy.failed());
    CHECK(energy.to_string().find("leak 2000000") != std::string::npos);
  }

  TEST_CASE("a sum that is not a number fails") {
    Balance heat{.name = "heat", .in = {}, .out = {}};
    heat.add_in("it", std::numeric_limits<double>::quiet_NaN());
    CHECK(heat.failed());
  }

  TEST_CASE("what leaks where nothing flows is seen") {
    Balance water{.name = "water", .in = {}, .out = {}};
    water.add_in("make-up", 1e-3);
    CHECK(water.residual() == 1);
    CHECK(water.failed());
  }

  TEST_CASE("a month pays the printed figure on its highest demand") {
    const DemandPrice price(14.50 / 1e3 / average_month_s);  // 14.50 USD/kW/month
    DemandCharge charge;
    charge.interval(10_MW);
    charge.interval(12_MW);
    charge.interval(11_MW);
    CHECK(charge.peak() == 12_MW);
    CHECK(charge.end_month(price, Share(1)).si() == doctest::Approx(14.50 * 12000).epsilon(1e-14));
    CHECK(charge.peak() == 0_MW);
    charge.interval(1_MW);
    CHECK(charge.end_month(price, Share(0.25)).si() == doctest::Approx(14.50 * 1000 / 4).epsilon(1e-14));
  }
}
