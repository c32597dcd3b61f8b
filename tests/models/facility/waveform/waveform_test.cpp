// The waveform against a second one that looks up, every 1/8 of a sample, what each leaf does and sends it through
// the tree by itself.

#include "models/facility/waveform/waveform.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/facility/waveform/beats.hpp"

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

StraightPiece piece(double length_s, double first_w, double last_w) {
  return {length_s, Power(first_w), Power(last_w)};
}
StraightPiece flat(double length_s, double power_w) { return piece(length_s, power_w, power_w); }

Rhythm steps_of(double step_s) {
  Rhythm rhythm;
  rhythm.length_s[index(StepPart::step)] = step_s;
  rhythm.steps[index(StepPart::step)] = 1;
  return rhythm;
}

JobWaveform job(const Rhythm& rhythm) {
  JobWaveform waveform{"base", rhythm, {}};
  // Lengths that are not those of the gang: they are laid over its beats. Ramps on the first type.
  PartPieces first, second;
  first[index(StepPart::step)] = {flat(0.5, 700), piece(1.0, 700, 600), piece(0.25, 200, 150), piece(0.25, 150, 180)};
  first[index(StepPart::slow_step)] = {flat(1, 700), flat(1, 200)};
  first[index(StepPart::checkpoint)] = {flat(4, 100)};
  first[index(StepPart::start)] = {piece(3, 100, 700)};
  first[index(StepPart::stop)] = {piece(2, 700, 100)};
  second[index(StepPart::step)] = {flat(0.25, 900), flat(0.75, 300)};
  second[index(StepPart::slow_step)] = {flat(0.5, 900), flat(0.5, 300)};
  second[index(StepPart::checkpoint)] = {flat(2, 150)};
  second[index(StepPart::start)] = {flat(3, 100)};
  second[index(StepPart::stop)] = {flat(2, 100)};
  waveform.types = {first, second};
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
double looked_up_w(const PartPieces& shape, const std::vector<Beat>& beats, double t) {
  for (const Beat& beat : beats) {
    if (t < beat.at_s || t >= beat.end_s()) continue;
    const std::vector<StraightPiece>& pieces = shape[index(beat.part)];
    double length_s = 0;
    for (const StraightPiece& p : pieces) length_s += p.length_s;
    const double scale = beat.length_s / length_s;
    double begin_s = beat.at_s;
    for (const StraightPiece& p : pieces) {
      const double end_s = begin_s + scale * p.length_s;
      if (t < end_s) return p.first.si() + (p.last - p.first).si() * (t - begin_s) / (end_s - begin_s);
      begin_s = end_s;
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
    const JobWaveform waveform = job(steps_of(2));
    // Every instant is a multiple of 1/8 ms, so that the looking up misses nothing.
    std::vector<Beat> beats;
    double t = -1;
    const StepPart parts[] = {StepPart::step, StepPart::step, StepPart::slow_step, StepPart::step,
                              StepPart::checkpoint};
    for (int i = 0; i < 12; ++i) {
      beats.push_back({t, 1.5 + 1e-3 * static_cast<double>(8 * ((i * 37) % 11)), parts[i % 5]});
      t = beats.back().end_s();
    }
    const double racks[] = {32, 32, 24, 16};
    for (std::uint32_t leaf = 0; leaf < 4; ++leaf) {
      log.level(at(0), leaf, 1000.0 * (leaf + 1));
      log.presence(at(0), leaf, 7, racks[leaf]);
    }
    log.level(at(0), 4, 30e3);
    log.content(at(0), 7, waveform, {});
    log.end_snapshot();
    for (const Beat& beat : beats) log.beat(7, beat);
    log.level(at(3.25), 1, 5000);
    log.level(at(4.5), 4, 42e3);
    log.presence(at(6.001), 2, 7, 0);
    log.presence(at(9.5), 2, 7, 12);
    log.silence(at(11.25), 7);
    log.outside(at(8), "share_on_grid", 0.0);
    log.outside(at(8), "share_on_battery", 1.0);
    log.outside(at(9), "share_on_battery", 0.5);
    log.outside(at(10), "share_on_battery", 0.0);
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
    Rhythm rhythm = steps_of(1.337);
    rhythm.length_s[index(StepPart::checkpoint)] = 3.1;
    rhythm.length_s[index(StepPart::slow_step)] = 1.7;
    rhythm.steps[index(StepPart::slow_step)] = 1;
    rhythm.slow_chance = 0.2;
    rhythm.steps_between = 3.5;
    rhythm.jitter = 0.05;
    rhythm.rack_offset_s = 0.02;
    rhythm.rack_jitter_s = 0.004;
    log.content(at(0), 0, job(rhythm), {});
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
    Rhythm rhythm = steps_of(1.25);
    rhythm.length_s[index(StepPart::checkpoint)] = 2.5;
    rhythm.steps_between = 6;
    log.content(at(0), 0, job(rhythm), {});
    // 700 W for a quarter of the step, 650 for a half, 175 and 165 for an eighth each.
    const double expected_w = 32 * (6 * 1.25 * (175 + 325 + 175.0 / 8 + 165.0 / 8) + 2.5 * 100) / 10;
    for (const double lag_s : {0.0, 0.05}) {
      const Wave wave = collect(plan, log, {.begin_s = -10, .end_s = 40, .every_s = 1e-3, .lag_s = lag_s});
      const std::vector<double> whole(wave.it.begin() + 10000, wave.it.end());
      CHECK(mean(whole) == doctest::Approx(expected_w).epsilon(1e-9));
    }
  }

  TEST_CASE("racks have times of their own, and keep their shape and their mean") {
    DistributionPlan plan = small_plan();
    Rhythm rhythm = steps_of(2);
    rhythm.rack_offset_s = 0.03;
    std::vector<double> rises;
    Wave together, alone[2];
    for (const std::uint32_t leaf : {0u, 1u}) {
      WaveformLog log(kOrigin);
      log.begin_snapshot();
      log.presence(at(0), leaf, 0, 1);
      log.content(at(0), 0, job(rhythm), StepPart::step);
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
    log.content(at(0), 0, job(rhythm), StepPart::step);
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
    // Mean over a sample of 2000 - 1000·e^(-t/lag), in samples shorter and longer than the lag.
    for (const double every_s : {1e-3, 0.2}) {
      const double lag_s = 0.02;
      const Wave wave = collect(plan, log, {.begin_s = 0, .end_s = 2, .every_s = every_s, .lag_s = lag_s});
      const auto edge = static_cast<std::size_t>(std::lround(1 / every_s));
      CHECK(wave.it[edge - 1] == doctest::Approx(1000));
      for (const std::size_t after : {0u, 1u, 2u, 4u}) {
        const double begin_s = static_cast<double>(after) * every_s;
        const double left_j = 1000 * lag_s * (std::exp(-begin_s / lag_s) - std::exp(-(begin_s + every_s) / lag_s));
        CHECK(wave.it[edge + after] == doctest::Approx(2000 - left_j / every_s).epsilon(1e-9));
      }
    }
  }

  TEST_CASE("a job begins with its ramp and ends with its ramp") {
    DistributionPlan plan = small_plan();
    WaveformLog log(kOrigin);
    log.presence(at(0), 0, 0, 1);
    Rhythm rhythm = steps_of(2);
    rhythm.length_s[index(StepPart::start)] = 3;
    rhythm.length_s[index(StepPart::stop)] = 2;
    log.content(at(1), 0, job(rhythm), StepPart::start);
    log.content(at(4), 0, job(rhythm), {});
    log.content(at(8), 0, job(rhythm), StepPart::stop);
    const Wave wave = collect(plan, log, {.begin_s = 0, .end_s = 12, .every_s = 1e-3});
    CHECK(wave.it[999] == 0);
    CHECK(wave.it[2500] == doctest::Approx(100 + 600 * 0.50017).epsilon(1e-3));
    CHECK(wave.it[3999] == doctest::Approx(699.9).epsilon(1e-3));
    CHECK(wave.it[4100] == doctest::Approx(700));
    CHECK(wave.it[5900] == doctest::Approx(168).epsilon(1e-2));
    CHECK(wave.it[9000] == doctest::Approx(399.9).epsilon(1e-3));
    CHECK(wave.it[11500] == doctest::Approx(100).epsilon(1e-9));
  }

  TEST_CASE("what cuts a long piece in its middle is seen at its time, blocks of samples later or not") {
    // A piece of 20 s is five blocks of samples at 1 ms.
    DistributionPlan plan = small_plan();
    for (DistributionPlan::Bank& bank : plan.banks) bank.curve = {};
    Rhythm rhythm = steps_of(40);
    rhythm.length_s[index(StepPart::start)] = 3;
    rhythm.length_s[index(StepPart::stop)] = 2;
    JobWaveform once = job(rhythm), twice = once;
    for (StraightPiece& p : twice.types[0][index(StepPart::step)]) p.first = 2 * p.first, p.last = 2 * p.last;
    WaveformLog log(kOrigin);
    log.presence(at(0), 0, 0, 1);
    log.presence(at(0), 1, 0, 3);
    log.content(at(0), 0, once, StepPart::step);
    log.content(at(13.25), 0, twice, {});
    log.presence(at(21.5), 1, 0, 0);
    log.silence(at(27.125), 0);
    log.presence(at(28), 0, 1, 5);
    log.content(at(28), 1, once, StepPart::start);
    log.content(at(29.5), 1, once, StepPart::stop);
    const Wave wave = collect(plan, log, {.begin_s = 0, .end_s = 40, .every_s = 1e-3});
    double worst = 0;
    for (std::size_t i = 0; i < wave.it.size(); ++i) {
      const double t = (static_cast<double>(i) + 0.5) * 1e-3;
      const double each_w = t < 10 ? 700 : 700 - 100 * (t - 10) / 20;
      double expected_w = t < 27.125 ? (t < 13.25 ? 1 : 2) * (t < 21.5 ? 4 : 1) * each_w : 0;
      if (t > 28)
        expected_w = 5 * (t < 29.5 ? 100 + 600 * (t - 28) / 3 : std::max(100.0, 700 - 600 * (t - 29.5) / 2));
      worst = std::max(worst, std::abs(wave.it[i] - expected_w));
    }
    CHECK(worst < 1e-6);
  }

  TEST_CASE("a rack that is late draws what it begins with until then") {
    DistributionPlan plan = small_plan();
    Rhythm rhythm = steps_of(2);
    rhythm.rack_offset_s = 0.03;
    WaveformLog log(kOrigin);
    for (const std::uint32_t leaf : {0u, 1u, 2u, 3u}) log.presence(at(1), leaf, 0, 1);
    log.content(at(1), 0, job(rhythm), StepPart::step);
    const Wave wave = collect(plan, log, {.begin_s = 0, .end_s = 4, .every_s = 1e-3, .stream = "w"});
    CHECK(wave.it[999] == 0);
    for (std::size_t i = 1000; i < 1300; ++i) REQUIRE(wave.it[i] == doctest::Approx(3 * 700 + 900).epsilon(1e-9));
  }

  TEST_CASE("what stands besides counts by its part of a sample") {
    const std::vector<WaveformLog::Outside> changes{{-1, 0.5}, {1.25, 1.0}, {1.5, 0.0}, {7, 1.0}};
    Follower follower{changes, 3};
    CHECK(follower.mean(0, 1) == 0.5);
    CHECK(follower.mean(1, 2) == doctest::Approx(0.25 * 0.5 + 0.25 * 1));
    CHECK(follower.mean(2, 3) == 0);
    CHECK(follower.mean(3, 13) == doctest::Approx(0.6));
    CHECK(follower.mean(13, 14) == 1);
  }

  TEST_CASE("beats keep the mean length of a step and the mean number of steps between checkpoints") {
    Rhythm rhythm = steps_of(1.5);
    rhythm.length_s[index(StepPart::checkpoint)] = 20;
    rhythm.length_s[index(StepPart::slow_step)] = 3;
    rhythm.steps[index(StepPart::slow_step)] = 2;
    rhythm.slow_chance = 0.1;
    rhythm.steps_between = 7.3;
    rhythm.jitter = 0.2;
    Beats beats(rhythm, Random(1, 0, "beats"));
    double steps_s = 0, end_s = 0, work = 0;
    int steps = 0, slow = 0, checkpoints = 0;
    for (int i = 0; i < 40000; ++i) {
      const Beat beat = beats.next(end_s);
      CHECK(beat.at_s == end_s);
      end_s = beat.end_s();
      work += beats.steps(beat);
      if (beat.part == StepPart::checkpoint) {
        ++checkpoints;
        CHECK(beat.length_s == 20);
      } else if (beat.part == StepPart::slow_step) {
        ++slow;
      } else {
        ++steps;
        steps_s += beat.length_s;
      }
    }
    CHECK(steps_s / steps == doctest::Approx(1.5).epsilon(0.005));
    CHECK(static_cast<double>(slow) / (slow + steps) == doctest::Approx(0.1).epsilon(0.05));
    CHECK(work / checkpoints == doctest::Approx(7.3).epsilon(0.001));
    // Any instant of the cycle is as likely as any other: the share of begins in a checkpoint.
    int within = 0;
    for (int i = 0; i < 4000; ++i) {
      Beats from(rhythm, Random(1, 0, "begin " + std::to_string(i)));
      const double ago_s = from.begin_anywhere(0.5);
      const Beat beat = from.next(-ago_s);
      CHECK(ago_s >= 0);
      if (beat.part == StepPart::checkpoint) {
        ++within;
        CHECK(ago_s <= 20);
      }
    }
    CHECK(within / 4000.0 == doctest::Approx(20 / (20 + 7.3 * 1.5)).epsilon(0.05));
  }

  TEST_CASE("two jobs stand at the same place of their cycles as often as their correlation says") {
    Rhythm rhythm = steps_of(2);
    for (const double correlation : {0.0, 0.36, 1.0}) {
      rhythm.correlation = correlation;
      int together = 0;
      for (int i = 0; i < 4000; ++i) {
        const double place = Random(7, 0, "window " + std::to_string(i)).uniform();
        Beats a(rhythm, Random(7, 0, "a " + std::to_string(i))), b(rhythm, Random(7, 0, "b " + std::to_string(i)));
        if (a.begin_anywhere(place) == b.begin_anywhere(place)) ++together;
      }
      CHECK(together / 4000.0 == doctest::Approx(correlation).epsilon(0.1).scale(0.01));
    }
  }

  TEST_CASE("a staggered job writes its first checkpoint later, and the next ones as often") {
    Rhythm rhythm = steps_of(2);
    rhythm.length_s[index(StepPart::checkpoint)] = 5;
    rhythm.steps_between = 10;
    rhythm.first_later = 3;
    Beats beats(rhythm, Random(1, 0, "beats"));
    std::vector<double> begins;
    for (double at_s = 0; begins.size() < 3;) {
      const Beat beat = beats.next(at_s);
      if (beat.part == StepPart::checkpoint) begins.push_back(at_s);
      at_s = beat.end_s();
    }
    CHECK(begins == std::vector<double>{26, 51, 76});
  }
}
