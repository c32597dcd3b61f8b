#include <doctest/doctest.h>

#include "analysis/run/command.hpp"
#include "analysis/summary/run_summary.hpp"
#include "models/facility/record/run.hpp"
#include "sim/base/problem.hpp"
#include "tests/analysis/command/called.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The square wave run into out.h5, with what else is given.
struct WaveRun {
  Folder folder;
  Called operator()(Given more, bool interrupt = false, bool terminal = false, const RunExtras& extras = {}) const {
    more.emplace_back("SCENARIO", folder.file("wave.yaml", square_wave));
    more.emplace_back("--output", folder / "out.h5");
    return call(run_command(extras), more, interrupt, terminal);
  }
};

const std::vector<std::string> narrow{"site.grid.connection=1 kW"};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a run returns its screen, and prints nothing") {
    const WaveRun run;
    const Called called = run({});
    CHECK(called.printed == "");
    CHECK(called.outcome.status == Status::done);
    CHECK(called.outcome.text().starts_with("wave.yaml "));
    CHECK(called.outcome.complaint() == "");
    CHECK(called.heeded);
    CHECK(called.progress.empty());
    CHECK(read_summary(run.folder / "out.h5").complete);
  }

  TEST_CASE("the file keeps who made it, when, and which replication it is") {
    const WaveRun run;
    (void)run({{"--run", std::optional<std::uint64_t>(3)}, {"--seed", std::optional<std::uint64_t>(5)}});
    const RunSummary summary = read_summary(run.folder / "out.h5");
    CHECK(summary.run == 3);
    CHECK(summary.seed == 5);
    const std::string bytes = text_of(run.folder / "out.h5");
    CHECK(has(bytes, "2031-05-04T03:02:01Z"));
    CHECK(has(bytes, "9.8"));
  }

  TEST_CASE("cases are run by name, or all, each into a file of its own") {
    const Folder folder;
    const std::string scenario = folder.file(
        "w.yaml", std::string(square_wave) +
                      "cases:\n  small: {set: {site.racks.dgx.count: 8}}\n  dim: {set: {site.lighting: 1 MW}}\n");
    const auto ask = [&](const std::string& name, Given more = {}) {
      more.emplace_back("SCENARIO", scenario);
      if (!name.empty()) more.emplace_back("--case", name);
      return call(run_command(), more);
    };
    const Called one = ask("dim", {{"--output", folder / "out.h5"}});
    CHECK(one.outcome.status == Status::done);
    CHECK(has(one.outcome.text(), "case dim"));
    CHECK_FALSE(has(one.outcome.text(), "not run"));
    const RunSummary dim = read_summary(folder / "out.h5");
    CHECK(dim.value("building_energy") == doctest::Approx(300e6));
    const Called written = ask("", {{"--output", folder / "out.h5"}});
    CHECK(has(written.outcome.text(), "small, dim not run: --case NAME, or all"));
    CHECK(read_summary(folder / "out.h5").value("building_energy") == 0);

    const auto said = [&](const std::string& name, Given more = {}) -> std::string {
      try {
        ask(name, std::move(more));
      } catch (const InputError& error) {
        return error.what();
      }
      return "";
    };
    CHECK(has(said("smal"), "did you mean 'small'?"));
    CHECK(has(said("all", {{"--output", folder / "out.h5"}}), "leave -o out"));
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder / "");
    const Called all = ask("all", {{"--json", true}});
    std::filesystem::current_path(before);
    CHECK(all.outcome.text().starts_with("{\"small\": {"));
    CHECK(has(all.outcome.text(), ",\"dim\": {"));
    CHECK(read_summary(folder / "w.dim.h5").value("building_energy") == doctest::Approx(300e6));
    CHECK(read_summary(folder / "w.small.h5").value("it_energy") > 2 * dim.value("it_energy"));
  }

  TEST_CASE("JSON or nothing instead of the screen") {
    const WaveRun run;
    CHECK(run({{"--json", true}}).outcome.text().starts_with("{"));
    CHECK(run({{"--quiet", true}}).outcome.pieces.empty());
    CHECK(has(run({{"--units", "us"}}).outcome.text(), "gal"));
  }

  TEST_CASE("a broken limit counts with --strict alone") {
    const WaveRun run;
    CHECK(run({{"--set", narrow}}).outcome.status == Status::done);
    const Called strict = run({{"--set", narrow}, {"--strict", true}});
    CHECK(strict.outcome.status == Status::does_not_hold);
    CHECK(has(strict.outcome.complaint(), "broken"));
    CHECK(run({{"--strict", true}}).outcome.status == Status::done);
  }

  TEST_CASE("an interrupted run leaves a file that says so") {
    const WaveRun run;
    const Called called = run({}, true);
    CHECK(called.outcome.status == Status::interrupted);
    CHECK(has(called.outcome.text(), "INTERRUPTED"));
    CHECK_FALSE(read_summary(run.folder / "out.h5").complete);
  }

  TEST_CASE("extras are options of the command and change the run") {
    const WaveRun run;
    const RunExtras extras{{{.names = "--twist", .kind = OptionKind::flag}},
                           [](const Arguments& arguments, RunOptions& options) {
                             if (arguments.flag("--twist")) options.run = 11;
                           }};
    (void)run({{"--twist", true}}, false, false, extras);
    CHECK(read_summary(run.folder / "out.h5").run == 11);
    (void)run({}, false, false, extras);
    CHECK(read_summary(run.folder / "out.h5").run == 0);
  }

  TEST_CASE("input that cannot be used is thrown, and nothing written") {
    const WaveRun run;
    CHECK_THROWS_AS((void)run({{"--set", std::vector<std::string>{"nothing=1"}}}), InputError);
    CHECK_FALSE(std::filesystem::exists(run.folder / "out.h5"));
  }
}
