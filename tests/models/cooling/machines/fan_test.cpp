#include "models/cooling/machines/fan.hpp"

#include <doctest/doctest.h>

using namespace wattershed;

TEST_SUITE("fast") {
  TEST_CASE("power at design is flow times pressure over efficiency, and the cube of the flow below") {
    Fan fan;
    fan.flow = VolumeFlow(10);
    fan.pressure = Pressure(700);
    fan.efficiency = Share(0.7);
    CHECK(design_power(fan).si() == doctest::Approx(10'000));
    CHECK(fan_power(fan, 1).si() == doctest::Approx(10'000));
    CHECK(fan_power(fan, 0.5).si() == doctest::Approx(1'250));
  }

  TEST_CASE("zero is off, and a little is the least speed") {
    Fan fan;
    fan.flow = VolumeFlow(10);
    fan.least_flow = Share(0.3);
    CHECK(fan_power(fan, 0).si() == 0);
    CHECK(running_ratio(fan, 0) == 0);
    CHECK(running_ratio(fan, 0.01) == 0.3);
    CHECK(running_ratio(fan, 0.4) == 0.4);
    CHECK(fan_power(fan, 0.01) == fan_power(fan, 0.3));
    double last_w = 0;
    for (int i = 1; i <= 100; ++i) {
      CHECK(fan_power(fan, i / 100.0).si() >= last_w);
      last_w = fan_power(fan, i / 100.0).si();
    }
  }

  TEST_CASE("a curve of controls and dampers reads as published, one at full flow") {
    Fan fan;
    fan.flow = VolumeFlow(1);
    fan.curve = damper_fan_curve();
    CHECK(fan.curve(1) == doctest::Approx(0.98982).epsilon(1e-4));
    CHECK(fan.curve(0.5) == doctest::Approx(0.35071223 + 0.30850535 / 2 - 0.54137364 / 4 + 0.87198823 / 8));
    fan.curve = {.constant = -1, .cubic = 0};
    CHECK(fan_power(fan, 1).si() == 0);  // never below zero
  }

  TEST_CASE("what does not reach the air stays outside: the loss of a motor that stands apart") {
    Fan fan;
    fan.motor_efficiency = Share(0.9);
    fan.motor_in_stream = Share(1);
    CHECK(heat_to_stream(fan, 10_kW).si() == doctest::Approx(10e3));
    fan.motor_in_stream = Share(0);
    CHECK(heat_to_stream(fan, 10_kW).si() == doctest::Approx(9e3));
  }
}
