// A smoothing store over time: books, ramp limit, filters, return of charge, response.
#include "models/electrical/storage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

using namespace wattershed;

namespace {

Battery large_store() {
  Battery battery;
  battery.power = 200_MW;
  battery.energy = 1_GWh;
  battery.charge_efficiency = 95_percent;
  battery.discharge_efficiency = 93_percent;
  battery.smoothing = Smoothing{};
  return battery;
}

/// 100 MW jobs with steps of about 2 s, jitter, a start and a stop, in steps of random length.
struct Step {
  Power load;
  double length_s;
};
std::vector<Step> random_load(unsigned seed, double fixed_s, int steps) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<Step> out;
  double t = 0, load_w = 100e6, until = 0;
  for (int i = 0; i < steps; ++i) {
    if (t >= until) {
      load_w = 20e6 + 100e6 * unit(random);
      until = t + 2 * unit(random);
    }
    const double length_s = fixed_s > 0 ? fixed_s : 0.001 + 0.03 * unit(random);
    out.push_back({Power(load_w), length_s});
    t += length_s;
  }
  return out;
}

// Of sums of 20,000 ramps and times, against 1e8 W.
const double rounding_w = 1e-4;

const SmoothingFilter filters[] = {SmoothingFilter::moving_average, SmoothingFilter::first_order,
                                   SmoothingFilter::none};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("what the grid gives is used, stored or lost, in every step and over all of them") {
    for (SmoothingFilter filter : filters) {
      for (double response_s : {0.0, 0.015}) {
        for (double energy_mwh : {0.02, 1000.0}) {
          CAPTURE(static_cast<int>(filter));
          CAPTURE(response_s);
          CAPTURE(energy_mwh);
          Battery battery = large_store();
          battery.power = 60_MW;
          battery.energy = energy_mwh * 1_MWh;
          battery.response = from_seconds(response_s);
          battery.smoothing->filter = filter;
          battery.smoothing->ramp_up = PowerRamp(5e6);
          battery.smoothing->ramp_down = PowerRamp(8e6);
          StorageSmoother store(battery, 20ms, 70_MW);
          const double stored_before_j = store.stored().si();
          Sum grid, load, loss, stored;
          for (const Step& step : random_load(7, 0, 5000)) {
            const StorageFlow flow = store.step(step.load, step.length_s);
            const double out_w = (step.load + flow.battery + flow.loss).si();
            REQUIRE(std::abs(out_w - flow.grid.si()) <= 1e-12 * (std::abs(flow.grid.si()) + step.load.si()));
            REQUIRE(flow.loss.si() >= 0);
            REQUIRE(store.state_of_charge() >= -1e-12);
            REQUIRE(store.state_of_charge() <= 1 + 1e-12);
            REQUIRE(std::abs((flow.grid - step.load).si()) <= 60e6 * (1 + 1e-12));
            grid += flow.grid.si() * step.length_s;
            load += step.load.si() * step.length_s;
            loss += flow.loss.si() * step.length_s;
            stored += flow.battery.si() * step.length_s;
          }
          const double gained_j = store.stored().si() - stored_before_j;
          CHECK(std::abs(gained_j - stored.value()) <= 1e-12 * grid.value());
          CHECK(std::abs(load.value() + gained_j + loss.value() - grid.value()) <= 1e-12 * grid.value());
          CHECK(loss.value() > 0);
          if (energy_mwh < 1) CHECK(store.tally().saturated_s > 0);
        }
      }
    }
  }

  TEST_CASE("the ramp limit is never exceeded at any sampling while there is power and energy") {
    for (SmoothingFilter filter : filters) {
      for (double fixed_s : {0.001, 0.0}) {
        CAPTURE(static_cast<int>(filter));
        CAPTURE(fixed_s);
        Battery battery = large_store();
        const double up = 1.7e6, down = 2.3e6;
        battery.smoothing->filter = filter;
        battery.smoothing->window = 1s;
        battery.smoothing->ramp_up = PowerRamp(up);
        battery.smoothing->ramp_down = PowerRamp(down);
        StorageSmoother store(battery, fixed_s > 0 ? 1ms : 20ms, 60_MW);
        std::vector<double> t_s, grid_w;
        double t = 0;
        for (const Step& step : random_load(11, fixed_s, 20'000)) {
          t_s.push_back(t);
          grid_w.push_back(store.step(step.load, step.length_s).grid.si());
          t += step.length_s;
        }
        CHECK(store.tally().saturated_s == 0);
        CHECK(store.tally().ramp_broken_s == 0);
        std::mt19937 random(3);
        std::uniform_int_distribution<std::size_t> any(0, t_s.size() - 1);
        double fastest = 0;
        for (int k = 0; k < 200'000; ++k) {
          const std::size_t one = any(random), other = any(random), i = std::min(one, other),
                            j = std::max(one, other);
          if (i == j) continue;
          const double moved_w = grid_w[j] - grid_w[i], allowed_s = t_s[j] - t_s[i];
          REQUIRE(moved_w <= up * allowed_s + rounding_w);
          REQUIRE(moved_w >= -down * allowed_s - rounding_w);
          fastest = std::max(fastest, moved_w / allowed_s);
        }
        CHECK(fastest > 0.99 * up);  // the limit did bind
        // Means over windows of any whole number of steps, too.
        if (fixed_s > 0)
          for (std::size_t n : {1U, 7U, 100U, 1000U})
            for (std::size_t i = 0; i + 2 * n <= grid_w.size(); i += 97) {
              double first = 0, second = 0;
              for (std::size_t k = 0; k < n; ++k) first += grid_w[i + k], second += grid_w[i + n + k];
              const double width_s = static_cast<double>(n) * fixed_s,
                           moved_w = (second - first) / static_cast<double>(n);
              REQUIRE(moved_w <= up * width_s + rounding_w);
              REQUIRE(moved_w >= -down * width_s - rounding_w);
            }
      }
    }
  }

  TEST_CASE("a store that runs out says for how long, and the ramp that was broken with it") {
    Battery battery = large_store();
    battery.energy = 200_kWh;
    battery.charge_efficiency = battery.discharge_efficiency = 100_percent;
    battery.smoothing->filter = SmoothingFilter::none;
    battery.smoothing->return_time = std::chrono::hours(24 * 30);
    battery.smoothing->ramp_up = PowerRamp(1e6);
    StorageSmoother store(battery, 10ms, 50_MW);
    // 100 kWh under a deficit that begins at 50 MW and shrinks by 1 MW/s: 50·t − t²/2 = 360 MJ at 7.82 s.
    double empty_at_s = 0;
    for (int i = 0; i < 6000; ++i) {
      const StorageFlow flow = store.step(100_MW);
      if (empty_at_s == 0 && flow.grid == 100_MW) empty_at_s = i * 0.01;
    }
    CHECK(empty_at_s == doctest::Approx(50 - std::sqrt(2500 - 720)).epsilon(0.005));
    CHECK(store.state_of_charge() < 1e-4);  // what came back since
    // Saturated in the step in which it empties; afterwards the grid gives the load and nothing is asked of it.
    CHECK(store.tally().saturated_s > 0);
    CHECK(store.tally().saturated_s < 0.05);
    CHECK(store.tally().ramp_broken_s > 0);
  }

  TEST_CASE("a store without enough power is saturated for exactly as long as that lasts") {
    Battery battery = large_store();
    battery.power = 30_MW;
    battery.smoothing->filter = SmoothingFilter::first_order;
    battery.smoothing->window = std::chrono::hours(10);  // the average stays where it was
    battery.smoothing->return_time = std::chrono::hours(24 * 30);
    StorageSmoother store(battery, 1ms, 100_MW);
    for (int i = 0; i < 3000; ++i) store.step(i % 1000 < 400 ? 140_MW : 90_MW);
    CHECK(store.tally().saturated_s == doctest::Approx(3 * 0.4).epsilon(1e-9));
  }

  TEST_CASE("round trip: what comes back is charge efficiency times discharge efficiency") {
    Battery battery = large_store();
    battery.energy = 1_MWh;
    battery.smoothing->return_time = 2s;
    battery.smoothing->state_of_charge = 100_percent;
    StorageSmoother filling(battery, 20ms, 100_MW, 0_percent);
    battery.smoothing->state_of_charge = 0_percent;
    StorageSmoother emptying(battery, 20ms, 100_MW, 100_percent);
    double in_j = 0, out_j = 0;
    for (int i = 0; i < 60'000; ++i) {
      in_j += (filling.step(100_MW).grid - 100_MW).si() * 0.02;
      out_j -= (emptying.step(100_MW).grid - 100_MW).si() * 0.02;
    }
    CHECK(filling.state_of_charge() == doctest::Approx(1).epsilon(1e-6));
    CHECK(emptying.state_of_charge() == doctest::Approx(0).epsilon(1e-6));
    CHECK(out_j / in_j == doctest::Approx(0.95 * 0.93).epsilon(1e-5));
  }

  TEST_CASE("the moving average passes |sinc(f W)| of a sine, the first-order one its own gain") {
    const double window_s = 2;
    for (SmoothingFilter filter : {SmoothingFilter::moving_average, SmoothingFilter::first_order}) {
      for (double frequency : {0.1, 0.25, 0.5, 0.8, 1.3}) {
        CAPTURE(static_cast<int>(filter));
        CAPTURE(frequency);
        Battery battery = large_store();
        battery.smoothing->filter = filter;
        battery.smoothing->window = 2s;
        battery.smoothing->return_time = std::chrono::hours(24 * 30);
        StorageSmoother store(battery, 1ms, 100_MW);
        const double turn = 2 * std::numbers::pi * frequency;
        double sine = 0, cosine = 0;
        for (int i = 0; i < 60'000; ++i) {
          const double t = (i + 0.5) * 1e-3;
          const double above_w = store.step(Power(100e6 + 10e6 * std::sin(turn * t))).grid.si() - 100e6;
          if (i < 20'000) continue;  // 40 s are whole periods
          sine += above_w * std::sin(turn * t);
          cosine += above_w * std::cos(turn * t);
        }
        const double gain = std::hypot(sine, cosine) / 20'000 / 10e6;
        const double x = std::numbers::pi * frequency * window_s;
        const double expected = filter == SmoothingFilter::moving_average ? std::abs(std::sin(x) / x)
                                                                          : 1 / std::hypot(1, turn * window_s);
        CHECK(std::abs(gain - expected) < 0.01 * expected + 1e-4);  // 1e-4 where the sinc is zero
      }
    }
  }

  TEST_CASE("the moving average over steps of any length equals the mean of what was") {
    Battery battery = large_store();
    battery.smoothing->window = 1s;
    StorageSmoother store(battery, 20ms, 50_MW);
    std::vector<Step> past{{50_MW, 10}};
    // Changes fall on edges of bins, decisions anywhere: then bins lose nothing.
    std::mt19937 random(5);
    std::uniform_int_distribution<int> length(1, 39), load(20, 120);
    double load_w = 50e6;
    for (int i = 0, quarter = 0; i < 3000; ++i) {
      const int quarters = std::min(length(random), 4 - quarter % 4 + (i % 5 == 0 ? 40 : 0));
      if (quarter % 4 == 0) load_w = 1e6 * load(random);
      quarter += quarters;
      store.step(Power(load_w), quarters * 0.005);
      past.push_back({Power(load_w), quarters * 0.005});
      if (quarter % 4 != 0) continue;  // on the edge of a bin
      double left_s = 1, sum_j = 0;
      for (auto step = past.rbegin(); left_s > 0; ++step) {
        const double taken_s = std::min(left_s, step->length_s);
        sum_j += taken_s * step->load.si();
        left_s -= taken_s;
      }
      REQUIRE(store.average().si() == doctest::Approx(sum_j).epsilon(1e-6));
    }
  }

  TEST_CASE("decisions that stand for less than their horizon keep the books and the ramp limit") {
    Battery battery = large_store();
    battery.smoothing->ramp_up = battery.smoothing->ramp_down = PowerRamp(2e6);
    StorageSmoother store(battery, 20ms, 60_MW);
    std::vector<double> t_s, grid_w;
    const double before_j = store.stored().si();
    double t = 0, grid_j = 0, used_j = 0;
    for (const Step& step : random_load(23, 0, 5000)) {
      const double length_s = std::min(step.length_s, 0.02);
      store.decide(70_MW, 0.02);  // replaced at once
      const StorageFlow flow = store.decide(step.load, 0.02);
      store.advance(length_s);
      t_s.push_back(t);
      grid_w.push_back(flow.grid.si());
      grid_j += flow.grid.si() * length_s;
      used_j += (step.load + flow.loss).si() * length_s;
      t += length_s;
    }
    CHECK(std::abs(used_j + store.stored().si() - before_j - grid_j) <= 1e-12 * grid_j);
    for (std::size_t i = 0; i + 37 < t_s.size(); ++i)
      REQUIRE(std::abs(grid_w[i + 37] - grid_w[i]) <= 2e6 * (t_s[i + 37] - t_s[i]) + rounding_w);
    CHECK(store.tally().ramp_broken_s == 0);
  }

  TEST_CASE("charge returns with its time constant, down to the deadband") {
    Battery battery = large_store();
    battery.smoothing->return_time = 30s;
    battery.smoothing->deadband = 10_percent;
    battery.charge_efficiency = 100_percent;
    battery.power = Power(1e12);
    StorageSmoother store(battery, 10ms, 100_MW, 20_percent);
    for (int i = 0; i < 3000; ++i) store.step(100_MW);
    CHECK(store.state_of_charge() == doctest::Approx(0.4 - 0.2 * std::exp(-1)).epsilon(1e-3));
    for (int i = 0; i < 60'000; ++i) store.step(100_MW);
    CHECK(store.state_of_charge() == doctest::Approx(0.4).epsilon(1e-6));
  }

  TEST_CASE("with a response time a step of the load reaches the grid and decays") {
    Battery battery = large_store();
    battery.response = 20ms;
    battery.smoothing->ramp_up = PowerRamp(1e6);
    battery.smoothing->window = 60s;
    StorageSmoother store(battery, 1ms, 50_MW);
    for (int i = 0; i < 100; ++i) {
      const double above_w = (store.step(100_MW).grid - 50_MW).si();
      const double t = (i + 0.5) * 1e-3;  // the command itself rises by at most 1 MW/s
      CHECK(std::abs(above_w - 50e6 * std::exp(-t / 0.02)) < 1e6 * t + 1e4);
    }
    CHECK(store.tally().ramp_broken_s > 0);
    CHECK(store.tally().saturated_s == 0);
  }
}
