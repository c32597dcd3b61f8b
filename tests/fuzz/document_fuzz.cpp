// The document loader: any text, with any --set, gives a struct or an InputError; what it gives reads back.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/sim/input/example_schema.hpp"

using namespace wattershed;

namespace {

void require(bool holds, const char* what, const std::string& text) {
  if (holds) return;
  std::fprintf(stderr, "%s\n%s\n", what, text.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Catalog catalog = example::catalog();
  std::string text(reinterpret_cast<const char*>(data), size);
  // Lines that begin with "--set " are options, the rest is the file.
  LoadOptions options{.catalog = &catalog, .sets = {}};
  const std::string prefix = "--set ";
  while (text.starts_with(prefix)) {
    std::size_t end = std::min(text.find('\n'), text.size());
    options.sets.push_back(text.substr(prefix.size(), end - prefix.size()));
    text.erase(0, std::min(end + 1, text.size()));
  }
  // Bases would read files of this machine.
  if (text.find("base") != std::string::npos) return 0;
  Document document;
  try {
    example::Root root;
    document = load_document_text(text, "fuzz.yaml", options, [&](Fields& f) { root.visit(f); });
  } catch (const InputError& error) {
    require(!error.problems().empty(), "an error without a problem", text);
    for (const Problem& problem : error.problems()) {
      require(!problem.message.empty(), "a problem without a message", text);
      require(!problem.place.file.empty(), "a problem without a place", text);
    }
    return 0;
  }
  std::string written = document.to_yaml(false);
  std::string commented = document.to_yaml(true);
  for (const std::string& again : {written, commented}) {
    try {
      example::Root root;
      Document second = load_document_text(again, "fuzz.yaml", {.catalog = &catalog, .sets = {}},
                                           [&](Fields& f) { root.visit(f); });
      require(second.values.size() == document.values.size(), "another number of values", text + "\n----\n" + again);
      for (std::size_t i = 0; i < second.values.size(); ++i) {
        require(second.values[i].path == document.values[i].path, "another path", again);
        require(second.values[i].text == document.values[i].text, "another value", text + "\n----\n" + again);
      }
      require(second.changes.size() == document.changes.size(), "other changes", text + "\n----\n" + again);
      require(second.to_yaml(false) == written, "another text", text + "\n----\n" + again);
    } catch (const InputError& error) {
      require(false, error.what(), text + "\n----\n" + again);
    }
  }
  return 0;
}
