#include "analysis/expectation/expression.hpp"

#include <doctest/doctest.h>

#include <map>
#include <stdexcept>

using namespace wattershed;

namespace {

std::optional<AnyQuantity> sample(std::string_view name) {
  static const std::map<std::string, AnyQuantity, std::less<>> values{{"energy", {3.6e9, Energy::dimension}},
                                                                      {"power", {1000, Power::dimension}},
                                                                      {"two", {2, {}}},
                                                                      {"three", {3, {}}}};
  const auto at = values.find(name);
  if (at == values.end()) return std::nullopt;
  return at->second;
}

std::string error_of(std::string_view text) {
  try {
    evaluate(text, sample);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("precedence and dimensions") {
    CHECK(evaluate("two + three * three", sample).si == 11);
    CHECK(evaluate("(two + three) * three", sample).si == 15);
    CHECK(evaluate("three - two - two", sample).si == -1);
    CHECK(evaluate("three / two / two", sample).si == 0.75);
    CHECK(evaluate("-two * -(three)", sample).si == 6);
    const AnyQuantity time = evaluate("energy / power", sample);
    CHECK(time.si == 3.6e6);
    CHECK(time.dimension == TimeSpan::dimension);
  }

  TEST_CASE("an expression can hide no number, unit or name") {
    CHECK(error_of("energy / 120").find("numbers are not allowed") != std::string::npos);
    CHECK(error_of("energy + power").find("joins") != std::string::npos);
    CHECK(error_of("energi").find("'energi' is neither") != std::string::npos);
    for (const char* bad : {"", "(two", "two)", "two +", "* two", "two three", "two % three", "()"}) {
      CAPTURE(bad);
      CHECK(!error_of(bad).empty());
    }
    CHECK(!error_of(std::string(100000, '(')).empty());
    CHECK(!error_of(std::string(100000, '-')).empty());
  }

  TEST_CASE("names in order") {
    CHECK(names_in("energy / (two * three) + two") == std::vector<std::string>{"energy", "two", "three", "two"});
  }
}
