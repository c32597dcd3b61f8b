#include "models/facility/part/rack_positions.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace wattershed {
namespace {

using Stretches = std::vector<bool>;  // by entry of the counts: whether it is taken

bool overlap(const Stretches& a, const Stretches& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] && b[i]) return true;
  return false;
}

}  // namespace

std::vector<std::uint32_t> rack_positions(const std::vector<StandingRacks>& standing,
                                          const std::vector<std::int64_t>& most) {
  std::vector<std::uint32_t> positions;
  std::map<Stretches, std::vector<std::uint32_t>> taken;  // positions, the lowest last
  std::uint32_t made = 0;
  for (std::size_t type = 0; type < most.size(); ++type) {
    std::map<Stretches, std::vector<std::uint32_t>> after;  // of this type: its racks do not look at each other
    for (std::int64_t number = 0; number < most[type]; ++number) {
      Stretches stands;
      for (const StandingRacks& racks : standing) stands.push_back(racks.counts[type] > number);
      std::map<Stretches, std::vector<std::uint32_t>>::iterator lowest = taken.end();
      for (auto it = taken.begin(); it != taken.end(); ++it)
        if (!it->second.empty() && !overlap(it->first, stands) &&
            (lowest == taken.end() || it->second.back() < lowest->second.back()))
          lowest = it;
      std::uint32_t position = made;
      if (lowest == taken.end()) {
        ++made;
      } else {
        position = lowest->second.back();
        lowest->second.pop_back();
        for (std::size_t i = 0; i < stands.size(); ++i) stands[i] = stands[i] || lowest->first[i];
      }
      positions.push_back(position);
      after[stands].push_back(position);
    }
    for (auto& [stretches, list] : after) {
      std::vector<std::uint32_t>& all = taken[stretches];
      all.insert(all.end(), list.begin(), list.end());
      std::sort(all.begin(), all.end(), std::greater<>());
    }
  }
  return positions;
}

std::vector<Feeder> by_position(std::vector<Feeder> feeders) {
  std::stable_sort(feeders.begin(), feeders.end(),
                   [](const Feeder& a, const Feeder& b) { return a.position < b.position; });
  return feeders;
}

}  // namespace wattershed
