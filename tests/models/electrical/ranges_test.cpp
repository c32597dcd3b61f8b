// Stages, reactive power and stores beyond what they were made for.
#include <doctest/doctest.h>

#include "models/electrical/loss_stage.hpp"
#include "models/electrical/reactive_load.hpp"
#include "models/electrical/storage_cycle.hpp"
#include "tests/models/range_property.hpp"

using namespace wattershed;
using namespace wattershed::test;
using One = std::array<double, 1>;

TEST_SUITE("fast") {
  TEST_CASE("a loss curve goes on beyond an overload, for mean and variance") {
    const LossCurve curve{Share(0.006), Share(0.01), Share(0.016)};
    for (const std::string_view kind : {pdu_kind, ups_kind, transformer_kind}) {
      drive(loss_domain(kind), 0, One{0.5},
            [&](const One& at) { return stage_loss(curve, Power(1e6), Power(at[0] * 1e6)).si(); }, {.least = 0});
      drive(loss_domain(kind), 0, One{0.5},
            [&](const One& at) {
              const Load load = through_stage(curve, Power(1e6), {Power(at[0] * 1e6), PowerVariance(1e10)});
              return load.mean.si() + std::sqrt(load.variance.si());
            },
            {.least = 0});
    }
  }

  TEST_CASE("reactive power goes on beyond an overload; the fullest of its parts is what counts") {
    ReactiveLoad load;
    load.feed = ReactiveLoad::Part{PowerFactor{.no_load = Share(-0.05), .square = {}}.curve(), Power(1e6)};
    load.motors =
        ReactiveLoad::Part{PowerFactor{.full_load = 0.87, .no_load = Share(0.3), .square = {}}.curve(), Power(2e5)};
    load.transformers = ReactiveLoad::Part{TransformerReactive{}.curve(), Power(1.5e6)};
    drive(reactive_domain, 0, One{0.5},
          [&](const One& at) {
            const Load feed{Power(at[0] * 1e6), PowerVariance{}};
            CHECK(load.highest_load(feed, Power(2e4)) == doctest::Approx(std::max(at[0], 0.1)).epsilon(1e-12));
            return load.at(feed, Power(2e4)).si();
          },
          {.least = 0});
    CHECK(load.highest_load({Power(1e5), PowerVariance{}}, Power(3e5)) == doctest::Approx(1.5));
    load.feed = load.motors = {};
    CHECK(load.highest_load({Power(1.2e6), PowerVariance{}}, Power(9e5)) == doctest::Approx(1.4).epsilon(1e-3));
    load.power_factor = 0.95;  // replaces all curves: none is asked
    CHECK(load.highest_load({Power(9e6), PowerVariance{}}, Power(3e5)) == 0);
    CHECK_FALSE(load.has_curves());
  }

  TEST_CASE("steps of a store longer than its window or response, cycles not short against the return") {
    Battery battery{.power = Power(1e6),
                    .energy = Energy(3.6e9),
                    .price_energy = {},
                    .price_power = {},
                    .embodied = {},
                    .smoothing = Smoothing{.ramp_up = {}, .ramp_down = {}, .deadband = {}}};
    const Duration step = std::chrono::milliseconds(20);
    battery.smoothing->window = std::chrono::milliseconds(10);
    battery.response = std::chrono::milliseconds(100);
    CHECK(storage_inputs(battery, step)[0] == doctest::Approx(2));
    CHECK(storage_inputs(battery, step)[1] == doctest::Approx(0.2));
    CHECK(storage_domain.outside(storage_inputs(battery, step)) == 0b01);
    battery.smoothing->filter = SmoothingFilter::none;
    battery.response = std::chrono::milliseconds(5);
    CHECK(storage_domain.outside(storage_inputs(battery, step)) == 0b10);
    battery.response = Duration{0};
    CHECK(storage_domain.outside(storage_inputs(battery, step)) == 0);

    // A store steps: the loss after a while, over the length of its step.
    battery.smoothing->filter = SmoothingFilter::moving_average;
    battery.smoothing->window = std::chrono::seconds(1);
    drive(storage_domain, 0, {0.5, 0.0},
          [&](const std::array<double, 2>& at) {
            StorageSmoother store(battery, from_seconds(std::max(at[0], 0.01)), Power(1e6));
            return store.step(Power(1.5e6)).grid.si();
          },
          {.least = 0.01, .jumps = true});  // a window is a whole number of steps
    drive(storage_cycle_domain, 0, One{0.05},
          [&](const One& at) {
            const double period_s = at[0] * seconds(battery.smoothing->return_time);
            const std::vector<PowerSegment> cycle{{0.5 * period_s, Power(1e6)}, {0.5 * period_s, Power(6e5)}};
            return storage_cycle(cycle, battery).loss.si();
          },
          {.least = 1e-3, .jumps = true});  // the window in bins of the cycle
  }
}
