// The order in which the models of a circuit are wired and evaluated is no contract: any topological order gives the
// same run, bit for bit. And no two signals of a site have one name, so that a tap can name one.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/models/facility/random_scenario.hpp"
#include "tests/models/facility/run_helper.hpp"
#include "tests/models/facility/same_runs.hpp"

using namespace wattershed;
using namespace wattershed::test;

TEST_SUITE("fast") {
  TEST_CASE("names of signals are unique in random scenarios, and in a site with everything") {
    for (std::uint64_t number = 0; number < 12; ++number) {
      CAPTURE(number);
      const LoadedScenario loaded = load_text(RandomScenario(number).text());
      TestRun run;
      CHECK_NOTHROW(run_scenario(loaded, {.output = run.file.path(), .circuit = {.unique_names = true}}));
    }
  }
}

TEST_SUITE("slow") {
  TEST_CASE("a shuffled order of evaluation changes nothing in 50 random scenarios") {
    for (std::uint64_t number = 0; number < 50; ++number) {
      const LoadedScenario loaded = load_text(RandomScenario(number).text());
      TestRun plain;
      plain.result = run_scenario(loaded, {.output = plain.file.path()});
      for (const std::uint64_t seed : {1, 2}) {
        CAPTURE(number);
        CAPTURE(seed);
        TestRun shuffled;
        shuffled.result = run_scenario(loaded, {.output = shuffled.file.path(), .circuit = {.shuffled_order = seed}});
        check_same(plain.open(), shuffled.open());
      }
    }
  }
}
