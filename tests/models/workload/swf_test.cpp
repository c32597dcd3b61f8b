// Standard Workload Format: what its reader accepts, what it refuses and where it points.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "models/workload/trace_format.hpp"

using namespace wattershed;

namespace {

const TraceFormat& swf = trace_format("swf");

std::string job_line(std::string_view number, std::string_view submit, std::string_view run,
                     std::string_view allocated, std::string_view requested, std::string_view time) {
  return fmt::format("{} {} -1 {} {} -1 -1 {} {} -1 1 7 -1 -1 1 -1 -1 -1", number, submit, run, allocated, requested,
                     time);
}

std::vector<Problem> problems_of(std::string_view text) {
  try {
    parse_trace(swf, text, "bad.swf");
  } catch (const InputError& error) {
    return error.problems();
  }
  return {};
}

// The one problem of a text, as people see it.
std::string problem_of(std::string_view text) {
  const std::vector<Problem> problems = problems_of(text);
  REQUIRE(problems.size() == 1);
  return to_string(problems[0].place) + ": " + problems[0].message;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("comments, blank lines, tabs, CRLF and a last line without its end") {
    const JobTrace trace = parse_trace(
        swf,
        "\xEF\xBB\xBF; Version: 2.2\r\n;MaxProcs: 6212 (all racks)\r\n; a remark: with a colon\r\n;\r\n\r\n"
        "  1\t5 2 61 16 -1 -1 32 43200 819200 1 6 1 -1 -1 1 -1 -1  \r\n"
        "; Note: between jobs\r\n \t \r\n"
        "2 7.5 -1 117.00 8.00 117.00 -1 -1 -1 -1 1 -1 1 -1 -1 1 -1 -1",
        "a.swf");
    REQUIRE(trace.jobs.size() == 2);
    CHECK(trace.jobs[0] == TraceJob{"1", 5s, 61s, 43200s, 16, "6", 32});
    CHECK(trace.jobs[1] == TraceJob{"2", 7500ms, 117s, 117s, 8, "", 8});
    CHECK(trace.header_text("Version") == "2.2");
    CHECK(trace.header_number("MaxProcs") == 6212);
    CHECK_FALSE(trace.header_number("MaxJobs"));
    CHECK(trace.header.size() == 3);
    CHECK(trace.warnings().empty());
  }

  TEST_CASE("an estimate stands as written, also below the run time; an unknown one is the run time") {
    const JobTrace trace =
        parse_trace(swf,
                    job_line("1", "0", "100", "1", "1", "10") + "\n" + job_line("2", "0", "100", "1", "1", "-1") +
                        "\n" + job_line("3", "0", "100", "1", "1", "0"),
                    "a.swf");
    CHECK(trace.jobs[0].requested_time == 10s);
    CHECK(trace.jobs[1].requested_time == 100s);
    CHECK(trace.jobs[2].requested_time == 100s);
  }

  TEST_CASE("fractions are exact to the nanosecond") {
    const JobTrace trace = parse_trace(swf, job_line("1", "1000000000.123456789", "0.1", "1", "1", "1e3"), "a.swf");
    CHECK(trace.jobs[0].submit == 1'000'000'000s + 123'456'789ns);
    CHECK(trace.jobs[0].run_time == 100ms);
    CHECK(trace.jobs[0].requested_time == 1000s);
  }

  TEST_CASE("jobs that never ran are skipped and counted, jobs out of order sorted stably") {
    const JobTrace trace = parse_trace(
        swf,
        job_line("1", "10", "0", "4", "4", "9") + "\n" + job_line("2", "10", "-1", "4", "4", "9") + "\n" +
            job_line("3", "10", "5", "-1", "0", "9") + "\n" + job_line("4", "10", "5", "4", "-1", "9") + "\n" +
            job_line("5", "3", "5", "4", "2", "9") + "\n" + job_line("6", "10", "5", "600", "-1", "9") + "\n" +
            job_line("7", "3", "5", "4", "2", "9") + "\n",
        "a.swf");
    std::vector<std::string> order;
    for (const TraceJob& job : trace.jobs) order.push_back(job.name);
    CHECK(order == std::vector<std::string>{"5", "7", "4", "6"});
    CHECK(trace.without_run_time == 2);
    CHECK(trace.without_processors == 1);
    CHECK(trace.out_of_order == 2);
    CHECK(trace.warnings() ==
          std::vector<std::string>{"a.swf: 2 jobs without a run time were skipped",
                                   "a.swf: 1 job without processors was skipped",
                                   "a.swf: 2 jobs stood out of order and were sorted by their submit times"});
    JobTrace fitting = trace;
    CHECK(remove_larger_than(fitting, 599) == 1);
    CHECK(fitting.jobs.size() == 3);
    CHECK(fitting.warnings()[2] == "a.swf: 1 job larger than the site was skipped");
  }

  TEST_CASE("processors held and asked for: of which one is unknown, the other stands for it") {
    const JobTrace trace =
        parse_trace(swf,
                    job_line("1", "0", "9", "12", "16", "9") + "\n" + job_line("2", "0", "9", "-1", "16", "9") +
                        "\n" + job_line("3", "0", "9", "12", "0", "9"),
                    "a.swf");
    REQUIRE(trace.jobs.size() == 3);
    CHECK(trace.jobs[0].processors == 12);
    CHECK(trace.jobs[0].requested_processors == 16);
    for (const std::int64_t processors : {trace.jobs[1].processors, trace.jobs[1].requested_processors})
      CHECK(processors == 16);
    for (const std::int64_t processors : {trace.jobs[2].processors, trace.jobs[2].requested_processors})
      CHECK(processors == 12);
  }

  TEST_CASE("the parts of a job that was interrupted are no jobs, whatever else stands in their lines") {
    // Job 7 ran 40 s and 25 s, and its own line says so; a later part has no submit time.
    const JobTrace trace = parse_trace(swf,
                                       "7 100 5 65 4 -1 -1 4 90 -1 1 3 1 -1 1 -1 -1 -1\n"
                                       "7 100 5 40 4 -1 -1 4 90 -1 2 3 1 -1 1 -1 -1 -1\n"
                                       "7 -1 60 25 4 -1 -1 4 90 -1 3 3 1 -1 1 -1 -1 -1\n"
                                       "8 300 5 10 4 -1 -1 4 90 -1 0 3 1 -1 1 -1 -1 -1\n"
                                       "8 -1 5 10 4 -1 -1 4 90 -1 4 3 1 -1 1 -1 -1 -1\n"
                                       "9 400 5 20 4 -1 -1 4 90 -1 5 3 1 -1 1 -1 -1 -1\n",
                                       "a.swf");
    REQUIRE(trace.jobs.size() == 3);
    CHECK(trace.jobs[0].run_time == 65s);
    CHECK(trace.jobs[1].name == "8");
    CHECK(trace.jobs[2].name == "9");
    CHECK(trace.parts == 3);
    CHECK(trace.warnings() ==
          std::vector<std::string>{"a.swf: 3 lines were skipped: they are parts of jobs, which have lines of their "
                                   "own"});
    CHECK(parse_trace(swf, "; nothing", "a.swf").warnings() ==
          std::vector<std::string>{"a.swf: there is no job in it"});
  }

  TEST_CASE("a line without 18 numbers is refused, with its place") {
    const std::string good = job_line("1", "0", "5", "4", "4", "9") + "\n";
    CHECK(problem_of(good + "2 10 -1 5\n") ==
          "bad.swf:2:10: 4 numbers where a job has 18; allocated processors (field 5) is missing, write -1 for "
          "unknown");
    CHECK(problem_of(good + "7") ==
          "bad.swf:2:2: 1 number where a job has 18; submit time (field 2) is missing, write -1 for unknown");
    CHECK(problem_of("; x\n" + good.substr(0, good.size() - 1) + " 99\n") ==
          fmt::format("bad.swf:2:{}: more than 18 numbers: a job has 18, '99' is one too many", good.size() + 1));
    CHECK(problem_of(job_line("1", "0", "x5", "4", "4", "9")) ==
          "bad.swf:1:8: run time (field 4): 'x5' is not a number; write -1 for unknown");
  }

  TEST_CASE("words and numbers that are none, or that no trace can mean") {
    for (const char* word : {"nan", "NaN", "inf", "-inf", "1,5", "1:00", "0x10", "--1", "1e", "-", "+", ".", "5s",
                             "1.2.3", "+-1", "\x01", "1;", "infinity"}) {
      CAPTURE(word);
      const std::string message = problem_of(job_line("1", word, "5", "4", "4", "9"));
      CHECK(message.starts_with("bad.swf:1:3: submit time (field 2): '"));
      CHECK(message.ends_with("' is not a number; write -1 for unknown"));
    }
    for (const char* word : {"9223372036854775808", "-99999999999999999999", "1e400", "1e19",
                             "123456789012345678901234567890123456789012345678901234567890"}) {
      CAPTURE(word);
      CHECK(problem_of(job_line("1", word, "5", "4", "4", "9")).find("is too large") != std::string::npos);
      CHECK(problem_of(job_line(word, "0", "5", "4", "4", "9")).find("is too large") != std::string::npos);
    }
    CHECK(problem_of(job_line("1", "-1", "5", "4", "4", "9")) ==
          "bad.swf:1:3: submit time (field 2) must not be negative");
    CHECK(problem_of(job_line("1", "-0.5", "5", "4", "4", "9")) ==
          "bad.swf:1:3: submit time (field 2) must not be negative");
    CHECK(problem_of(job_line("1", "0", "3155760001", "4", "4", "9")) ==
          "bad.swf:1:8: run time (field 4) is more than 100 years (3155760000 s)");
    CHECK(problem_of(job_line("1", "0", "5", "4", "1.5", "9")).find("must be a whole number") != std::string::npos);
    CHECK(problem_of(job_line("1", "0", "5", "4", "2000000000", "9")).find("more than 10^9") != std::string::npos);
    // Fields that are not used may hold any number.
    CHECK(problems_of("1 0 5e17 5 1 0.5 99999999999999 1 9 88888888888 1 2 3 4 5 6 7 -1e5").empty());
  }

  TEST_CASE("many problems come at once, twenty at most, in the order of the lines") {
    CHECK(problems_of("x\n1 2\n; fine\n" + job_line("1", "nan", "5", "4", "4", "9")).size() == 3);
    std::string text;
    for (int i = 0; i < 100; ++i) text += "1 2 3\n";
    const std::vector<Problem> problems = problems_of(text);
    REQUIRE(problems.size() == 20);
    CHECK(problems[19].place == Place{"bad.swf", 20, 6});
    CHECK(problems[19].excerpt == "1 2 3");
  }

  TEST_CASE("pieces cut anywhere read as the whole") {
    std::string text = "; MaxProcs: 64\r\n";
    for (int i = 0; i < 40; ++i)
      text += job_line(std::to_string(i), std::to_string(i * 3), "5.25", "4", "4", "9") + "\r\n";
    const JobTrace whole = parse_trace(swf, text, "a.swf");
    std::mt19937 engine(1);
    for (int round = 0; round < 50; ++round) {
      const std::unique_ptr<TraceReader> reader = swf.reader("a.swf");
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = 1 + engine() % (round == 0 ? 1 : 90);
        reader->feed(std::string_view(text).substr(at, size));
        at += size;
      }
      const JobTrace pieces = reader->finish();
      CHECK(pieces.jobs == whole.jobs);
      CHECK(pieces.header == whole.header);
    }
  }

  TEST_CASE("files: read, missing, a folder, not a text") {
    const std::filesystem::path file = std::filesystem::temp_directory_path() / "wattershed_swf_test.swf";
    std::ofstream(file) << "; MaxProcs: 64\n" << job_line("1", "0", "5", "4", "4", "9");
    CHECK(read_trace(swf, file_name(file)).jobs.size() == 1);
    std::ofstream(file, std::ios::binary) << std::string(200'000, '\0');
    CHECK_THROWS_AS(read_trace(swf, file_name(file)), InputError);
    std::filesystem::remove(file);
    CHECK_THROWS_WITH_AS(read_trace(swf, {"no.swf", file, {"s.yaml", 3, 4}}),
                         "s.yaml:3:4: cannot read 'no.swf': no such file", InputError);
    CHECK_THROWS_AS(read_trace(swf, file_name(std::filesystem::temp_directory_path())), InputError);
    CHECK(problem_of(job_line("1", "0", "5", "4", "4", "9") + "\n" + std::string("1 \0", 3)) ==
          "bad.swf:2:3: a zero byte: this is no text file");
    CHECK(problem_of("\xEF\xBB\xBFx") ==
          "bad.swf:1:1: job number (field 1): 'x' is not a number; write -1 for unknown");
    CHECK(parse_trace(swf, "", "empty.swf").jobs.empty());
  }
}
