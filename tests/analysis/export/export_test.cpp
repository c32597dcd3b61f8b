// A table as CSV: each counts its times from an instant of its own.
#include <doctest/doctest.h>

#include <string>

#include "analysis/export/command.hpp"
#include "analysis/run/command.hpp"
#include "sim/base/problem.hpp"
#include "tests/analysis/command/called.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// A site five hours behind UTC with a window that begins two and a half hours into the run.
constexpr const char* late_window = R"(
title: a window of its own epoch
start: 2027-03-01
duration: 3 h
record: {every: 10 min, windows: {late: {at: 2027-03-01T02:30, for: 10 s, every: 10 ms}}}
network: {use: western-9}
site:
  name: hall
  location: {time_zone: America/New_York}
  grid: {region: US, bus: 5}
  cooling: {system: {use: fixed-overhead, overhead: 0 %}}
  racks: {dgx: {use: rack-dgx-h100, count: 2}}
workload:
  fixed:
    a: {accelerators: 64, duration: 2 h, power: 600 W, from: 2027-03-01T02:30:02}
)";

std::string first_row(const std::string& run, const std::string& group, const std::string& columns) {
  const Called called =
      call(export_command(), {{"RUN", run}, {"--group", group}, {"--columns", std::vector<std::string>{columns}}});
  const std::string& csv = called.streamed;
  const std::size_t row = csv.find('\n') + 1;
  return csv.substr(row, csv.find('\n', row) - row);
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every table counts from its own instant: run, window, month, job, network") {
    const Folder folder;
    const std::string run = folder / "run.h5";
    (void)call(run_command(), {{"SCENARIO", folder.file("late.yaml", late_window)}, {"--output", run}});
    CHECK(first_row(run, "/hall", "queue_length").starts_with("2027-03-01T05:00:00Z,"));
    CHECK(first_row(run, "/hall/windows/late", "it_power").starts_with("2027-03-01T07:30:00Z,"));
    CHECK(first_row(run, "/network/balance", "losses").starts_with("2027-03-01T05:00:00Z,"));
    CHECK(first_row(run, "/hall/monthly", "it_energy").starts_with("2027-03-01T05:00:00Z,"));
    CHECK(first_row(run, "/hall/jobs", "started") == "a.0,2027-03-01T07:30:02Z");
  }
}
