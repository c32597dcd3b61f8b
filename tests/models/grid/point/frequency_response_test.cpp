#include "models/grid/point/frequency_response.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "models/catalog/embedded_catalog.hpp"
#include "sim/input/document.hpp"
#include "tests/models/grid/shared_grid.hpp"

using namespace wattershed;
using namespace wattershed::test;
using namespace std::chrono_literals;

namespace {

GridSystem typical() {
  GridSystem system;
  system.size = Power(60e9);
  system.inertia = 4s;
  system.droop = Share(0.05);
  system.gain = 0.95;
  system.reheat_share = Share(0.3);
  system.reheat_time = 8s;
  system.damping = 1;
  system.restored_in.reset();
  return system;
}

/// The slow way: the governor, the turbine's two paths and the integrator one by one, small Runge-Kutta steps.
struct Slow {
  GridSystem system;
  std::array<double, 3> x{};  // ω, reheater, secondary control
  double lowest = 0, highest = 0, sum = 0, time = 0;

  [[nodiscard]] std::array<double, 3> rate(const std::array<double, 3>& y, double load) const {
    const double r = system.droop.si(), f = system.reheat_share.si(), k = system.gain;
    const double valve = y[2] - y[0] / r;
    const double mechanical = k * (f * valve + (1 - f) * y[1]);
    double restore = 0;
    if (system.restored_in) restore = 3 * (system.damping + k / r) / (k * seconds(*system.restored_in));
    return {(mechanical - load - system.damping * y[0]) / (2 * seconds(system.inertia)),
            (valve - y[1]) / seconds(system.reheat_time), -restore * y[0]};
  }
  void advance(double load_w, double span_s, double step_s) {
    const double load = load_w / system.size.si();
    lowest = highest = x[0];
    sum = time = 0;
    const auto steps = static_cast<long>(std::llround(span_s / step_s));
    for (long n = 0; n < steps; ++n) {
      const auto add = [&](const std::array<double, 3>& d, double h) {
        return std::array{x[0] + h * d[0], x[1] + h * d[1], x[2] + h * d[2]};
      };
      const auto a = rate(x, load), b = rate(add(a, step_s / 2), load), c = rate(add(b, step_s / 2), load),
                 d = rate(add(c, step_s), load);
      const double before = x[0];
      for (std::size_t i = 0; i < 3; ++i) x[i] += step_s / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
      sum += step_s * (before + x[0]) / 2;
      time += step_s;
      lowest = std::min(lowest, x[0]);
      highest = std::max(highest, x[0]);
    }
  }
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("more load lowers the frequency, less load raises it, none leaves it") {
    FrequencyResponse response(typical());
    CHECK(response.frequency().si() == 60);
    const FrequencySpan rest = response.advance(Power(0), 60s);
    CHECK(rest.lowest.si() == 60);
    CHECK(rest.highest.si() == 60);
    CHECK(response.advance(Power(1e9), 1s).highest.si() == 60);
    CHECK(response.frequency().si() < 60);
    FrequencyResponse other(typical());
    CHECK(other.ramp(Power(-1.5e9)).si() == doctest::Approx(60 * 1.5 / 60 / 8));
    CHECK(other.advance(Power(-1.5e9), 1s).lowest.si() == 60);
    CHECK(other.frequency().si() > 60);
  }

  TEST_CASE("advances match small Runge-Kutta steps, with and without secondary control, for any shape") {
    GridSystem slow_pole = typical(), stiff = typical(), restored = typical(), hunting = typical();
    slow_pole.reheat_share = Share(0.9);  // ζ above 1
    stiff.inertia = 500ms;
    stiff.reheat_share = Share(0.05);  // lightly damped
    restored.restored_in = 5min;
    hunting.restored_in = 30s;  // so quick that it swings
    for (const GridSystem& system : {typical(), slow_pole, stiff, restored, hunting}) {
      CAPTURE(seconds(system.inertia));
      FrequencyResponse fast(system);
      Slow slow{system};
      for (const auto& [load, span] : {std::pair{2e9, 3s}, std::pair{-1e9, 7s}, std::pair{4e9, 40s},
                                       std::pair{4e9, 1s}, std::pair{0.0, 9s}, std::pair{-2e9, 300s}}) {
        const FrequencySpan got = fast.advance(Power(load), span);
        slow.advance(load, seconds(span), 5e-4);
        const double size = std::max(slow.highest, -slow.lowest);
        CHECK(std::abs(fast.frequency().si() / 60 - 1 - slow.x[0]) < 1e-9 * size + 1e-15);
        CHECK(std::abs(got.mean.si() / 60 - 1 - slow.sum / slow.time) < 1e-6 * size);
        CHECK(std::abs(got.lowest.si() / 60 - 1 - slow.lowest) < 1e-6 * size);
        CHECK(std::abs(got.highest.si() / 60 - 1 - slow.highest) < 1e-6 * size);
      }
    }
  }

  TEST_CASE("one advance is many small ones") {
    GridSystem system = typical();
    system.restored_in = 10min;
    FrequencyResponse whole(system), parts(system);
    const FrequencySpan span = whole.advance(Power(3e9), 20s);
    double lowest = 60, sum = 0;
    for (int k = 0; k < 20'000; ++k) {
      const FrequencySpan part = parts.advance(Power(3e9), 1ms);
      lowest = std::min(lowest, part.lowest.si());
      sum += part.mean.si();
    }
    CHECK(parts.frequency().si() == doctest::Approx(whole.frequency().si()).epsilon(1e-12));
    CHECK(lowest - 60 == doctest::Approx(span.lowest.si() - 60).epsilon(1e-6));
    CHECK(sum / 20'000 - 60 == doctest::Approx(span.mean.si() - 60).epsilon(1e-9));
    // A very long advance is as exact as a short one.
    FrequencyResponse at_once(system), in_minutes(system);
    at_once.advance(Power(3e9), 24h);
    for (int k = 0; k < 24 * 60; ++k) in_minutes.advance(Power(3e9), 1min);
    CHECK(std::abs(at_once.frequency().si() - in_minutes.frequency().si()) < 1e-9);
  }

  TEST_CASE("secondary control takes 95 % of the offset back in the time it is given, and all of it in the end") {
    GridSystem system = typical();
    const double offset = frequency_step(system, Power(3e9))->settled.si();
    system.restored_in = 10min;
    FrequencyResponse response(system);
    response.advance(Power(3e9), 10min);
    const double left = (response.frequency().si() - 60) / offset;
    CHECK(left > 0.03);
    CHECK(left < 0.07);
    response.advance(Power(3e9), 2h);
    CHECK(std::abs(response.frequency().si() - 60) < 1e-9);
  }

  TEST_CASE("the closed form is refused where it does not hold") {
    GridSystem system = typical();
    system.reheat_share = Share(0.9);
    CHECK(!frequency_step(system, Power(1e9)));
  }

  TEST_CASE("secondary control that would never let the frequency rest is refused") {
    const auto read = [](const std::string& restored) {
      GridSystem system;
      load_document_text(
          "x: {size: 1 GW, inertia: 500 ms, droop: 20 %, reheat_share: 0 %, reheat_time: 20 s, "
          "damping: 0, restored_in: " +
              restored + "}",
          "x.yaml", {}, [&](Fields& f) { f.required("x", system); });
      return system;
    };
    CHECK_THROWS_WITH_AS(read("30 s"), doctest::Contains("give a longer time"), InputError);
    FrequencyResponse response(read("10 min"));
    response.advance(Power(1e7), 24h);
    CHECK(std::abs(response.frequency().si() - 60) < 1e-6);
    CHECK(!read("none").restored_in);
  }

  TEST_CASE("a sinusoidal load moves the frequency by the gain") {
    for (const bool restored : {false, true}) {
      GridSystem system = typical();
      if (restored) system.restored_in = 2min;
      for (const double hertz : {0.02, 0.1, 1.0}) {
        const auto gain = frequency_gain(system, Frequency(hertz));
        FrequencyResponse response(system);
        // Steps of a five-hundredth of a period, each at the mean of the sine; the last of many periods is measured.
        const int parts = 500, periods = restored ? 30 : 12;
        const Duration step = from_seconds(1 / hertz / parts);
        std::complex<double> sum = 0;
        for (int k = 0; k < parts * periods; ++k) {
          const double a = 2 * std::numbers::pi * k / parts, b = 2 * std::numbers::pi * (k + 1) / parts;
          const double load = 6e8 * (std::cos(a) - std::cos(b)) / (b - a);  // mean of 6e8·sin
          const double mean = response.advance(Power(load), step).mean.si() - 60;
          if (k >= parts * (periods - 1)) sum += mean * std::polar(2.0 / parts, -(a + b) / 2);
        }
        // sin = cos shifted by a quarter: as a phasor −j.
        const std::complex<double> expected = gain * 6e8 * std::complex(0.0, -1.0);
        CAPTURE(hertz);
        CHECK(std::abs(sum - expected) < 2e-3 * std::abs(expected));
      }
    }
  }

  TEST_CASE("1,500 MW lost in the size of the eastern system raise the frequency as 2024 saw it") {
    // Order of magnitude only: PJM's frequency went to 60.047 Hz.
    GridSystem system;
    const Catalog catalog(embedded_catalog());
    load_document_text("x: eastern-us", "x.yaml", {.catalog = &catalog, .sets = {}},
                       [&](Fields& f) { f.required("x", system); });
    FrequencyResponse response(system);
    const double highest = response.advance(Power(-1.5e9), 1min).highest.si();
    CHECK(highest > 60.02);
    CHECK(highest < 60.15);
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("V4: nadir, its time, rest and first ramp of the reference, by the closed form and by the state") {
    const auto folder = shared_grid();
    if (!folder) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    int rows = 0;
    for (const auto& row : read_cells(*folder / "sfr_reference.csv")) {
      REQUIRE(row.size() >= 18);
      const auto number = [&](std::size_t k) { return std::stod(row[k]); };
      GridSystem system = typical();
      system.droop = Share(number(0));
      system.inertia = from_seconds(number(1));
      system.gain = number(2);
      system.reheat_share = Share(number(3));
      system.reheat_time = from_seconds(number(4));
      system.damping = number(5);
      const Power load = -number(6) * system.size;  // the table's step is of generation
      const auto closed = frequency_step(system, load);
      REQUIRE(closed);
      CHECK(closed->natural_rate == doctest::Approx(number(7)).epsilon(1e-5));
      CHECK(closed->damping_ratio == doctest::Approx(number(8)).epsilon(1e-5));
      CHECK(closed->nadir_at_s == doctest::Approx(number(12)).epsilon(1e-5));
      CHECK(closed->nadir.si() == doctest::Approx(number(14)).epsilon(1e-5));
      CHECK(closed->settled.si() == doctest::Approx(number(16)).epsilon(1e-5));
      CHECK(closed->first_ramp.si() == doctest::Approx(number(17)).epsilon(1e-5));

      FrequencyResponse response(system);
      CHECK(response.ramp(load).si() == doctest::Approx(number(17)).epsilon(1e-5));
      const FrequencySpan span = response.advance(load, 30s);
      CHECK(span.lowest.si() - 60 == doctest::Approx(number(14)).epsilon(1e-5));
      CHECK(response.frequency().si() - 60 == doctest::Approx(frequency_after(system, load, 30s).si()).epsilon(1e-9));
      response.advance(load, 30min);
      CHECK(response.frequency().si() - 60 == doctest::Approx(number(16)).epsilon(1e-5));
      FrequencyResponse until(system);
      until.advance(load, from_seconds(number(12)));
      CHECK(until.frequency().si() - 60 == doctest::Approx(number(14)).epsilon(1e-5));
      CHECK(std::abs(until.ramp(load).si()) < 1e-5 * std::abs(number(17)));
      ++rows;
    }
    CHECK(rows >= 4);
  }
}
