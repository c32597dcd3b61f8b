// A watt, a gram of water or a gram of carbon that one layer loses outside the books must fail the audit.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>

#include "run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

TEST_SUITE("fast") {
  TEST_CASE("without a leak every balance closes") {
    TestRun run;
    run_text(run, small_hall);
    CHECK(run.result.audits_hold());
    CHECK(run.result.balances.size() == 4);
    for (const Balance& balance : run.result.balances) {
      CAPTURE(balance.to_string());
      CHECK(std::abs(balance.residual()) < 1e-13);
    }
  }

  TEST_CASE("each leak is found, in the balance that it belongs to") {
    const std::map<std::string, std::pair<std::string, double>> expected{
        {"racks", {"energy", 1.0}},       {"pdu", {"energy", 1.0}},     {"ups", {"energy", 1.0}},
        {"transformer", {"energy", 1.0}}, {"cooling", {"energy", 1.0}}, {"heat", {"heat", 1.0}},
        {"water", {"water", 1e-3}},       {"carbon", {"carbon", 1e-3}}};
    for (const std::string& layer : leak_layers()) {
      CAPTURE(layer);
      REQUIRE(expected.count(layer) == 1);
      const auto& [balance_name, amount] = expected.at(layer);
      TestRun run;
      run_text(run, small_hall, {}, {{layer, amount}});
      for (const Balance& balance : run.result.balances) {
        CAPTURE(balance.to_string());
        CHECK(balance.failed() == (balance.name == balance_name));
      }
    }
  }
}
