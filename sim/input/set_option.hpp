/// `--set PATH=VALUE`: changes a tree before it is read.
#pragma once

#include <string>

#include "sim/input/node.hpp"

namespace wattershed {

/// Sets VALUE (YAML) at PATH (keys and list places joined by dots). Makes the maps on the way that are not there; a
/// list place equal to the list's size appends; a catalog name on the way becomes {use: NAME}. `rank` puts the keys
/// on the way above what other layers wrote, so that their alternatives fall away.
/// Throws InputError at the place "--set PATH=VALUE".
void apply_set_option(Node& root, const std::string& option, int rank);

/// How messages name the option: "--set site.x=40 MW", shortened.
std::string set_option_name(const std::string& option);

}  // namespace wattershed
