#include "sim/units/validity.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace wattershed;

namespace {

constexpr Domain<2> domain{"a law", {{{"first", "K", 280, 300}, {"second", "1", 0, 1}}}, "a test"};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a domain says which inputs lie outside: edges are inside, what is no number is not") {
    CHECK(domain.outside({290, 0.5}) == 0b00);
    CHECK(domain.outside({280, 1}) == 0b00);
    CHECK(domain.outside({279.999, 0.5}) == 0b01);
    CHECK(domain.outside({290, 1.0000001}) == 0b10);
    CHECK(domain.outside({301, -1e-12}) == 0b11);
    CHECK(domain.outside({std::nan(""), 0.5}) == 0b01);
    CHECK(domain.outside({290, std::numeric_limits<double>::infinity()}) == 0b10);
  }

  TEST_CASE("time outside is counted exactly, as a plain list of states counts it") {
    std::mt19937_64 random(7);
    const Time start{std::chrono::hours(1000)};
    for (int round = 0; round < 50; ++round) {
      ValidityTally tally(domain);
      struct State {
        Time at;
        std::array<double, 2> x;
      };
      std::vector<State> states;
      Time now = start;
      for (int i = 0; i < 200; ++i) {
        const std::array<double, 2> x{270 + static_cast<double>(random() % 40),
                                      static_cast<double>(random() % 14) / 10 - 0.2};
        tally.saw(now, domain.outside(x), x);
        if (!states.empty() && states.back().at == now) states.pop_back();  // of one instant the last
        states.push_back({now, x});
        now += Duration(static_cast<std::int64_t>(random() % 3) * 1'234'567'891);
      }
      now += std::chrono::seconds(1);
      tally.close(now);
      for (std::size_t input = 0; input < 2; ++input) {
        Duration outside{};
        std::optional<Time> first;
        double worst = 0;
        for (std::size_t i = 0; i < states.size(); ++i) {
          const Time end = i + 1 < states.size() ? states[i + 1].at : now;
          const double x = states[i].x[input], low = domain.bounds[input].low, high = domain.bounds[input].high;
          if (x >= low && x <= high) continue;
          outside += end - states[i].at;
          if (!first) first = states[i].at;
          worst = std::max(worst, std::max(low - x, x - high));
        }
        const RangeUse& use = tally.uses()[input];
        CHECK(use.outside == outside);
        CHECK(use.first == first);
        REQUIRE(use.worst.has_value() == first.has_value());
        if (use.worst) CHECK(std::max(use.low - *use.worst, *use.worst - use.high) == worst);
      }
    }
  }

  TEST_CASE("a state that is replaced in its own instant leaves no trace") {
    ValidityTally tally(domain);
    const Time t{std::chrono::hours(5)};
    tally.saw(t, domain.outside({400, 0.5}), std::array{400.0, 0.5});
    tally.saw(t, domain.outside({290, 0.5}), std::array{290.0, 0.5});
    tally.close(t + std::chrono::hours(1));
    CHECK(tally.uses()[0].outside == Duration{0});
    CHECK_FALSE(tally.uses()[0].worst.has_value());
    CHECK_FALSE(tally.uses()[0].first.has_value());
  }
}
