/// What can be named in a scenario: kinds, names of a kind, or one entry with its sources.
#pragma once

#include <string>

#include "sim/input/catalog.hpp"

namespace wattershed {

/// Without a kind: every kind and its number of entries; with a kind: its names; with both: the entry as it stands.
/// Throws InputError with the nearest name when there is none.
std::string list_catalog(const Catalog& catalog, const std::string& kind, const std::string& name);

}  // namespace wattershed
