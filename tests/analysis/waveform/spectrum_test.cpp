#include "analysis/waveform/spectrum.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <complex>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>

#include "analysis/waveform/fourier.hpp"
#include "waveform.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

std::vector<double> noise(std::size_t count, double deviation) {
  std::mt19937_64 generator(7);
  std::normal_distribution<double> normal(0, deviation);
  std::vector<double> values(count);
  for (double& value : values) value = normal(generator);
  return values;
}

/// The transform by its definition.
std::vector<std::complex<double>> slow_transform(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  std::vector<std::complex<double>> result(values.size() / 2 + 1);
  for (std::size_t k = 0; k < result.size(); ++k)
    for (std::size_t j = 0; j < values.size(); ++j)
      result[k] += std::polar(values[j], -2 * std::numbers::pi * static_cast<double>(k * j) / n);
  return result;
}

double variance(const std::vector<double>& values) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double sum = 0;
  for (double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size());
}

double total(const Spectrum& spectrum) {
  return std::accumulate(spectrum.density.begin(), spectrum.density.end(), 0.0) * spectrum.resolution.si();
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the transform is its definition, and its inverse undoes it") {
    for (std::size_t length : {2u, 6u, 50u, 60u, 96u, 250u}) {
      CAPTURE(length);
      const std::vector<double> values = noise(length, 1);
      FourierTransform transform(length);
      const std::vector<std::complex<double>> fast = transform.forward(values);
      const auto slow = slow_transform(values);
      REQUIRE(fast.size() == slow.size());
      for (std::size_t k = 0; k < slow.size(); ++k) CHECK(std::abs(fast[k] - slow[k]) < 1e-11);
      const std::vector<double> back = transform.inverse(fast);
      for (std::size_t i = 0; i < length; ++i) CHECK(back[i] == doctest::Approx(values[i]).epsilon(1e-12));
    }
    CHECK(fast_length(0) == 2);
    CHECK(fast_length(125) == 128);
    CHECK(fast_length(600001) == 607500);
  }

  TEST_CASE("the periodogram holds the variance, at lengths fast and slow") {
    for (std::size_t length : {2u, 3u, 997u, 1000u, 4099u}) {
      CAPTURE(length);
      std::vector<double> values = noise(length, 3);
      for (double& value : values) value += 1e3;
      const Spectrum spectrum = periodogram({values, 10_Hz});
      CHECK(std::abs(total(spectrum) / variance(values) - 1) < 1e-12 * 100);  // 1e3 of mean costs two digits
    }
    const std::vector<double> plain = noise(4099, 3);
    CHECK(std::abs(total(periodogram({plain, 10_Hz})) / variance(plain) - 1) < 1e-12);
  }

  TEST_CASE("Welch by its definition") {
    const std::vector<double> values = noise(150, 2);
    const std::size_t segment = 60;
    const Spectrum spectrum = welch({values, 5_Hz}, segment);
    REQUIRE(spectrum.segments == 4);
    CHECK(spectrum.resolution.si() == doctest::Approx(5.0 / 60));
    std::vector<double> expected(31);
    for (std::size_t start : {0u, 30u, 60u, 90u}) {
      double mean = 0, squares = 0;
      for (std::size_t i = 0; i < segment; ++i) mean += values[start + i] / 60;
      std::vector<double> windowed(segment);
      for (std::size_t i = 0; i < segment; ++i) {
        const double weight = std::pow(std::sin(std::numbers::pi * static_cast<double>(i) / 60), 2);
        windowed[i] = weight * (values[start + i] - mean);
        squares += weight * weight;
      }
      const auto transform = slow_transform(windowed);
      for (std::size_t k = 0; k < 31; ++k)
        expected[k] += (k == 0 || k == 30 ? 1 : 2) * std::norm(transform[k]) / (5 * squares) / 4;
    }
    for (std::size_t k = 0; k < 31; ++k) CHECK(spectrum.density[k] == doctest::Approx(expected[k]).epsilon(1e-9));
  }

  TEST_CASE("a tone gives half its amplitude squared, and its frequency between bins") {
    for (double hertz : {0.5, 0.503, 0.5055}) {
      CAPTURE(hertz);
      const auto values = sampled(1000, 10, [&](double t) { return 50 + 8 * cosine(hertz, t); });
      const Spectrum spectrum = welch({values, 10_Hz}, 1000);
      CHECK(band_variance(spectrum, {0.4_Hz, 0.6_Hz}) == doctest::Approx(32).epsilon(0.01));
      const auto modes = dominant_modes(spectrum, 1);
      REQUIRE(modes.size() == 1);
      CHECK(std::abs(modes[0].frequency.si() - hertz) < 0.0005);  // a twentieth of a bin
      CHECK(modes[0].amplitude == doctest::Approx(8).epsilon(0.01));
    }
  }

  TEST_CASE("harmonics of a square wave: ΔP · 2/(nπ) · |sin(nπd)|") {
    for (double duty : {0.5, 0.3, 0.8}) {
      CAPTURE(duty);
      const auto values = sampled(400, 100, [&](double t) { return 20e6 + 80e6 * square(0.5, duty, t); });
      const Spectrum spectrum = welch({values, 100_Hz}, 10000);  // 50 periods
      for (int n = 1; n <= 7; ++n) {
        const double closed = 80e6 * 2 / (n * std::numbers::pi) * std::abs(std::sin(n * std::numbers::pi * duty));
        CAPTURE(n);
        CHECK(std::abs(tone_amplitude(spectrum, Frequency(0.5 * n)) - closed) < 0.01 * closed + 1e3);
      }
      CHECK(dominant_modes(spectrum, 1)[0].frequency.si() == doctest::Approx(0.5).epsilon(1e-4));
    }
  }

  TEST_CASE("modes come by amplitude, and there may be fewer than asked for") {
    const auto values = sampled(500, 20, [](double t) { return cosine(0.4, t) + 3 * cosine(2, t) + 2 * sine(5, t); });
    const auto modes = dominant_modes(welch({values, 20_Hz}, 2000), 3);
    REQUIRE(modes.size() == 3);
    CHECK(modes[0].frequency.si() == doctest::Approx(2).epsilon(1e-6));
    CHECK(modes[1].frequency.si() == doctest::Approx(5).epsilon(1e-6));
    CHECK(modes[2].amplitude == doctest::Approx(1).epsilon(1e-6));
  }

  TEST_CASE("white noise is flat at 2 σ²/rate, and bands share it by their widths") {
    const auto values = noise(200000, 4);
    const Spectrum spectrum = welch({values, 100_Hz}, 1000);
    const double mean = std::accumulate(spectrum.density.begin() + 10, spectrum.density.end() - 10, 0.0) /
                        static_cast<double>(spectrum.density.size() - 20);
    CHECK(mean == doctest::Approx(2 * 16.0 / 100).epsilon(0.01));
    CHECK(band_share(spectrum, {10_Hz, 20_Hz}).si() == doctest::Approx(0.2).epsilon(0.03));
    // Bands side by side add up.
    CHECK(band_variance(spectrum, {1_Hz, 7_Hz}) + band_variance(spectrum, {7_Hz, 40_Hz}) ==
          doctest::Approx(band_variance(spectrum, {1_Hz, 40_Hz})).epsilon(1e-12));
  }

  TEST_CASE("a spectrogram follows a chirp and averages to Welch") {
    // From 1 to 9 Hz in 200 s: the frequency at t is 1 + 0.04 t.
    const auto values = sampled(200, 50, [](double t) { return cosine(1 + 0.02 * t, t); });
    const Spectrogram map = spectrogram({values, 50_Hz}, 250);
    REQUIRE(map.segments() == 79);
    for (std::size_t i = 0; i < map.segments(); ++i) {
      const auto row = map.segment(i);
      const auto peak = static_cast<double>(std::max_element(row.begin(), row.end()) - row.begin());
      const double middle = map.first.si() + static_cast<double>(i) * map.step.si();
      CHECK(std::abs(peak * map.resolution.si() - (1 + 0.04 * middle)) <= map.resolution.si());
    }
    const Spectrum spectrum = welch({values, 50_Hz}, 250);
    for (std::size_t k = 0; k < map.bins; ++k) {
      double mean = 0;
      for (std::size_t i = 0; i < map.segments(); ++i) mean += map.segment(i)[k] / 79;
      CHECK(mean == doctest::Approx(spectrum.density[k]).epsilon(1e-9));
    }
  }

  TEST_CASE("the band-pass keeps its tone in phase and drops the others") {
    const auto values =
        sampled(100, 50, [](double t) { return 30 + 5 * cosine(1.5, t) + 9 * cosine(0.05, t) + 7 * cosine(12, t); });
    const auto passed = band_pass({values, 50_Hz}, {1_Hz, 2.5_Hz});
    REQUIRE(passed.size() == values.size());
    // The ends cut the tone of 12 Hz anywhere in its cycle, which is felt near them.
    for (std::size_t i = 250; i + 250 < passed.size(); ++i)
      CHECK(std::abs(passed[i] - 5 * cosine(1.5, static_cast<double>(i) / 50)) < 0.05);
    CHECK(band_peak_to_peak({values, 50_Hz}, {1_Hz, 2.5_Hz}) == doctest::Approx(10).epsilon(0.01));
    // A slow step from end to end is no swing of the band.
    const auto ramp = sampled(100, 50, [](double t) { return 1e6 * t; });
    CHECK(band_peak_to_peak({ramp, 50_Hz}, {1_Hz, 2.5_Hz}) < 1e-3 * 100e6);
  }

  TEST_CASE("a constant has no swing") {
    const std::vector<double> constant(1000, 0.1 + 1e8);
    const Spectrum spectrum = welch({constant, 10_Hz}, 200);
    CHECK(total(spectrum) == 0);
    CHECK(band_share(spectrum, {0.1_Hz, 1_Hz}).si() == 0);
    CHECK(dominant_modes(spectrum, 5).empty());
    CHECK(band_peak_to_peak({constant, 10_Hz}, {0.1_Hz, 1_Hz}) == 0);
  }

  TEST_CASE("what cannot be seen is refused") {
    std::vector<double> values(1000, 1.0);
    const SampledSeries series{values, 10_Hz};
    const Spectrum spectrum = welch(series, 200);
    CHECK_NOTHROW(band_share(spectrum, {1_Hz, 4_Hz}));
    CHECK_THROWS_AS(band_share(spectrum, {1_Hz, 4.01_Hz}), std::invalid_argument);
    CHECK_THROWS_AS(band_peak_to_peak(series, {1_Hz, 4.01_Hz}), std::invalid_argument);
    CHECK_THROWS_AS(band_share(spectrum, grid_bands[2]), std::invalid_argument);
    CHECK_THROWS_AS(band_share(spectrum, {0.01_Hz, 0.04_Hz}), std::invalid_argument);  // between two bins
    CHECK_THROWS_AS(band_share(spectrum, {0_Hz, 1_Hz}), std::invalid_argument);
    CHECK_THROWS_AS(band_share(spectrum, {2_Hz, 1_Hz}), std::invalid_argument);
    CHECK_THROWS_AS(band_peak_to_peak(series, {0.029_Hz, 1_Hz}), std::invalid_argument);  // three cycles take 103 s
    CHECK_THROWS_AS(band_pass(series, {0.009_Hz, 1_Hz}), std::invalid_argument);          // not one in 100 s
    CHECK_THROWS_AS(welch(series, 1001), std::invalid_argument);
    CHECK_THROWS_AS(welch(series, 7), std::invalid_argument);
    CHECK_THROWS_AS(spectrogram(series, 1001), std::invalid_argument);
    CHECK_THROWS_AS(periodogram({std::span(values).first(1), 10_Hz}), std::invalid_argument);
    CHECK_THROWS_AS(periodogram({values, 0_Hz}), std::invalid_argument);
    for (double broken : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
      values[500] = broken;
      CHECK_THROWS_AS(welch(series, 200), std::invalid_argument);
      CHECK_THROWS_AS(periodogram(series), std::invalid_argument);
      CHECK_THROWS_AS(band_pass(series, {0.1_Hz, 1_Hz}), std::invalid_argument);
    }
  }
}
