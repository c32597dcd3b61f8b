#include "analysis/network/named_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "models/grid/case/matpower_case.hpp"
#include "models/grid/case/scenario.hpp"
#include "sim/base/problem.hpp"
#include "sim/input/document.hpp"

namespace wattershed {

NamedNetwork named_network(const std::string& name, const Catalog& catalog, std::optional<Frequency> damping) {
  std::error_code error;
  const std::vector<std::string> names = catalog.names(Network::catalog_kind);
  if (std::filesystem::exists(name, error) || name.find_first_of("./") != std::string::npos)
    return {read_matpower_case(file_name(name)), {}};
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw InputError({name, 0, 0}, fmt::format("is neither a file nor a network of the catalog{}; it has {}",
                                               did_you_mean(name, names), fmt::join(names, ", ")));
  Network network;
  load_document_text("network: " + name, name, {.catalog = &catalog, .sets = {}},
                     [&](Fields& f) { f.required("network", network); });
  if (damping) network.damping = damping;
  return {grid_case(network, name), machines_of(network), network.frequency};
}

GridCase named_case(const std::string& name, const Catalog& catalog) { return named_network(name, catalog).grid; }

}  // namespace wattershed
