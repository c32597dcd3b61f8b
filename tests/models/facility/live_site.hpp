/// A site that a test steps by itself, without a file: to look at it in the middle of a run.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "models/facility/hall/work.hpp"
#include "models/facility/site/site_model.hpp"
#include "run_helper.hpp"

namespace wattershed::test {

class LiveSite {
 public:
  explicit LiveSite(const std::string& text, const std::vector<std::string>& sets = {})
      : loaded(load_text(text, sets)),
        simulation({.start = loaded.start, .seed = static_cast<std::uint64_t>(loaded.scenario.seed)}),
        site(simulation, loaded.sites.front()) {
    simulation.circuit().build();
    site.start();
  }

  void run_to(double hours) { simulation.run_until(loaded.start + from_seconds(3600 * hours)); }
  void run() { simulation.run_until(loaded.end); }
  /// The standing value of a column [SI].
  [[nodiscard]] double now(const char* column) const { return site.columns().find(column)->read(); }
  [[nodiscard]] double total(const char* column) const { return site.columns().total(column); }

  /// A scalar of the summary, as of now.
  [[nodiscard]] double summary(std::string_view name) const {
    const SiteSummary all = site.summary();
    for (const auto& [key, value] : all.scalars())
      if (key == name) return value;
    throw std::logic_error("the site has no such scalar");
  }
  [[nodiscard]] Floor& floor() { return part<ItHall>().floor(); }
  [[nodiscard]] Jobs& jobs() { return part<ItHall>().jobs(); }
  [[nodiscard]] const auto& services() { return part<Work>().services(); }
  [[nodiscard]] const auto& trainings() { return part<Work>().trainings(); }

  LoadedScenario loaded;
  Simulation simulation;
  SiteModel site;

 private:
  template <class Part>
  Part& part() {
    for (const auto& each : site.parts())
      if (Part* found = dynamic_cast<Part*>(each.get())) return *found;
    throw std::logic_error("the site has no such part");
  }
};

}  // namespace wattershed::test
