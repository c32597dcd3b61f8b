#include "sim/input/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace wattershed {
namespace {

constexpr std::size_t longest_chain = 20;

std::string unknown_name(const Reference& reference, std::string_view kind, const Catalog* catalog) {
  if (!catalog) return fmt::format("'{}' names a catalog entry, and there is no catalog here", reference.name);
  std::vector<std::string> names = catalog->names(kind);
  std::string near = reference.name.size() < 200 ? did_you_mean(reference.name, names) : std::string{};
  if (names.size() <= 5 && !names.empty())
    return fmt::format("'{}' is not in the catalog of {}; there is {}", reference.name, kind, fmt::join(names, ", "));
  std::string list = fmt::format("`wattershed catalog {}` lists what there is", kind);
  return fmt::format("'{}' is not in the catalog of {}{}{}{}", reference.name, kind, near, near.empty() ? "; " : " ",
                     list);
}

/// The entry with everything below it that it `use`s. `chain` holds the names so far, first one first.
Node entry_of(const Reference& reference, std::string_view kind, const Catalog* catalog,
              std::vector<std::string>& chain) {
  if (std::find(chain.begin(), chain.end(), reference.name) != chain.end() || chain.size() >= longest_chain) {
    chain.push_back(reference.name);
    throw InputError(reference.mark.problem(
        fmt::format("catalog entries of {} use each other in a circle: {}", kind, fmt::join(chain, " → "))));
  }
  const Node* found = catalog ? catalog->find(kind, reference.name) : nullptr;
  if (!found) throw InputError(reference.mark.problem(unknown_name(reference, kind, catalog)));
  if (const Node* when = found->find("not_built_yet"))
    throw InputError(
        reference.mark.problem(fmt::format("'{}' is not built yet: it comes with {}", reference.name, when->text)));
  if (!found->is_map())
    throw InputError(found->mark.problem(
        fmt::format("the entry '{}' is {}, and must be a map", reference.name, found->describe())));
  chain.push_back(reference.name);
  Node entry = *found;
  set_rank(entry, 1 - static_cast<int>(chain.size()));
  std::optional<Reference> next = reference_of(entry);
  if (!next) return entry;
  entry.erase("use");
  Node below = entry_of(*next, kind, catalog, chain);
  overlay(below, std::move(entry));
  return below;
}

}  // namespace

std::optional<Reference> reference_of(const Node& node) {
  if (node.is_scalar()) return Reference{node.text, node.mark};
  const Node* use = node.find("use");
  if (!use) use = node.under.get();
  if (!use) return std::nullopt;
  if (!use->is_scalar())
    throw InputError(
        use->mark.problem(fmt::format("'use' takes the name of a catalog entry, not {}", use->describe())));
  return Reference{use->text, use->mark};
}

Node resolve_reference(const Node& node, const Reference& reference, std::string_view kind, const Catalog* catalog) {
  std::vector<std::string> chain;
  Node entry = entry_of(reference, kind, catalog, chain);
  if (node.is_map()) {
    Node overrides = node;
    overrides.erase("use");
    overrides.under = nullptr;
    overlay(entry, std::move(overrides));
  }
  entry.mark = node.mark;
  return entry;
}

}  // namespace wattershed
