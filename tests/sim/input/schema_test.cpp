#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include "example_schema.hpp"
#include "sim/input/schema_scalar.hpp"
#include "sim/units/units.hpp"

using namespace wattershed;

namespace {

/// Writes the value as text and reads it into another object of the type.
template <class T>
T there_and_back(T value) {
  ScalarTarget from = detail::target_of(value);
  T other{};
  ScalarTarget to = detail::target_of(other);
  store_scalar(to, read_scalar(shape_of(to, {}), text_of(from), "x"));
  return other;
}

template <class T>
std::string error_of(const std::string& text, const FieldNotes& notes = {}) {
  T value{};
  try {
    read_scalar(shape_of(detail::target_of(value), notes), text, "site.x");
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every type of scalar is written so that it reads back exactly") {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> exponent(-12, 12), unit(0, 1);
    for (int i = 0; i < 2000; ++i) {
      double x = std::pow(10.0, exponent(random));
      CHECK(there_and_back(Power(x)).si() == x);
      CHECK(there_and_back(EnergyPrice(x)).si() == x);
      CHECK(there_and_back(x) == x);
      double share = unit(random);
      CHECK(there_and_back(Share(share)).si() == doctest::Approx(share).epsilon(1e-15));
      double kelvin = 200 + 200 * unit(random);
      CHECK(there_and_back(Temperature(kelvin)).si() == kelvin);
      auto count = static_cast<std::int64_t>(random());
      CHECK(there_and_back(count) == count);
      Duration duration(static_cast<std::int64_t>(random() % 100'000'000'000'000'000));
      CHECK(there_and_back(duration) == duration);
      LocalTime instant(std::chrono::seconds(static_cast<std::int64_t>(random() % 4'000'000'000)));
      CHECK(there_and_back(instant) == instant);
    }
    CHECK(there_and_back(80_percent) == 80_percent);
    CHECK(there_and_back(true));
    CHECK(there_and_back(std::string(" a: b ")) == " a: b ");
    CHECK(there_and_back(example::Policy::easy_backfill) == example::Policy::easy_backfill);
    CHECK(there_and_back(CalendarSpan{.months = 14, .rest = std::chrono::hours(3)}) ==
          CalendarSpan{.months = 14, .rest = std::chrono::hours(3)});
    CHECK(there_and_back(std::numeric_limits<std::int64_t>::max()) == std::numeric_limits<std::int64_t>::max());
    CHECK(there_and_back(std::numeric_limits<std::int64_t>::min()) == std::numeric_limits<std::int64_t>::min());
  }

  TEST_CASE("counts are whole and fit their type") {
    CHECK(error_of<int>("40").empty());
    CHECK(error_of<int>("4e3").empty());
    CHECK_FALSE(error_of<int>("3e9").empty());
    CHECK_FALSE(error_of<int>("1.5").empty());
    CHECK_FALSE(error_of<int>("forty").empty());
    CHECK_FALSE(error_of<int>("40 %").empty());
    CHECK_FALSE(error_of<int>("").empty());
    CHECK_FALSE(error_of<std::int64_t>("9223372036854775808").empty());
    CHECK_FALSE(error_of<std::int64_t>("1e17").empty());  // a double cannot tell it from its neighbour
    CHECK(error_of<std::int64_t>("15.6e+12").empty());
  }

  TEST_CASE("bounds are told in the field's unit") {
    CHECK(error_of<Power>("3 MW", {.at_least = 4e6}) == "'3 MW' is too low; site.x must be at least 4 MW");
    CHECK(error_of<Power>("0 W", {.above = 0}) == "'0 W' is too low; site.x must be above 0 W");
    CHECK(error_of<Share>("120 %", {.at_most = 1}) == "'120 %' is too high; site.x must be at most 100 %");
    CHECK(error_of<Share>("100 %", {.below = 1}) == "'100 %' is too high; site.x must be below 100 %");
    CHECK(error_of<Temperature>("50 degC", {.at_most = 313.15}) ==
          "'50 degC' is too high; site.x must be at most 40 degC");
    CHECK(error_of<Duration>("5 min", {.at_least = 600}) == "'5 min' is too low; site.x must be at least 10 min");
    CHECK(error_of<int>("5", {.at_least = 6}) == "'5' is too low; site.x must be at least 6");
    CHECK(error_of<Power>("4 MW", {.at_least = 4e6, .at_most = 4e6}).empty());
  }

  TEST_CASE("units of numbers, and names of kinds") {
    Power power;
    CHECK(shape_of(detail::target_of(power), {}).unit() == "W");
    Temperature temperature;
    CHECK(shape_of(detail::target_of(temperature), {}).unit() == "K");
    int count = 0;
    CHECK(shape_of(detail::target_of(count), {}).unit() == "1");
    std::string text;
    CHECK(shape_of(detail::target_of(text), {}).unit().empty());
    for (ValueKind kind : {ValueKind::measured, ValueKind::published, ValueKind::modelled, ValueKind::assumed})
      CHECK(value_kind(to_string(kind)) == kind);
    CHECK_FALSE(value_kind("guessed"));
  }
}
