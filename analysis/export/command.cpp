#include "analysis/export/command.hpp"

#include "analysis/export/export.hpp"
#include "analysis/text/text_output.hpp"

namespace wattershed {
namespace {

Outcome export_run(const Arguments& arguments, const Session& session) {
  const std::string& file = arguments.text("RUN");
  Outcome outcome;
  if (arguments.flag("--list")) {
    for (const std::string& group : exportable_groups(file)) outcome.say(group + "\n");
    return outcome;
  }
  refuse_same_file(file, arguments.text("--output"), "the run file");
  const ExportOptions options{arguments.text("--group"), arguments.list("--columns")};
  write_text(arguments.text("--output"), session.write,
             [&](const TextWriter& write) { export_csv(file, options, write); });
  return outcome;
}

}  // namespace

Command export_command() {
  return {"export",
          "a table of a run file as CSV",
          {
              {.names = "RUN", .help = "the run file", .required = true},
              {.names = "-o,--output", .help = "the CSV; default: standard output"},
              {.names = "--group", .help = "the table; default: the first site's time table"},
              {.names = "--columns", .help = "only these columns", .kind = OptionKind::list, .delimiter = ','},
              {.names = "--list", .help = "list the tables", .kind = OptionKind::flag},
          },
          export_run};
}

}  // namespace wattershed
