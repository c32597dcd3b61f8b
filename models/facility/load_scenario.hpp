/// From a file to a scenario that can run: read, checked across its parts, with the files it names.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/facility/scenario.hpp"
#include "models/grid/hourly_series.hpp"
#include "models/workload/swf.hpp"
#include "sim/document.hpp"

namespace wattershed {

/// A message that a reader of the results should see, and how often it came.
struct Warning {
  std::string text;
  std::uint64_t count = 1;
};

struct LoadedScenario {
  Scenario scenario;
  Document document;
  std::vector<Change> changes;  ///< dated values and events, by time
  std::vector<Warning> warnings;
  std::optional<HourlySeries> carbon, price;
  std::vector<SwfTrace> traces;
  Time start{}, end{};

  /// Most racks of each type that ever stand, in the order of `site.racks`.
  std::vector<std::int64_t> most_racks;
};

/// Reads and checks a scenario. Throws InputError with every problem found.
LoadedScenario load_scenario(const std::filesystem::path& file, const Catalog& catalog,
                             const std::vector<std::string>& sets = {});
LoadedScenario load_scenario_text(const std::string& text, const std::filesystem::path& name, const Catalog& catalog,
                                  const std::vector<std::string>& sets = {});

}  // namespace wattershed
