/// Networks of the catalog, as a test wants them.
#pragma once

#include <string>

#include "models/catalog/embedded_catalog.hpp"
#include "models/grid/case/scenario.hpp"
#include "sim/input/document.hpp"

namespace wattershed::test {

/// Reads what stands behind `network:`.
inline Network read_network(const std::string& text, const std::filesystem::path& file = "network.yaml") {
  static const Catalog catalog(embedded_catalog());
  Network network;
  load_document_text("network: " + text, file, {.catalog = &catalog, .sets = {}},
                     [&](Fields& f) { f.required("network", network); });
  return network;
}

inline GridCase catalog_case(const std::string& name) { return grid_case(read_network(name), name); }

}  // namespace wattershed::test
