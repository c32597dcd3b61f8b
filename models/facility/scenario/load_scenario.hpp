/// From a file to a scenario that can run: read, checked across its parts, with the files it names.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/facility/scenario/scenario.hpp"
#include "models/grid/market/hourly_series.hpp"
#include "models/grid/network/check.hpp"
#include "models/workload/job_trace.hpp"
#include "sim/input/complaints.hpp"
#include "sim/input/document.hpp"

namespace wattershed {

/// What the site is built for, worked out from the racks that stand together when they give the most heat.
struct SiteDesign {
  Time at{};                        ///< the first such moment
  Power liquid_heat{}, air_heat{};  ///< at full work [W]
  VolumeFlow air_flow{};            ///< through the racks [m3/s]
  Power cooling{};                  ///< of the plant at design weather, or of the imposed overhead [W]
  double grid_per_it = 1;           ///< power at the connection for a further watt of IT [1]
};

/// A dated value or an event's setting, at its instant.
struct TimedChange {
  Time at;
  std::string path;
  double si = 0;
  Place place{};  ///< where it was written
};

/// A site of a scenario, and the scenario as that site has it.
struct LoadedSite {
  Scenario scenario;                   ///< with this site's `site`, `workload`, `limits` and wall clock of the start
  std::shared_ptr<Document> document;  ///< of the whole file: all sites hold it

  /// Before the paths of this site's values: "site." and "workload.", or "sites.west." and "sites.west.workload."
  std::string site_prefix = "site.", workload_prefix = "workload.";
  /// Before the names of this site's random streams: nothing, or "west." when there are several sites.
  std::string stream_prefix;

  std::vector<TimedChange> changes;  ///< dated values and events, by time; none before the start
  std::optional<HourlySeries> carbon, price;
  std::vector<JobTrace> traces;
  Time start{}, end{};
  std::string time_zone;           ///< written, or of the weather, or UTC
  std::string clock_zone;          ///< of `start`, `events` and `record`: that of the first site
  std::optional<Weather> weather;  ///< of run 0
  Time weather_start{}, weather_end{};
  SiteDesign design;
  std::vector<std::size_t> service_racks;  ///< the rack type that each service of `workload.inference` runs on
  std::vector<std::int64_t> most_racks;    ///< of each type of `site.racks` that ever stand within the run

  /// "west: " when there are several sites, for messages; else nothing.
  [[nodiscard]] std::string label() const { return stream_prefix.empty() ? "" : scenario.site.name + ": "; }
  /// The weather of a run: a generated climate differs from run to run, a file does not.
  [[nodiscard]] std::optional<Weather> weather_of(std::uint64_t run) const;
  /// Accelerators of all racks that ever stand together with the most of the other types.
  [[nodiscard]] std::int64_t most_accelerators() const;
};

/// A scenario whose files are read: what its sites share, and its sites in the order of the file.
struct LoadedScenario {
  Scenario scenario;  ///< as written, but for `site`, `workload` and `sites`, which stand in `sites` below
  std::shared_ptr<Document> document = std::make_shared<Document>();
  std::vector<LoadedSite> sites;  ///< at least one
  std::optional<LoadedNetwork> network;
  std::vector<Warning> warnings;
  Time start{}, end{};
  std::string clock_zone;  ///< of `start`, `events` and `record`: that of the first site
};

/// Reads and checks a scenario. Throws InputError with every problem found.
LoadedScenario load_scenario(const std::filesystem::path& file, const Catalog& catalog,
                             const std::vector<std::string>& sets = {});
LoadedScenario load_scenario_text(const std::string& text, const std::filesystem::path& name, const Catalog& catalog,
                                  const std::vector<std::string>& sets = {});

}  // namespace wattershed
