#include "models/electrical/loss_stage.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace wattershed;

namespace {
// A double-conversion UPS, older: fit of published efficiencies (reference: no_load 1.738 %, square 3.026 %).
const LossCurve kUps{Share(0.01738), Share(0), Share(0.03026)};
}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the curve passes within 1.5 points of the published efficiencies") {
    const double published[] = {.85, .90, .93, .945, .955, .96, .962, .96, .955, .95};
    for (int i = 1; i <= 10; ++i) {
      const Power output = 1_MW * (0.1 * i);
      const double efficiency = output / (output + stage_loss(kUps, 1_MW, output));
      CAPTURE(i);
      CHECK(std::abs(efficiency - published[i - 1]) < 0.015);
    }
  }

  TEST_CASE("a load without variance loses what the curve says") {
    for (double x : {0.0, 0.1, 0.5, 1.0, 1.2}) {
      const Load in = through_stage(kUps, 2_MW, Load{2_MW * x, PowerVariance{}});
      CHECK(in.mean.si() == doctest::Approx(2e6 * (x + 0.01738 + 0.03026 * x * x)).epsilon(1e-14));
      CHECK(in.variance.si() == 0);
    }
  }

  TEST_CASE("the mean loss of a load that swings between two levels is exact for a quadratic") {
    const double high = 0.9e6, low = 0.3e6, duty = 0.7;
    const double mean = duty * high + (1 - duty) * low, variance = duty * (1 - duty) * (high - low) * (high - low);
    const Load in = through_stage(kUps, 1_MW, Load{Power(mean), PowerVariance(variance)});
    const double expected = duty * (high + stage_loss(kUps, 1_MW, Power(high)).si()) +
                            (1 - duty) * (low + stage_loss(kUps, 1_MW, Power(low)).si());
    CHECK(in.mean.si() == doctest::Approx(expected).epsilon(1e-12));
    CHECK(in.mean.si() > (mean + stage_loss(kUps, 1_MW, Power(mean)).si()));
  }

  TEST_CASE("two modules that share a load lose what one of twice the size loses") {
    const Power output = 1.3_MW;
    CHECK(2.0 * stage_loss(kUps, 1_MW, output / 2).si() ==
          doctest::Approx(stage_loss(kUps, 2_MW, output).si()).epsilon(1e-14));
  }
}
