#include "analysis/sizing/command.hpp"

#include <fmt/format.h>

#include "analysis/sizing/report.hpp"
#include "analysis/swing/report.hpp"
#include "analysis/text/text_output.hpp"

namespace wattershed {
namespace {

Mitigation mitigation_of(const std::string& name) {
  for (const Mitigation mitigation : {Mitigation::bess, Mitigation::floor, Mitigation::capacitor})
    if (mitigation_name(mitigation) == name) return mitigation;
  return {};
}

Outcome size(const Arguments& arguments, const Session& session) {
  const LoadedLimits limits = load_swing_limits(arguments.text("--limits"), session.catalog);
  const SizingQuestion question{
      {arguments.text("RUN"), arguments.list("--set"), arguments.text("--site"), arguments.text("--window")},
      mitigation_of(arguments.text("--size"))};
  session.heed_interrupts();
  std::string last;
  const auto go_on = [&](const std::string& what) {
    if (session.terminal && what != last) session.progress(fmt::format("{:.78}", last = what));
    return !session.interrupted();
  };
  Outcome outcome;
  try {
    const SwingSizing sizing = size_mitigation(question, limits, session.catalog, go_on);
    if (session.terminal) session.progress("");
    outcome.say(arguments.flag("--json") ? sizing_json(sizing) + "\n" : sizing_report(sizing));
    if (!sizing.holds()) outcome.status = Status::does_not_hold;
  } catch (const SizingStopped&) {
    outcome.status = Status::interrupted;
  }
  return outcome;
}

Outcome swing(const Arguments& arguments, const Session& session) {
  if (!arguments.text("--size").empty()) return size(arguments, session);
  const std::string& file = arguments.text("RUN");
  refuse_same_file(file, arguments.text("--csv"), "the run file");
  SwingQuestion question{.site = arguments.text("--site"), .window = arguments.text("--window"), .bands = {}};
  for (const std::string& band : arguments.list("--band")) question.bands.push_back(parse_band(band));
  std::optional<LoadedLimits> limits;
  if (const std::string& name = arguments.text("--limits"); !name.empty())
    limits = load_swing_limits(name, session.catalog);
  const SwingAnalysis analysis = analyse_swing(file, question, limits ? &*limits : nullptr);
  if (!arguments.text("--csv").empty()) write_text(arguments.text("--csv"), spectrum_csv(analysis));
  Outcome outcome;
  outcome.say(arguments.flag("--json") ? swing_json(analysis) + "\n" : swing_report(analysis));
  if (!analysis.holds()) outcome.status = Status::does_not_hold;
  return outcome;
}

}  // namespace

Command swing_command() {
  return {"swing",
          "ramps, spectrum, flicker of a run's windows, against a utility's limits",
          {
              {.names = "RUN", .help = "the run file; with --size a scenario", .required = true},
              {.names = "--limits", .help = "limits of the catalog, or a file of limits"},
              {.names = "--size",
               .help = "the smallest of these that keeps the limits, and its cost",
               .words = {"bess", "floor", "capacitor"},
               .needs = {"--limits"}},
              {.names = "--set",
               .help = "of --size: PATH=VALUE on top of the scenario",
               .kind = OptionKind::list,
               .needs = {"--size"}},
              {.names = "--site", .help = "only this site; default: all"},
              {.names = "--window", .help = "only this window; default: all"},
              {.names = "--band",
               .help = "LOW-HIGH: one band more, in Hz; may be repeated",
               .kind = OptionKind::list,
               .excludes = {"--size"}},
              {.names = "--csv", .help = "write the spectrum to this file", .excludes = {"--size"}},
              {.names = "--json", .help = "print the sheet as JSON", .kind = OptionKind::flag},
          },
          swing};
}

}  // namespace wattershed
