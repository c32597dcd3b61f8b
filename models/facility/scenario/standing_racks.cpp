#include "models/facility/scenario/standing_racks.hpp"

#include <algorithm>

namespace wattershed {

std::vector<StandingRacks> standing_racks(const LoadedSite& loaded, Time end) {
  const auto& racks = loaded.scenario.site.racks;
  std::vector<StandingRacks> all{{loaded.start, {}}};
  for (const auto& [name, rack] : racks) all.front().counts.push_back(rack.count);
  for (const TimedChange& change : loaded.changes) {
    if (change.at >= end) break;
    for (std::size_t i = 0; i < racks.size(); ++i) {
      if (change.path != loaded.site_prefix + "racks." + racks[i].first + ".count") continue;
      if (change.at > all.back().from) all.push_back({change.at, all.back().counts});
      all.back().counts[i] = static_cast<std::int64_t>(change.si);
    }
  }
  return all;
}

std::vector<std::int64_t> most_of_each(const std::vector<StandingRacks>& standing) {
  std::vector<std::int64_t> most = standing.front().counts;
  for (const StandingRacks& racks : standing)
    for (std::size_t i = 0; i < most.size(); ++i) most[i] = std::max(most[i], racks.counts[i]);
  return most;
}

}  // namespace wattershed
