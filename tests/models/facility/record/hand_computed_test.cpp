// Small runs whose every number can be worked out on paper.

#include <doctest/doctest.h>

#include <cmath>

#include "models/accounting/demand_charge.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

// One rack of two servers with four accelerators each; a server idles at 1 kW and works at 5 kW: 250 W and 1,250 W an
// accelerator. Switches 400 W.
const char* const one_rack = R"(
title: one rack
start: 2027-01-31T22:00
duration: 4 h
record: {every: 1 h}
site:
  name: lab
  grid:
    carbon: {2027-01-01: 300 g/kWh, 2027-02-01: 500 g/kWh}
    water_intensity: 2 L/kWh
    tariff: {energy: 0.20 USD/kWh, demand: 12 USD/kW/month, demand_interval: 1 h, water: 5 USD/m3}
  cooling: {system: {use: fixed-overhead, pue: 1.5, wue: 2 L/kWh}}
  racks:
    r:
      server: {accelerator: {max_power: 1 kW}, accelerators: 4, idle_power: 1 kW, max_power: 5 kW, embodied: 365.25 kg, life: 1 year}
      servers: 2
      overhead_power: 400 W
      count: 1
workload:
  fixed:
    half: {accelerators: 4, duration: 1 h, utilisation: 50 %, from: 2027-01-31T22:30}
    given: {accelerators: 2, duration: 30 min, power: 2 kW, from: 2027-02-01T01:00}
)";

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("power, energy, carbon, water and money of one rack") {
    TestRun run;
    run_text(run, one_rack);
    CHECK(run.result.audits_hold());
    const RunFileReader file = run.open();
    // Idle 2.4 kW; the first job adds 4·(750 − 250) = 2 kW for an hour, the second 2·(2000 − 250) = 3.5 kW for half.
    const std::vector<double> it = file.numbers("lab", "it_power");
    REQUIRE(it.size() == 4);
    CHECK(it[0] == doctest::Approx(2400 + 1000).epsilon(1e-14));
    CHECK(it[1] == doctest::Approx(2400 + 1000).epsilon(1e-14));
    CHECK(it[2] == doctest::Approx(2400).epsilon(1e-14));
    CHECK(it[3] == doctest::Approx(2400 + 1750).epsilon(1e-14));
    CHECK(file.numbers("lab", "it_power_min")[0] == doctest::Approx(2400).epsilon(1e-14));
    CHECK(file.numbers("lab", "it_power_max")[3] == doctest::Approx(5900).epsilon(1e-14));
    const auto summary = [&](const char* name) { return file.summary("lab", name).value(); };
    const double it_kwh = 3.4 + 3.4 + 2.4 + 4.15;
    CHECK(summary("it_energy") == doctest::Approx(it_kwh * 3.6e6).epsilon(1e-14));
    CHECK(summary("grid_energy") == doctest::Approx(1.5 * it_kwh * 3.6e6).epsilon(1e-14));
    CHECK(summary("pue") == doctest::Approx(1.5).epsilon(1e-14));
    CHECK(summary("peak_power") == doctest::Approx(1.5 * 5900).epsilon(1e-14));
    // The intensity steps at midnight, after the first two hours.
    CHECK(summary("emissions_scope2_location") == doctest::Approx(1.5 * (6.8 * 0.3 + 6.55 * 0.5)).epsilon(1e-14));
    CHECK(summary("water_withdrawn") == doctest::Approx(2 * it_kwh).epsilon(1e-14));
    CHECK(summary("water_source") == doctest::Approx(2 * it_kwh + 2 * 1.5 * it_kwh).epsilon(1e-14));
    CHECK(summary("cost_energy") == doctest::Approx(0.2 * 1.5 * it_kwh).epsilon(1e-14));
    CHECK(summary("cost_water") == doctest::Approx(5e-3 * 2 * it_kwh).epsilon(1e-14));
    // 730.5 kg over 365 days from 31 January 2027.
    CHECK(summary("emissions_scope3") == doctest::Approx(730.5 * 4 / (365 * 24)).epsilon(1e-12));
    // Two months in part: two hours of January's 744 at 5.1 kW, two of February's 672 at 6.225 kW.
    const double january = 12 * 5.1 * 2 / 744, february = 12 * 6.225 * 2 / 672;
    CHECK(summary("cost_demand") == doctest::Approx(january + february).epsilon(1e-12));
    const std::vector<double> booked = file.numbers("lab", "cost_demand");
    CHECK(booked[0] == 0);
    CHECK(booked[1] * 3600 == doctest::Approx(january).epsilon(1e-12));
    CHECK(booked[2] == 0);
    CHECK(booked[3] * 3600 == doctest::Approx(february).epsilon(1e-12));
    CHECK(file.numbers("lab/monthly", "grid_energy")[1] == doctest::Approx(1.5 * 6.55 * 3.6e6).epsilon(1e-13));
    CHECK(file.numbers("lab/monthly", "demand")[1] == doctest::Approx(1.5 * 4150).epsilon(1e-13));
  }

  TEST_CASE("a job's share of energy, water, carbon and cost") {
    TestRun run;
    run_text(run, one_rack);
    const RunFileReader file = run.open();
    CHECK(file.texts("lab/jobs", "job") == std::vector<std::string>{"half.0", "given.0"});
    // Each accelerator brings its eighth of the rack's switches.
    const double half_kwh = 4 * (750 + 400.0 / 8) / 1000, given_kwh = 2 + 0.05;
    CHECK(file.numbers("lab/jobs", "it_energy")[0] == doctest::Approx(half_kwh * 3.6e6).epsilon(1e-13));
    CHECK(file.numbers("lab/jobs", "grid_energy")[0] == doctest::Approx(1.5 * half_kwh * 3.6e6).epsilon(1e-12));
    CHECK(file.numbers("lab/jobs", "emissions")[1] == doctest::Approx(0.5 * 1.5 * given_kwh).epsilon(1e-12));
    CHECK(file.numbers("lab/jobs", "water")[1] == doctest::Approx(2 * given_kwh).epsilon(1e-12));
    CHECK(file.numbers("lab/jobs", "cost")[1] ==
          doctest::Approx(0.2 * 1.5 * given_kwh + 5e-3 * 2 * given_kwh).epsilon(1e-12));
  }

  TEST_CASE("racks that are delivered later, and taken away while they work") {
    TestRun run;
    run_text(run, one_rack,
             {"site.racks.r.count={2027-01-31T00:00: 0, 2027-01-31T23:00: 2, 2027-02-01T01:00: 1}",
              "workload.fixed={long: {accelerators: 16, duration: 2.5 h, utilisation: 100 %}}"});
    CHECK(run.result.audits_hold());
    const RunFileReader file = run.open();
    const std::vector<double> it = file.numbers("lab", "it_power"),
                              installed = file.numbers("lab", "accelerators_installed");
    CHECK(it[0] == 0);                                                  // nothing stands
    CHECK(it[1] == doctest::Approx(2 * (400 + 10000)).epsilon(1e-14));  // both racks start the job at once
    // At 01:00 one rack is taken away: it drains until the job ends at 01:30, then only the other stands.
    CHECK(it[3] == doctest::Approx((20800 + 2400) / 2.0).epsilon(1e-14));
    CHECK(installed == std::vector<double>{0, 16, 16, 8});
    CHECK(file.numbers("lab/jobs", "wait")[0] == 3600);
  }

  TEST_CASE("an event sets what a dated value would") {
    const char* event = "events=[{at: 2027-02-01, set: {site.grid.carbon.intensity: 500 g/kWh}}]";
    TestRun dated, by_event;
    run_text(dated, one_rack);
    run_text(by_event, one_rack, {"site.grid.carbon=300 g/kWh", event});
    CHECK(dated.open().numbers("lab", "emissions_location") == by_event.open().numbers("lab", "emissions_location"));
  }

  TEST_CASE("when the clocks change, days follow the wall clock and hours do not") {
    // Berlin: 02:00 becomes 03:00 on 28 March 2027, and 03:00 becomes 02:00 on 31 October.
    for (const char* start : {"2027-03-27T22:00", "2027-10-30T22:00"}) {
      CAPTURE(start);
      TestRun run;
      run_text(run, one_rack,
               {std::string("start=") + start, "duration=2 days", "site.location.time_zone=Europe/Berlin",
                "site.grid.carbon=300 g/kWh",
                "workload.fixed={daily: {accelerators: 1, duration: 45 min, power: 1 kW, every: 1 day}, "
                "often: {accelerators: 1, duration: 45 min, power: 1 kW, every: 30 min}}"});
      const bool spring = std::string(start).find("-03-") != std::string::npos;
      const RunFileReader file = run.open();
      CHECK(file.summary("lab", "duration").value() == (spring ? 47 : 49) * 3600);
      const std::vector<std::string> names = file.texts("lab/jobs", "job");
      const std::vector<double> started = file.numbers("lab/jobs", "started"),
                                ended = file.numbers("lab/jobs", "ended");
      int daily = 0, often = 0;
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (file.numbers("lab/jobs", "complete")[i] != 0) CHECK(ended[i] - started[i] == 45 * 60);
        if (names[i] == "daily.1") CHECK(started[i] == (spring ? 23 : 25) * 3600);
        (names[i].starts_with("daily") ? daily : often) += 1;
      }
      CHECK(daily == 3);  // at 22:00 of three evenings, the last as the run ends
      CHECK(often == (spring ? 95 : 99));
    }
  }

  TEST_CASE("a repetition from long ago goes on as if it had always run") {
    for (const char* every : {"1 s", "7 h", "1 day", "1 month", "1 year"}) {
      CAPTURE(every);
      TestRun run;
      run_text(run, one_rack,
               {"start=2027-01-31", "duration=6 h", "site.grid.carbon=300 g/kWh",
                std::string(
                    "workload.fixed={old: {accelerators: 1, duration: 1 s, power: 1 kW, from: 1901-01-31, every: ") +
                    every + "}}"});
      const RunFileReader file = run.open();
      const std::vector<std::string> names = file.texts("lab/jobs", "job");
      const std::vector<double> submitted = file.numbers("lab/jobs", "submitted");
      // 126 years are 46,021 days; midnight of a 31 January is a round of every one of these but 7 h.
      const std::string spelled = every;
      if (spelled == "7 h") {
        CHECK(names == std::vector<std::string>{"old.157787"});  // 46,021·24 h is 2 h into a round
        CHECK(submitted.front() == 5 * 3600);
        continue;
      }
      REQUIRE(!names.empty());
      CHECK(submitted.front() == 0);
      CHECK(names.front() == (spelled == "1 s"       ? "old.3976214400"
                              : spelled == "1 day"   ? "old.46021"
                              : spelled == "1 month" ? "old.1512"
                                                     : "old.126"));
    }
  }

  TEST_CASE("limits are watched between the rows") {
    TestRun run;
    run_text(run, one_rack,
             {"record.every=2 h",
              "limits={connection: {quantity: grid_power, max: 8 kW, margin: 10 %}, floor: {quantity: it_power, min: "
              "1 kW}}"});
    CHECK(run.result.broken_limits == 1);
    const RunFileReader file = run.open();
    CHECK(file.texts("lab/limits", "limit") == std::vector<std::string>{"connection", "floor"});
    CHECK(file.numbers("lab/limits", "allowed")[0] == doctest::Approx(7200));
    CHECK(file.numbers("lab/limits", "worst")[0] == doctest::Approx(1.5 * 5900));
    CHECK(file.numbers("lab/limits", "time_over")[0] == 1800);
    CHECK(file.numbers("lab/limits", "first_breach")[0] == 3 * 3600);
    CHECK(file.numbers("lab/limits", "headroom")[1] == doctest::Approx(1.4));
    CHECK(std::isnan(file.numbers("lab/limits", "first_breach")[1]));
    CHECK(file.numbers("lab/monthly", "headroom_connection")[0] == doctest::Approx((7200 - 1.5 * 4400) / 7200));
  }
}
