#include "analysis/waveform/ramps.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <stdexcept>
#include <utility>

#include "analysis/waveform/frequency_excursion.hpp"
#include "analysis/waveform/voltage_change.hpp"
#include "waveform.hpp"

using namespace wattershed;
using namespace wattershed::test;

TEST_SUITE("fast") {
  TEST_CASE("a straight rise is its slope at every window") {
    const auto power = sampled(1000, 20, [](double t) { return 5e6 + 2e3 * t; });
    for (TimeSpan window : ramp_windows) {
      const RampStatistics ramps = ramp_statistics({power, 20_Hz}, window);
      CHECK(ramps.window.si() == doctest::Approx(window.si()));
      for (PowerRamp rate : {ramps.up.rate, ramps.down.rate, ramps.percentile_99, ramps.percentile_99_9})
        CHECK(rate.si() == doctest::Approx(2e3).epsilon(1e-6));
    }
    CHECK(megawatts_per_minute(PowerRamp(2e3)) == doctest::Approx(0.12));
    CHECK(ramp_excursions({power, 20_Hz}, TimeSpan(1), PowerRamp(1999)) == 1);
    CHECK(ramp_excursions({power, 20_Hz}, TimeSpan(1), PowerRamp(2001)) == 0);
  }

  TEST_CASE("a step is seen whole by every window, at its time") {
    // Up 30 MW at 100 s, down 50 MW at 150 s.
    const auto power = sampled(300, 10, [](double t) { return t < 100 ? 40e6 : t < 150 ? 70e6 : 20e6; });
    for (double window : {0.1, 1.0, 10.0}) {
      CAPTURE(window);
      const RampStatistics ramps = ramp_statistics({power, 10_Hz}, TimeSpan(window));
      CHECK(ramps.up.rate.si() == doctest::Approx(30e6 / window));
      CHECK(ramps.down.rate.si() == doctest::Approx(-50e6 / window));
      CHECK(ramps.up.at.si() == doctest::Approx(100 - window));  // the first window that holds it
      CHECK(ramps.down.at.si() == doctest::Approx(150 - window));
      CHECK(ramp_excursions({power, 10_Hz}, TimeSpan(window), PowerRamp(1e6)) == 2);
    }
    // Two windows of 2,999 hold a step when they are short, 400 of 2,800 when they are long.
    CHECK(ramp_statistics({power, 10_Hz}, TimeSpan(0.1)).percentile_99.si() == 0);
    CHECK(ramp_statistics({power, 10_Hz}, TimeSpan(20)).percentile_99.si() == doctest::Approx(50e6 / 20));
  }

  TEST_CASE("dynamic range and its percentiles") {
    const auto power = sampled(1001, 1, [](double t) { return 1000 - t; });
    const DynamicRange range = dynamic_range({power, 1_Hz});
    CHECK(range.lowest.si() == 0);
    CHECK(range.highest.si() == 1000);
    CHECK(range.percentile_1.si() == doctest::Approx(10));
    CHECK(range.percentile_99.si() == doctest::Approx(990));
  }

  TEST_CASE("the largest swing of a window, against every window looked through") {
    std::mt19937_64 generator(11);
    std::uniform_int_distribution<int> level(0, 50);  // ties included
    std::vector<double> power(400);
    for (double& value : power) value = level(generator);
    for (std::size_t span : {1u, 2u, 7u, 100u, 399u}) {
      CAPTURE(span);
      double largest = -1;
      std::size_t at = 0;
      for (std::size_t i = 0; i + span < power.size(); ++i) {
        const auto first = power.begin() + static_cast<std::ptrdiff_t>(i);
        const auto [low, high] = std::minmax_element(first, first + static_cast<std::ptrdiff_t>(span) + 1);
        if (*high - *low > largest) largest = *high - *low, at = i;
      }
      const Swing swing = largest_swing({power, 2_Hz}, TimeSpan(static_cast<double>(span) / 2));
      CHECK(swing.size.si() == largest);
      CHECK(swing.at.si() == static_cast<double>(at) / 2);
    }
  }

  TEST_CASE("frequency: nadir, zenith and rate of change") {
    // 60 Hz, falls 0.5 Hz/s for a second from t = 10, comes back to 59.9 at 0.1 Hz/s.
    const auto frequency = sampled(30, 100, [](double t) {
      if (t < 10) return 60.0;
      return t < 11 ? 60 - 0.5 * (t - 10) : std::min(59.9, 59.5 + 0.1 * (t - 11));
    });
    const FrequencyExcursion seen = frequency_excursion({frequency, 100_Hz}, TimeSpan(0.5));
    CHECK(seen.nadir.value.si() == doctest::Approx(59.5));
    CHECK(seen.nadir.at.si() == doctest::Approx(11));
    CHECK(seen.zenith.value.si() == 60);
    CHECK(seen.zenith.at.si() == 0);
    CHECK(seen.fall.hertz_per_second == doctest::Approx(-0.5));
    CHECK(seen.fall.at.si() >= 9.99);
    CHECK(seen.fall.at.si() <= 10.51);
    CHECK(seen.rise.hertz_per_second == doctest::Approx(0.1).epsilon(1e-6));
    // A window of two seconds sees less of a fall of one.
    CHECK(frequency_excursion({frequency, 100_Hz}, TimeSpan(2)).fall.hertz_per_second == doctest::Approx(-0.25));
  }

  TEST_CASE("rapid voltage changes: a step, a dip that returns, a slow drift") {
    // 3 % down at 10 s with 5 % for its first 0.2 s; up again at 20 s; from 30 s 1 % down over a minute.
    const auto voltage = sampled(120, 1000, [](double t) {
      if (t < 10 || (t >= 20 && t < 30)) return 1.0;
      if (t < 10.2) return 0.95;
      if (t < 20) return 0.97;
      return 1 - 0.01 * std::min(t - 30, 60.0) / 60;
    });
    for (Frequency mains : {50_Hz, 60_Hz}) {
      const VoltageChanges found = rapid_voltage_changes({voltage, 1000_Hz}, mains);
      const auto& changes = found.between;
      CHECK(found.open.empty());
      REQUIRE(changes.size() == 2);
      CHECK(changes[0].at.si() == doctest::Approx(10).epsilon(0.002));
      CHECK(changes[0].steady == doctest::Approx(-0.03));
      CHECK(changes[0].largest == doctest::Approx(-0.05).epsilon(0.01));
      CHECK(changes[0].above.si() == doctest::Approx(0.2).epsilon(0.1));
      CHECK(changes[1].at.si() == doctest::Approx(20).epsilon(0.002));
      CHECK(changes[1].steady == doctest::Approx(0.03));
      CHECK(changes[1].above.si() == 0);
    }
    // A dip of 0.5 s between equal states leaves no steady change.
    const auto dip = sampled(20, 1000, [](double t) { return t >= 5 && t < 5.5 ? 0.9 : 1.0; });
    const auto changes = rapid_voltage_changes({dip, 1000_Hz}, 50_Hz).between;
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].steady == doctest::Approx(0));
    CHECK(changes[0].largest == doctest::Approx(-0.1));
    CHECK(changes[0].above.si() == doctest::Approx(0.5));
    const VoltageChanges constant = rapid_voltage_changes({std::vector<double>(5000, 0.96), 1000_Hz}, 50_Hz);
    CHECK(constant.between.empty());
    CHECK(constant.open.empty());
    CHECK(constant.rests);
    CHECK(constant.unrest < 1e-12);
    CHECK_THROWS_AS(rapid_voltage_changes({dip, 99_Hz}, 50_Hz), std::invalid_argument);
    CHECK_THROWS_AS(rapid_voltage_changes({dip, 1000_Hz}, 0_Hz), std::invalid_argument);
    CHECK_THROWS_AS(rapid_voltage_changes({std::span(dip).first(999), 1000_Hz}, 50_Hz), std::invalid_argument);
  }

  TEST_CASE("voltage changes that begin or end outside of rest are open, and a voltage that never rests has none") {
    const auto swinging = [](double t) { return 1 - 0.02 + 0.01 * cosine(0.91, t); };
    // At rest, then a training that swings to the end of the record; the same backwards.
    const auto starts = sampled(30, 1000, [&](double t) { return t < 10 ? 1.0 : swinging(t); });
    const auto stops = sampled(30, 1000, [&](double t) { return t < 20 ? swinging(t) : 1.0; });
    for (const auto& [voltage, at_s] : {std::pair(starts, 10.0), std::pair(stops, 0.0)}) {
      const VoltageChanges found = rapid_voltage_changes({voltage, 1000_Hz}, 60_Hz);
      CHECK(found.rests);
      CHECK(found.between.empty());
      REQUIRE(found.open.size() == 1);
      CHECK(found.open[0].at.si() == doctest::Approx(at_s).epsilon(0.002));
      CHECK(found.open[0].largest == doctest::Approx(-0.03).epsilon(0.01));
    }
    const auto always = sampled(30, 1000, swinging);
    const VoltageChanges found = rapid_voltage_changes({always, 1000_Hz}, 60_Hz);
    CHECK_FALSE(found.rests);
    CHECK(found.between.empty());
    CHECK(found.open.empty());
    // Within the dead band: no change, but what it may hide is told.
    const auto calm = sampled(30, 1000, [](double t) { return 1 + 0.001 * cosine(1, t); });
    const VoltageChanges hidden = rapid_voltage_changes({calm, 1000_Hz}, 60_Hz);
    CHECK(hidden.between.empty());
    CHECK(hidden.open.empty());
    CHECK(hidden.unrest == doctest::Approx(0.002).epsilon(0.01));
  }

  TEST_CASE("a constant does not move, and what cannot be seen is refused") {
    std::vector<double> power(100, 3e6);
    const SampledSeries series{power, 10_Hz};
    CHECK(ramp_statistics(series, TimeSpan(1)).up.rate.si() == 0);
    CHECK(ramp_statistics(series, TimeSpan(1)).down.rate.si() == 0);
    CHECK(largest_swing(series, TimeSpan(1)).size.si() == 0);
    CHECK_THROWS_AS(ramp_statistics(series, TimeSpan(10)), std::invalid_argument);    // 9.9 s between the ends
    CHECK_THROWS_AS(ramp_statistics(series, TimeSpan(0.04)), std::invalid_argument);  // below the samples
    CHECK_THROWS_AS(ramp_statistics(series, TimeSpan(-1)), std::invalid_argument);
    CHECK_THROWS_AS(largest_swing(series, TimeSpan(10)), std::invalid_argument);
    CHECK_THROWS_AS(ramp_excursions(series, TimeSpan(1), PowerRamp(0)), std::invalid_argument);
    CHECK_THROWS_AS(dynamic_range({{}, 10_Hz}), std::invalid_argument);
    CHECK_THROWS_AS(frequency_excursion({std::span(power).first(1), 10_Hz}, TimeSpan(1)), std::invalid_argument);
    power[7] = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(ramp_statistics(series, TimeSpan(1)), std::invalid_argument);
    CHECK_THROWS_AS(dynamic_range(series), std::invalid_argument);
    CHECK_THROWS_AS(largest_swing(series, TimeSpan(1)), std::invalid_argument);
    CHECK_THROWS_AS(frequency_excursion(series, TimeSpan(1)), std::invalid_argument);
  }
}
