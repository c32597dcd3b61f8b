// The same hour averaged and resolved: with and without each mitigation, with a battery, with a plant under weather.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/models/facility/window_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

const std::string kBase = "workload.training.base.";
const Sets kCheckpoints{kBase + "checkpoint_time=5 s", kBase + "checkpoint_every=2 min"};
// In line with the load, which is what the closed form of its loss holds for; and one that answers after 20 ms.
const std::string kFlat =
    "site.battery={use: supercapacitor, power: 200 kW, energy: 50 kWh, smoothing: {window: 15 s}}";
const std::string kSlow =
    "site.battery={use: lfp-container, power: 200 kW, energy: 50 kWh, smoothing: {window: 15 s}}";

struct Mitigation {
  const char* name;
  Sets sets;
};

const std::vector<Mitigation>& mitigations() {
  static const std::vector<Mitigation> list{
      {"none", {}},
      {"power cap", {kBase + "power_cap=500 W"}},
      {"smoothing", {kBase + "smoothing={floor: 85 %, ramp_up: 300 W/s, ramp_down: 300 W/s, stop_delay: 2 s}"}},
      {"dummy load", {kBase + "dummy_load={}"}},
      {"overshoot", {kBase + "overshoot={}"}},
      {"ramps",
       {kBase + "flops=none", kBase + "duration=40 min", kBase + "start_ramp={time: 30 s, from: 30 %, to: 90 %}",
        kBase + "stop_ramp=20 s"}},
      {"stagger", {kBase + "stagger=40 s"}},
      {"capacitor", {"site.racks.dgx.capacitor={energy: 65 J}"}},
      {"jitter and stragglers", {kBase + "jitter=3 %", kBase + "straggler={probability: 3 %, slowdown: 20 %}"}},
      {"all",
       {kBase + "power_cap=600 W", kBase + "smoothing={floor: 80 %, ramp_up: 500 W/s, ramp_down: 500 W/s}",
        kBase + "dummy_load={}", kBase + "overshoot={}", kBase + "start_ramp=30 s", kBase + "stagger=10 s",
        "site.racks.dgx.capacitor={energy: 65 J}", kBase + "jitter=1 %"}}};
  return list;
}

struct Pair {
  TestRun averaged, resolved;
  [[nodiscard]] double ratio(const char* scalar) const {
    return resolved.summary("hall", scalar) / averaged.summary("hall", scalar);
  }
};

void run_both(Pair& pair, const char* text, const Sets& sets) {
  run_text(pair.averaged, text, sets);
  run_text(pair.resolved, text, sets + Sets{"fidelity=resolved"});
  CHECK(pair.averaged.result.audits_hold());
  CHECK(pair.resolved.result.audits_hold());
}

void check_energies(const Pair& pair) {
  for (const char* scalar : {"it_energy", "facility_energy", "grid_energy"}) {
    CAPTURE(std::string(scalar));
    CHECK(std::abs(pair.ratio(scalar) - 1) < 0.005);
  }
}

/// A window of a resolved run over minute 7 against the columns of that minute.
void check_window(const TestRun& run, double bound) {
  const RunFileReader file = run.open();
  CHECK(std::abs(mean_of(file, "hall/windows/a", "it_power") / file.numbers("hall", "it_power")[7] - 1) < bound);
  CHECK(std::abs(mean_of(file, "hall/windows/a", "facility_power") / file.numbers("hall", "facility_power")[7] - 1) <
        std::max(bound, 5e-5));
}

/// What the battery loses: all losses with it less those without.
double loss_of(const TestRun& with, const TestRun& without) {
  return with.summary("hall", "distribution_energy") - without.summary("hall", "distribution_energy");
}

double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

void agree(const Mitigation& mitigation, const Sets& more) {
  CAPTURE(std::string(mitigation.name));
  Pair pair;
  run_both(pair, swinging_hall, mitigation.sets + kCheckpoints + more + Sets{glass("a", "00:07", "60 s")});
  check_energies(pair);
  // Ramps of firmware and capacitors are stairs in a resolved run: exact but for the one that the edge cuts.
  check_window(pair.resolved, mitigation.name == std::string("none") ? 1e-6 : 1e-4);
  CHECK(pair.ratio("accelerator_time") == doctest::Approx(1).epsilon(0.005));
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("twenty minutes resolved agree with the averaged ones") {
    agree(mitigations().front(), {"duration=20 min"});
  }

  TEST_CASE("imposed cooling follows the heat of a minute, not the phases of a step") {
    Pair pair;
    run_both(pair, swinging_hall,
             Sets{"duration=10 min", kBase + "checkpoint_time=0 s", glass("a", "00:05", "60 s")});
    for (const TestRun* run : {&pair.averaged, &pair.resolved}) {
      const RunFileReader file = run->open();
      const std::vector<double> it = file.numbers("hall/windows/a", "it_power");
      const std::vector<double> facility = file.numbers("hall/windows/a", "facility_power");
      // What is not IT: losses swing a little with the load, cooling of 20 % of IT power does not.
      std::vector<double> beside;
      for (std::size_t i = 0; i < it.size(); ++i) beside.push_back(facility[i] - it[i]);
      CHECK(mean_of(beside) > 0.2 * mean_of(it));
      CHECK(deviation_of(beside) < 0.1 * deviation_of(it));
    }
    CHECK(pair.ratio("pue") == doctest::Approx(1).epsilon(1e-3));
  }

  TEST_CASE("a window of a resolved run shows the steps that were played") {
    TestRun run;
    run_text(run, swinging_hall,
             kCheckpoints + Sets{"fidelity=resolved", "record.every=250 ms", "duration=1 min", kBase + "jitter=5 %",
                                 glass("a", "00:00:10", "20 s")});
    const RunFileReader file = run.open();
    const std::vector<double> wave = file.numbers("hall/windows/a", "it_power");
    const std::vector<double> recorded = file.numbers("hall", "it_power");
    for (std::size_t i = 0; i < 80; ++i) {
      const auto from = wave.begin() + static_cast<std::ptrdiff_t>(250 * i);
      REQUIRE(mean_of(std::vector<double>(from, from + 250)) == doctest::Approx(recorded[40 + i]).epsilon(1e-5));
    }
  }
}

TEST_SUITE("slow") {
  TEST_CASE("an hour resolved agrees with the averaged one, with and without each mitigation") {
    for (const Mitigation& mitigation : mitigations()) agree(mitigation, {"duration=1 h"});
  }

  TEST_CASE("failures and restarts cost the same energy resolved") {
    Pair pair;
    run_both(
        pair, swinging_hall,
        kCheckpoints + Sets{"duration=4 h", kBase + "accelerator_failure_every=120 h", kBase + "restart_time=4 min"});
    CHECK(pair.averaged.summary("hall", "training_failures") > 2);
    CHECK(pair.resolved.summary("hall", "training_failures") == pair.averaged.summary("hall", "training_failures"));
    check_energies(pair);
    CHECK(pair.ratio("training_lost_time") == doctest::Approx(1).epsilon(0.2));
  }

  TEST_CASE("a battery that smooths: energies, and its loss by closed form and played") {
    for (const std::string& battery : {kFlat, kSlow}) {
      CAPTURE(battery);
      for (const Mitigation& mitigation : {mitigations().front(), mitigations().back()}) {
        CAPTURE(std::string(mitigation.name));
        const Sets sets = mitigation.sets + Sets{"duration=1 h"};
        Pair with, without;
        run_both(without, swinging_hall, sets);
        run_both(with, swinging_hall, sets + Sets{battery, glass("a", "00:07", "60 s")});
        check_energies(with);
        check_energies(without);
        const double averaged = loss_of(with.averaged, without.averaged);
        const double resolved = loss_of(with.resolved, without.resolved);
        MESSAGE(fmt::format("loss {:.4g} MJ averaged, {:.4g} MJ resolved", averaged / 1e6, resolved / 1e6));
        CHECK(averaged > 0);
        // Beside the site's energy in any case; of itself where it has much to do, and what is there is its cycle's.
        CHECK(std::abs(resolved - averaged) < 1e-3 * with.averaged.summary("hall", "facility_energy"));
        if (mitigation.sets.empty())
          CHECK(resolved == doctest::Approx(averaged).epsilon(battery == kFlat ? 0.05 : 0.2));
        // What the window's own battery does beside the run's.
        for (const TestRun* run : {&with.averaged, &with.resolved}) {
          const RunFileReader file = run->open();
          CHECK(mean_of(file, "hall/windows/a", "facility_power") ==
                doctest::Approx(mean_of(file, "hall", "facility_power", 7, 1)).epsilon(0.005));
          const double ratio = deviation_of(file.numbers("hall/windows/a", "grid_power")) /
                               deviation_of(file.numbers("hall/windows/a", "facility_power"));
          CHECK(ratio < (mitigation.sets.empty() ? 0.35 : 1.0));
        }
      }
    }
  }

  TEST_CASE("two jobs, two rack types, one battery") {
    Pair pair;
    run_both(pair, swinging_hall,
             Sets{"duration=1 h", "site.racks.old={use: rack-dgx-a100, count: 4}", kFlat,
                  "workload.training.other={flops: 1e+30, accelerators: 96, step: 2.3 s, accelerator_failure_every: "
                  "none, checkpoint_time: 0 s}"});
    check_energies(pair);
  }

  TEST_CASE("a plant under weather: inlets change, and a resolved run agrees with the averaged one") {
    const Sets sets{"duration=3 h",
                    "start=2027-07-10T10:00",
                    "site.weather={climate: denver}",
                    "site.cooling.system={use: air-chiller-tower}",
                    "site.racks.dgx.count=20",
                    kBase + "accelerators=600",
                    kBase + "step=3 s",
                    "record.windows.a={at: \"2027-07-10T11:00\", for: 5 min, every: 10 ms}"};
    Pair pair;
    run_both(pair, swinging_hall, sets);
    check_energies(pair);
    for (const TestRun* run : {&pair.averaged, &pair.resolved}) {
      const RunFileReader file = run->open();
      for (const char* column : {"it_power", "facility_power"}) {
        CAPTURE(column);
        CHECK(mean_of(file, "hall/windows/a", column) ==
              doctest::Approx(mean_of(file, "hall", column, 60, 5)).epsilon(0.001));
      }
    }
  }
}
