// Power before and after sags, on voltages and powers written by hand.
#include "analysis/waveform/ride_through.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

#include "tests/analysis/waveform/waveform.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

constexpr double rate = 100;

RideThroughCurve curve() {
  RideThroughCurve made;
  made.sags = {{std::chrono::milliseconds(150), Share(0.2)}, {std::chrono::seconds(1), Share(0.5)}};
  made.lowest = Share(0.9);
  return made;
}

RideThroughResult judged(const std::vector<double>& voltage, const std::vector<double>& power,
                         double averaged_s = 2) {
  return ride_through({voltage, Frequency(rate)}, {power, Frequency(rate)}, curve(),
                      {.after = TimeSpan(1), .averaged = TimeSpan(averaged_s)});
}

/// Nominal, but `residual` from `begin` on for `length` [s].
std::vector<double> one_sag(double begin, double length, double residual) {
  return sampled(20, rate, [=](double t) { return t > begin - 1e-9 && t < begin + length - 1e-9 ? residual : 1.0; });
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a load that comes back keeps its power, one that trips does not") {
    const std::vector<double> sag = one_sag(5, 0.1, 0.3);
    // Away during the sag and half a second after it: that may be.
    const auto back = sampled(20, rate, [](double t) { return t < 5 || t > 5.6 ? 50e6 : 0.0; });
    const RideThroughResult kept = judged(sag, back);
    CHECK(kept.excursions == 1);
    CHECK(kept.judged == 1);
    CHECK(kept.kept->si() == doctest::Approx(1));
    CHECK(kept.at.si() == doctest::Approx(5));
    const auto tripped = sampled(20, rate, [](double t) { return t < 5 ? 50e6 : 20e6; });
    CHECK(judged(sag, tripped).kept->si() == doctest::Approx(0.4));
    // A quarter of the mean after is still away: 2 s from 6.1 s on, back at 6.6 s.
    const auto late = sampled(20, rate, [](double t) { return t < 5 || t > 6.6 - 1e-9 ? 50e6 : 0.0; });
    CHECK(judged(sag, late).kept->si() == doctest::Approx(0.75));
  }

  TEST_CASE("what leaves the curve need not be ridden through") {
    const auto tripped = sampled(20, rate, [](double t) { return t < 5 ? 50e6 : 0.0; });
    for (const auto& [length, residual] : {std::pair{0.1, 0.1}, std::pair{0.2, 0.3}, std::pair{1.5, 0.6}}) {
      const RideThroughResult result = judged(one_sag(5, length, residual), tripped);
      CHECK(result.excursions == 1);
      CHECK(result.judged == 0);
      CHECK(!result.kept);
    }
    CHECK(judged(one_sag(5, 1, 0.6), tripped).kept->si() == 0);
    CHECK(judged(one_sag(5, 10, 0.95), tripped).excursions == 0);  // that may last
  }

  TEST_CASE("of several sags the worst counts; means stop at the next") {
    // Sags at 3, 6 and 9 s; after the second, 30 % is lost for good.
    const auto voltage = sampled(20, rate, [](double t) {
      for (const double begin : {3.0, 6.0, 9.0})
        if (t > begin - 1e-9 && t < begin + 0.1 - 1e-9) return 0.4;
      return 1.0;
    });
    const auto power = sampled(20, rate, [](double t) { return t < 6 ? 50e6 : 35e6; });
    const RideThroughResult result = judged(voltage, power, 10);
    CHECK(result.excursions == 3);
    CHECK(result.judged == 3);
    CHECK(result.kept->si() == doctest::Approx(0.7));
    CHECK(result.at.si() == doctest::Approx(6));
  }

  TEST_CASE("a sag at either end of the record cannot be judged") {
    const std::vector<double> power(2000, 50e6);
    CHECK(judged(one_sag(0, 0.1, 0.4), power).judged == 0);
    CHECK(judged(one_sag(19.5, 0.1, 0.4), power).judged == 0);
    CHECK(judged(one_sag(5, 0.1, 0.4), std::vector<double>(2000, 0.0)).judged == 0);
    CHECK_THROWS_AS(judged({1, 1, 1}, {1, 1}), std::invalid_argument);
  }
}
