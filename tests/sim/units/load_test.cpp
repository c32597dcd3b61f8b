#include "sim/units/load.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/base/sum.hpp"

using namespace wattershed;
using doctest::Approx;

namespace {

/// A load that takes each of its values equally often.
Load load_of(const std::vector<double>& values_w) {
  double mean = 0, square = 0;
  for (const double v : values_w) mean += v / static_cast<double>(values_w.size());
  for (const double v : values_w) square += (v - mean) * (v - mean) / static_cast<double>(values_w.size());
  const auto [lowest, highest] = std::minmax_element(values_w.begin(), values_w.end());
  return {Power(mean), PowerVariance(square), Power(*highest - mean), Power(*lowest - mean)};
}

/// L(P) = a + b·P + c·P².
struct Quadratic {
  double a, b, c;
  [[nodiscard]] double loss(double p) const { return a + b * p + c * p * p; }
  [[nodiscard]] Load apply(Load out) const {
    const double m = out.mean.si();
    return through_stage(out, Power(loss(m)), b + 2 * c * m, 2 * c);
  }
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("independent loads: means and variances add, as over all pairs of values") {
    const std::vector<double> a{100, 140}, b{30, 50, 70};
    std::vector<double> pairs;
    for (const double x : a) {
      for (const double y : b) pairs.push_back(x + y);
    }
    const Load sum = load_of(a) + load_of(b), expected = load_of(pairs);
    CHECK(sum.mean.si() == Approx(expected.mean.si()).epsilon(1e-14));
    CHECK(sum.variance.si() == Approx(expected.variance.si()).epsilon(1e-14));
    Load running;
    running += load_of(a);
    running += load_of(b);
    CHECK(running == sum);
  }

  TEST_CASE("loads in lockstep: standard deviations add, as over values taken together") {
    const std::vector<double> a{100, 140, 90}, b{50, 70, 45};  // b = a/2: they swing together
    const Load sum = combined_in_lockstep(load_of(a), load_of(b)), expected = load_of({150, 210, 135});
    CHECK(sum.mean.si() == Approx(expected.mean.si()).epsilon(1e-14));
    CHECK(sum.variance.si() == Approx(expected.variance.si()).epsilon(1e-14));
    const Load one = load_of(a);
    const Load four = combined_in_lockstep(combined_in_lockstep(one, one), combined_in_lockstep(one, one));
    CHECK(four.variance.si() == Approx((one * 4).variance.si()).epsilon(1e-14));
    CHECK((4 * one).mean == one.mean * 4);
    CHECK((one + one).variance < combined_in_lockstep(one, one).variance);
    CHECK(combined_in_lockstep(one, Load{Power(5), {}}).variance == one.variance);  // a steady load adds no swing
  }

  TEST_CASE("two values through a quadratic stage: the exact mean and the exact variance") {
    const Quadratic stage{2000, 0.01, 3e-8};
    for (const double swing : {0.0, 1e3, 2.5e5, 9e5}) {
      const double low = 1e6 - swing, high = 1e6 + swing;
      const Load in = stage.apply(load_of({low, high}));
      const Load expected = load_of({low + stage.loss(low), high + stage.loss(high)});
      CHECK(in.mean.si() == Approx(expected.mean.si()).epsilon(1e-14));
      CHECK(in.variance.si() == Approx(expected.variance.si()).epsilon(1e-12));
    }
  }

  TEST_CASE("any distribution through a quadratic stage: the exact mean") {
    const Quadratic stage{500, 0.02, 8e-8};
    const std::vector<double> out{1e5, 1.1e5, 9e5, 2e5, 1e5, 7e5, 0, 1e6};
    std::vector<double> in;
    for (const double p : out) in.push_back(p + stage.loss(p));
    CHECK(stage.apply(load_of(out)).mean.si() == Approx(load_of(in).mean.si()).epsilon(1e-14));
    // The loss at the mean alone is short by c·variance.
    const double alone = load_of(out).mean.si() + stage.loss(load_of(out).mean.si());
    CHECK(load_of(in).mean.si() - alone == Approx(stage.c * load_of(out).variance.si()).epsilon(1e-9));
    CHECK(stage.c * load_of(out).variance.si() > 1000);
  }

  TEST_CASE("how far a load goes: through any quadratic stage as its highest and lowest power go") {
    const Quadratic stage{500, 0.02, 8e-8};
    const std::vector<double> out{1e5, 1.1e5, 9e5, 2e5, 1e5, 7e5, 3e4, 1e6};
    const Load in = stage.apply(load_of(out));
    CHECK(in.highest().si() == Approx(1e6 + stage.loss(1e6)).epsilon(1e-14));
    CHECK(in.lowest().si() == Approx(3e4 + stage.loss(3e4)).epsilon(1e-13));
    // A second stage above, and copies in lockstep below.
    const Load twice = stage.apply(2 * in);
    const double below = 2 * (1e6 + stage.loss(1e6));
    CHECK(twice.highest().si() == Approx(below + stage.loss(below)).epsilon(1e-13));
    // A steady load has nowhere to go, in any stage.
    const Load steady = stage.apply(load_of({4e5}));
    CHECK(steady.above == Power{});
    CHECK(steady.below == Power{});
    // Of independent loads the sums are bounds: reached, if all come together.
    const Load sum = load_of({100, 140}) + load_of({30, 50, 70});
    CHECK(sum.highest() == Power(210));
    CHECK(sum.lowest() == Power(130));
    CHECK(combined_in_lockstep(load_of({100, 140}), load_of({50, 70})).highest() == Power(210));
  }

  TEST_CASE("a linear stage scales the swing exactly") {
    const Quadratic stage{500, 0.25, 0};
    const Load out = load_of({1, 5, 9, 100});
    CHECK(stage.apply(out).variance.si() == Approx(out.variance.si() * 1.25 * 1.25).epsilon(1e-15));
  }

  TEST_CASE("lockstep and independence part ways behind a curved stage") {
    // Two racks of {0, 2} each. In lockstep the stage sees 0 or 4, independent 0, 2, 2, 4.
    const Quadratic stage{0, 0, 0.1};
    const Load rack = load_of({0, 2});
    CHECK(stage.apply(combined_in_lockstep(rack, rack)).mean.si() == Approx((0 + 5.6) / 2).epsilon(1e-15));
    CHECK(stage.apply(rack + rack).mean.si() == Approx((0 + 2.4 + 2.4 + 5.6) / 4).epsilon(1e-15));
  }

  TEST_CASE("a compensated sum keeps what a plain one loses") {
    Sum sum;
    double plain = 0;
    for (int i = 0; i < 3'000'000; ++i) {
      sum += 0.1;
      plain += 0.1;
    }
    const double exact = 3'000'000 * 0.1000000000000000055511151231257827;
    CHECK(std::abs(sum.value() - exact) <= 1e-16 * 2 * exact);
    CHECK(std::abs(plain - exact) > 1e-12 * exact);

    Sum large_then_small;
    for (const double x : {1.0, 1e100, 1.0, -1e100}) large_then_small.add(x);
    CHECK(large_then_small.value() == 2);
    Sum parts;
    parts.add(large_then_small);
    parts.add(large_then_small);
    CHECK(parts.value() == 4);
    CHECK(Sum(3).value() == 3);
  }
}
