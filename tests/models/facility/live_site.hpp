/// A site that a test steps by itself, without a file: to look at it in the middle of a run.
#pragma once

#include <string>
#include <vector>

#include "models/facility/site/site_model.hpp"
#include "run_helper.hpp"

namespace wattershed::test {

class LiveSite {
 public:
  explicit LiveSite(const std::string& text, const std::vector<std::string>& sets = {})
      : loaded(load_text(text, sets)),
        simulation({.start = loaded.start, .seed = static_cast<std::uint64_t>(loaded.scenario.seed)}),
        site(simulation, loaded, {}) {}

  void run_to(double hours) { simulation.run_until(loaded.start + from_seconds(3600 * hours)); }
  void run() { simulation.run_until(loaded.end); }
  /// The standing value of a column [SI].
  [[nodiscard]] double now(const char* column) const { return site.channel(column)->read(); }
  [[nodiscard]] double total(const char* column) const { return site.total(column); }

  LoadedScenario loaded;
  Simulation simulation;
  SiteModel site;
};

}  // namespace wattershed::test
