/// The catalog's llms and accelerators as they stand in the source tree, for tests below the facility.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <list>
#include <string>
#include <vector>

#include "models/workload/serving.hpp"
#include "sim/input/catalog.hpp"
#include "sim/input/document.hpp"

namespace wattershed::test {

inline const Catalog& source_catalog() {
  static std::list<std::string> texts;  // a CatalogFile only views its path and text
  static const Catalog catalog = [] {
    std::vector<CatalogFile> files;
    for (const char* kind : {"llms", "accelerators"}) {
      const auto folder = std::filesystem::path(WATTERSHED_SOURCE_DIR) / "models/catalog" / kind;
      for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream in(entry.path());
        texts.push_back(std::string(kind) + "/" + entry.path().filename().string());
        const std::string& path = texts.back();
        texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        files.push_back({path, texts.back()});
      }
    }
    return Catalog(std::move(files));
  }();
  return catalog;
}

/// Reads `x: TEXT` as a T: a catalog name, or {use: NAME, …}.
template <class T>
T read_value(const std::string& text, Document* document = nullptr) {
  T value;
  Document read = load_document_text("x: " + text, "test.yaml", {.catalog = &source_catalog(), .sets = {}},
                                     [&](Fields& f) { f.required("x", value); });
  if (document != nullptr) *document = std::move(read);
  return value;
}

inline Llm llm(const std::string& text) { return read_value<Llm>(text); }
inline Accelerator accelerator(const std::string& text) { return read_value<Accelerator>(text); }

}  // namespace wattershed::test
