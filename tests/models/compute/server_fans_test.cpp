#include "models/compute/server_fans.hpp"

#include <doctest/doctest.h>

using namespace wattershed;

namespace {

/// Power of a server at full work whose fans take `share` of it at the reference inlet.
double server_w(double share, double inlet_celsius) {
  const ServerFans fans{.power = Power(1000 * share)};
  const double speed = fan_speed(fans, 1, Temperature::celsius(inlet_celsius));
  return 1000 * (1 - share) + fan_power(fans, speed).si();
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("speed follows heat, then inlet, between its bounds; power its cube") {
    const ServerFans fans{.power = Power(1400)};
    const Temperature cool = Temperature::celsius(18);
    CHECK(fan_speed(fans, 1, cool) == doctest::Approx(1));
    CHECK(fan_speed(fans, 0, cool) == doctest::Approx(0.3));
    CHECK(fan_speed(fans, 0.5, cool) == doctest::Approx(0.65));
    CHECK(fan_speed(fans, 1, Temperature::celsius(30)) == doctest::Approx(1.1));
    CHECK(fan_speed(fans, 1, Temperature::celsius(60)) == doctest::Approx(1.25));
    CHECK(fan_power(fans, 0.5).si() == doctest::Approx(175));
  }

  TEST_CASE("more heat or a warmer inlet never slows the fans") {
    const ServerFans fans{.power = Power(1400)};
    for (double heat = 0; heat < 1.2; heat += 0.02)
      for (double t = 5; t < 50; t += 0.5) {
        const double here = fan_speed(fans, heat, Temperature::celsius(t));
        REQUIRE(fan_speed(fans, heat + 0.02, Temperature::celsius(t)) >= here);
        REQUIRE(fan_speed(fans, heat, Temperature::celsius(t + 0.5)) >= here);
        REQUIRE(here >= 0.3);
        REQUIRE(here <= 1.25);
      }
  }

  TEST_CASE("a tenth of the power in fans gives what two measured servers gained with a warmer inlet") {
    // Swiss colocation, 23 to 30 degC: +0.35 to 0.5 % a kelvin (arXiv 2509.26163).
    const double per_kelvin = (server_w(0.1, 30) / server_w(0.1, 23) - 1) / 7;
    CHECK(per_kelvin > 0.0035);
    CHECK(per_kelvin < 0.0050);
    // Dell R410 from 27 degC: within 1 point up to 33 degC; beyond, its rise is steeper than the cube of this speed.
    const auto rise = [](double t) { return server_w(0.1, t) / server_w(0.1, 27) - 1; };
    CHECK(std::abs(rise(29) - 0.01) < 0.01);
    CHECK(std::abs(rise(31) - 0.03) < 0.01);
    CHECK(std::abs(rise(33) - 0.05) < 0.01);
    CHECK(std::abs(rise(35) - 0.08) < 0.025);
    CHECK(std::abs(rise(37) - 0.12) < 0.05);
  }
}
