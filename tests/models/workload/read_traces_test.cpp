// Traces laid onto a run: where their second 0 lies, what is left out, and what is said of it.
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "models/workload/check.hpp"

using namespace wattershed;

namespace {

const Time start = std::chrono::sys_days(std::chrono::year(2027) / 3 / 1);  // 1803859200 s since 1970

struct Read {
  std::vector<JobTrace> traces;
  std::vector<std::string> warnings;
  std::string error;
};

// A trace of lines "submit run allocated requested" laid onto a day of a site with 64 accelerators.
Read read(const std::vector<std::vector<std::string>>& jobs, Trace trace = {}) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("wattershed_read_traces_test_" + std::to_string(::getpid()));
  std::ofstream file(path);
  for (std::size_t i = 0; i < jobs.size(); ++i)
    file << i + 1 << ' ' << jobs[i][0] << " -1 " << jobs[i][1] << ' ' << jobs[i][2] << " -1 -1 " << jobs[i][3]
         << " -1 -1 1 1 1 -1 1 -1 -1 -1\n";
  file.close();
  trace.file = {"week.swf", path, {"s.yaml", 7, 9}};
  Read found;
  const Complaints complaints{.problem = [](const std::string&, const std::string&) {},
                              .errors = [&](const InputError& error) { found.error = error.what(); },
                              .warning = [&](const Warning& warning) { found.warnings.push_back(warning.text); }};
  found.traces = read_traces({trace},
                             {.start = start,
                              .end = start + std::chrono::hours(24),
                              .zone = TimeZone("America/Phoenix"),
                              .most_accelerators = 64},
                             complaints);
  std::filesystem::remove(path);
  return found;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("times that count from 1970 are laid onto the run by themselves, and that is said") {
    const Read found = read({{"1803859260", "60", "4", "4"}, {"1803862800", "60", "4", "4"}});
    REQUIRE(found.traces.size() == 1);
    CHECK(found.traces[0].second_zero == Time{});
    CHECK(found.traces[0].jobs.size() == 2);
    CHECK(found.warnings ==
          std::vector<std::string>{"week.swf: submit times are seconds since 1970 (2027-03-01T00:01:00Z to "
                                   "2027-03-01T01:00:00Z); where they are not, `from:` says when their second 0 is"});
  }

  TEST_CASE("times since 1970 that miss the run are refused with the `from:` that lays them onto it") {
    // 2012-03-01T06:00:30Z: the run begins 5478 days less 6 h and 30 s later.
    const Read found = read({{"1330581630", "60", "4", "4"}, {"1330585200", "60", "4", "4"}});
    CHECK(found.traces.empty());
    CHECK(found.error.starts_with(
        "s.yaml:7:9: week.swf: submit times are seconds since 1970 (2012-03-01T06:00:30Z to "));
    CHECK(found.error.find("`from: 1984-12-30 11:00`") != std::string::npos);
    Trace laid;
    laid.from = LocalTime(std::chrono::local_days(std::chrono::year(1984) / 12 / 30)) + std::chrono::hours(11);
    const Read again = read({{"1330581630", "60", "4", "4"}, {"1330585200", "60", "4", "4"}}, laid);
    CHECK(again.error.empty());
    REQUIRE(again.traces.size() == 1);
    CHECK(again.traces[0].jobs.size() == 2);
    const Duration first = again.traces[0].second_zero + again.traces[0].jobs[0].submit - start;
    CHECK(first >= Duration::zero());
    CHECK(first < std::chrono::minutes(1));
  }

  TEST_CASE("a log that begins years after its second 0 is no clock of 1970; what is written decides in any case") {
    const Read late = read({{"300000000", "60", "4", "4"}});  // nine and a half years
    CHECK(late.traces[0].second_zero == start);
    CHECK(late.traces[0].after_end == 1);
    CHECK(late.warnings == std::vector<std::string>{"week.swf: 1 job submitted after the end is left out",
                                                    "week.swf: no job is submitted within the run; `from:` says when "
                                                    "its second 0 is"});
    Trace written;
    written.from = LocalTime((start - std::chrono::hours(7)).time_since_epoch());
    const Read found = read({{"1803859260", "60", "4", "4"}}, written);
    CHECK(found.traces[0].second_zero == start);
    CHECK(found.traces[0].jobs.empty());
  }

  TEST_CASE("what is left out is counted by why, each job once") {
    Trace trace;
    trace.from = LocalTime((start - std::chrono::hours(8)).time_since_epoch());  // an hour before the start
    const Read found = read({{"0", "60", "4", "4"},                              // before the start
                             {"10", "60", "65", "4"},                            // before the start, and too large
                             {"3600", "60", "65", "4"},                          // too large
                             {"3601", "-1", "4", "4"},                           // never ran
                             {"3602", "60", "-1", "-1"},                         // has no size
                             {"3603", "60", "64", "64"},                         // runs
                             {"100000", "60", "4", "4"},                         // after the end
                             {"100001", "60", "99", "4"}},                       // after the end, and too large
                            trace);
    const JobTrace& read = found.traces.at(0);
    CHECK(read.jobs.size() == 1);
    CHECK(read.before_start == 2);
    CHECK(read.after_end == 2);
    CHECK(read.larger_than_site == 1);
    CHECK(read.without_run_time == 1);
    CHECK(read.without_processors == 1);
    CHECK(found.warnings.size() == 5);
  }

  TEST_CASE("a key chooses the processors held or those asked for") {
    const std::vector<std::vector<std::string>> jobs{{"0", "60", "32", "65"}, {"5", "60", "65", "16"}};
    const Read held = read(jobs);
    REQUIRE(held.traces[0].jobs.size() == 1);
    CHECK(held.traces[0].jobs[0].processors == 32);
    Trace trace;
    trace.processors = TraceProcessors::requested;
    const Read asked = read(jobs, trace);
    REQUIRE(asked.traces[0].jobs.size() == 1);
    CHECK(asked.traces[0].jobs[0].processors == 16);
    CHECK(asked.traces[0].larger_than_site == 1);
  }

  TEST_CASE("a trace without jobs is said") {
    CHECK(read({}).warnings == std::vector<std::string>{"week.swf: there is no job in it"});
    CHECK(read({{"0", "60", "65", "65"}}).warnings ==
          std::vector<std::string>{"week.swf: 1 job larger than the site was skipped"});
  }
}
