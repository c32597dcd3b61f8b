#include "models/grid/point/ride_through_curve.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>

#include "models/catalog/embedded_catalog.hpp"
#include "sim/input/document.hpp"

using namespace wattershed;
using namespace std::chrono_literals;

namespace {

RideThroughCurve read_curve(const std::string& text) {
  static const Catalog catalog(embedded_catalog());
  RideThroughCurve curve;
  load_document_text("x: " + text, "curve.yaml", {.catalog = &catalog, .sets = {}},
                     [&](Fields& f) { f.required("x", curve); });
  return curve;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the corners of the ITI curve, on it and just beyond") {
    const RideThroughCurve itic = read_curve("itic");
    CHECK(rides_through(itic, 0, 20ms));
    CHECK(!rides_through(itic, 0, 21ms));
    CHECK(rides_through(itic, 0.7, 500ms));
    CHECK(!rides_through(itic, 0.699, 500ms));
    CHECK(!rides_through(itic, 0.7, 501ms));
    CHECK(rides_through(itic, 0.8, 10s));
    CHECK(!rides_through(itic, 0.8, 11s));
    CHECK(rides_through(itic, 0.9, 24h));
    CHECK(!rides_through(itic, 0.899, 24h));
    CHECK(rides_through(itic, 1.1, 24h));
    CHECK(rides_through(itic, 1.2, 500ms));
    CHECK(!rides_through(itic, 1.2, 501ms));
    CHECK(!rides_through(itic, 1.41, 3ms));
    CHECK(rides_through(itic, 1.41, 1ms));
    CHECK(tolerated(itic, 0.25) == std::optional<Duration>(20ms));
    CHECK(tolerated(itic, 0.75) == std::optional<Duration>(500ms));
    CHECK(!tolerated(itic, 1.0));
    CHECK(tolerated(itic, 3.0) == std::optional<Duration>(0ms));
    // The sags of July 2024: too long for the equipment alone.
    for (const double residual : {0.25, 0.40}) CHECK(!rides_through(itic, residual, 42ms));
  }

  TEST_CASE("a voltage that moves: only unbroken time below a level counts") {
    const RideThroughCurve itic = read_curve("itic");
    RideThroughWatch watch(itic);
    CHECK(watch.advance(1, 10));
    CHECK(watch.advance(0.3, 0.015));
    CHECK(watch.advance(0.75, 0.4));
    CHECK(watch.advance(0.3, 0.015));  // 0.43 s below 80 %, twice 15 ms below 70 %
    CHECK(watch.advance(0.85, 9));
    CHECK(watch.advance(1, 1));
    CHECK(!watch.advance(0.3, 0.030));
    REQUIRE(watch.broken_at_s());
    CHECK(*watch.broken_at_s() == doctest::Approx(10 + 0.43 + 9 + 1 + 0.020));
    CHECK(!watch.advance(1, 1));  // once left, left
    RideThroughWatch deep(read_curve("semi-f47"));
    CHECK(!deep.advance(0.49, 1e-3));
    CHECK(*deep.broken_at_s() == 0);
  }

  TEST_CASE("a rectangular sag in small pieces is the sag as a whole") {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> unit(0, 1);
    for (const char* name : {"itic", "semi-f47", "ercot-study-load", "ercot-large-electronic-load"}) {
      const RideThroughCurve curve = read_curve(name);
      int ridden = 0;
      for (int k = 0; k < 300; ++k) {
        const double residual = 1.5 * unit(random);
        const auto lasting_ms = static_cast<int>(std::pow(10.0, 4.2 * unit(random)));
        RideThroughWatch watch(curve);
        watch.advance(1, 0.1);
        for (int n = 0; n < lasting_ms; ++n) watch.advance(residual, 1e-3);
        CAPTURE(residual);
        CAPTURE(lasting_ms);
        CHECK(watch.within() == rides_through(curve, residual, std::chrono::milliseconds(lasting_ms)));
        ridden += watch.within();
      }
      CHECK(ridden > 20);
      CHECK(ridden < 280);
    }
  }

  TEST_CASE("a curve that folds back is refused") {
    const auto refuses = [](const char* text, const char* why) {
      CAPTURE(text);
      CHECK_THROWS_WITH_AS(read_curve(text), doctest::Contains(why), InputError);
    };
    refuses("{sags: [{for: 1 s, voltage: 50 %}, {for: 1 s, voltage: 70 %}], lowest: 90 %}", "rise in duration");
    refuses("{sags: [{for: 1 s, voltage: 50 %}, {for: 2 s, voltage: 40 %}], lowest: 90 %}", "farther from nominal");
    refuses("{sags: [{for: 1 s, voltage: 95 %}], lowest: 90 %}", "farther from nominal");
    refuses("{lowest: 90 %, swells: [{for: 1 s, voltage: 120 %}]}", "largest voltage that may last");
    refuses("{sags: []}", "lowest");
  }
}
