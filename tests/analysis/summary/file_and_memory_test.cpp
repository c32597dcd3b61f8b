// Whole scenarios run to a file and to memory: every dataset and attribute is the same bit for bit, and so is all that
// is asked of a run: summary, screen, swings.

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/screen/screen.hpp"
#include "analysis/summary/run_summary.hpp"
#include "analysis/swing/report.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "models/facility/record/run.hpp"
#include "sim/output/memory_sink.hpp"
#include "sim/output/run_reader.hpp"
#include "tests/sim/output/run_file_fixture.hpp"
#include "tests/sim/output/same_runs.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

const Catalog& catalog() {
  static const Catalog instance(embedded_catalog());
  return instance;
}

RunOptions options() {
  RunOptions options;
  options.run = 3;
  options.program_version = "9.8";
  options.git_hash = "abc1234";
  options.created = "2031-05-04T03:02:01Z";
  return options;
}

LoadedScenario scenario(const std::string& name, const std::vector<std::string>& sets) {
  return load_scenario(std::filesystem::path(WATTERSHED_SOURCE_DIR) / "scenarios" / (name + ".yaml"), catalog(),
                       sets);
}

std::string json_of_swings(SwingAnalysis analysis) {
  analysis.run = "run";
  return swing_json(analysis);
}

void check_same_in_memory(const std::string& name, const std::vector<std::string>& sets, std::size_t sites,
                          std::size_t windows) {
  CAPTURE(name);
  const LoadedScenario loaded = scenario(name, sets);
  const TemporaryFolder folder;
  RunOptions to_file = options();
  to_file.output = folder / "run.h5";
  const RunResult written = run_scenario(loaded, to_file);
  const RunFileReader file(to_file.output, FileOrigin::own);

  MemorySink sink(run_attributes(loaded, options()));
  const RunResult kept = run_scenario(loaded, options(), sink);
  const RunSource& memory = sink.run();
  CHECK(kept.events == written.events);
  CHECK(kept.rows == written.rows);
  CHECK(kept.audits_hold());

  CHECK(memory.sites().size() == sites);
  CHECK(memory.rows(memory.sites().front()) == kept.rows);
  CHECK(differences(file, memory) == "");

  const std::vector<RunSummary> of_file = read_summaries(file), of_memory = read_summaries(memory);
  const std::string json = to_json(of_memory);
  CHECK(json == to_json(of_file));
  CHECK(json.find("\"file\"") == std::string::npos);
  CHECK(of_memory.front().warnings.size() == of_file.front().warnings.size());
  const ScreenOptions shown{.scenario = name, .verbose = true};
  CHECK(screen(of_memory, shown) == screen(of_file, shown));
  CHECK(screen(of_memory, shown).find("NEXT") == std::string::npos);  // there is nothing to export

  std::size_t found = 0;
  for (const std::string& group : memory.groups()) found += group.find("/windows/") != std::string::npos ? 1 : 0;
  CHECK(found == windows);
  if (windows == 0) return;
  const SwingAnalysis swings = analyse_swing(memory, {}, nullptr);
  CHECK(swings.run == "run in memory");
  CHECK(json_of_swings(swings) == json_of_swings(analyse_swing(to_file.output, {}, nullptr)));
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("quickstart in memory is quickstart in its file") { check_same_in_memory("quickstart", {}, 1, 0); }

  TEST_CASE("two campuses with windows in a network are in memory as in their file") {
    check_same_in_memory("two_campuses_one_grid", {"record.windows.glass.for=1 min"}, 2, 2);
  }

  TEST_CASE("a run of which no table is kept has the same scalars") {
    const LoadedScenario loaded = scenario("quickstart", {"duration=3 days"});
    MemorySink whole(run_attributes(loaded, {})),
        bare(run_attributes(loaded, {}), "bare", [](const DeclaredTable&) { return false; });
    (void)run_scenario(loaded, {}, whole);
    (void)run_scenario(loaded, {}, bare);
    const RunSummary all = read_summary(whole.run()), few = read_summary(bare.run());
    CHECK(all.scalars.size() > 20);
    REQUIRE(few.scalars.size() == all.scalars.size());
    for (const auto& [name, scalar] : all.scalars) CHECK(same_bits({scalar.si}, {few.scalars.at(name).si}));
    CHECK(few.start == all.start);
    CHECK(few.end == all.end);
    CHECK(few.title == all.title);
    CHECK(few.inputs == all.inputs);
    CHECK(few.months.empty());
    CHECK(few.limits.empty());
    CHECK(few.users.empty());
    CHECK_FALSE(few.thirstiest_day);
  }
}

TEST_SUITE("slow") {
  TEST_CASE("sites in two zones, a plant over months, a trace of jobs, sags in a window: in memory as in a file") {
    check_same_in_memory("two_sites", {}, 2, 0);
    check_same_in_memory("hall_year", {"duration=100 days"}, 1, 0);
    check_same_in_memory("cluster_trace", {}, 1, 0);
    check_same_in_memory("ride_through_2024", {}, 1, 1);
  }
}
