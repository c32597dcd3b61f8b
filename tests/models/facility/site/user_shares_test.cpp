// Shares of jobs, services, idle accelerators and of times without IT load add up to the ledger, whatever happens.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

// Nothing draws until 02:00, when the racks come; training fails every hour or so; inlet air follows the plant.
const char* const kBusy = R"(
title: everything that is shared
start: 2027-07-01
duration: 1 day
record: {every: 30 min}
site:
  name: hall
  weather: {climate: phoenix}
  grid:
    carbon: {2027-01-01: 300 g/kWh, 2027-07-01T11:20: 550 g/kWh}
    water_intensity: 2 L/kWh
    tariff: {energy: {price: {2027-01-01: 0.08 USD/kWh, 2027-07-01T16:00: 0.25 USD/kWh}}, water: 3 USD/m3}
  electrical: {pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva}
  cooling: {system: {use: air-chiller-tower}}
  racks:
    dgx: {use: rack-dgx-h100, count: {2027-06-01: 0, 2027-07-01T02:00: 12, 2027-07-01T20:00: 8}}
  lighting: 5 kW
workload:
  training:
    big: {llm: llama-3-8b, tokens: 1e+13, accelerators: 160, accelerator_failure_every: 200 h, restart_time: 7 min}
    brief: {llm: llama-3-8b, tokens: 2e+9, accelerators: 32, from: 2027-07-01T05:00}
  fixed:
    often: {accelerators: 5, duration: 25 min, utilisation: 70 %, every: 40 min, copies: 3}
    given: {accelerators: 9, duration: 2 h, power: 900 W, from: 2027-07-01T03:13, every: 5 h}
  inference:
    asked: {llm: llama-3-8b, requests: {rate: 40 /s, daily_swing: 80 %}, replicas: {min: 2}}
    given: {requests: {rate: {2027-06-01: 0 /s, 2027-07-01T02:30: 20 /s}}, energy_per_request: 0.4 Wh}
)";

constexpr std::array kColumns{"it_energy", "grid_energy", "water", "emissions", "cost"};

double column_sum(const RunFileReader& file, const std::string& table, const std::string& column) {
  Sum sum;
  for (double value : file.numbers(table, column)) sum += value;
  return sum.value();
}

double ledger(const RunFileReader& file, const std::string& column) {
  const auto summary = [&](const char* name) { return file.summary("hall", name).value(); };
  if (column == "water") return summary("water_withdrawn");
  if (column == "emissions") return summary("emissions_scope1") + summary("emissions_scope2_location");
  if (column == "cost") return summary("cost_energy") + summary("cost_water");
  return summary(column.c_str());
}

void check_shares(const RunFileReader& file) {
  for (const char* column : kColumns) {
    CAPTURE(column);
    const double whole = ledger(file, column);
    CHECK(whole > 0);
    CHECK(std::abs(column_sum(file, "hall/shares", column) - whole) <= 1e-9 * whole);
    // The row of all jobs is the sum over the table of jobs.
    CHECK(file.texts("hall/shares", "user").front() == "jobs");
    CHECK(std::abs(file.numbers("hall/shares", column).front() - column_sum(file, "hall/jobs", column)) <=
          1e-9 * whole);
    for (double share : file.numbers("hall/shares", column)) CHECK(share >= -1e-9 * whole);
  }
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every share adds up to the ledger: failures, services, warmer inlets, times without load") {
    TestRun run;
    run_text(run, kBusy);
    CHECK(run.result.audits_hold());
    const RunFileReader file = run.open();
    check_shares(file);
    // What the test says that it has.
    CHECK(file.summary("hall", "training_failures").value() > 3);
    CHECK(file.rows("hall/jobs") > 50);
    CHECK(file.texts("hall/shares", "user") ==
          std::vector<std::string>{"jobs", "given", "asked", "idle", "no_it_load"});
    for (double share : file.numbers("hall/shares", "grid_energy")) CHECK(share > 0);
    const std::vector<double> inlet = file.numbers("hall", "rack_inlet_temperature");
    CHECK(*std::max_element(inlet.begin(), inlet.end()) - *std::min_element(inlet.begin(), inlet.end()) > 0.25);
    // Nobody has IT energy of times without any.
    CHECK(file.numbers("hall/shares", "it_energy").back() == 0);
  }

  TEST_CASE("a changed set-point moves every draw, and the shares still add up") {
    TestRun run;
    run_text(run, kBusy,
             {"events=[{at: 2027-07-01T06:00, set: {site.cooling.system.supply_air: 30 degC, "
              "site.cooling.system.chilled_water: 22 degC}}, {at: 2027-07-01T14:00, set: "
              "{site.cooling.system.supply_air: 22 degC, site.cooling.system.chilled_water: 14 degC}}]"});
    CHECK(run.result.audits_hold());
    const RunFileReader file = run.open();
    check_shares(file);
    const std::vector<double> fans = file.numbers("hall", "it_fan_power");
    CHECK(fans[20] > 1.1 * fans[11]);  // 10:00 at 30 degC against 05:30 at 24 degC
  }

  TEST_CASE("a site without any IT load gives all to no_it_load") {
    TestRun run;
    run_text(run, kBusy, {"site.racks.dgx.count=0", "workload={}", "duration=3 h"});
    CHECK(run.result.audits_hold());
    const RunFileReader file = run.open();
    CHECK(file.summary("hall", "it_energy").value() == 0);
    for (const char* ratio : {"pue", "wue", "cue", "pue_pdu_output", "pue_ups_output"}) {
      CAPTURE(ratio);
      CHECK_FALSE(file.summary("hall", ratio));  // nothing over nothing is no number
    }
    for (const char* column : {"grid_energy", "water", "emissions", "cost"}) {
      CAPTURE(column);
      CHECK(file.numbers("hall/shares", column).back() == doctest::Approx(ledger(file, column)).epsilon(1e-12));
    }
  }

  TEST_CASE("an interrupted run shares what there was until then") {
    const LoadedScenario loaded = load_text(kBusy);
    TestRun run;
    run.result = run_scenario(loaded, {.output = run.file.path(), .progress = [&](const Progress& p) {
                                         return seconds(p.now - p.start) < 9.3 * 3600;
                                       }});
    CHECK(run.result.interrupted);
    CHECK(run.result.audits_hold());
    check_shares(run.open());
  }
}
