// Reactive power over load, against the definition of the power factor and long sums.
#include "models/electrical/power_factor.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/units/power_segment.hpp"

using namespace wattershed;

TEST_SUITE("fast") {
  TEST_CASE("the power factor at rating is the one given, lagging or leading") {
    for (double full_load : {0.87, 0.95, 0.99, 1.0})
      for (bool leading : {false, true})
        for (double no_load : {-0.05, 0.0, 0.3}) {
          const PowerFactor load{full_load, leading, Share(no_load), Share(0.1)};
          const ApparentPower q = reactive_power(load.curve(), 2_MW, 2_MW);
          CHECK(power_factor(2_MW, q) == doctest::Approx(full_load).epsilon(1e-12));
          if (full_load < 1) CHECK((q.si() < 0) == leading);
          CHECK(reactive_power(load.curve(), 2_MW, 0_MW).si() == doctest::Approx(2e6 * no_load));
        }
  }

  TEST_CASE("by hand: cos 0.95 lagging of 100 MW is 32.868 Mvar") {
    const PowerFactor load{.full_load = 0.95, .leading = false, .no_load = {}, .square = {}};
    CHECK(reactive_power(load.curve(), 100_MW, 100_MW).si() == doctest::Approx(32.8684e6).epsilon(1e-5));
    CHECK(reactive_power(load.curve(), 200_MW, 100_MW).si() == doctest::Approx(32.8684e6).epsilon(1e-5));
    CHECK(reactive_power_at(0.95, 100_MW).si() == doctest::Approx(32.8684e6).epsilon(1e-5));
    CHECK(reactive_power_at(1, 100_MW).si() == 0);
    CHECK(power_factor(0_MW, ApparentPower{}) == 1);
  }

  TEST_CASE("input filters make a UPS lead at low load, magnetising current makes a motor lag more") {
    const ReactiveCurve ups = PowerFactor{0.99, false, Share(-0.04), {}}.curve();
    CHECK(reactive_power(ups, 1_MW, 100_kW).si() < 0);
    CHECK(reactive_power(ups, 1_MW, 900_kW).si() > 0);
    const ReactiveCurve motor = PowerFactor{0.87, false, Share(0.30), Share(0.15)}.curve();
    const double half = power_factor(500_kW, reactive_power(motor, 1_MW, 500_kW));
    const double quarter = power_factor(250_kW, reactive_power(motor, 1_MW, 250_kW));
    CHECK(half == doctest::Approx(0.784).epsilon(0.002));
    CHECK(quarter < half);
  }

  TEST_CASE("a transformer takes its field, and its stray field with the square of the current") {
    const ReactiveCurve curve = TransformerReactive{}.curve();
    CHECK(reactive_power(curve, 50_MW, 0_MW).si() == doctest::Approx(0.5e6));
    // S = 50 MVA at 0.8: P = 40 MW, Q = 30 Mvar through it.
    CHECK(reactive_power(curve, 50_MW, 40_MW, ApparentPower(30e6)).si() == doctest::Approx(0.5e6 + 0.06 * 50e6));
    // Two in parallel take what one of twice the size takes.
    CHECK(2 * reactive_power(curve, 50_MW, 20_MW).si() ==
          doctest::Approx(reactive_power(curve, 100_MW, 40_MW).si()).epsilon(1e-14));
  }

  TEST_CASE("the mean over a load that swings is the mean of what it takes") {
    const PowerSegment swing[] = {{0.7, 90_MW}, {0.2, 30_MW}, {0.4, 65_MW}, {0.05, 120_MW}};
    const ReactiveCurve curves[] = {PowerFactor{0.9, false, Share(0.2), Share(0.1)}.curve(),
                                    TransformerReactive{}.curve()};
    for (const ReactiveCurve& curve : curves) {
      double mean_va = 0;
      for (const PowerSegment& segment : swing)
        mean_va += segment.length_s / length_of(swing) *
                   reactive_power(curve, 100_MW, segment.power, ApparentPower(10e6)).si();
      CHECK(reactive_power(curve, 100_MW, load_of(swing), ApparentPower(10e6)).si() ==
            doctest::Approx(mean_va).epsilon(1e-12));
    }
  }
}
