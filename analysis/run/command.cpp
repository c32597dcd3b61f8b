#include "analysis/run/command.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "analysis/expectation/check_evidence.hpp"
#include "analysis/run/progress_bar.hpp"
#include "analysis/screen/screen.hpp"
#include "models/facility/record/run.hpp"

namespace wattershed {
namespace {

namespace fs = std::filesystem;

LoadedScenario load(const Arguments& arguments, const Session& session) {
  std::vector<std::string> sets = arguments.list("--set");
  if (const auto seed = arguments.whole("--seed")) sets.push_back("seed=" + std::to_string(*seed));
  return load_whole_scenario(arguments.text("SCENARIO"), session.catalog, sets);
}

RunOptions options_of(const Arguments& arguments, const Session& session) {
  const std::string& output = arguments.text("--output");
  RunOptions options;
  options.output = output.empty() ? fs::path(arguments.text("SCENARIO")).stem().string() + ".h5" : output;
  options.run = arguments.whole("--run").value_or(0);
  options.program_version = session.program_version;
  options.git_hash = session.git_hash;
  options.created = session.now();
  return options;
}

/// The one screen, or the same as JSON, or nothing.
void say_summary(Outcome& outcome, const fs::path& file, const Arguments& arguments, double wall_s) {
  const std::vector<RunSummary> sites = read_summaries(file, FileOrigin::own);
  if (arguments.flag("--json"))
    outcome.say(to_json(sites) + "\n");
  else if (!arguments.flag("--quiet"))
    outcome.say(screen(sites, {.scenario = fs::path(arguments.text("SCENARIO")).filename().string(),
                               .wall_s = wall_s,
                               .verbose = arguments.flag("--verbose"),
                               .us_units = arguments.text("--units") == "us"}));
}

Status judge(Outcome& outcome, const RunResult& result, const fs::path& file, bool strict) {
  if (!result.audits_hold()) {
    for (const Balance& balance : result.balances)
      if (balance.failed()) outcome.complain("wattershed: failed audit of " + balance.to_string());
    outcome.complain(fmt::format("wattershed: {} is kept; its books do not close", file.string()));
    return Status::failed;
  }
  if (result.interrupted) return Status::interrupted;
  if (strict && result.broken_limits > 0) {
    outcome.complain(
        fmt::format("wattershed: {} limit{} broken", result.broken_limits, result.broken_limits == 1 ? "" : "s"));
    return Status::does_not_hold;
  }
  return Status::done;
}

Outcome run(const RunExtras& extras, const Arguments& arguments, const Session& session) {
  const LoadedScenario loaded = load(arguments, session);
  RunOptions options = options_of(arguments, session);
  if (extras.apply) extras.apply(arguments, options);
  ProgressBar bar(session, !arguments.flag("--quiet") && !arguments.flag("--json"));
  options.progress = [&](const Progress& progress) {
    bar.update(progress);
    return !session.interrupted();
  };
  session.heed_interrupts();

  const auto begin = std::chrono::steady_clock::now();
  const RunResult result = run_scenario(loaded, options);
  const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  bar.clear();

  Outcome outcome;
  say_summary(outcome, options.output, arguments, wall_s);
  outcome.status = judge(outcome, result, options.output, arguments.flag("--strict"));
  return outcome;
}

}  // namespace

Command run_command(const RunExtras& extras) {
  std::vector<Option> options{
      {.names = "SCENARIO", .help = "the scenario (YAML)", .required = true},
      {.names = "-o,--output", .help = "the run file; default: SCENARIO's stem + .h5, here"},
      {.names = "--set", .help = "PATH=VALUE on top of the scenario; may be repeated", .kind = OptionKind::list},
      {.names = "--seed", .help = "seed of all random streams", .kind = OptionKind::whole},
      {.names = "--run", .help = "number of the replication", .kind = OptionKind::whole},
      {.names = "--units", .help = "units of the screen", .words = {"si", "us"}},
      {.names = "--json", .help = "print the summary as JSON", .kind = OptionKind::flag},
      {.names = "--quiet,-q", .help = "print nothing but errors", .kind = OptionKind::flag},
      {.names = "--strict", .help = "exit with 1 when a limit is broken", .kind = OptionKind::flag},
      {.names = "--verbose,-v", .help = "print every warning", .kind = OptionKind::flag},
  };
  options.insert(options.end(), extras.options.begin(), extras.options.end());
  return {"run", "simulate a scenario", std::move(options),
          [extras](const Arguments& arguments, const Session& session) { return run(extras, arguments, session); }};
}

}  // namespace wattershed
