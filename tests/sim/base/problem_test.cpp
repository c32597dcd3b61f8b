#include "sim/base/problem.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace wattershed;

TEST_SUITE("fast") {
  TEST_CASE("a place says as much as is known") {
    CHECK(to_string(Place{"site.yaml", 14, 5}) == "site.yaml:14:5");
    CHECK(to_string(Place{"site.yaml", 14, 0}) == "site.yaml:14");
    CHECK(to_string(Place{"site.yaml", 0, 0}) == "site.yaml");
    CHECK(to_string(Place{}).empty());
  }

  TEST_CASE("a problem shows its line and a caret") {
    const Problem problem{{"site.yaml", 14, 5},
                          "unknown key 'coolling'; did you mean 'cooling'?",
                          "    coolling: {system: air-chiller-tower}"};
    CHECK(to_string(problem) ==
          "site.yaml:14:5: unknown key 'coolling'; did you mean 'cooling'?\n"
          "   14 |     coolling: {system: air-chiller-tower}\n"
          "      |     ^");
    CHECK(to_string(Problem{{"a", 1, 0}, "m", "x"}) == "a:1: m\n    1 | x");
    CHECK(to_string(Problem{{}, "m", "x"}) == "m");
    CHECK(to_string(Problem{{"a", 123456, 1}, "m", "x"}) == "a:123456:1: m\n123456 | x\n       | ^");
  }

  TEST_CASE("the caret keeps tabs, counts a character of several bytes once, and survives odd columns") {
    CHECK(to_string(Problem{{"a", 1, 3}, "m", "\t\tx"}).ends_with("| \t\tx\n      | \t\t^"));
    CHECK(to_string(Problem{{"a", 1, 4}, "m", "°: x"}).ends_with("| °: x\n      |   ^"));
    CHECK(to_string(Problem{{"a", 1, 9}, "m", "x\r\n"}).ends_with("| x\n      |         ^"));
    const std::string far =
        to_string(Problem{{"a", 1, 5001}, "m", std::string(5000, '.') + "X" + std::string(5000, '.')});
    CHECK(far.size() < 400);
    const auto line = far.find("| ") + 2;
    const auto caret = far.rfind('^') - (far.rfind("| ") + 2);
    CHECK(far[line + caret] == 'X');
  }

  TEST_CASE("an input error holds every problem") {
    const InputError error(std::vector<Problem>{{{"a", 1, 2}, "one", {}}, {{"b", 3, 4}, "two", {}}});
    CHECK(std::string(error.what()) == "a:1:2: one\nb:3:4: two");
    CHECK(error.problems().size() == 2);
    const InputError single(Place{"a", 1, 2}, "one");
    CHECK(std::string(single.what()) == "a:1:2: one");
  }

  TEST_CASE("suggestions are near") {
    const std::vector<std::string> keys{"cooling", "connection", "racks", "region", "grid", "W", "MW", "mW"};
    CHECK(did_you_mean("coolling", keys) == "; did you mean 'cooling'?");
    CHECK(did_you_mean("conection", keys) == "; did you mean 'connection'?");
    CHECK(did_you_mean("rakcs", keys) == "; did you mean 'racks'?");    // two neighbours swapped
    CHECK(did_you_mean("Region", keys) == "; did you mean 'region'?");  // case
    CHECK(did_you_mean("gird", keys) == "; did you mean 'grid'?");
    CHECK(did_you_mean("Mw", keys) == "; did you mean 'MW'?");
    CHECK(did_you_mean("w", keys) == "; did you mean 'W'?");
    CHECK(did_you_mean("temperature", keys).empty());
    CHECK(did_you_mean("q", keys).empty());
    CHECK(did_you_mean("", keys).empty());
    CHECK(did_you_mean("cooling", {}).empty());
    CHECK(did_you_mean(std::string(100000, 'x'), keys).empty());
  }
}
