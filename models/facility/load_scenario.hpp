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

/// What the site is built for, worked out from the most racks that it ever has.
struct SiteDesign {
  Power liquid_heat{}, air_heat{};  ///< at full work [W]
  VolumeFlow air_flow{};            ///< through the racks [m3/s]
  Power cooling{};                  ///< of the plant at design weather, or of the imposed overhead [W]
  double grid_per_it = 1;           ///< power at the connection for a further watt of IT [1]
};

struct LoadedScenario {
  Scenario scenario;
  Document document;
  std::vector<Change> changes;  ///< dated values and events, by time
  std::vector<Warning> warnings;
  std::optional<HourlySeries> carbon, price;
  std::vector<SwfTrace> traces;
  Time start{}, end{};
  std::string time_zone;           ///< written, or of the weather, or UTC
  std::optional<Weather> weather;  ///< of run 0
  Time weather_start{}, weather_end{};
  SiteDesign design;

  /// The weather of a run: a generated climate differs from run to run, a file does not.
  [[nodiscard]] std::optional<Weather> weather_of(std::uint64_t run) const;
  /// Accelerators of all racks that ever stand together with the most of the other types.
  [[nodiscard]] std::int64_t most_accelerators() const;
  /// The rack type that each service of `workload.inference` runs on (imposed ones: 0).
  std::vector<std::size_t> service_racks;

  /// Most racks of each type that ever stand, in the order of `site.racks`.
  std::vector<std::int64_t> most_racks;
};

/// Reads and checks a scenario. Throws InputError with every problem found.
LoadedScenario load_scenario(const std::filesystem::path& file, const Catalog& catalog,
                             const std::vector<std::string>& sets = {});
LoadedScenario load_scenario_text(const std::string& text, const std::filesystem::path& name, const Catalog& catalog,
                                  const std::vector<std::string>& sets = {});

}  // namespace wattershed
