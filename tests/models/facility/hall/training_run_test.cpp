// The life of a training job: tokens, failures, work lost, restarts, the end.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "models/compute/server_draw.hpp"
#include "tests/models/facility/live_site.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

// Ten racks of 32 for one job of 320; cooling adds nothing, so that grid energy is IT energy.
const char* const kGang = R"(
title: one gang
start: 2027-01-01
duration: 10 days
record: {every: 1 h}
site:
  name: hall
  grid: {carbon: 400 g/kWh, water_intensity: 2 L/kWh, tariff: {energy: 0.1 USD/kWh}}
  cooling: {system: {use: fixed-overhead, overhead: 0 %}}
  racks: {dgx: {use: rack-dgx-h100, count: 10}}
workload:
  training:
    gang: {llm: llama-3-70b, tokens: 1e+13, accelerators: 320, checkpoint_every: 20 min, restart_time: 6 min, accelerator_failure_every: 1600 h}
)";
constexpr double kPerDay = 320 * 24 / 1600.0;  // failures a day

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("without failures: tokens are steps times tokens a step, and the power is the plan's") {
    LiveSite live(kGang, {"workload.training.gang.accelerator_failure_every=none", "duration=2 days"});
    live.run();
    const TrainingRun& run = *live.trainings()[0];
    const double steps = 2 * 86400 / run.plan().cycle_s;
    CHECK(live.summary("tokens_trained") == doctest::Approx(steps * run.plan().tokens_per_step).epsilon(1e-12));
    CHECK(run.failures() == 0);
    CHECK(run.lost_s() == 0);
    // Against the FLOPs of the work: 6·N a token at 40 % of 989 TFLOP/s, less the time of checkpoints.
    const TrainingJob& job = live.loaded.sites[0].scenario.workload.training[0].second;
    const double dense = live.loaded.sites[0].scenario.site.racks[0].second.server.accelerator.dense_16_bit->si();
    const double at_work_s = 2 * 86400 * run.plan().step_s / run.plan().cycle_s;
    CHECK(live.summary("tokens_trained") ==
          doctest::Approx(320 * dense * job.mfu.si() * at_work_s / (6 * job.llm->active())).epsilon(1e-9));
    CHECK(live.now("accelerators_busy") == 320);
  }

  TEST_CASE("every second is work kept, work lost or a restart") {
    LiveSite live(kGang);
    const TrainingRun& run = *live.trainings()[0];
    const Rack& rack = live.loaded.sites[0].scenario.site.racks[0].second;
    const TrainingJob& job = live.loaded.sites[0].scenario.workload.training[0].second;
    const double per_server = 40.0;
    const double works_w =
        per_server * server_draw(rack, server_phases(job, run.plan()), ServerFans{}.reference).input.mean.si();
    const PhasePower parked{1, activity_power(rack.server.accelerator, Activity::parked), 0};
    const double parked_w = per_server * server_draw(rack, {&parked, 1}, ServerFans{}.reference).input.mean.si();
    REQUIRE(parked_w < works_w);
    std::uint64_t failures = 0;
    double lost_s = 0;
    for (int minute = 1; minute <= 10 * 24 * 60; ++minute) {
      live.run_to(minute / 60.0);
      // A failure loses at most the work since the last checkpoint; its interval is counted at work, so wall time has
      // the checkpoints on top.
      const auto more = static_cast<double>(run.failures() - failures);
      const double interval_s = 1200 * run.plan().cycle_s / run.plan().step_s;
      REQUIRE(run.lost_s() - lost_s <= more * interval_s * (1 + 1e-12));
      REQUIRE((more > 0 || run.lost_s() == lost_s));
      failures = run.failures();
      lost_s = run.lost_s();
      // Power is that of work or that of a restart, and nothing else.
      const double it_w = live.now("it_power");
      REQUIRE((std::abs(it_w / works_w - 1) < 1e-12 || std::abs(it_w / parked_w - 1) < 1e-12));
    }
    CHECK(failures > 20);
    const double whole_s = 10 * 86400;
    const double restarting_s = (works_w * whole_s - live.total("it_power")) / (works_w - parked_w);
    // The last restart may be cut by the end.
    CHECK(restarting_s <= static_cast<double>(failures) * 360 * (1 + 1e-9));
    CHECK(restarting_s > static_cast<double>(failures - 1) * 360 * (1 - 1e-9));
    const double kept_s = run.steps(live.simulation.now()) * run.plan().cycle_s;
    CHECK(kept_s + run.lost_s() + restarting_s == doctest::Approx(whole_s).epsilon(1e-9));
  }

  TEST_CASE("failures come at the rate of the gang") {
    // A Poisson count over the time at work, summed over seeds.
    double failures = 0, expected = 0;
    for (int seed = 1; seed <= 60; ++seed) {
      LiveSite live(kGang, {fmt::format("seed={}", seed), "duration=20 days", "record.every=1 day"});
      live.run();
      const TrainingRun& run = *live.trainings()[0];
      const auto count = static_cast<double>(run.failures());
      failures += count;
      expected += kPerDay * (20 - count * 360 / 86400);
    }
    CAPTURE(failures);
    CAPTURE(expected);
    CHECK(std::abs(failures - expected) < 3 * std::sqrt(expected));
    CHECK(expected > 5000);
  }

  TEST_CASE("the job ends when its tokens are done, and gives its accelerators back") {
    for (const char* failing : {"none", "100 h"}) {
      CAPTURE(failing);
      TestRun run;
      run_text(run, kGang,
               {"workload.training.gang.tokens=1e+9",
                std::string("workload.training.gang.accelerator_failure_every=") + failing,
                "workload.training.gang.checkpoint_every=5 min", "duration=3 days"});
      CHECK(run.result.audits_hold());
      const RunFileReader file = run.open();
      CHECK(file.summary("hall", "tokens_trained").value() == doctest::Approx(1e9).epsilon(1e-12));
      CHECK(file.numbers("hall/jobs", "complete") == std::vector<double>{1});
      CHECK(file.numbers("hall", "accelerators_busy").back() == 0);
      const LoadedScenario loaded = load_text(kGang, {"workload.training.gang.tokens=1e+9"});
      const StepPlan plan = plan_step(loaded.sites[0].scenario.workload.training[0].second,
                                      loaded.sites[0].scenario.site.racks[0].second.server.accelerator);
      const double ended_s = file.numbers("hall/jobs", "ended")[0];
      const double failures = file.summary("hall", "training_failures").value();
      const double lost_s = file.summary("hall", "training_lost_time").value();
      if (std::string(failing) == "none")
        CHECK(ended_s == doctest::Approx(plan.steps * plan.step_s * (1 + plan.checkpoint_s / 300)).epsilon(1e-9));
      else
        CHECK(failures > 0);
      const double work_s = plan.steps * plan.step_s * (1 + plan.checkpoint_s / 300);
      CHECK(ended_s == doctest::Approx(work_s + lost_s + failures * 360).epsilon(1e-9));
    }
  }

  TEST_CASE("mean run time with failures is what the plan expects") {
    // Daly's run time against the mean over seeds: checkpoint and restart are short against the time between
    // failures.
    double sum_s = 0, squares = 0, expected_s = 0;
    constexpr int seeds = 60;
    for (int seed = 1; seed <= seeds; ++seed) {
      LiveSite live(kGang, {fmt::format("seed={}", seed), "workload.training.gang.tokens=1e+9",
                            "workload.training.gang.accelerator_failure_every=400 h",
                            "workload.training.gang.checkpoint_every=5 min", "duration=5 days"});
      double ended_s = 0;
      live.jobs().on_end([&](const JobRecord& job) { ended_s = seconds(job.ended - job.started.value()); });
      live.run();
      REQUIRE(ended_s > 0);
      sum_s += ended_s;
      squares += ended_s * ended_s;
      expected_s = live.trainings()[0]->plan().expected_run_s;
    }
    const double mean_s = sum_s / seeds;
    const double error_s = std::sqrt((squares / seeds - mean_s * mean_s) / seeds);
    CAPTURE(mean_s);
    CAPTURE(expected_s);
    CHECK(std::abs(mean_s - expected_s) < 3 * error_s + 0.01 * expected_s);
  }

  TEST_CASE("failures are the same whatever else is in the scenario, and other with another seed or name") {
    const auto story = [](const std::vector<std::string>& sets) {
      LiveSite live(kGang, sets);
      std::vector<std::pair<std::uint64_t, double>> marks;
      for (int hour = 1; hour <= 10 * 24; ++hour) {
        live.run_to(hour);
        marks.emplace_back(live.trainings()[0]->failures(), live.trainings()[0]->lost_s());
      }
      return marks;
    };
    const auto plain = story({});
    CHECK(plain == story({}));
    CHECK(plain == story({"site.racks.more={use: rack-dgx-h100, count: 2}"}));
    CHECK(plain == story({"workload.inference={a: {requests: {rate: 3 /s}, energy_per_request: 1 Wh}}"}));
    CHECK(plain == story({"site.racks.dgx.count=14",
                          "workload.training.other={llm: llama-3-8b, tokens: 1e+12, "
                          "accelerators: 64}"}));
    CHECK(plain != story({"seed=2"}));
  }

  TEST_CASE("a job that would have begun before the start, or after the end, is left out and said") {
    for (const char* from : {"2026-12-31T23:00", "2027-01-11"}) {
      CAPTURE(from);
      TestRun run;
      run_text(run, kGang, {std::string("workload.training.gang.from=") + from});
      const RunFileReader file = run.open();
      CHECK(file.summary("hall", "tokens_trained").value() == 0);
      CHECK(file.rows("hall/jobs") == 0);
      const std::vector<std::string> warnings = file.texts("warnings", "text");
      bool said = false;
      for (const std::string& text : warnings) said = said || text.find("training 'gang'") != std::string::npos;
      CHECK(said);
    }
  }
}
