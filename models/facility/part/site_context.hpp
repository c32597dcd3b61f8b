/// What every part of a site is made with: the clock and circuit of the run, the scenario of the site, its
/// parameters, and the plan of its distribution that magnifying glasses replay.
#pragma once

#include <optional>
#include <string>

#include "models/facility/part/parameters.hpp"
#include "models/facility/scenario/load_scenario.hpp"
#include "models/facility/waveform/waveform.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/kernel/circuit.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

/// Lives as long as the site; parts keep a reference to it.
struct SiteContext {
  SiteContext(Simulation& of, const LoadedSite& site)
      : simulation(of),
        circuit(of.circuit()),
        loaded(site),
        zone(site.time_zone),
        weather(site.weather_of(of.options().run)),
        parameters(of.circuit()) {}
  SiteContext(const SiteContext&) = delete;

  Simulation& simulation;
  Circuit& circuit;
  const LoadedSite& loaded;
  TimeZone zone;                   ///< wall clock of the site
  std::optional<Weather> weather;  ///< of this run
  Parameters parameters;
  DistributionPlan plan;

  [[nodiscard]] const Site& site() const { return loaded.scenario.site; }
  [[nodiscard]] bool resolved() const { return loaded.scenario.fidelity == Fidelity::resolved; }
  /// Whether power is asked for phase by phase.
  [[nodiscard]] bool has_windows() const {
    const Record& record = loaded.scenario.record;
    return !record.windows.empty() || (record.events && !loaded.scenario.events.empty());
  }
  [[nodiscard]] Time now() const { return simulation.now(); }
  /// The path of a value of this site: path("grid.connection") is "site.grid.connection".
  [[nodiscard]] std::string path(const std::string& key) const { return loaded.site_prefix + key; }
  /// A further leaf of the plan; its number.
  std::uint32_t add_leaf(const DistributionPlan::Leaf& leaf) {
    plan.leaves.push_back(leaf);
    return static_cast<std::uint32_t>(plan.leaves.size() - 1);
  }
};

}  // namespace wattershed
