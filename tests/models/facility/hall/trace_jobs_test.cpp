// Jobs of traces in the run: their names, their times and the users who submitted them.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "models/workload/trace_format.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

struct TextFile : TemporaryFile {
  explicit TextFile(std::string_view text) : TemporaryFile(".trace") { std::ofstream(path()) << text; }
};

std::string trace_of(const TextFile& file, std::string_view more = "") {
  return "{" + std::string(trace_format("swf").key) + ": " + file.path().string() + std::string(more) + "}";
}

// Jobs 3 and 8 of nobody known, 5 and 4 of user 17.
constexpr std::string_view with_users =
    "3 60 -1 600 8 -1 -1 8 900 -1 1 -1 1 -1 1 -1 -1 -1\n"
    "5 120 -1 300 8 -1 -1 8 900 -1 1 17 1 -1 1 -1 -1 -1\n"
    "8 3600 -1 600 8 -1 -1 8 900 -1 1 -1 1 -1 1 -1 -1 -1\n"
    "4 7200 -1 86400 8 -1 -1 8 900 -1 1 17 1 -1 1 -1 -1 -1\n";
constexpr std::string_view without_users =
    "1 0 -1 600 8 -1 -1 8 900 -1 1 -1 1 -1 1 -1 -1 -1\n"
    "2 1800 -1 600 8 -1 -1 8 900 -1 1 -1 1 -1 1 -1 -1 -1\n";

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the table of jobs says who submitted them, and nothing where nobody knows") {
    const TextFile known(with_users), unknown(without_users);
    TestRun run;
    run_text(run, small_hall,
             {"workload.fixed={nightly: {accelerators: 8, duration: 2 h, utilisation: 80 %}}",
              "workload.traces=[" + trace_of(known) + ", " + trace_of(unknown, ", from: 2027-01-01T12:00") + "]"});
    CHECK(run.result.audits_hold());
    const RunFileReader file = run.open();
    CHECK(file.texts("hall/jobs", "job") == std::vector<std::string>{"traces.0.5", "traces.0.3", "traces.0.8",
                                                                     "nightly.0", "traces.1.1", "traces.1.2",
                                                                     "traces.0.4"});
    CHECK(file.texts("hall/jobs", "user") == std::vector<std::string>{"17", "", "", "", "", "", "17"});
    CHECK(file.numbers("hall/jobs", "submitted") == std::vector<double>{120, 60, 3600, 0, 43200, 45000, 7200});
    CHECK(file.numbers("hall/jobs", "ended") == std::vector<double>{420, 660, 4200, 7200, 43800, 45600, 86400});
    CHECK(file.numbers("hall/jobs", "complete").back() == 0);
  }

  TEST_CASE("jobs that still wait at the end have a row, without a start, and count in the mean wait") {
    // Five jobs of two hours on all 192 accelerators, submitted at 0:00 but the last (1:00), seen until 5:00: they begin
    // at 0:00, 2:00 and 4:00; two wait.
    std::string text;
    for (const char* submit : {"0", "0", "0", "0", "3600"})
      text += "7 " + std::string(submit) + " -1 7200 192 -1 -1 192 7200 -1 1 1 1 -1 1 -1 -1 -1\n";
    const TextFile trace(text);
    TestRun run;
    run_text(run, small_hall,
             {"workload={traces: [" + trace_of(trace) + "]}", "duration=5 h",
              "site.scheduler={policy: fifo, placement: pack}"});
    CHECK(run.result.audits_hold());
    const RunFileReader file = run.open();
    CHECK(file.numbers("hall/jobs", "complete") == std::vector<double>{1, 1, 0, 0, 0});
    const std::vector<double> started = file.numbers("hall/jobs", "started");
    REQUIRE(started.size() == 5);
    CHECK(started[2] == 14400);
    CHECK(std::isnan(started[3]));
    CHECK(std::isnan(started[4]));
    CHECK(file.numbers("hall/jobs", "ended") == std::vector<double>{7200, 14400, 18000, 18000, 18000});
    CHECK(file.numbers("hall/jobs", "wait") == std::vector<double>{0, 7200, 14400, 18000, 14400});
    CHECK(file.numbers("hall/jobs", "it_energy")[4] == 0);
    CHECK(file.summary("hall", "jobs_submitted").value() == 5);
    CHECK(file.summary("hall", "jobs_done").value() == 2);
    CHECK(file.summary("hall", "jobs_waiting").value() == 2);
    CHECK(file.summary("hall", "mean_wait").value() == doctest::Approx((0 + 2 + 4 + 5 + 4) * 3600 / 5.0));
  }

  TEST_CASE("what a trace loses stands in the summary, and only where there is a trace") {
    const TextFile trace(
        "1 60 -1 600 193 -1 -1 193 900 -1 1 1 1 -1 1 -1 -1 -1\n"
        "2 60 -1 600 8 -1 -1 8 900 -1 1 1 1 -1 1 -1 -1 -1\n"
        "3 60 -1 -1 8 -1 -1 8 900 -1 5 1 1 -1 1 -1 -1 -1\n"
        "4 99999 -1 600 8 -1 -1 8 900 -1 1 1 1 -1 1 -1 -1 -1\n");
    TestRun run;
    run_text(run, small_hall, {"workload={traces: [" + trace_of(trace) + "]}"});
    const RunFileReader file = run.open();
    CHECK(file.summary("hall", "jobs_submitted").value() == 1);
    for (const char* why : {"jobs_too_large", "jobs_never_ran", "jobs_outside_run"}) {
      CAPTURE(why);
      CHECK(file.summary("hall", why).value() == 1);
    }
    TestRun plain;
    run_text(plain, small_hall, {"duration=1 h"});
    CHECK_FALSE(plain.open().summary("hall", "jobs_too_large").has_value());
  }

  TEST_CASE("racks taken away under a job drain: what is held counts against what stands or drains") {
    // Six racks of 32, all held for a day; five are taken away at 6:00.
    TestRun run;
    run_text(run, small_hall,
             {"workload={fixed: {all: {accelerators: 192, duration: 2 d, utilisation: 50 %}}}",
              "site.racks.a100.count={2027-01-01: 6, 2027-01-01T06:00: 1}"});
    const RunFileReader file = run.open();
    CHECK(file.summary("hall", "utilisation").value() == doctest::Approx(1));
    CHECK(file.summary("hall", "draining_time").value() == doctest::Approx(160 * 18 * 3600.0));
    // Given back when the job ends: nothing drains any more.
    TestRun ends;
    run_text(ends, small_hall,
             {"workload={fixed: {all: {accelerators: 192, duration: 12 h, utilisation: 50 %}}}",
              "site.racks.a100.count={2027-01-01: 6, 2027-01-01T06:00: 1, 2027-01-01T09:00: 2}"});
    const RunFileReader later = ends.open();
    CHECK(later.summary("hall", "draining_time").value() == doctest::Approx((160 * 3 + 128 * 3) * 3600.0));
    CHECK(later.summary("hall", "utilisation").value() == doctest::Approx(192 * 12 / (192 * 12 + 64 * 12.0)));
  }

  TEST_CASE("no trace that knows its users, no column") {
    const TextFile unknown(without_users);
    for (const std::string& traces : {std::string(), trace_of(unknown)}) {
      CAPTURE(traces);
      TestRun run;
      run_text(run, small_hall, {"workload.traces=[" + traces + "]"});
      const RunFileReader file = run.open();
      CHECK(file.rows("hall/jobs") > 0);
      CHECK(file.has("hall/jobs", "cost"));
      CHECK_FALSE(file.has("hall/jobs", "user"));
    }
  }
}
