// An entry of the embedded catalog as a struct, for tests.
#pragma once

#include <string>
#include <vector>

#include "models/catalog/embedded_catalog.hpp"
#include "sim/input/document.hpp"

namespace wattershed::test {

inline const Catalog& embedded() {
  static const Catalog catalog(embedded_catalog());
  return catalog;
}

/// Reads `x: TEXT` as a T; throws InputError as the program would.
template <class T>
T read_struct(const std::string& text) {
  T value;
  load_document_text("x: " + text, "entry.yaml", {.catalog = &embedded(), .sets = {}},
                     [&](Fields& f) { f.required("x", value); });
  return value;
}

inline std::vector<std::string> names_of(std::string_view kind) { return embedded().names(std::string(kind)); }

}  // namespace wattershed::test
