#include "analysis/inspect/catalog_listing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/problem.hpp"

namespace wattershed {

std::string list_catalog(const Catalog& catalog, const std::string& kind, const std::string& name) {
  const std::vector<std::string> kinds = catalog.kinds();
  std::string text;
  if (kind.empty()) {
    for (const std::string& each : kinds)
      text += fmt::format("{:<18} {} entries\n", each, catalog.names(each).size());
    return text;
  }
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    throw InputError({}, fmt::format("the catalog has no kind '{}'{}; it has {}", kind, did_you_mean(kind, kinds),
                                     fmt::join(kinds, ", ")));
  const std::vector<std::string> names = catalog.names(kind);
  if (name.empty()) {
    for (const std::string& each : names) text += each + "\n";
    return text;
  }
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw InputError({}, fmt::format("the catalog has no '{}' among {}{}", name, kind, did_you_mean(name, names)));
  return catalog.text(kind, name);
}

}  // namespace wattershed
