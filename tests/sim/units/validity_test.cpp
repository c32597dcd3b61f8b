#include "sim/units/validity.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

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

  TEST_CASE("of several machines: the time in which any is outside, the worst of all, the first of all") {
    std::mt19937_64 random(11);
    const Time start{std::chrono::hours(1000)};
    for (int round = 0; round < 50; ++round) {
      constexpr std::size_t machines = 4;
      ValidityTally tally(domain, machines - 1);
      CHECK(tally.add_machine() == machines - 1);
      struct State {
        Time at;
        std::array<double, 2> x;
      };
      std::array<std::vector<State>, machines> states;
      std::vector<Time> times{start};
      Time now = start;
      for (int i = 0; i < 300; ++i) {
        const std::size_t machine = random() % machines;
        const std::array<double, 2> x{274 + static_cast<double>(random() % 30),
                                      static_cast<double>(random() % 12) / 10 - 0.1};
        tally.saw(now, domain, x, machine);
        auto& own = states[machine];
        if (!own.empty() && own.back().at == now) own.pop_back();
        own.push_back({now, x});
        now += Duration(static_cast<std::int64_t>(random() % 3) * 987'654'321);
        times.push_back(now);
      }
      now += std::chrono::seconds(1);
      times.push_back(now);
      tally.close(now);
      tally.close(now);  // again: nothing stands
      for (std::size_t input = 0; input < 2; ++input) {
        const Bound& bound = domain.bounds[input];
        Duration outside{};
        std::optional<Time> first;
        double worst = 0;
        for (std::size_t t = 0; t + 1 < times.size(); ++t) {
          if (times[t + 1] == times[t]) continue;
          bool any = false;
          for (const auto& own : states) {
            const auto after = std::upper_bound(own.begin(), own.end(), times[t],
                                                [](Time at, const State& state) { return at < state.at; });
            if (after == own.begin()) continue;
            const double beyond = bound.beyond((after - 1)->x[input]);
            if (beyond > 0) any = true;
            worst = std::max(worst, beyond);
          }
          if (!any) continue;
          outside += times[t + 1] - times[t];
          if (!first) first = times[t];
        }
        const RangeUse& use = tally.uses()[input];
        CHECK(use.outside == outside);
        CHECK(use.first == first);
        REQUIRE(use.worst.has_value() == first.has_value());
        if (use.worst) CHECK(bound.beyond(*use.worst) == worst);
      }
    }
  }

  TEST_CASE("what lies farther outside, and what misses an edge by rounding alone") {
    CHECK(domain.bounds[0].farther(310, 275) == 310);
    CHECK(domain.bounds[0].farther(301, 275) == 275);
    CHECK(std::isnan(domain.bounds[0].farther(310, std::nan(""))));
    CHECK(domain.farther({290, 1.5}, {301, 0.5}) == std::array{301.0, 1.5});
    CHECK(domain.outside(domain.inside()) == 0);
    CHECK(domain.bounds[1].rounded(1 + 1e-12) == 1);
    CHECK(domain.bounds[1].rounded(-1e-12) == 0);
    CHECK(domain.bounds[1].rounded(1 + 1e-6) == 1 + 1e-6);
    CHECK(domain.bounds[1].rounded(0.5) == 0.5);
    CHECK(std::isnan(domain.bounds[1].rounded(std::nan(""))));
  }
}
