/// References to catalog entries: NAME, or {use: NAME, overrides…}, resolved to one map.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/input/catalog.hpp"
#include "sim/input/node.hpp"

namespace wattershed {

/// The entry that a node names.
struct Reference {
  std::string name;
  Mark mark;
};

/// The name that a node of a catalog kind gives, or nothing when the node stands for itself.
std::optional<Reference> reference_of(const Node& node);

/// The named entry with the node's own keys on top; entries that `use` another of their kind are followed. Keys of
/// the catalog have ranks of zero and below, the nearest entry's highest. Throws InputError when the name is unknown,
/// its entry is not built yet, or entries use each other in a circle.
Node resolve_reference(const Node& node, const Reference& reference, std::string_view kind, const Catalog* catalog);

}  // namespace wattershed
