#include "analysis/inspect/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analysis/expectation/check_evidence.hpp"
#include "analysis/inspect/catalog_listing.hpp"
#include "analysis/inspect/explain.hpp"
#include "models/facility/record/run.hpp"

namespace wattershed {
namespace {

Outcome check(const Arguments& arguments, const Session& session) {
  Outcome outcome;
  for (const std::string& scenario : arguments.list("SCENARIO")) {
    try {
      const LoadedScenario loaded = load_whole_scenario(scenario, session.catalog, arguments.list("--set"));
      check_wiring(loaded);
      outcome.say(fmt::format("{}: good, {} values\n", scenario, loaded.document->values.size()));
      for (const Warning& warning : loaded.warnings) outcome.say(fmt::format("  warning: {}\n", warning.text));
    } catch (const InputError& error) {
      outcome.complain(error.what());
      outcome.status = Status::bad_input;
    }
  }
  return outcome;
}

/// What the scenario touches and the program leaves out, as comments below the resolved scenario.
std::string not_modelled(const LoadedScenario& loaded) {
  std::vector<std::pair<Omission, std::string>> rows;  // with the sites that touch it, where there are several
  for (const auto& [site, omission] : omissions_of(loaded)) {
    const auto same = std::find_if(rows.begin(), rows.end(), [&, effect = omission.effect](const auto& row) {
      return row.first.effect == effect;
    });
    if (same == rows.end())
      rows.emplace_back(omission, site);
    else
      same->second += ", " + site;
  }
  if (rows.empty()) return "";
  std::string text = "\n# Touched by it and not modelled, with what would be needed:\n";
  for (const auto& [omission, sites] : rows)
    text += fmt::format("#   {}{}\n#     needs {}\n", loaded.sites.size() > 1 ? sites + ": " : "", omission.effect,
                        omission.needed);
  return text;
}

Outcome explain(const Arguments& arguments, const Session& session) {
  const LoadedScenario loaded =
      load_whole_scenario(arguments.text("SCENARIO"), session.catalog, arguments.list("--set"));
  Outcome outcome;
  outcome.say(explanation(*loaded.document));
  outcome.say(not_modelled(loaded));
  return outcome;
}

Outcome catalog(const Arguments& arguments, const Session& session) {
  Outcome outcome;
  outcome.say(list_catalog(session.catalog, arguments.text("KIND"), arguments.text("NAME")));
  return outcome;
}

Option sets() { return {.names = "--set", .help = "PATH=VALUE on top of the scenario", .kind = OptionKind::list}; }

}  // namespace

Command check_command() {
  return {"check",
          "validate scenarios: every error at once",
          {{.names = "SCENARIO", .help = "the scenarios", .kind = OptionKind::list, .required = true}, sets()},
          check};
}

Command explain_command() {
  return {"explain",
          "print the resolved scenario: defaults, sources, paths",
          {{.names = "SCENARIO", .help = "the scenario", .required = true}, sets()},
          explain};
}

Command catalog_command() {
  return {"catalog",
          "what can be named in a scenario, with sources",
          {{.names = "KIND", .help = "for example racks"}, {.names = "NAME", .help = "for example gb200-nvl72"}},
          catalog};
}

}  // namespace wattershed
