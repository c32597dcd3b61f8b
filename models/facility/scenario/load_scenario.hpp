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
#include "models/workload/job_trace.hpp"
#include "sim/input/document.hpp"

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

/// A dated value or an event's setting, at its instant.
struct TimedChange {
  Time at;
  std::string path;
  double si = 0;
};

/// The network that sites stand in, read and put together.
struct LoadedNetwork {
  GridCase grid;
  std::vector<Machine> machines;  ///< none, or one for every unit in service
  Frequency frequency{};          ///< nominal [Hz]
};

/// A scenario as one of its sites has it. One with several sites is loaded as its first site, with the others beside
/// it: what they share (start, end, record, document) is equal in all, what is of one site (weather, design, changes,
/// limits) is that site's.
struct LoadedScenario {
  Scenario scenario;  ///< `site`, `workload` and `limits` are this site's, `sites` is empty
  std::shared_ptr<Document> document = std::make_shared<Document>();  ///< of the whole file: all sites hold it
  std::vector<LoadedScenario> others;                                 ///< the sites after the first

  /// Before the paths of this site's values: "site." and "workload.", or "sites.west." and "sites.west.workload."
  std::string site_prefix = "site.", workload_prefix = "workload.";
  /// Before the names of this site's random streams: nothing, or "west." when there are several sites.
  std::string stream_prefix;

  std::vector<TimedChange> changes;  ///< of this site, by time: dated values and events; none before the start
  std::vector<Warning> warnings;
  std::optional<LoadedNetwork> network;  ///< of all sites: only the first one's is filled
  std::optional<HourlySeries> carbon, price;
  std::vector<JobTrace> traces;
  Time start{}, end{};
  std::string time_zone;           ///< of this site: written, or of the weather, or UTC
  std::string clock_zone;          ///< of `start`, `events` and `record`: that of the first site
  std::optional<Weather> weather;  ///< of run 0
  Time weather_start{}, weather_end{};
  SiteDesign design;

  /// This one and the others, in the order of the file. The pointers hold while this is where it is.
  [[nodiscard]] std::vector<const LoadedScenario*> sites() const;
  /// "west: " when there are several sites, for messages; else nothing.
  [[nodiscard]] std::string label() const { return stream_prefix.empty() ? "" : scenario.site.name + ": "; }
  /// The weather of a run: a generated climate differs from run to run, a file does not.
  [[nodiscard]] std::optional<Weather> weather_of(std::uint64_t run) const;
  /// Accelerators of all racks that ever stand together with the most of the other types.
  [[nodiscard]] std::int64_t most_accelerators() const;
  /// The rack type that each service of `workload.inference` runs on (imposed ones: 0).
  std::vector<std::size_t> service_racks;

  /// Most racks of each type that ever stand, in the order of `site.racks`.
  std::vector<std::int64_t> most_racks;
};

using LoadedSite = LoadedScenario;

/// Reads and checks a scenario. Throws InputError with every problem found.
LoadedScenario load_scenario(const std::filesystem::path& file, const Catalog& catalog,
                             const std::vector<std::string>& sets = {});
LoadedScenario load_scenario_text(const std::string& text, const std::filesystem::path& name, const Catalog& catalog,
                                  const std::vector<std::string>& sets = {});

}  // namespace wattershed
