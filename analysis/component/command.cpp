#include "analysis/component/command.hpp"

#include <fmt/format.h>

#include "analysis/component/component.hpp"
#include "analysis/text/text_output.hpp"

namespace wattershed {
namespace {

Outcome component(const Arguments& arguments, const Session& session) {
  const std::string& states = arguments.text("--states");
  const std::string& output = arguments.text("--output");
  const bool compare = arguments.flag("--compare");
  refuse_same_file(states, output, "the file of states");
  const ComponentResult result =
      evaluate_component(arguments.text("NAME"), states, arguments.list("--set"), session.catalog, compare);
  if (!compare || !output.empty())
    write_text(output, session.write, [&](const TextWriter& write) { write_component_csv(result, write); });
  Outcome outcome;
  for (const std::string& warning : result.warnings) outcome.complain("wattershed: warning: " + warning);
  if (compare) outcome.say(deviation_table(result.deviations));
  return outcome;
}

}  // namespace

Command component_command() {
  return {
      "component",
      "one model over a CSV of states, beside a data sheet",
      {
          {.names = "NAME", .help = fmt::format("{}", fmt::join(component_names(), ", ")), .required = true},
          {.names = "--states", .help = "the states (CSV)", .required = true},
          {.names = "--set", .help = "PATH=VALUE: design constants; may be repeated", .kind = OptionKind::list},
          {.names = "-o,--output", .help = "the states with our columns (CSV); default: standard output"},
          {.names = "--compare", .help = "print how far ours lie from the file's columns", .kind = OptionKind::flag},
      },
      component};
}

}  // namespace wattershed
