// The whole scenario loader with the catalog of the program: any text, with any --set, gives a scenario whose parts
// fit together, or an InputError whose problems have a place and a message of bounded length.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/expectation/check_evidence.hpp"
#include "models/catalog/embedded_catalog.hpp"

using namespace wattershed;

namespace {

void require(bool holds, const char* what, const std::string& text) {
  if (holds) return;
  std::fprintf(stderr, "%s\n%s\n", what, text.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Catalog catalog(embedded_catalog());
  std::string text(reinterpret_cast<const char*>(data), size);
  // Bases, series and traces would read files of this machine.
  std::vector<std::string_view> words = trace_keys();
  words.insert(words.end(), {"base", "csv"});
  for (const std::string_view word : words)
    if (text.find(word) != std::string::npos) return 0;
  std::vector<std::string> sets;
  const std::string prefix = "--set ";
  while (text.starts_with(prefix)) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    sets.push_back(text.substr(prefix.size(), end - prefix.size()));
    text.erase(0, std::min(end + 1, text.size()));
  }
  try {
    const LoadedScenario loaded = load_scenario_text(text, "fuzz.yaml", catalog, sets);
    check_expectations(loaded);
    require(loaded.start < loaded.end, "no time to simulate", text);
    for (const LoadedSite& site : loaded.sites) {
      require(site.start == loaded.start && site.end == loaded.end, "sites with times of their own", text);
      require(std::is_sorted(site.changes.begin(), site.changes.end(),
                             [](const TimedChange& a, const TimedChange& b) { return a.at < b.at; }),
              "changes out of order", text);
      for (const TimedChange& change : site.changes) {
        require(std::isfinite(change.si), "a change to no number", text);
        require(change.at >= site.start, "a change before the start", text);
      }
      require(site.most_racks.size() == site.scenario.site.racks.size(), "racks without a count", text);
    }
  } catch (const InputError& error) {
    require(!error.problems().empty(), "an error without a problem", text);
    for (const Problem& problem : error.problems()) {
      require(!problem.message.empty(), "a problem without a message", text);
      require(!problem.place.file.empty(), "a problem without a place", text);
    }
    require(std::string(error.what()).size() < 20'000, "too long a message", text);
  }
  return 0;
}
