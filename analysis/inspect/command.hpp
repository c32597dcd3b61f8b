/// `wattershed check`, `explain` and `catalog`: what can be seen of a scenario before it runs.
#pragma once

#include "analysis/command/command.hpp"

namespace wattershed {

/// Every error of every scenario; bad_input where one has any.
Command check_command();
/// The resolved scenario: defaults, sources, paths.
Command explain_command();
/// What can be named in a scenario, with sources.
Command catalog_command();

}  // namespace wattershed
