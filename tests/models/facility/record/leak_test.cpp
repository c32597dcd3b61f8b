// A watt, a gram of water or a gram of carbon that one layer loses outside the books must fail the audit.

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "tests/models/facility/leaks.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// The small hall with a plant, and the halls of the two liquid systems.
const std::map<std::string, std::vector<std::string>> kPlants{
    {"air-chiller-tower",
     {"site.weather={climate: phoenix}", "site.cooling.system={use: air-chiller-tower}", "duration=3 h"}},
    {"dlc-tower",
     {"site.weather={climate: phoenix}", "site.cooling.system={use: dlc-tower, facility_water: 36 degC}",
      "site.racks.a100.liquid_share=70 %", "duration=3 h"}},
    {"dlc-dry",
     {"site.weather={climate: denver}", "site.cooling.system={use: dlc-dry}", "site.racks.a100.liquid_share=70 %",
      "duration=3 h"}}};

}  // namespace

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
    for (const Leak& leak : leaks(false)) {
      CAPTURE(leak.signal);
      TestRun run;
      run_text(run, small_hall, {}, leak.tap);
      for (const Balance& balance : run.result.balances) {
        CAPTURE(balance.to_string());
        CHECK(balance.failed() == (balance.name == leak.balance));
      }
    }
  }

  TEST_CASE("with a plant every leak is found too") {
    for (const auto& [system, sets] : kPlants) {
      CAPTURE(system);
      const LoadedScenario loaded = load_text(small_hall, sets);
      TestRun closed;
      closed.result = run_scenario(loaded, {.output = closed.file.path()});
      for (const Balance& balance : closed.result.balances) {
        CAPTURE(balance.to_string());
        CHECK(std::abs(balance.residual()) < 1e-12);
      }
      for (const Leak& leak : leaks(true)) {
        CAPTURE(leak.signal);
        TestRun run;
        run.result = run_scenario(loaded, {.output = run.file.path(), .disturb = leak.tap});
        for (const Balance& balance : run.result.balances) {
          CAPTURE(balance.to_string());
          CHECK(balance.failed() == (balance.name == leak.balance));
        }
      }
    }
  }
}
