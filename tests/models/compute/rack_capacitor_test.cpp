#include "models/compute/rack_capacitor.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "catalog_entry.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

using Segments = std::vector<PowerSegment>;

Segments square(double period_s, double duty, Power low, Power rise) {
  return {{duty * period_s, low + rise}, {(1 - duty) * period_s, low}};
}

Load load_of_pieces(const std::vector<StraightPiece>& pieces) {
  double length_s = 0, sum = 0, squares = 0;
  for (const StraightPiece& piece : pieces) {
    const double a = piece.first.si(), b = piece.last.si();
    length_s += piece.length_s;
    sum += piece.length_s * 0.5 * (a + b);
    squares += piece.length_s * (a * a + a * b + b * b) / 3;
  }
  return {Power(sum / length_s), PowerVariance(squares / length_s - sum * sum / (length_s * length_s))};
}

/// Average over the past window by adding up small slices of the periodic wave.
double slow_average_w(const Segments& wave, double t_s, double window_s) {
  const int slices = 20000;
  double sum = 0;
  const double period_s = length_of(wave);
  for (int i = 0; i < slices; ++i) {
    double at_s = t_s - window_s * (i + 0.5) / slices;
    at_s -= period_s * std::floor(at_s / period_s);
    std::size_t j = 0;
    while (j + 1 < wave.size() && at_s >= wave[j].length_s) at_s -= wave[j++].length_s;
    sum += wave[j].power.si();
  }
  return sum / slices;
}

double value_at(const std::vector<StraightPiece>& pieces, double t_s) {
  for (const StraightPiece& piece : pieces) {
    if (t_s <= piece.length_s) return (piece.first + t_s / piece.length_s * (piece.last - piece.first)).si();
    t_s -= piece.length_s;
  }
  return pieces.back().last.si();
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("65 J flatten a square wave of 700 W and half duty up to a period of 0.37 s") {
    for (const double period_s : {0.1, 0.25, 0.37}) {
      const Segments wave = square(period_s, 0.5, 100_W, 700_W);
      const double window_s = longest_window_s(65_J, 1, wave, {});
      const std::vector<StraightPiece> drawn = moving_average(wave, wave, window_s);
      CHECK(load_of(sliced(drawn, 0)).variance.si() < 1e-9 * 350 * 350);
      CHECK(load_of(sliced(drawn, 0)).mean.si() == doctest::Approx(450).epsilon(1e-12));
    }
    for (const double period_s : {0.375, 0.4, 1.0, 5.0}) {
      const Segments wave = square(period_s, 0.5, 100_W, 700_W);
      const double window_s = longest_window_s(65_J, 1, wave, {});
      const std::vector<StraightPiece> drawn = moving_average(wave, wave, window_s);
      CHECK(load_of_pieces(drawn).variance.si() > 1e-3 * 350 * 350);
      const StoredRange range = stored_range(drawn, wave);
      CHECK(range.greatest_j - range.least_j <= 65 * (1 + 1e-9));
      CHECK(range.greatest_j - range.least_j > 64);
    }
    // E = ΔP·d·(1 − d)·T is exactly enough, a hundredth less is not.
    for (const double duty : {0.2, 0.5, 0.8}) {
      const Segments wave = square(2, duty, 100_W, 700_W);
      const Energy enough(700 * duty * (1 - duty) * 2);
      CHECK(longest_window_s(enough, 2, wave, {}) == doctest::Approx(2));
      CHECK(longest_window_s(0.99 * enough, 2, wave, {}) < 2);
    }
    // A lone edge of ΔP asks for ΔP·W/2.
    CHECK(longest_window_s(65_J, 1, square(20, 0.5, 100_W, 700_W), {}) ==
          doctest::Approx(2 * 65.0 / 700).epsilon(1e-6));
  }

  TEST_CASE("the moving average, held against a sum of small slices; its gain is |sinc(f·W)|") {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> one(0, 1);
    for (int round = 0; round < 10; ++round) {
      Segments wave;
      for (int i = 0; i < 5; ++i) wave.push_back({0.05 + one(random), Power(1000 * one(random))});
      const double window_s = 4 * one(random) + 0.01;
      const std::vector<StraightPiece> drawn = moving_average(wave, wave, window_s);
      double length_s = 0;
      for (const StraightPiece& piece : drawn) length_s += piece.length_s;
      CHECK(length_s == doctest::Approx(length_of(wave)).epsilon(1e-12));
      CHECK(load_of_pieces(drawn).mean.si() == doctest::Approx(load_of(wave).mean.si()).epsilon(1e-9));
      for (double t_s = 0.01; t_s < length_s; t_s += 0.2)
        CHECK(value_at(drawn, t_s) == doctest::Approx(slow_average_w(wave, t_s, window_s)).epsilon(2e-3));
    }
    // A sine as a thousand segments.
    Segments sine;
    for (int i = 0; i < 1000; ++i)
      sine.push_back({1e-3, Power(500 + 100 * std::sin(2 * std::numbers::pi * (i + 0.5) / 1000))});
    for (const double window_s : {0.1, 0.3, 0.7, 1.4}) {
      const double x = std::numbers::pi * window_s;
      const double gain = std::abs(std::sin(x) / x);
      CHECK(std::sqrt(2 * load_of_pieces(moving_average(sine, sine, window_s)).variance.si()) ==
            doctest::Approx(100 * gain).epsilon(1e-4));
    }
  }

  TEST_CASE("its loss: d·(1 − d)·ΔP·(1/efficiency − 1) for a wave that it flattens") {
    for (const double duty : {0.25, 0.5, 0.9}) {
      const Segments wave = square(0.3, duty, 200_W, 600_W);
      const std::vector<StraightPiece> drawn = moving_average(wave, wave, 0.3);
      CHECK(capacitor_loss(drawn, wave, Share(0.9)).si() ==
            doctest::Approx(duty * (1 - duty) * 600 * (1 / 0.9 - 1)).epsilon(1e-9));
      CHECK(capacitor_loss(drawn, wave, Share(1)).si() == 0);
    }
  }

  TEST_CASE("what stands between two steps is followed by the same window, and its energy holds, too") {
    const Segments step = square(0.3, 0.5, 100_W, 400_W);  // 30 J would do
    Segments checkpoint{{3, 50_W}};
    for (int i = 0; i < 4; ++i) checkpoint.insert(checkpoint.end(), step.begin(), step.end());
    const std::vector<Interlude> interludes{{step, checkpoint}};
    CHECK(longest_window_s(65_J, 1, step, {}) == doctest::Approx(0.9));
    const double window_s = longest_window_s(65_J, 1, step, interludes);
    CHECK(window_s < 0.9);
    const std::vector<StraightPiece> drawn = moving_average(step, checkpoint, window_s);
    const StoredRange range = stored_range(drawn, checkpoint);
    CHECK(range.greatest_j - range.least_j <= 65 * (1 + 1e-9));
    // After it, steps are drawn as ever.
    const std::vector<StraightPiece> steady = moving_average(step, step, window_s);
    for (const double t_s : {0.05, 0.1, 0.2})
      CHECK(value_at(drawn, 3 + 0.9 + t_s) == doctest::Approx(value_at(steady, t_s)).epsilon(1e-9));
  }

  TEST_CASE("slices keep the mean exactly and the variance within 1e-4") {
    const std::vector<StraightPiece> saw{{1, 0_W, 100_W}, {0.5, 100_W, 0_W}, {1, 20_W, 20_W}};
    for (const double slice_s : {0.0, 1e-3}) {
      const Load drawn = load_of(sliced(saw, slice_s));
      CHECK(drawn.mean.si() == doctest::Approx(load_of_pieces(saw).mean.si()).epsilon(1e-12));
      CHECK(drawn.variance.si() == doctest::Approx(load_of_pieces(saw).variance.si()).epsilon(1.01e-4));
    }
  }
}
