#include "sim/kernel/meter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "sim/kernel/circuit.hpp"

using namespace wattershed;

namespace {
Time at(std::int64_t ns) { return Time(Duration(ns)); }
}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("energy of a day") {
    Circuit circuit;
    const auto power = circuit.signal<Power>("power", 10_MW);
    Meter& meter = circuit.meter(power);
    circuit.build();
    const Time start = at(0) + 20'000h;
    CHECK(meter.integral(start) == 0);  // not begun
    circuit.settle();
    circuit.take_standing(start);
    CHECK(meter.standing() == 10e6);
    CHECK(meter.integral(start + 6h) == 10e6 * 6 * 3600);
    circuit.set(power, 20_MW);
    circuit.take_standing(start + 6h);
    CHECK(meter.integral(start + 24h) == 10e6 * 6 * 3600 + 20e6 * 18 * 3600);
    const Meter::Interval day = meter.close(start + 24h);
    CHECK(day.integral == 10e6 * 6 * 3600 + 20e6 * 18 * 3600);
    CHECK(day.minimum == 10e6);
    CHECK(day.maximum == 20e6);
    const Meter::Interval next = meter.close(start + 25h);
    CHECK(next.integral == 20e6 * 3600);
    CHECK(next.minimum == 20e6);
    CHECK(meter.integral(start + 25h) == day.integral + next.integral);
  }

  TEST_CASE("what stood for no time does not count") {
    Circuit circuit;
    const auto value = circuit.signal<double>("value", 1);
    Meter& meter = circuit.meter(value);
    circuit.build();
    circuit.take_standing(at(0));
    circuit.set(value, 99.0);  // set and overwritten in one instant, over two rounds
    circuit.settle();
    circuit.set(value, 2.0);
    circuit.settle();
    circuit.take_standing(at(1000));
    Meter::Interval interval = meter.close(at(2000));
    CHECK(interval.integral == (1 * 1000 + 2 * 1000) / 1e9);
    CHECK(interval.maximum == 2);
    CHECK(interval.minimum == 1);

    interval = meter.close(at(2000));  // no length
    CHECK(interval.integral == 0);
    CHECK(interval.minimum == 2);
    CHECK(interval.maximum == 2);

    circuit.set(value, 7.0);  // starts on the boundary 3000: belongs to the next interval
    interval = meter.close(at(3000));
    CHECK(interval.maximum == 2);
    circuit.take_standing(at(3000));
    interval = meter.close(at(4000));
    CHECK(interval.minimum == 7);
    CHECK(interval.maximum == 7);
  }

  TEST_CASE("every kind of signal has its number") {
    Circuit circuit;
    Meter& load = circuit.meter(circuit.signal<Load>("load", Load{3_kW, PowerVariance(100)}));
    Meter& warm = circuit.meter(circuit.signal<Temperature>("temperature", 27_degC));
    Meter& share = circuit.meter(circuit.signal<Share>("share", 80_percent));
    Meter& count = circuit.meter(circuit.signal<std::int64_t>("count", 12));
    circuit.build();
    circuit.take_standing(at(0));
    CHECK(load.standing() == 3000);
    CHECK(warm.standing() == 300.15);
    CHECK(share.standing() == 0.8);
    CHECK(count.standing() == 12);
  }

  TEST_CASE("a meter added later counts from then, and two on one signal agree") {
    Circuit circuit;
    const auto value = circuit.signal<double>("value", 5);
    Meter& first = circuit.meter(value);
    circuit.build();
    circuit.take_standing(at(0));
    circuit.set(value, 6);
    Meter& second = circuit.meter(value);  // within the instant 100
    circuit.take_standing(at(100));
    circuit.set(value, 8);
    circuit.take_standing(at(200));
    CHECK(first.integral(at(300)) == (5 * 100 + 6 * 100 + 8 * 100) / 1e9);
    CHECK(second.integral(at(300)) == (6 * 100 + 8 * 100) / 1e9);
  }

  TEST_CASE("random changes against one value a nanosecond") {
    std::mt19937 random(3);
    for (int trial = 0; trial < 300; ++trial) {
      Circuit circuit;
      const auto source = circuit.signal<double>("source", static_cast<double>(random() % 5));
      const auto doubled = circuit.signal<double>("doubled");
      circuit.model("double", {source}, {doubled}, [&] { circuit.set(doubled, 2 * circuit.get(source)); });
      Meter& meter = circuit.meter(doubled);
      circuit.build();

      constexpr std::int64_t end = 2000;
      const std::int64_t start = static_cast<std::int64_t>(random() % 100);
      std::vector<double> stood;  // by nanosecond since the start
      std::int64_t now = start, boundary = start, begun = start;
      const auto instant = [&] {
        for (unsigned rounds = 1 + random() % 3; rounds > 0; --rounds) {
          for (unsigned sets = random() % 3; sets > 0; --sets) circuit.set(source, static_cast<double>(random() % 5));
          circuit.settle();
        }
        circuit.take_standing(at(now));
      };
      const auto brute = [&](std::int64_t from, std::int64_t to) {
        double sum = 0;
        for (std::int64_t t = from; t < to; ++t) sum += stood[static_cast<std::size_t>(t - start)];
        return sum / 1e9;
      };
      const auto close = [&](std::int64_t to) {
        const Meter::Interval interval = meter.close(at(to));
        REQUIRE(interval.integral == brute(begun, to));
        REQUIRE(meter.integral(at(to)) == brute(start, to));
        if (to > begun) {
          const auto [low, high] = std::minmax_element(stood.begin() + (begun - start), stood.begin() + (to - start));
          REQUIRE(interval.minimum == *low);
          REQUIRE(interval.maximum == *high);
        }
        begun = to;
      };
      instant();
      boundary = now + static_cast<std::int64_t>(random() % 50);
      while (now < end) {
        const std::int64_t next = now + 1 + static_cast<std::int64_t>(random() % 40);
        const double value = 2 * circuit.get(source);
        for (std::int64_t t = now; t < next; ++t) stood.push_back(value);
        // Boundaries up to the next instant, that instant included: what is set then comes after it.
        while (boundary <= next) {
          if (boundary >= now) close(boundary);
          boundary += static_cast<std::int64_t>(random() % 60);
          if (random() % 3 == 0) boundary = std::max(boundary, next);  // coincide with a change
        }
        now = next;
        instant();
        REQUIRE(meter.integral(at(now)) == brute(start, now));
      }
    }
  }

  TEST_CASE("a year of changes is summed to the last digit") {
    Circuit circuit;
    const auto value = circuit.signal<double>("value", 0.1);
    Meter& meter = circuit.meter(value);
    circuit.build();
    std::mt19937_64 random(4);
    long double exact = 0;
    std::int64_t now = 1'800'000'000'000'000'000;
    double standing = 0.1;
    circuit.take_standing(at(now));
    Sum intervals;
    for (int i = 0; i < 1'000'000; ++i) {
      const auto step = static_cast<std::int64_t>(random() % 63'000'000'000);
      exact += static_cast<long double>(standing) * static_cast<long double>(step);
      now += step;
      if (i % 10 == 0) intervals.add(meter.close(at(now)).integral);
      standing = static_cast<double>(random() % 1'000'000) * 1e-3 + 0.1;
      circuit.set(value, standing);
      circuit.take_standing(at(now));
    }
    intervals.add(meter.close(at(now)).integral);
    const double expected = static_cast<double>(exact / 1e9L);
    CHECK(std::abs(meter.integral(at(now)) - expected) <= 4e-16 * expected);
    CHECK(std::abs(intervals.value() - expected) <= 4e-16 * expected);
  }
}
