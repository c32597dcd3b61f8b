// The waveform against a second one that looks up, every 1/8 of a sample, what each leaf does and sends it through
// the tree by itself.

#include "models/facility/waveform.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/facility/beats.hpp"

using namespace wattershed;

namespace {

const Time kOrigin = Time(std::chrono::hours(24 * 365 * 57));

Time at(double s) { return kOrigin + from_seconds(s); }

/// Two PDUs of two racks each under one UPS; a mechanical board beside them.
DistributionPlan small_plan() {
  DistributionPlan plan;
  plan.stages = {"pdu", "ups"};
  const LossCurve pdu{Share(0.005), Share(0.004), Share(0.01)}, ups{Share(0.006), Share(0.01), Share(0.016)};
  plan.banks = {{pdu, 150e3, 2, 0, false}, {pdu, 150e3, 2, 0, false}, {ups, 400e3, DistributionPlan::top, 1, true}};
  plan.leaves = {{0, 0, true}, {0, 0, true}, {1, 0, true}, {1, 1, true}, {DistributionPlan::top, 0, false}};
  return plan;
}

JobWaveform job(const Rhythm& rhythm) {
  JobWaveform waveform{"base", rhythm, {}};
  // Lengths that are not those of the gang: they are laid over its beats.
  waveform.types.push_back({{{0.5, Power(700)}, {1.0, Power(650)}, {0.5, Power(200)}}, {{4, Power(100)}}, 2});
  waveform.types.push_back({{{0.25, Power(900)}, {0.75, Power(300)}}, {{2, Power(150)}}, 1});
  return waveform;
}

struct Wave {
  std::vector<double> it, facility, grid, battery;
};

Wave collect(const DistributionPlan& plan, const WaveformLog& log, const WaveformOptions& options) {
  Wave wave;
  synthesize(plan, log, options, [&](const WaveformBlock& block) {
    REQUIRE(block.first == wave.it.size());
    wave.it.insert(wave.it.end(), block.it_w.begin(), block.it_w.end());
    wave.facility.insert(wave.facility.end(), block.facility_w.begin(), block.facility_w.end());
    wave.grid.insert(wave.grid.end(), block.grid_w.begin(), block.grid_w.end());
    wave.battery.insert(wave.battery.end(), block.battery_w.begin(), block.battery_w.end());
  });
  return wave;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Power of one accelerator of the type at a time [W].
double looked_up_w(const StepWaveform& shape, const std::vector<Beat>& beats, double t) {
  for (const Beat& beat : beats) {
    if (t < beat.at_s || t >= beat.end_s()) continue;
    const std::vector<PowerSegment>& segments = beat.checkpoint ? shape.checkpoint : shape.step;
    const double scale = beat.length_s / length_of(segments);
    double end_s = beat.at_s;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      end_s += scale * segments[i].length_s;
      if (!beat.checkpoint && i == shape.waits_in) end_s += beat.wait_s;
      if (t < end_s) return segments[i].power.si();
    }
  }
  return 0;
}

double loss_w(const DistributionPlan::Bank& bank, double p) {
  const double x = p / bank.rating_w;
  return p == 0 ? 0
                : bank.rating_w *
                      (bank.curve.no_load.si() + bank.curve.proportional.si() * x + bank.curve.square.si() * x * x);
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a waveform is that of a second way to it, sample by sample") {
    const DistributionPlan plan = small_plan();
    WaveformLog log(kOrigin);
    log.begin_snapshot();
    const JobWaveform waveform = job({.step_s = 2});
    // Every instant is a multiple of 1/8 ms, so that the looking up misses nothing.
    std::vector<Beat> beats;
    double t = -1;
    for (int i = 0; i < 12; ++i) {
      beats.push_back(
          {t, 1.5 + 0.125e-3 * static_cast<double>(8 * ((i * 37) % 11)), i % 4 == 1 ? 0.25 : 0.0, i % 5 == 4});
      if (beats.back().checkpoint) beats.back().wait_s = 0;
      t = beats.back().end_s();
    }
    const double racks[] = {32, 32, 24, 16};
    for (std::uint32_t leaf = 0; leaf < 4; ++leaf) {
      log.level(at(0), leaf, 1000.0 * (leaf + 1));
      log.presence(at(0), leaf, 7, racks[leaf]);
    }
    log.level(at(0), 4, 30e3);
    log.content(at(0), 7, waveform, false);
    log.end_snapshot();
    for (const Beat& beat : beats) log.beat(7, beat);
    log.level(at(3.25), 1, 5000);
    log.level(at(4.5), 4, 42e3);
    log.presence(at(6.001), 2, 7, 0);
    log.presence(at(9.5), 2, 7, 12);
    log.silence(at(11.25), 7);
    log.outside(at(8), "share_on_grid", 0.0);
    log.outside(at(9), "share_on_grid", 0.5);
    log.outside(at(10), "share_on_grid", 1.0);
    const Wave wave = collect(plan, log, {.begin_s = 0, .end_s = 12, .every_s = 1e-3});
    REQUIRE(wave.it.size() == 12000);
    double worst = 0, worst_grid = 0, worst_facility = 0;
    for (std::size_t i = 0; i < wave.it.size(); ++i) {
      double leaf_w[5] = {};
      for (int k = 0; k < 8; ++k) {
        const double now = (static_cast<double>(i) + (k + 0.5) / 8) * 1e-3;
        for (std::uint32_t leaf = 0; leaf < 4; ++leaf) {
          double count = racks[leaf];
          if (leaf == 2 && now > 6.001) count = now > 9.5 ? 12 : 0;
          if (now > 11.25) count = 0;
          const double steady = leaf == 1 && now > 3.25 ? 5000 : 1000.0 * (leaf + 1);
          leaf_w[leaf] += (steady + count * looked_up_w(waveform.types[leaf == 3], beats, now)) / 8;
        }
        leaf_w[4] += (now > 4.5 ? 42e3 : 30e3) / 8;
      }
      const double a = leaf_w[0] + leaf_w[1], b = leaf_w[2] + leaf_w[3];
      const double loss_a = loss_w(plan.banks[0], a), loss_b = loss_w(plan.banks[1], b);
      const double ups = a + loss_a + b + loss_b, loss_ups = loss_w(plan.banks[2], ups);
      const double now = static_cast<double>(i) * 1e-3;
      const double share = now >= 8 && now < 9 ? 0 : now >= 9 && now < 10 ? 0.5 : 1;
      worst = std::max(worst, std::abs(wave.it[i] - a - b));
      worst_facility = std::max(worst_facility, std::abs(wave.facility[i] - (ups + loss_ups + leaf_w[4])));
      worst_grid = std::max(worst_grid, std::abs(wave.grid[i] - (share * (ups + loss_ups) + leaf_w[4])));
      CHECK(wave.grid[i] == doctest::Approx(wave.facility[i] + wave.battery[i]).epsilon(1e-12));
    }
    CHECK(worst < 1e-6);
    CHECK(worst_facility < 1e-6);
    CHECK(worst_grid < 1e-6);
  }

  TEST_CASE("a coarse sample is the mean of the fine ones, before losses") {
    DistributionPlan plan = small_plan();
    for (DistributionPlan::Bank& bank : plan.banks) bank.curve = {};
    WaveformLog log(kOrigin);
    log.begin_snapshot();
    for (std::uint32_t leaf = 0; leaf < 4; ++leaf) log.presence(at(0), leaf, 0, 32);
    log.content(at(0), 0,
                job({.step_s = 1.337,
                     .checkpoint_s = 3.1,
                     .steps_between = 3.5,
                     .jitter = 0.05,
                     .straggler_chance = 0.2,
                     .straggler_wait_s = 0.4,
                     .rack_offset_s = 0.02,
                     .rack_jitter_s = 0.004}),
                false);
    const WaveformOptions fine{.begin_s = 0, .end_s = 60, .every_s = 1e-3, .stream = "window"};
    WaveformOptions coarse = fine;
    coarse.every_s = 0.1;
    const Wave a = collect(plan, log, fine), b = collect(plan, log, coarse);
    REQUIRE(b.it.size() == 600);
    for (std::size_t i = 0; i < b.it.size(); ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < 100; ++k) sum += a.it[i * 100 + k];
      CHECK(b.it[i] == doctest::Approx(sum / 100).epsilon(1e-9));
    }
    WaveformOptions other = fine;
    other.stream = "another window";
    CHECK(collect(plan, log, other).it != a.it);
    CHECK(collect(plan, log, fine).it == a.it);
  }

  TEST_CASE("over whole cycles the mean is that of the cycle, wherever it begins") {
    DistributionPlan plan = small_plan();
    WaveformLog log(kOrigin);
    log.begin_snapshot();
    log.presence(at(0), 0, 0, 32);
    const JobWaveform waveform = job({.step_s = 1.25, .checkpoint_s = 2.5, .steps_between = 6});
    log.content(at(0), 0, waveform, false);
    const double step_w = load_of(waveform.types[0].step).mean.si();
    const double expected_w = 32 * (6 * 1.25 * step_w + 2.5 * 100) / 10;
    for (const double lag_s : {0.0, 0.05}) {
      const Wave wave = collect(plan, log, {.begin_s = -10, .end_s = 40, .every_s = 1e-3, .lag_s = lag_s});
      const std::vector<double> whole(wave.it.begin() + 10000, wave.it.end());
      CHECK(mean(whole) == doctest::Approx(expected_w).epsilon(1e-9));
    }
  }

  TEST_CASE("racks have times of their own, and keep their shape and their mean") {
    DistributionPlan plan = small_plan();
    const Rhythm rhythm{.step_s = 2, .rack_offset_s = 0.03};
    std::vector<double> rises;
    Wave together, alone[2];
    for (const std::uint32_t leaf : {0u, 1u}) {
      WaveformLog log(kOrigin);
      log.begin_snapshot();
      log.presence(at(0), leaf, 0, 1);
      log.content(at(0), 0, job(rhythm), true);
      alone[leaf] = collect(plan, log, {.begin_s = 0, .end_s = 20, .every_s = 1e-3, .stream = "w"});
      // A rise from 200 to 700 W, once a step.
      for (std::size_t i = 3000; i < 4900; ++i)
        if (alone[leaf].it[i] > 680 && alone[leaf].it[i - 1] < 680) rises.push_back(static_cast<double>(i));
    }
    REQUIRE(rises.size() == 2);
    CHECK(std::abs(rises[0] - rises[1]) > 2);
    CHECK(std::abs(rises[0] - rises[1]) < 8 * 30);
    WaveformLog log(kOrigin);
    log.begin_snapshot();
    for (const std::uint32_t leaf : {0u, 1u}) log.presence(at(0), leaf, 0, 1);
    log.content(at(0), 0, job(rhythm), true);
    together = collect(plan, log, {.begin_s = 0, .end_s = 20, .every_s = 1e-3, .stream = "w"});
    for (std::size_t i = 0; i < together.it.size(); i += 7)
      CHECK(together.it[i] == doctest::Approx(alone[0].it[i] + alone[1].it[i]).epsilon(1e-9));
  }

  TEST_CASE("the lag of the supply chain makes an edge an exponential") {
    DistributionPlan plan = small_plan();
    WaveformLog log(kOrigin);
    log.begin_snapshot();
    log.level(at(0), 0, 1000);
    log.end_snapshot();
    log.level(at(1), 0, 2000);
    const Wave wave = collect(plan, log, {.begin_s = 0, .end_s = 2, .every_s = 1e-3, .lag_s = 0.02});
    CHECK(wave.it[999] == doctest::Approx(1000));
    for (const std::size_t ms : {20u, 40u, 100u})
      CHECK(wave.it[1000 + ms - 1] ==
            doctest::Approx(2000 - 1000 * std::exp(-static_cast<double>(ms) / 20)).epsilon(1e-9));
  }

  TEST_CASE("beats keep the mean length of a step and the mean number of steps between checkpoints") {
    const Rhythm rhythm{.step_s = 1.5,
                        .checkpoint_s = 20,
                        .steps_between = 7.3,
                        .jitter = 0.2,
                        .straggler_chance = 0.1,
                        .straggler_wait_s = 2};
    Beats beats(rhythm, Random(1, 0, "beats"));
    double steps_s = 0, waits_s = 0, end_s = 0;
    int steps = 0, checkpoints = 0;
    for (int i = 0; i < 40000; ++i) {
      const Beat beat = beats.next(end_s);
      CHECK(beat.at_s == end_s);
      end_s = beat.end_s();
      if (beat.checkpoint) {
        ++checkpoints;
        CHECK(beat.length_s == 20);
      } else {
        ++steps;
        steps_s += beat.length_s;
        waits_s += beat.wait_s;
      }
    }
    CHECK(steps_s / steps == doctest::Approx(1.5).epsilon(0.005));
    CHECK(waits_s / steps == doctest::Approx(0.2).epsilon(0.05));
    CHECK(static_cast<double>(steps) / checkpoints == doctest::Approx(7.3).epsilon(0.001));
    // Any instant of the cycle is as likely as any other: the share of begins in a checkpoint.
    int within = 0;
    for (int i = 0; i < 4000; ++i) {
      Beats from(rhythm, Random(1, 0, "begin " + std::to_string(i)));
      const double ago_s = from.begin_anywhere();
      const Beat beat = from.next(-ago_s);
      CHECK(ago_s >= 0);
      if (beat.checkpoint) {
        ++within;
        CHECK(ago_s <= 20);
      }
    }
    CHECK(within / 4000.0 == doctest::Approx(20 / (20 + 7.3 * 1.5)).epsilon(0.05));
  }
}
