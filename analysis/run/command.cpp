#include "analysis/run/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include "analysis/expectation/check_evidence.hpp"
#include "analysis/run/progress_bar.hpp"
#include "analysis/screen/screen.hpp"
#include "models/facility/record/run.hpp"

namespace wattershed {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> sets_of(const Arguments& arguments) {
  std::vector<std::string> sets = arguments.list("--set");
  if (const auto seed = arguments.whole("--seed")) sets.push_back("seed=" + std::to_string(*seed));
  return sets;
}

/// What is run: the scenario as written (no name), or its cases.
std::vector<std::string> chosen_cases(const LoadedScenario& written, const Arguments& arguments) {
  const std::string& asked = arguments.text("--case");
  if (asked.empty()) return {""};
  std::vector<std::string> names;
  for (const auto& [name, variant] : written.scenario.cases) names.push_back(name);
  const Place place{arguments.text("SCENARIO"), 0, 0};
  if (names.empty()) throw InputError(place, "--case " + asked + ": this scenario has no `cases`");
  if (asked == "all") {
    if (!arguments.text("--output").empty())
      throw InputError(place, "--case all writes a file a case, SCENARIO.CASE.h5: leave -o out, or run one case");
    return names;
  }
  if (std::find(names.begin(), names.end(), asked) == names.end())
    throw InputError(place, fmt::format("--case {}: no such case{}; there is {}, and all of them is `all`", asked,
                                        did_you_mean(asked, names), fmt::join(names, ", ")));
  return {asked};
}

RunOptions options_of(const Arguments& arguments, const Session& session, const std::string& case_name) {
  const std::string& output = arguments.text("--output");
  RunOptions options;
  options.output = output.empty() ? fs::path(arguments.text("SCENARIO")).stem().string() +
                                        (case_name.empty() ? "" : "." + case_name) + ".h5"
                                  : output;
  options.run = arguments.whole("--run").value_or(0);
  options.program_version = session.program_version;
  options.git_hash = session.git_hash;
  options.created = session.now();
  return options;
}

/// Cases of which nothing is said otherwise.
std::string unused_cases(const LoadedScenario& written) {
  std::vector<std::string> names;
  for (const auto& [name, variant] : written.scenario.cases) names.push_back(name);
  return names.empty() ? "" : fmt::format("{} not run: --case NAME, or all", fmt::join(names, ", "));
}

/// The one screen, or the same as JSON, or nothing.
void say_summary(Outcome& outcome, const fs::path& file, const Arguments& arguments, ScreenOptions options) {
  const std::vector<RunSummary> sites = read_summaries(file, FileOrigin::own);
  if (arguments.flag("--json")) {
    outcome.say(to_json(sites) + "\n");
  } else if (!arguments.flag("--quiet")) {
    options.verbose = arguments.flag("--verbose");
    options.us_units = arguments.text("--units") == "us";
    outcome.say(screen(sites, options));
  }
}

Status judge(Outcome& outcome, const RunResult& result, const fs::path& file, bool strict) {
  if (!result.audits_hold()) {
    for (const Balance& balance : result.balances)
      if (balance.failed()) outcome.complain("wattershed: failed audit of " + balance.to_string());
    outcome.complain(fmt::format("wattershed: {} is kept; its books do not close", file.string()));
    return Status::failed;
  }
  if (result.interrupted) return Status::interrupted;
  if (strict && result.any()) {
    const auto complain = [&](std::uint64_t number, const char* one, const char* many) {
      if (number > 0) outcome.complain(fmt::format("wattershed: {} {}", number, number == 1 ? one : many));
    };
    complain(result.broken_limits, "limit broken", "limits broken");
    complain(result.unmeasured_limits, "limit not measurable: nothing in this run shows whether it holds",
             "limits not measurable: nothing in this run shows whether they hold");
    complain(result.held_jobs, "job never started: held back by the connection",
             "jobs never started: held back by the connection");
    complain(result.too_large_jobs, "job never started: larger than the site",
             "jobs never started: larger than the site");
    return Status::does_not_hold;
  }
  return Status::done;
}

Status run_one(Outcome& outcome, const LoadedScenario& loaded, const std::string& case_name, const RunExtras& extras,
               const Arguments& arguments, const Session& session) {
  RunOptions options = options_of(arguments, session, case_name);
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

  const std::string name = fs::path(arguments.text("SCENARIO")).filename().string();
  say_summary(outcome, options.output, arguments,
              {.scenario = case_name.empty() ? name : name + ", case " + case_name,
               .wall_s = wall_s,
               .cases = case_name.empty() ? unused_cases(loaded) : ""});
  return judge(outcome, result, options.output, arguments.flag("--strict"));
}

/// The worse of two ends: a failure before an interruption before what does not hold.
Status worse(Status a, Status b) {
  constexpr std::array order{Status::failed, Status::interrupted, Status::does_not_hold};
  for (const Status status : order)
    if (a == status || b == status) return status;
  return a;
}

Outcome run(const RunExtras& extras, const Arguments& arguments, const Session& session) {
  const std::vector<std::string> sets = sets_of(arguments);
  const fs::path file = arguments.text("SCENARIO");
  const LoadedScenario written = load_whole_scenario(file, session.catalog, sets);
  const std::vector<std::string> cases = chosen_cases(written, arguments);
  const bool json_of_several = arguments.flag("--json") && cases.size() > 1;
  Outcome outcome;
  outcome.status = Status::done;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (json_of_several) outcome.say(fmt::format("{}\"{}\": ", i == 0 ? "{" : ",", cases[i]));
    if (cases[i].empty()) {
      outcome.status = run_one(outcome, written, cases[i], extras, arguments, session);
    } else {
      std::vector<std::string> all = sets;
      for (const std::string& set : case_sets(written.scenario, cases[i])) all.push_back(set);
      const LoadedScenario loaded = load_scenario(file, session.catalog, all);
      outcome.status = worse(outcome.status, run_one(outcome, loaded, cases[i], extras, arguments, session));
    }
    if (outcome.status == Status::failed || outcome.status == Status::interrupted) break;
  }
  if (json_of_several) outcome.say("}\n");
  return outcome;
}

}  // namespace

Command run_command(const RunExtras& extras) {
  std::vector<Option> options{
      {.names = "SCENARIO", .help = "the scenario (YAML)", .required = true},
      {.names = "-o,--output", .help = "the run file; default: SCENARIO's stem + .h5, here"},
      {.names = "--case", .help = "a case of the scenario by name, or all: SCENARIO.CASE.h5 for each"},
      {.names = "--set", .help = "PATH=VALUE on top of the scenario; may be repeated", .kind = OptionKind::list},
      {.names = "--seed", .help = "seed of all random streams", .kind = OptionKind::whole},
      {.names = "--run", .help = "number of the replication", .kind = OptionKind::whole},
      {.names = "--units", .help = "units of the screen", .words = {"si", "us"}},
      {.names = "--json", .help = "print the summary as JSON", .kind = OptionKind::flag},
      {.names = "--quiet,-q", .help = "print nothing but errors", .kind = OptionKind::flag},
      {.names = "--strict",
       .help = "exit with 1 when a limit is broken or not measurable, or a job can never start",
       .kind = OptionKind::flag},
      {.names = "--verbose,-v", .help = "print every warning", .kind = OptionKind::flag},
  };
  options.insert(options.end(), extras.options.begin(), extras.options.end());
  return {"run", "simulate a scenario", std::move(options),
          [extras](const Arguments& arguments, const Session& session) { return run(extras, arguments, session); }};
}

}  // namespace wattershed
