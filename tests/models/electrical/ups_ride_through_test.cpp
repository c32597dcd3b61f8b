// Sags of the bus against a UPS: the sequence of July 2024, its rules one by one, and a slow reference.
#include "models/electrical/ups_ride_through.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace wattershed;

namespace {

const Time start{};

struct Sag {
  Duration at, length;
  double voltage;
};
// Six sags within 82 s, 0.25 to 0.40 of nominal, 42 to 66 ms each (NERC review, as quoted in public notes).
const std::vector<Sag> july_2024{{0ms, 66ms, 0.25},      {16'400ms, 42ms, 0.40}, {32'800ms, 58ms, 0.31},
                                 {49'200ms, 50ms, 0.35}, {65'600ms, 61ms, 0.28}, {81'900ms, 45ms, 0.38}};

void apply(UpsRideThrough& ups, const std::vector<Sag>& sags) {
  for (const Sag& sag : sags) {
    ups.voltage_changed(start + sag.at, sag.voltage);
    ups.voltage_changed(start + sag.at + sag.length, 1);
  }
}

/// The same rules by counting milliseconds, without the battery's charge.
class SlowUps {
 public:
  explicit SlowUps(const RideThrough& settings) : s_(settings) {}
  void tick(double voltage) {  // at millisecond now_
    const bool below = voltage < s_.transfer_below.si();
    below_ms_ = below ? below_ms_ + 1 : 0;  // 1: since now
    good_ms_ = below ? 0 : good_ms_ + 1;
    if (below_ms_ == ms(s_.detection) + 1) {
      ++events;
      sags_.push_back(now_);
      const auto recent = std::count_if(sags_.begin(), sags_.end(),
                                        [&](std::int64_t t) { return now_ - t <= ms(s_.lock_out_window); });
      if (s_.return_policy == ReturnPolicy::manual && recent >= s_.lock_out_events) locked = true;
      if (on_grid) on_grid = false, generator = false, share = 0, off_ms_ = 0;
    }
    if (!on_grid && s_.generator_start && off_ms_ >= ms(*s_.generator_start)) generator = true;
    if (!on_grid && !locked && good_ms_ > ms(s_.return_delay)) on_grid = true, generator = false, walked_ms_ = 0;
    if (on_grid) {
      const double slice = static_cast<double>(walked_ms_) * UpsRideThrough::walk_in_slices / double(ms(s_.walk_in));
      share =
          slice >= UpsRideThrough::walk_in_slices ? 1 : (std::floor(slice) + 0.5) / UpsRideThrough::walk_in_slices;
      ++walked_ms_;
    } else {
      ++off_ms_;
    }
    ++now_;
  }
  bool on_grid = true, locked = false, generator = false;
  double share = 1;
  std::int64_t events = 0;

 private:
  static std::int64_t ms(Duration d) { return d / 1ms; }
  RideThrough s_;
  std::int64_t now_ = 0, below_ms_ = 0, good_ms_ = 1'000'000, off_ms_ = 0, walked_ms_ = 1'000'000;
  std::vector<std::int64_t> sags_;
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("July 2024: three sags in 60 s lock a UPS out, with automatic return none does") {
    RideThrough settings;
    UpsRideThrough manual(settings, start);
    apply(manual, july_2024);
    CHECK(manual.locked_out());
    CHECK(manual.events() == 6);
    REQUIRE(manual.locked_out_at());
    CHECK(*manual.locked_out_at() == start + 32'800ms + 10ms);
    CHECK(manual.grid_share() == 0);
    CHECK(manual.state() == UpsState::battery_hold);
    // Nobody comes: five minutes after the transfer, less what the earlier sags took, the load is dropped.
    manual.wake(start + 10min);
    CHECK(manual.state() == UpsState::dropped);
    CHECK(manual.dropped_share() == 1);
    CHECK(*manual.dropped_at() < start + 32'810ms + 5min);
    CHECK(*manual.dropped_at() > start + 32'810ms + 4min + 30s);

    settings.return_policy = ReturnPolicy::automatic;
    UpsRideThrough automatic(settings, start);
    apply(automatic, july_2024);
    CHECK(automatic.events() == 6);
    CHECK(!automatic.locked_out());
    automatic.wake(start + 10min);
    CHECK(automatic.state() == UpsState::normal);
    CHECK(automatic.grid_share() == 1);
    CHECK(!automatic.dropped_at());
  }

  TEST_CASE("with a generator the load outlasts the battery, and an operator brings it back") {
    RideThrough settings;
    settings.generator_start = Duration(12s);
    UpsRideThrough ups(settings, start);
    apply(ups, july_2024);
    ups.wake(start + 3h);
    CHECK(ups.state() == UpsState::generator);
    CHECK(ups.locked_out());
    CHECK(ups.generator_share() == 1);
    CHECK(ups.charge() == 1);  // the generator refilled it
    ups.return_ordered(start + 3h);
    CHECK(ups.state() == UpsState::manual_return);
    CHECK(ups.grid_share() > 0);  // the bus has been good for long
    CHECK(ups.grid_share() < 0.02);
    ups.wake(start + 3h + 5s);
    CHECK(ups.grid_share() == doctest::Approx(0.51));
    CHECK(ups.battery_share() == doctest::Approx(0.49));
    ups.wake(start + 3h + 10s);
    CHECK(ups.state() == UpsState::normal);
    CHECK(ups.grid_share() == 1);
    CHECK(!ups.locked_out());
  }

  TEST_CASE("sags that are not longer than the detection are ridden, and not counted") {
    UpsRideThrough ups({}, start);
    for (int i = 0; i < 20; ++i) {
      ups.voltage_changed(start + i * 100ms, 0.1);
      CHECK(ups.grid_share() == 1);
      ups.voltage_changed(start + i * 100ms + (i % 2 ? 10ms : 9ms), 1);
    }
    ups.voltage_changed(start + 5s, 0.9);  // the threshold itself is good
    ups.wake(start + 10s);
    CHECK(ups.events() == 0);
    CHECK(ups.state() == UpsState::normal);
    CHECK(!ups.next_wake());
  }

  TEST_CASE("recovery: delay, walk-in, and the battery refilled") {
    RideThrough settings;
    settings.recharge = 50_percent;
    UpsRideThrough ups(settings, start);
    ups.voltage_changed(start, 0);
    CHECK(*ups.next_wake() == start + 10ms);
    ups.wake(start + 10ms);
    CHECK(ups.state() == UpsState::on_battery);
    CHECK(ups.battery_share() == 1);
    ups.voltage_changed(start + 60s, 1);
    CHECK(*ups.next_wake() == start + 65s);
    ups.wake(start + 65s - 1ns);
    CHECK(ups.grid_share() == 0);
    double mean = 0;
    for (int i = 0; i < 1000; ++i) {
      ups.wake(start + 65s + i * 10ms);
      mean += ups.grid_share() / 1000;
      CHECK(std::abs(ups.grid_share() - i * 0.001) < 0.0101);  // half a slice
    }
    CHECK(mean == doctest::Approx(0.5));
    ups.wake(start + 75s);
    CHECK(ups.grid_share() == 1);
    // 60 s − 10 ms on battery, 5 s of delay, and half of 10 s of walk-in.
    CHECK(ups.charge() == doctest::Approx(1 - (59.99 + 5 + 5) / 300).epsilon(1e-12));
    CHECK(ups.recharge_share() == 0.5);
    CHECK(seconds(*ups.next_wake() - start) == doctest::Approx(75 + 69.99 / 0.5).epsilon(1e-9));
    ups.wake(*ups.next_wake());
    CHECK(ups.charge() == 1);
    CHECK(ups.recharge_share() == 0);
    CHECK(!ups.next_wake());
  }

  TEST_CASE("the battery runs out: sooner under more load, and a generator in time prevents it") {
    RideThrough settings;
    UpsRideThrough ups(settings, start);
    ups.load_changed(start, 0.5);
    ups.voltage_changed(start, 0.2);
    ups.wake(start + 100s);
    ups.load_changed(start + 100s, 1);
    CHECK(seconds(*ups.next_wake() - start) == doctest::Approx(100 + 300 - 0.5 * 99.99).epsilon(1e-9));
    ups.wake(*ups.next_wake());
    CHECK(ups.state() == UpsState::dropped);
    CHECK(ups.dropped_share() == 1);
    CHECK(ups.charge() == 0);
    // The bus comes back: the load walks in, with nothing to bridge the rest.
    ups.voltage_changed(start + 1h, 1);
    ups.wake(start + 1h + 10s);
    CHECK(ups.grid_share() == doctest::Approx(0.51));
    CHECK(ups.battery_share() == 0);
    CHECK(ups.dropped_share() == doctest::Approx(0.49));
    ups.wake(start + 2h);
    CHECK(ups.dropped_share() == 0);
    CHECK(ups.charge() > 0);

    settings.generator_start = Duration(5min);
    UpsRideThrough saved(settings, start);
    saved.voltage_changed(start, 0);
    saved.wake(start + 2h);
    CHECK(saved.state() == UpsState::generator);
    CHECK(!saved.dropped_at());
  }

  TEST_CASE("random sags: as counted millisecond by millisecond, and whenever it is woken") {
    for (unsigned seed = 0; seed < 30; ++seed) {
      CAPTURE(seed);
      std::mt19937 random(seed);
      const auto any = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
      RideThrough settings;
      settings.detection = any(0, 30) * 1ms;
      settings.return_delay = any(0, 800) * 1ms;
      settings.walk_in = any(1, 20) * 50ms;
      settings.return_policy = seed % 2 ? ReturnPolicy::manual : ReturnPolicy::automatic;
      settings.lock_out_events = any(1, 6);
      settings.lock_out_window = any(500, 8000) * 1ms;
      settings.autonomy = 1h;
      if (seed % 3 == 0) settings.generator_start = Duration(any(0, 1500) * 1ms);
      UpsRideThrough punctual(settings, start), lazy(settings, start);
      SlowUps slow(settings);
      double voltage = 1;
      int next_ms = any(1, 500);
      double below_since = -1, before = 1, drawn_s = 0;
      std::int64_t events = 0;
      for (int ms = 0; ms < 20'000; ++ms) {
        const Time t = start + ms * 1ms;
        if (ms == next_ms) {
          while (punctual.next_wake() && *punctual.next_wake() < t) punctual.wake(*punctual.next_wake());
          voltage = voltage < 0.9 ? 0.9 + 0.001 * any(0, 200) : 0.001 * any(0, 899);
          punctual.voltage_changed(t, voltage);
          lazy.voltage_changed(t, voltage);
          next_ms = ms + (voltage < 0.9 ? any(1, any(0, 3) ? 70 : 1500) : any(1, 1200));
        }
        while (punctual.next_wake() && *punctual.next_wake() <= t) punctual.wake(*punctual.next_wake());
        punctual.wake(t);
        slow.tick(voltage);
        REQUIRE(punctual.grid_share() == doctest::Approx(slow.on_grid ? slow.share : 0).epsilon(1e-12));
        REQUIRE(punctual.locked_out() == slow.locked);
        REQUIRE(punctual.events() == slow.events);
        REQUIRE((punctual.generator_share() == 1) == slow.generator);
        // What must hold whatever the rules are.
        const double sum =
            punctual.grid_share() + punctual.battery_share() + punctual.generator_share() + punctual.dropped_share();
        REQUIRE(sum == doctest::Approx(1).epsilon(1e-15));
        REQUIRE(punctual.grid_share() >= 0);
        REQUIRE(punctual.battery_share() >= 0);
        REQUIRE(punctual.events() >= events);
        events = punctual.events();
        below_since = voltage >= 0.9 ? -1 : below_since < 0 ? ms : below_since;
        if (below_since >= 0 && ms - below_since > settings.detection / 1ms) REQUIRE(punctual.grid_share() == 0);
        if (punctual.grid_share() < before) REQUIRE(punctual.grid_share() == 0);  // it only walks in
        before = punctual.grid_share();
        drawn_s += punctual.battery_share() * 1e-3 - punctual.recharge_share() * 1e-3;
      }
      lazy.wake(start + 19'999ms);
      CHECK(lazy.state() == punctual.state());
      CHECK(lazy.grid_share() == punctual.grid_share());
      CHECK(lazy.charge() == doctest::Approx(punctual.charge()).epsilon(1e-12));
      if (punctual.charge() < 1 - 1e-3)
        CHECK((1 - punctual.charge()) * 3600 == doctest::Approx(drawn_s).epsilon(0.02));
    }
  }
}
