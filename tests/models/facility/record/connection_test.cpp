// The connection's limit: nothing starts whose largest phase would draw more; what draws more by itself is a broken
// limit in the file.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/compute/server_draw.hpp"
#include "tests/models/facility/live_site.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

// Ten racks of eight: 2.4 kW idle, 10.4 kW at work, each with a fifth more for cooling. Idle, the grid gives 28.8 kW;
// each job of a full rack brings 9.6 kW.
const char* const kRow = R"(
title: a row behind a small connection
start: 2027-01-01
duration: 1 day
record: {every: 30 min}
site:
  name: row
  grid: {connection: 60 kW, carbon: 400 g/kWh, water_intensity: 2 L/kWh, tariff: {energy: 0.1 USD/kWh}}
  cooling: {system: {use: fixed-overhead, overhead: 20 %}}
  racks:
    r:
      server: {accelerator: {max_power: 1 kW, idle_power: 100 W, dense_16_bit: 1000 TFLOP/s}, accelerators: 4, idle_power: 1 kW, max_power: 5 kW}
      servers: 2
      overhead_power: 400 W
      count: 10
)";

double most(const std::vector<double>& values) { return *std::max_element(values.begin(), values.end()); }

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("as many jobs start as the connection carries, the rest wait until it grows") {
    TestRun run;
    run_text(run, kRow,
             {"site.grid.connection={2026-01-01: 60 kW, 2027-01-01T06:00: 80 kW, 2027-01-01T12:00: 1 MW}",
              "workload.fixed={a: {accelerators: 8, duration: 2 days, utilisation: 100 %, copies: 8}}",
              "limits={connection: {quantity: grid_power, max: site.grid.connection}}"});
    CHECK(run.result.audits_hold());
    CHECK(run.result.broken_limits == 0);
    const RunFileReader file = run.open();
    std::vector<double> started = file.numbers("row/jobs", "started");
    std::sort(started.begin(), started.end());
    // (60 - 28.8)/9.6 = 3.25; (80 - 28.8)/9.6 = 5.33.
    CHECK(started == std::vector<double>{0, 0, 0, 6 * 3600, 6 * 3600, 12 * 3600, 12 * 3600, 12 * 3600});
    // Only the first of the queue is asked: one at the start, one at six.
    CHECK(file.summary("row", "jobs_held").value() == 2);
    const std::vector<double> grid = file.numbers("row", "grid_power_max");
    CHECK(most({grid.begin(), grid.begin() + 12}) == doctest::Approx(28.8e3 + 3 * 9.6e3).epsilon(1e-12));
    CHECK(most({grid.begin() + 12, grid.begin() + 24}) == doctest::Approx(28.8e3 + 5 * 9.6e3).epsilon(1e-12));
  }

  TEST_CASE("a job that ends leaves room for the next") {
    TestRun run;
    run_text(run, kRow,
             {"workload.fixed={a: {accelerators: 8, duration: 1 h, utilisation: 100 %, copies: 7}}",
              "limits={connection: {quantity: grid_power, max: site.grid.connection}}"});
    CHECK(run.result.broken_limits == 0);
    std::vector<double> started = run.open().numbers("row/jobs", "started");
    std::sort(started.begin(), started.end());
    CHECK(started == std::vector<double>{0, 0, 0, 3600, 3600, 3600, 7200});
  }

  TEST_CASE("a job as large as the connection to the watt starts, one a watt larger does not") {
    for (const auto& [connection, starts] : {std::pair{"38.4 kW", 1.0}, {"38.399 kW", 0.0}}) {
      CAPTURE(connection);
      TestRun run;
      run_text(run, kRow,
               {std::string("site.grid.connection=") + connection,
                "workload.fixed={a: {accelerators: 8, duration: 1 h, utilisation: 100 %}}"});
      const RunFileReader file = run.open();
      CHECK(file.rows("row/jobs") == 1);
      CHECK(file.summary("row", "jobs_done").value() == starts);
      CHECK(file.summary("row", "jobs_waiting").value() == 1 - starts);
    }
  }

  TEST_CASE("of a training job the largest phase counts, not the mean") {
    // 80 accelerators: compute at 1 kW is 5 kW a server, communication at 200 W is far below. Peak 104 kW IT; the
    // cooling follows the mean.
    const std::string training =
        "workload.training={t: {flops: 1e+26, accelerators: 80, step: 6 s, shares: {communication: 50 %, bubble: 0 "
        "%, "
        "optimizer: 0 %}, powers: {compute: 1 kW, communication: 200 W}, host_utilisation: 100 %, "
        "accelerator_failure_every: 50 h, restart_time: 5 min, checkpoint_time: 0 s}}";
    TestRun free;
    run_text(free, kRow, {"site.grid.connection=10 MW", training});
    const std::vector<double> it_w = free.open().numbers("row", "it_power");
    const double settled_w = 104e3 + 0.2 * it_w.front();
    REQUIRE(settled_w > 110e3);
    REQUIRE(settled_w < 120e3);
    for (const auto& [connection_w, starts] : {std::pair{settled_w + 1, true}, {settled_w - 1, false}}) {
      CAPTURE(connection_w);
      TestRun run;
      run_text(run, kRow,
               {fmt::format("site.grid.connection={:.17g} W", connection_w), training,
                "limits={connection: {quantity: grid_power, max: site.grid.connection}}"});
      const RunFileReader file = run.open();
      CHECK(file.summary("row", "jobs_waiting").value() == (starts ? 0 : 1));
      CHECK(file.summary("row", "jobs_held").value() == (starts ? 0 : 1));
      CHECK(run.result.broken_limits == 0);
      if (starts) CHECK(most(file.numbers("row", "grid_power_max")) == doctest::Approx(settled_w).epsilon(1e-9));
    }
  }

  TEST_CASE("jobs, training and services together never pass the connection at their peaks") {
    LiveSite live(kRow,
                  {"site.racks={dgx: {use: rack-dgx-h100, count: 12}}",
                   "site.electrical={pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva}",
                   "site.grid.connection={2026-01-01: 330 kW, 2027-01-01T08:00: 420 kW}",
                   "workload.training={t: {llm: llama-3-8b, tokens: 1e+13, accelerators: 96, "
                   "accelerator_failure_every: 300 h}}",
                   "workload.fixed={a: {accelerators: 8, duration: 50 min, utilisation: 95 %, every: 20 min, "
                   "copies: 6}}",
                   "workload.inference={chat: {llm: llama-3-70b, requests: {rate: 60 /s, daily_swing: 90 %}}}"});
    for (int minute = 0; minute <= 24 * 60; minute += 3) {
      live.run_to(minute / 60.0);
      CAPTURE(minute);
      const double connection_w = minute < 8 * 60 ? 330e3 : 420e3;
      // Racks at work are not spread over the modules as evenly as the solve takes them to be.
      REQUIRE(live.site.columns().find("grid_power")->highest.read() <= connection_w * (1 + 2e-3));
    }
    CHECK(live.jobs().held() > 0);
    CHECK(live.jobs().started() > 20);
  }

  TEST_CASE("replicas are woken only as far as the connection carries them at work") {
    const char* service =
        "workload.inference={chat: {llm: llama-3-8b, requests: {rate: 100000 /s}, accelerators: 1}}";
    const std::string racks = "site.racks={dgx: {use: rack-dgx-h100, count: 4}}";
    TestRun run;
    run_text(run, kRow,
             {"site.grid.connection=100 kW", service, racks,
              "limits={connection: {quantity: grid_power, max: site.grid.connection}}"});
    CHECK(run.result.audits_hold());
    CHECK(run.result.broken_limits == 0);
    const RunFileReader file = run.open();
    CHECK(most(file.numbers("row", "grid_power_max")) <= 100e3);
    CHECK(most(file.numbers("row", "grid_power_max")) > 80e3);  // and not much less than it could
    CHECK(file.numbers("row/services", "replicas_active")[0] >= 1);
  }

  TEST_CASE("what the weather adds is a broken limit in the file, not a refusal") {
    const auto sets = [&](const std::string& connection, const std::string& late) {
      return std::vector<std::string>{
          "start=2027-07-01T04:00",
          "site.weather={design_day: {of: {climate: phoenix}, dry_bulb: extreme-n20}}",
          "site.cooling.system={use: dlc-dry, facility_water: 58 degC}",
          "site.racks={dgx: {use: rack-dgx-h100, count: 20}}",
          "site.grid.connection=" + connection,
          "workload.fixed={a: {accelerators: 8, duration: 2 days, utilisation: 30 %, from: 2027-07-01T05:00}" + late +
              "}",
          "limits={connection: {quantity: grid_power, max: site.grid.connection}}"};
    };
    // Idle racks take most of it, and their cooling is dearest in the afternoon.
    TestRun free;
    run_text(free, kRow, sets("10 MW", ""));
    const std::vector<double> grid = free.open().numbers("row", "grid_power");
    const double early_w = grid[3], latest_w = most(grid);
    REQUIRE(latest_w > 1.01 * early_w);
    const auto hottest = static_cast<double>(std::max_element(grid.begin(), grid.end()) - grid.begin());
    TestRun run;
    run_text(
        run, kRow,
        sets(fmt::format("{} W", early_w + 0.5 * (latest_w - early_w)),
             fmt::format(", late: {{accelerators: 8, duration: 1 h, utilisation: 30 %, from: 2027-07-01T{:02}:00}}",
                         4 + static_cast<int>(hottest / 2))));
    CHECK(run.result.audits_hold());
    CHECK(run.result.broken_limits == 1);
    const RunFileReader file = run.open();
    const std::vector<std::string> names = file.texts("row/jobs", "job");
    const std::vector<double> wait = file.numbers("row/jobs", "wait");
    bool first = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      // In the cool morning a job starts at once; in the heat none does before it is cooler.
      if (names[i] == "a.0") {
        first = true;
        CHECK(wait[i] == 0);
      } else {
        CHECK(wait[i] >= 1800);
      }
    }
    CHECK(first);
    CHECK(file.numbers("row/limits", "time_over")[0] > 1800);
    CHECK(file.numbers("row/limits", "first_breach")[0] > 3600);
    CHECK(file.summary("row", "jobs_held").value() == 1);
  }

  TEST_CASE("a plant that has not started yet is counted too") {
    // Jobs of the first instant meet a site whose plant draws nothing yet.
    LiveSite live(kRow, {"start=2027-07-01T14:00", "site.weather={climate: phoenix}",
                         "site.cooling.system={use: air-chiller-tower}",
                         "site.racks={dgx: {use: rack-dgx-h100, count: 20}}", "site.grid.connection=500 kW",
                         "workload.fixed={a: {accelerators: 8, duration: 2 days, utilisation: 100 %, copies: 80}}"});
    live.run_to(0.2);
    CHECK(live.jobs().held() > 0);
    CHECK(live.jobs().started() > 20);
    CHECK(live.now("grid_power") <= 500e3);
    live.run_to(2);
    CHECK(live.now("grid_power") <= 500e3);
  }
}

TEST_SUITE("slow") {
  TEST_CASE("of sizes next to each other, what fits is all below what does not") {
    // GB200 racks at full work behind 60 MW at the 20-year extreme: 60 MW / (0.1284 MW · 1.128) = 414.
    struct Verdict {
      bool held = false, broken = false;
    };
    const auto verdict = [](int racks) {
      TestRun run;
      run_text(run, R"(
title: how many racks fit
start: 2027-07-01
duration: 1 day
record: {every: 15 min}
site:
  name: phx
  weather: {design_day: {of: {climate: phoenix}, dry_bulb: extreme-n20}}
  grid: {region: US-AZ, connection: 60 MW}
  electrical: {pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva}
  cooling:
    system: {use: dlc-tower, facility_water: 36 degC}
    design: {wet_bulb: 28 degC, redundancy: N+1}
  racks: {gb200: {use: gb200-nvl72, count: 1}}
workload:
  fixed: {all: {accelerators: all, duration: 3 days, utilisation: 100 %}}
limits:
  connection: {quantity: grid_power, max: site.grid.connection}
)",
               {fmt::format("site.racks.gb200.count={}", racks)});
      return Verdict{run.summary("phx", "jobs_held") > 0, run.result.broken_limits > 0};
    };
    // A job that is let in during the cool night may break the limit in the afternoon: no weather is foreseen.
    int fit = 0;
    Verdict before;
    for (int racks = 404; racks <= 420; ++racks) {
      CAPTURE(racks);
      const Verdict now = verdict(racks);
      CHECK(now.held >= before.held);  // never again room where there was none
      if (!now.held) CHECK(now.broken >= before.broken);
      if (!now.held && !now.broken) fit = racks;
      before = now;
    }
    CHECK(before.held);
    CHECK(fit >= 411);
    CHECK(fit <= 415);
  }
}
