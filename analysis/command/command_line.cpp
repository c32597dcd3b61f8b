#include "analysis/command/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "sim/base/problem.hpp"

namespace wattershed {
namespace {

/// A command with the words that were given for it.
struct Entry {
  const Command* command;
  Arguments arguments;
  CLI::App* app;
};

std::string fault_of_whole(const std::string& word) {
  const bool digits = !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  return digits && word.size() <= 18 ? std::string() : "'" + word + "' is not a whole number from 0";
}

CLI::Option* add_by_kind(CLI::App& app, const Option& option, Arguments::Value& value) {
  switch (option.kind) {
    case OptionKind::text:
      return app.add_option(option.names, std::get<std::string>(value), option.help);
    case OptionKind::flag:
      return app.add_flag(option.names, std::get<bool>(value), option.help);
    case OptionKind::number:
      return app.add_option(option.names, std::get<std::optional<double>>(value), option.help);
    case OptionKind::whole:
      return app.add_option(option.names, std::get<std::optional<std::uint64_t>>(value), option.help)
          ->check(fault_of_whole, "N");
    case OptionKind::list:
      break;
  }
  CLI::Option* added = app.add_option(option.names, std::get<std::vector<std::string>>(value), option.help);
  if (option.delimiter)
    added->delimiter(*option.delimiter);
  else if (!added->get_positional())
    added->allow_extra_args(false);
  return added;
}

void add_option(CLI::App& app, const Option& option, Arguments::Value& value) {
  CLI::Option* const added = add_by_kind(app, option, value);
  if (option.required) added->required();
  if (!option.words.empty()) added->check(CLI::IsMember(option.words));
  if (option.range) added->check(CLI::Range(option.range->least, option.range->most));
  if (option.check) added->check(option.check->fault, option.check->name);
}

void add_command(CLI::App& app, Entry& entry) {
  const Command& command = *entry.command;
  entry.app = app.add_subcommand(command.name, command.help);
  for (const Option& option : command.options)
    add_option(*entry.app, option, entry.arguments.value(option.long_name()));
  for (const Option& option : command.options) {  // when all are there to be named
    CLI::Option* const added = entry.app->get_option(option.long_name());
    for (const std::string& other : option.needs) added->needs(entry.app->get_option(other));
    for (const std::string& other : option.excludes) added->excludes(entry.app->get_option(other));
  }
}

/// Said by the library without the word that was meant.
void require_known(const std::vector<Command>& commands, const std::string& word) {
  std::vector<std::string> names;
  std::string list;
  for (const Command& command : commands) {
    names.push_back(command.name);
    list += (list.empty() ? "" : ", ") + command.name;
  }
  if (std::find(names.begin(), names.end(), word) == names.end())
    throw InputError({}, "'" + word + "' is no command" + did_you_mean(word, names) + "; there is " + list);
}

void print(const Outcome& outcome, const Session& session) {
  for (const Outcome::Piece& piece : outcome.pieces) (piece.complaint ? session.complain : session.write)(piece.text);
}

}  // namespace

Status run_command_line(const std::vector<Command>& commands, int argc, const char* const* argv,
                        const Session& session) {
  CLI::App app("wattershed: a discrete-event simulator of AI data centers", "wattershed");
  app.set_version_flag("--version", "wattershed " + session.program_version + " (" + session.git_hash + ")");
  app.require_subcommand(1);
  std::vector<Entry> entries;
  entries.reserve(commands.size());  // the library keeps references to their arguments
  for (const Command& command : commands)
    add_command(app, entries.emplace_back(Entry{&command, Arguments(command.options), nullptr}));

  if (argc > 1 && argv[1][0] != '-') require_known(commands, argv[1]);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream text, complaint;
    const int status = app.exit(error, text, complaint);
    session.write(text.str());
    if (!complaint.str().empty()) session.complain(complaint.str());
    return status == 0 ? Status::done : Status::bad_input;
  }
  for (const Entry& entry : entries) {
    if (!entry.app->parsed()) continue;
    const Outcome outcome = entry.command->run(entry.arguments, session);
    print(outcome, session);
    return outcome.status;
  }
  return Status::bad_input;  // not reached: the library asks for a command
}

}  // namespace wattershed
