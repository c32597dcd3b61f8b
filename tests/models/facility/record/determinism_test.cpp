// The same scenario, seed and run give the same file, bit for bit; what is added does not disturb what was there.

#include <doctest/doctest.h>

#include <thread>

#include "tests/models/facility/run_helper.hpp"
#include "tests/models/facility/same_runs.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

// Weather, plant, failures and services: everything that draws from a stream or steps by itself.
const char* const full_hall = R"(
title: a hall with everything
start: 2027-06-01
duration: 15 h
record: {every: 15 min, racks: true}
site:
  name: hall
  weather: {climate: denver}
  grid: {connection: 700 kW, carbon: 400 g/kWh, water_intensity: 2 L/kWh, tariff: {energy: 0.10 USD/kWh, demand: 10 USD/kW/month, water: 3 USD/m3}}
  electrical: {pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva}
  cooling: {system: {use: dlc-tower}}
  racks:
    dgx: {use: rack-dgx-h100, count: 12, liquid_share: 60 %}
workload:
  training:
    a: {llm: llama-3-8b, tokens: 1e+13, accelerators: 96, accelerator_failure_every: 200 h, restart_time: 7 min}
    b: {llm: llama-3-70b, tokens: 1e+13, accelerators: 64, accelerator_failure_every: 150 h, restart_time: 3 min}
  fixed:
    small: {accelerators: 3, duration: 50 min, power: 600 W, every: 1 h, copies: 4}
  inference:
    chat: {llm: llama-3-8b, requests: {rate: 60 /s, daily_swing: 70 %}}
    old: {requests: {rate: 5 /s}, energy_per_request: 0.3 Wh}
)";

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("weather, plant, failures and services: twice the same, on threads, and from the file") {
    TestRun first, second, third, fourth, again;
    run_text(first, full_hall);
    CHECK(first.result.audits_hold());
    CHECK(first.summary("hall", "training_failures") > 5);
    run_text(second, full_hall);
    check_same(first.open(), second.open());
    std::thread one([&] { run_text(third, full_hall); });
    std::thread two([&] { run_text(fourth, full_hall); });
    one.join();
    two.join();
    check_same(first.open(), third.open());
    check_same(first.open(), fourth.open());
    run_text(again, first.open().attributes().scenario);
    check_same(first.open(), again.open(), false);
  }

  TEST_CASE("a rack type or a service more leaves every failure as it was") {
    TestRun plain, more;
    run_text(plain, full_hall, {"site.grid.connection=none"});
    run_text(more, full_hall,
             {"site.grid.connection=none", "site.racks.more={use: rack-dgx-h100, count: 3}",
              "workload.inference.code={requests: {rate: 3 /s}, energy_per_request: 0.1 Wh}"});
    for (const char* name : {"training_failures", "training_lost_time", "tokens_trained"}) {
      CAPTURE(name);
      CHECK(plain.summary("hall", name) == more.summary("hall", name));
    }
    CHECK(same_bits(plain.open().numbers("hall", "dry_bulb"), more.open().numbers("hall", "dry_bulb")));
  }

  TEST_CASE("twice the same, one after the other and on two threads") {
    TestRun first, second, third, fourth;
    run_text(first, small_hall);
    run_text(second, small_hall);
    check_same(first.open(), second.open());
    std::thread one([&] { run_text(third, small_hall); });
    std::thread two([&] { run_text(fourth, small_hall); });
    one.join();
    two.join();
    check_same(first.open(), third.open());
    check_same(first.open(), fourth.open());
  }

  TEST_CASE("the resolved scenario in the file gives the same run again") {
    TestRun first, again;
    run_text(first, small_hall, {"site.racks.a100.count={2027-01-01: 5, 2027-01-01T12:00: 6}", "seed=7"});
    run_text(again, first.open().attributes().scenario);
    // What came from the catalog is written out now, so only /catalog differs.
    check_same(first.open(), again.open(), false);
  }

  TEST_CASE("a rack type without work, or a service, leaves the jobs as they were") {
    TestRun plain, more;
    run_text(plain, small_hall);
    run_text(more, small_hall,
             {"workload.inference.search={requests: {rate: 3 /s}, energy_per_request: 0.1 Wh}",
              "site.racks.store={server: {accelerator: {max_power: 1 W}, accelerators: 1, idle_power: 0 W, "
              "max_power: 1 W}, "
              "servers: 1, count: {2027-01-01: 0, 2027-01-01T23:59: 1}}"});
    for (const char* column : {"submitted", "started", "ended", "wait", "it_energy"}) {
      CAPTURE(column);
      CHECK(same_bits(plain.open().numbers("hall/jobs", column), more.open().numbers("hall/jobs", column)));
    }
  }
}

TEST_SUITE("slow") {
  TEST_CASE("another seed is another run, and so is another run number") {
    TestRun first, other_seed, other_run;
    run_text(first, full_hall);
    run_text(other_seed, full_hall, {"seed=2"});
    const LoadedScenario loaded = load_text(full_hall);
    other_run.result = run_scenario(loaded, {.output = other_run.file.path(), .run = 1});
    CHECK(other_run.result.audits_hold());
    for (const char* column : {"dry_bulb", "it_power"}) {
      CAPTURE(column);
      CHECK_FALSE(same_bits(first.open().numbers("hall", column), other_seed.open().numbers("hall", column)));
      CHECK_FALSE(same_bits(first.open().numbers("hall", column), other_run.open().numbers("hall", column)));
    }
  }
}
