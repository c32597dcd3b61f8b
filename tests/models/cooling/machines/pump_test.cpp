#include "models/cooling/machines/pump.hpp"

#include <doctest/doctest.h>

using namespace wattershed;

TEST_SUITE("fast") {
  TEST_CASE("power at design is flow times head over efficiency, and the cube of the flow on an open loop") {
    Pump pump;
    pump.flow = VolumeFlow(0.1);
    pump.head = 150_kPa;
    pump.efficiency = Share(0.75);
    pump.motor_efficiency = Share(0.8);
    CHECK(design_power(pump).si() == doctest::Approx(25'000));
    CHECK(pump_power(pump, 1).si() == doctest::Approx(25'000));
    CHECK(pump_power(pump, 0.5).si() == doctest::Approx(25'000 / 8.0));
  }

  TEST_CASE("static head makes it less than a cube") {
    Pump pump;
    pump.flow = VolumeFlow(0.1);
    pump.static_head = Share(1);
    CHECK(pump_power(pump, 0.5) / design_power(pump) == doctest::Approx(0.5));
    pump.static_head = Share(0.4);
    CHECK(pump_power(pump, 0.5) / design_power(pump) == doctest::Approx(0.5 * (0.4 + 0.6 * 0.25)));
    CHECK(pump_power(pump, 1) / design_power(pump) == doctest::Approx(1));
  }

  TEST_CASE("zero is off, and a little is the least speed with a bypass") {
    Pump pump;
    pump.flow = VolumeFlow(0.1);
    CHECK(pump_power(pump, 0).si() == 0);
    CHECK(pump_power(pump, 0.01) == pump_power(pump, pump.least_flow.si()));
    CHECK(running_ratio(pump, 0.01) == pump.least_flow.si());
    double last_w = 0;
    for (int i = 1; i <= 100; ++i) {
      CHECK(pump_power(pump, i / 100.0).si() >= last_w);
      last_w = pump_power(pump, i / 100.0).si();
    }
  }

  TEST_CASE("what does not reach the water stays outside") {
    Pump pump;
    pump.motor_efficiency = Share(0.9);
    CHECK(heat_to_stream(pump, 10_kW).si() == doctest::Approx(10e3));
    pump.motor_in_stream = Share(0.5);
    CHECK(heat_to_stream(pump, 10_kW).si() == doctest::Approx(9.5e3));
  }
}
