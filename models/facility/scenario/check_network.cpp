#include "models/facility/scenario/check_network.hpp"

namespace wattershed {

void check_network(LoadedScenario& loaded, const Complaints& complaints) {
  std::vector<WantedBus> buses;
  for (const LoadedSite& site : loaded.sites)
    if (const auto& bus = site.scenario.site.grid.bus) buses.push_back({site.site_prefix + "grid.bus", *bus});
  const std::optional<Network>& written = loaded.scenario.network;
  if (!written) {
    for (const WantedBus& wanted : buses)
      complaints.problem(wanted.path,
                         "a bus of which network? Give `network` beside the sites, for example new-england-39");
  } else if (buses.empty()) {
    complaints.warn("no site stands in the network: give grid.bus");
  } else {
    const Record& record = loaded.scenario.record;
    loaded.network = load_network(*written, buses, !record.windows.empty() || record.events.has_value(), complaints);
  }
}

}  // namespace wattershed
