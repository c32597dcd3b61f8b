// The table of formats of traces, and what every format is given by TraceReader, shown with one of two words a line.
#include "models/workload/trace_format.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/workload/scenario.hpp"
#include "sim/input/document.hpp"

using namespace wattershed;

namespace {

/// "jobs" in the first line, then a submission by the clock [s] and a run time [s] a line, as single digits.
class DigitsReader final : public TraceReader {
 public:
  using TraceReader::TraceReader;

 private:
  void line(std::string_view text) override {
    if (text == "jobs") return add_header("kind", text);
    if (text.size() != 2) return problem(text, 0, "two digits make a job");
    const std::chrono::seconds submit(text[0] - '0'), run(text[1] - '0');
    first_ = std::min<Duration>(first_, submit);
    add({.name = std::string(text), .submit = submit, .run_time = run, .processors = 1});
  }
  void ended(JobTrace& trace) override {
    for (TraceJob& job : trace.jobs) job.submit -= first_;
  }
  Duration first_ = Duration::max();
};

const TraceFormat digits{
    "digits", "a list of digits", "two digits a job",
    [](std::string_view start) { return start.starts_with("jobs\n"); },
    [](std::string file) -> std::unique_ptr<TraceReader> { return std::make_unique<DigitsReader>(std::move(file)); }};

struct TraceFile {
  explicit TraceFile(const std::string& text) { std::ofstream(path) << text; }
  ~TraceFile() { std::filesystem::remove(path); }
  [[nodiscard]] FileName name() const { return {"jobs.txt", path, {"s.yaml", 3, 4}}; }
  std::filesystem::path path = std::filesystem::temp_directory_path() / "wattershed_trace_format_test.txt";
};

std::string message_of(const TraceFormat& format, const TraceFile& file, std::span<const TraceFormat> others) {
  try {
    read_trace(format, file.name(), others);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::vector<Trace> traces_of(const std::string& text) {
  std::vector<Trace> traces;
  load_document_text(text, "s.yaml", {}, [&](Fields& f) { f.optional("traces", traces); });
  return traces;
}

// "; MaxProcs: 64" and a job of 4 processors and 600 s, as gzip(1) packs them; and a job of 16 processors.
std::string packed_first() {
  static constexpr char bytes[] =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xb3\x56\xf0\x4d\xac\x08\x28\xca\x4f\x2e\xb6\x52\x30\x33\xe1\x32"
      "\x54\x30\x50\xd0\x35\x54\x30\x33\x30\x50\x30\x01\x31\x80\xc8\x44\xc1\xd2\x00\x2c\x08\x81\xba\x50\x02\x8c"
      "\xb8\x00\xe2\x4c\x44\xfa\x3f\x00\x00\x00";
  return {bytes, sizeof bytes - 1};
}
std::string packed_second() {
  static constexpr char bytes[] =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x33\x52\x30\x33\x50\xd0\x35\x54\x30\x36\x30\x50\x30\x34\x03\xb1"
      "\x80\x08\xc8\xb0\x34\x00\x0b\x43\xa0\x2e\x94\x00\x23\x2e\x00\x44\xe3\x28\x05\x33\x00\x00\x00";
  return {bytes, sizeof bytes - 1};
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every format has a key of its own, a name and a help, and is found by its key") {
    std::set<std::string_view> keys;
    for (const TraceFormat& format : trace_formats()) {
      CAPTURE(format.key);
      CHECK(keys.insert(format.key).second);
      CHECK(&trace_format(format.key) == &format);
      CHECK_FALSE(format.title.empty());
      CHECK_FALSE(format.help.empty());
      CHECK_FALSE(format.looks_alike(""));
      CHECK(parse_trace(format, "", "empty").file == "empty");
    }
    CHECK(trace_keys().front() == "swf");
    CHECK_THROWS_AS(static_cast<void>(trace_format("none")), std::logic_error);
  }

  TEST_CASE("the key that a scenario writes decides the format") {
    for (const TraceFormat& format : trace_formats()) {
      CAPTURE(format.key);
      const std::vector<Trace> traces = traces_of("traces: [{" + std::string(format.key) + ": a.txt}]\n");
      REQUIRE(traces.size() == 1);
      CHECK(traces[0].format == &format);
      CHECK(traces[0].file.written == "a.txt");
    }
    CHECK_THROWS_AS(traces_of("traces: [{utilisation: 80 %}]\n"), InputError);
  }

  TEST_CASE("what looks like a format") {
    const std::string job = "1 0 -1 60 4 -1 -1 4 120 -1 1 1 -1 -1 1 -1 -1 -1";
    for (const std::string_view start : {"; anything", "\n \n;", "\xEF\xBB\xBF; Version: 2.2", job.c_str()})
      CHECK(format_that_looks_like(start) == &trace_format("swf"));
    for (const std::string& start :
         {std::string(), std::string("\n\n"), job + " 2", "x" + job, std::string("jobs\n;")})
      CHECK(format_that_looks_like(start) == nullptr);
  }

  TEST_CASE("a reader skips, counts and sorts what its format adds, once second 0 is known") {
    const JobTrace trace = parse_trace(digits, "jobs\n75\n30\n92\n44\n72", "d");
    std::vector<std::string> names;
    for (const TraceJob& job : trace.jobs) names.push_back(job.name);
    CHECK(names == std::vector<std::string>{"44", "75", "72", "92"});
    CHECK(trace.jobs[0] == TraceJob{"44", 1s, 4s, 4s, 1, "", 1});
    CHECK(trace.without_run_time == 1);
    CHECK(trace.out_of_order == 2);
    CHECK(trace.header_text("kind") == "jobs");
    CHECK_FALSE(trace.has_users());
  }

  TEST_CASE("a file under the key of another format is told by its first lines which key it needs") {
    const std::array both{trace_format("swf"), digits};
    const TraceFile file("jobs\n12\n34\n");
    CHECK(read_trace(digits, file.name(), both).jobs.size() == 2);
    CHECK(message_of(trace_format("swf"), file, both) ==
          "s.yaml:3:4: 'jobs.txt' looks like a list of digits, not like Standard Workload Format; write "
          "'digits: jobs.txt'");
  }

  TEST_CASE("a broken file of the right format, or of none, is told what is wrong in it") {
    const std::array both{trace_format("swf"), digits};
    CHECK(message_of(digits, TraceFile("jobs\n123\n"), both).starts_with("jobs.txt:2:1: two digits make a job"));
    CHECK(message_of(trace_format("swf"), TraceFile("; x\n12\n"), both).starts_with("jobs.txt:2:3: 1 number where"));
    CHECK(message_of(trace_format("swf"), TraceFile("text\n"), both).starts_with("jobs.txt:1:1: job number"));
    CHECK(message_of(digits, TraceFile("; x\n"), both).find("write 'swf: jobs.txt'") != std::string::npos);
  }

  TEST_CASE("what is no trace at all is named in one sentence, with what is read instead") {
    const TraceFormat& swf = trace_format("swf");
    const std::string rows = "\n1,2,3\n4,5,6\n";
    CHECK(
        message_of(swf, TraceFile("name,gpus,seconds" + rows), {&swf, 1}) ==
        "s.yaml:3:4: 'jobs.txt' is a table with its values between commas (CSV), which is not read; traces are read "
        "in Standard Workload Format (`swf: FILE`, also packed by gzip): convert it");
    const std::array others{std::pair{"JobIDRaw|User|Elapsed\n12|ann|00:10:00\n", "output of Slurm's sacct"},
                            std::pair{"       JobID    JobName  Partition\n------------ ---------- ----------\n",
                                      "output of Slurm's sacct"},
                            std::pair{"\xEF\xBB\xBF\n# made by hand\njob;gpus;from\n1;2;3\n", "between semicolons"},
                            std::pair{"job|gpus|from\n1|2|3\n", "between bars"},
                            std::pair{"job\tgpus\tfrom\n1\t2\t3\n", "between tabs"},
                            std::pair{"2027-01-01,4,600\n2027-01-02,4,600\n", "between commas"},
                            std::pair{"; jobs of a week\nname,gpus,seconds\na,1,2\n", "between commas"},
                            std::pair{"[{\"job\": 1},\n {\"job\": 2}]\n", "is JSON"},
                            std::pair{"<html>\n<body>\n", "is XML or HTML"},
                            std::pair{"BZh91AY&SY", "is packed by bzip2"},
                            std::pair{"PAR1\x15\x04", "is a Parquet file"},
                            std::pair{"PK\x03\x04\x14", "is a zip archive or a spreadsheet"}};
    for (const auto& [text, what] : others) {
      CAPTURE(std::string(text));
      const std::string message = message_of(swf, TraceFile(text), {&swf, 1});
      CHECK(message.starts_with("s.yaml:3:4: 'jobs.txt' is "));
      CHECK(message.find(what) != std::string::npos);
      CHECK(message.find('\n') == std::string::npos);
    }
    // Of nothing known, but line after line no job: once is enough. A broken trace is told line by line.
    CHECK(message_of(swf, TraceFile("\x01;;,,\x02;\n"), {&swf, 1}).find("is a table") == std::string::npos);
    const std::string once = message_of(swf, TraceFile("to be done\nnot yet\nlater\n"), {&swf, 1});
    CHECK(once.starts_with("jobs.txt:1:1: 'jobs.txt' does not look like Standard Workload Format"));
    CHECK(once.find('\n') == std::string::npos);
    const std::string twice = message_of(swf, TraceFile("; MaxProcs: 8\n1,5 2\n3\n"), {&swf, 1});
    CHECK(twice.find("jobs.txt:2:1:") != std::string::npos);
    CHECK(twice.find("jobs.txt:3:2:") != std::string::npos);
  }

  TEST_CASE("a trace packed by gzip is read, of one member or more; a damaged one is refused") {
    // Two jobs, packed as two members by gzip(1).
    const std::string first = packed_first(), second = packed_second();
    const JobTrace trace = read_trace(trace_format("swf"), TraceFile(first + second).name());
    REQUIRE(trace.jobs.size() == 2);
    CHECK(trace.jobs[0].run_time == 600s);
    CHECK(trace.jobs[1].processors == 16);
    const std::span<const TraceFormat> all = trace_formats();
    CHECK(message_of(all[0], TraceFile(first.substr(0, first.size() - 9)), all) ==
          "s.yaml:3:4: cannot read 'jobs.txt': its gzip data end too early");
    std::string damaged = first;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
    CHECK(message_of(all[0], TraceFile(damaged), all).find("its gzip data are damaged") != std::string::npos);
  }
}
