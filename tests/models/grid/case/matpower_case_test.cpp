#include "models/grid/case/matpower_case.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/base/problem.hpp"

using namespace wattershed;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

const std::string good = R"(function mpc = tiny
% a comment with = [ and '
mpc.version = '2';
%{
mpc.baseMVA = 1;
%}
mpc.baseMVA = 100; # and this
mpc.bus = [ 10 3 0 0 0 0 1 1.02 5 345 1 1.1 .9; 20, 1, 5e1, 1D1, ...  the rest is on
  1 -2 1 1 0 345 1 1.1 0.9
	30	4	1	1	0	0	1	1	0	345	1	1.1	0.9;
];
mpc.gen = [10 20 0 Inf -Inf 1.02 100 1 200 0; 10 20 0 10 -10 1.02 100 0 200 0];
mpc.branch = [
  10 20 0.01 0.1 0.02 0 0 0 0 0 1 -360 360;  % a line
  10 20 0 -0.2 0 80 0 0 0.95 30 0 -360 360; ];
mpc.gencost = [2 0 0 3 0.1 20 0];
mpc.bus_name = { 'it''s % one'; "two"; 'three' };
)";

std::string fault(const std::string& text) {
  try {
    parse_matpower_case(text, "c.m");
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
  TEST_CASE("what a case may be written with") {
    const GridCase grid = parse_matpower_case(good, "c.m");
    CHECK(grid.base_mva == 100);
    REQUIRE(grid.buses.size() == 3);
    CHECK(grid.buses[0].name == "it's % one");
    CHECK(grid.buses[1].number == 20);
    CHECK(grid.buses[1].load_mw == 50);
    CHECK(grid.buses[1].load_mvar == 10);
    CHECK(grid.buses[1].shunt_mw == 1);
    CHECK(grid.buses[1].shunt_mvar == -2);
    CHECK(grid.buses[2].type == BusType::isolated);
    REQUIRE(grid.units.size() == 2);
    CHECK(std::isinf(grid.units[0].highest_mvar));
    CHECK(grid.units[0].in_service);
    CHECK_FALSE(grid.units[1].in_service);
    REQUIRE(grid.branches.size() == 2);
    CHECK(grid.branches[0].ratio == 1);
    CHECK(grid.branches[1].ratio == 0.95);
    CHECK(grid.branches[1].shift_deg == 30);
    CHECK(grid.branches[1].reactance_pu == -0.2);
    CHECK(grid.branches[1].rating_mva == 80);
    CHECK_FALSE(grid.branches[1].in_service);
    std::string crlf;
    for (const char c : good) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
    CHECK(parse_matpower_case(crlf, "c.m").branches.size() == 2);
  }

  TEST_CASE("faults have their line and the way out") {
    for (const char* block : {"baseMVA = 100", "bus = [", "gen = [", "branch = ["})
      CHECK(has(fault(replaced(good, std::string("mpc.") + block, std::string("mpc.x") + block)), "c.m: has no"));
    CHECK(has(fault(replaced(good, "0.01 0.1", "NaN 0.1")), "c.m:14: 'NaN' in 'branch', column 3"));
    CHECK(has(fault(replaced(good, "20, 1, 5e1", "20, 1, NaN")), "c.m:8: 'NaN' in 'bus', column 3"));
    CHECK(has(fault(replaced(good, "20 0 Inf", "20 nan Inf")), "c.m:12: 'nan' in 'gen', column 3"));
    CHECK(has(fault(replaced(good, "baseMVA = 100", "baseMVA = NaN")), "c.m:7: 'baseMVA' is 'NaN'"));
    CHECK(has(fault(replaced(good, "10 20 0.01", "12 20 0.01")), "c.m:14: a branch from bus 12"));
    CHECK(has(fault(replaced(good, "100 1 200 0; 10", "100; 10")), "c.m:12: a row of 'gen' has 7 columns"));
    CHECK(has(fault(replaced(good, "0.01 0.1", "1/3 0.1")), "c.m:14: '1/3'"));
    CHECK(has(fault(replaced(good, "10 20 0.01", "10 21 0.01")), "c.m:14: a branch to bus 21"));
    CHECK(has(fault(replaced(good, "[10 20 0 Inf", "[11 20 0 Inf")), "c.m:12: a generator at bus 11"));
    CHECK(has(fault(replaced(good, "10 3 0", "10 1 0")), "no bus is the slack bus"));
    CHECK(has(fault(replaced(good, "30\t4", "30\t3")), "c.m:10: bus 30 is a second slack bus"));
    CHECK(has(fault(replaced(good, "30\t4", "30\t1")), "c.m:10: no branch in service leads"));
    CHECK(has(fault(replaced(good, "30\t4", "20\t4")), "c.m:10: bus 20 stands here a second time"));
    CHECK(has(fault(replaced(good, "0.01 0.1 0.02", "0 0 0.02")),
              "c.m:14: the branch from bus 10 to bus 20 has no imp"));
    CHECK(has(fault(replaced(good, " 0 1 -360 360;  %", " 0;  %")), "c.m:14: a row of 'branch' has 10 columns"));
    CHECK(has(fault(replaced(good, "345\t1\t1.1\t0.9", "345\t1\t1.1")), "c.m:10: a row of 'bus' has 12 columns"));
    CHECK(has(fault(replaced(good, "1.02 100 1 200", "1.02 100 0 200")), "slack bus 10 has no generator in service"));
    CHECK(has(fault(replaced(good, "20 0 Inf", "Inf 0 Inf")), "c.m:12: column 2 of 'gen' is infinite"));
    CHECK(has(fault(good + "mpc.branch(:, 3) = mpc.branch(:, 3) / 2;\n"), "c.m:18: 'branch(…)' computes"));
    CHECK(has(fault(good + "mpc.baseMVA = 10;\n"), "c.m:18: 'baseMVA' is given a second time"));
    CHECK(has(fault(replaced(good, "0 -360 360; ];", "0 -360 360;")), "closing ]"));
    CHECK(has(fault(""), "has no block 'bus'"));
  }

  TEST_CASE("a load is added where there is a bus") {
    GridCase grid = parse_matpower_case(good, "c.m");
    add_load(grid, 20, Power(1e6), ApparentPower(2e6));
    CHECK(grid.buses[1].load_mw == 51);
    CHECK(grid.buses[1].load_mvar == 12);
    CHECK_THROWS_AS(add_load(grid, 21, Power(1e6), ApparentPower()), InputError);
    CHECK_THROWS_AS(add_load(grid, 30, Power(1e6), ApparentPower()), InputError);
  }
}
