/// The words of a command line, read for a table of commands: the only place that knows the library for it.
///
///   wattershed COMMAND [OPTIONS] WORD…       --help and --version are answered here
///
/// What the command says goes to `session.write` and `session.complain` in its order; its status is returned.
/// Errors  InputError for a word that is no command, with the nearest that is; any other word that does not fit is
///         complained of, with Status::bad_input. What the command throws comes through.
#pragma once

#include <vector>

#include "analysis/command/command.hpp"

namespace wattershed {

Status run_command_line(const std::vector<Command>& commands, int argc, const char* const* argv,
                        const Session& session);

}  // namespace wattershed
