// `component`: any bytes are a table of states whose every value is finite or empty, or an InputError; and what is
// written reads back with the same cells. The first byte chooses the model, the rest is the file.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "analysis/component/component.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "tests/fuzz/memory_file.hpp"

using namespace wattershed;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

struct Case {
  std::string model;
  std::vector<std::string> sets;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> made{{"moist-air", {}},
                                      {"moist-air", {"input=wet_bulb"}},
                                      {"chiller", {"chiller=doe2-centrifugal"}},
                                      {"chiller", {}},
                                      {"tower", {"tower=energyplus-25kw"}},
                                      {"tower", {"tower=merkel-default", "heat=1 MW", "cycles_of_concentration=5"}},
                                      {"dry-cooler", {"dry_cooler=bac-tdfs1238n"}}};
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static MemoryFile file;
  static const Catalog catalog(embedded_catalog());
  if (size == 0) return 0;
  const Case& which = cases()[data[0] % cases().size()];
  file.write(std::string(reinterpret_cast<const char*>(data + 1), size - 1));
  for (const bool compare : {false, true}) {
    try {
      const ComponentResult result = evaluate_component(which.model, file.path(), which.sets, catalog, compare);
      for (const double value : result.values) demand(!std::isinf(value));
      std::string text;
      write_component_csv(result, [&](std::string_view piece) { text += piece; });
      const CsvTable again = parse_csv(text, "again.csv");
      demand(again.rows.size() == result.states.rows.size());
      for (std::size_t row = 0; row < again.rows.size(); ++row)
        for (std::size_t i = 0; i < result.states.names.size(); ++i)
          demand(again.text(row, i) == result.states.text(row, i));
      for (const Deviation& deviation : result.deviations)
        demand(!std::isnan(deviation.mean) && !std::isnan(deviation.mean_relative));
    } catch (const InputError& error) {
      demand(!error.problems().empty());
      demand(std::string(error.what()).size() < 20'000);
    }
  }
  return 0;
}
