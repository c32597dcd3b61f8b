// A store under a cycle: closed forms, and long runs of the store itself as the slow reference.
#include "models/electrical/storage_cycle.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <vector>

using namespace wattershed;

namespace {

using Cycle = std::vector<PowerSegment>;

Cycle square(double period_s, double duty, Power low, Power high) {
  return {{duty * period_s, high}, {(1 - duty) * period_s, low}};
}

Battery store(double charge, double discharge) {
  Battery battery;
  battery.power = 1000_MW;
  battery.energy = 1_GWh;
  battery.charge_efficiency = Share(charge);
  battery.discharge_efficiency = Share(discharge);
  battery.smoothing = Smoothing{};
  return battery;
}

Power load_at(const Cycle& cycle, double t_s) {
  t_s = std::fmod(t_s, length_of(cycle));
  for (const PowerSegment& segment : cycle) {
    if (t_s < segment.length_s) return segment.power;
    t_s -= segment.length_s;
  }
  return cycle.back().power;
}

struct LongRun {
  Power loss, charge, discharge;
  Load grid;
  Energy swing;
  double saturated;
};
/// Plays the cycles together for `settle_s`, then measures for `length_s`.
LongRun long_run(const std::vector<Cycle>& cycles, const Battery& battery, double settle_s, double length_s) {
  const double step_s = 1e-3;
  double mean_w = 0;
  for (const Cycle& cycle : cycles) mean_w += load_of(cycle).mean.si();
  StorageSmoother smoother(battery, 1ms, Power(mean_w));
  LongRun out{};
  double count = 0, loss_w = 0, sum_w = 0, sum_w2 = 0, least_j = 1e300, most_j = -1e300, saturated_s = 0;
  const auto steps = static_cast<std::int64_t>((settle_s + length_s) / step_s);
  for (std::int64_t i = 0; i < steps; ++i) {
    Power load{};
    for (const Cycle& cycle : cycles) load += load_at(cycle, (static_cast<double>(i) + 0.5) * step_s);
    if (static_cast<double>(i) * step_s < settle_s) {
      smoother.step(load);
      saturated_s = smoother.tally().saturated_s;
      continue;
    }
    const StorageFlow flow = smoother.step(load);
    const double above_w = flow.grid.si() - mean_w;
    ++count;
    loss_w += flow.loss.si();
    sum_w += above_w;
    sum_w2 += above_w * above_w;
    out.charge = std::max(out.charge, flow.grid - load);
    out.discharge = std::max(out.discharge, load - flow.grid);
    least_j = std::min(least_j, smoother.stored().si());
    most_j = std::max(most_j, smoother.stored().si());
  }
  out.loss = Power(loss_w / count);
  out.grid = {Power(mean_w + sum_w / count), PowerVariance(sum_w2 / count - sum_w * sum_w / count / count)};
  out.swing = Energy(most_j - least_j);
  out.saturated = (smoother.tally().saturated_s - saturated_s) / length_s;
  return out;
}

void check_against(const StorageCycle& cycle, const LongRun& run, double within) {
  CHECK(cycle.loss.si() == doctest::Approx(run.loss.si()).epsilon(within));
  CHECK(cycle.grid.mean.si() == doctest::Approx(run.grid.mean.si()).epsilon(0.002));
  CHECK(std::abs(std::sqrt(cycle.grid.variance.si()) - std::sqrt(run.grid.variance.si())) <
        within * std::sqrt(run.grid.variance.si()) + 2e4);
  CHECK(cycle.swing.si() == doctest::Approx(run.swing.si()).epsilon(within));
  CHECK(cycle.charge.si() == doctest::Approx(run.charge.si()).epsilon(within));
  CHECK(cycle.discharge.si() == doctest::Approx(run.discharge.si()).epsilon(within));
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a square wave that is flattened fully: closed forms") {
    const double period_s = 2, step_w = 80e6;
    for (double duty : {0.2, 0.5, 0.9})
      for (double efficiency : {0.998, 0.97, 0.9}) {
        CAPTURE(duty);
        CAPTURE(efficiency);
        const double excess = 1 / (efficiency * efficiency) - 1, low_w = 20e6;
        const double first_order_w = duty * (1 - duty) * step_w * excess;
        for (SmoothingFilter filter : {SmoothingFilter::moving_average, SmoothingFilter::first_order}) {
          Battery battery = store(efficiency, efficiency);
          battery.smoothing->filter = filter;
          battery.smoothing->window = filter == SmoothingFilter::first_order ? Duration(1h) : Duration(4s);
          const StorageCycle cycle =
              storage_cycle(square(period_s, duty, Power(low_w), Power(low_w + step_w)), battery);
          const double loss_w = first_order_w / (1 + duty * excess);
          CHECK(cycle.loss.si() == doctest::Approx(loss_w).epsilon(1e-3));
          CHECK(cycle.grid.mean.si() == doctest::Approx(low_w + duty * step_w + loss_w).epsilon(1e-6));
          CHECK(std::sqrt(cycle.grid.variance.si()) < 1e-3 * step_w);
          CHECK(cycle.charge.si() == doctest::Approx(duty * step_w + loss_w).epsilon(2e-3));
          CHECK(cycle.discharge.si() == doctest::Approx((1 - duty) * step_w - loss_w).epsilon(2e-3));
          CHECK(cycle.saturated == 0);
          if (efficiency > 0.99) {  // the closed forms of first order in the losses
            CHECK(cycle.loss.si() == doctest::Approx(first_order_w).epsilon(0.01));
            CHECK(cycle.charge.si() == doctest::Approx(duty * step_w).epsilon(0.01));
            CHECK(cycle.discharge.si() == doctest::Approx((1 - duty) * step_w).epsilon(0.01));
            CHECK(cycle.swing.si() == doctest::Approx(step_w * duty * (1 - duty) * period_s).epsilon(0.01));
          }
        }
      }
  }

  TEST_CASE("a steady load costs nothing") {
    const StorageCycle cycle = storage_cycle(Cycle{{1, 50_MW}, {2, 50_MW}}, store(0.9, 0.9));
    CHECK(cycle.loss.si() == doctest::Approx(0));
    CHECK(cycle.grid.mean.si() == doctest::Approx(50e6));
    CHECK(cycle.grid.variance.si() < 1);
    CHECK(cycle.swing.si() < 1);
  }

  TEST_CASE("the moving average passes |sinc(f W)| of a sine") {
    const double period_s = 3;
    Cycle sine;
    for (int i = 0; i < 600; ++i)
      sine.push_back({period_s / 600, Power(100e6 + 10e6 * std::sin(2 * std::numbers::pi * (i + 0.5) / 600))});
    for (int window_ms : {100, 500, 1000, 2000, 4000, 7500}) {
      CAPTURE(window_ms);
      Battery battery = store(1, 1);
      battery.smoothing->window = std::chrono::milliseconds(window_ms);
      const double x = std::numbers::pi * window_ms * 1e-3 / period_s;
      CHECK(std::sqrt(2 * storage_cycle(sine, battery).grid.variance.si()) ==
            doctest::Approx(10e6 * std::abs(std::sin(x) / x)).epsilon(0.01));
      battery.smoothing->filter = SmoothingFilter::first_order;
      CHECK(std::sqrt(2 * storage_cycle(sine, battery).grid.variance.si()) ==
            doctest::Approx(10e6 / std::hypot(1, 2 * x)).epsilon(0.01));
    }
  }

  TEST_CASE("a cycle equals a long run of the store") {
    const Cycle steps{{0.7, 110_MW}, {0.4, 45_MW}, {0.25, 95_MW}, {0.15, 20_MW}};
    Battery battery = store(0.95, 0.93);
    battery.energy = 1_MWh;
    battery.smoothing->return_time = 200s;  // long against a cycle of 1.5 s
    battery.smoothing->window = 1s;
    SUBCASE("moving average") {}
    SUBCASE("first order") { battery.smoothing->filter = SmoothingFilter::first_order; }
    SUBCASE("ramp limits") {
      battery.smoothing->ramp_up = PowerRamp(20e6);
      battery.smoothing->ramp_down = PowerRamp(35e6);
    }
    SUBCASE("ramp limits alone") {
      battery.smoothing->filter = SmoothingFilter::none;
      battery.smoothing->return_time = 20s;  // it follows the median of the load: the return must hold it
      battery.smoothing->ramp_up = PowerRamp(20e6);
      battery.smoothing->ramp_down = PowerRamp(20e6);
    }
    SUBCASE("too little power") {
      battery.power = 30_MW;
      battery.smoothing->window = 3s;
    }
    const StorageCycle cycle = storage_cycle(steps, battery);
    const LongRun run = long_run({steps}, battery, 1400, 30);
    check_against(cycle, run, 0.01);
    CHECK(cycle.saturated == doctest::Approx(run.saturated).epsilon(0.01));
  }

  TEST_CASE("too little energy binds in a cycle as in a long run") {
    const Cycle steps = square(4, 0.5, 20_MW, 100_MW);
    Battery battery = store(0.95, 0.95);
    battery.energy = 10_kWh;  // 80 MJ would be needed
    battery.smoothing->window = 4s;
    const StorageCycle cycle = storage_cycle(steps, battery);
    const LongRun run = long_run({steps}, battery, 40, 40);
    CHECK(cycle.swing.si() == doctest::Approx(36e6).epsilon(1e-6));
    CHECK(cycle.saturated > 0.1);
    check_against(cycle, run, 0.01);
    CHECK(cycle.saturated == doctest::Approx(run.saturated).epsilon(0.01));
  }

  TEST_CASE("independent cycles behind one store, against a long run of their sum") {
    const std::vector<Cycle> two{square(1, 0.5, 10_MW, 50_MW), square(std::sqrt(2.0), 0.5, 10_MW, 50_MW)};
    std::vector<Cycle> three = two, unlike{square(1, 0.8, 10_MW, 90_MW), square(std::sqrt(5.0), 0.3, 5_MW, 25_MW)};
    three.push_back(square(std::sqrt(3.0), 0.5, 10_MW, 50_MW));
    Battery battery = store(0.95, 0.95);
    battery.smoothing->return_time = 20s;
    battery.energy = 2_MWh;
    // A window of many periods flattens all of them.
    battery.smoothing->filter = SmoothingFilter::first_order;
    battery.smoothing->window = 100s;
    for (const std::vector<Cycle>& cycles : {two, three, unlike}) {
      CAPTURE(cycles.size());
      std::vector<StorageCycle> alone;
      for (const Cycle& cycle : cycles) alone.push_back(storage_cycle(cycle, battery));
      const StorageCycle together = combined(alone, battery);
      const LongRun run = long_run(cycles, battery, 150, 400);
      CHECK(together.loss.si() == doctest::Approx(run.loss.si()).epsilon(0.01));
      CHECK(together.grid.mean.si() == doctest::Approx(run.grid.mean.si()).epsilon(1e-3));
      CHECK(together.charge.si() == doctest::Approx(run.charge.si()).epsilon(0.05));
      CHECK(together.discharge.si() == doctest::Approx(run.discharge.si()).epsilon(0.05));
    }
  }

  TEST_CASE("one cycle combined alone stays what it is, and the order does not matter") {
    const Battery battery = store(0.95, 0.9);
    const std::vector<StorageCycle> cycles{storage_cycle(square(1, 0.3, 10_MW, 50_MW), battery),
                                           storage_cycle(square(1.7, 0.6, 20_MW, 40_MW), battery)};
    const StorageCycle one = combined(std::span(cycles).first(1), battery);
    CHECK(one.loss.si() == doctest::Approx(cycles[0].loss.si()).epsilon(1e-3));
    CHECK(one.charge.si() == doctest::Approx(cycles[0].charge.si()).epsilon(1e-3));
    CHECK(combined(cycles, battery).loss.si() ==
          doctest::Approx(combined(std::vector{cycles[1], cycles[0]}, battery).loss.si()).epsilon(1e-9));
    CHECK(combined({}, battery).loss.si() == 0);
  }
}
