#include "models/scheduling/check.hpp"

#include <fmt/format.h>

#include <numeric>

#include "models/scheduling/cluster.hpp"

namespace wattershed {

std::int64_t accelerators_of(const Named<Rack>& racks, std::span<const std::int64_t> most) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < racks.size(); ++i) sum += most[i] * racks[i].second.accelerators();
  return sum;
}

void check_racks(const Named<Rack>& racks, std::span<const std::int64_t> most, const std::string& path,
                 const Complaints& complaints) {
  for (const auto& [name, rack] : racks) {
    if (rack.accelerators() > Cluster::largest_rack)
      complaints.problem(path + "." + name + ".servers",
                         fmt::format("{} accelerators in one rack; at most {}: make more racks", rack.accelerators(),
                                     Cluster::largest_rack));
    if (!rack.server.embodied)
      complaints.warn(fmt::format("embodied carbon of rack '{}' is not given: counted as none in scope 3", name));
  }
  const std::int64_t all = std::accumulate(most.begin(), most.end(), std::int64_t{0});
  if (all > 200'000)
    complaints.problem(path + "." + racks.back().first + ".count",
                       fmt::format("{} racks with this type; at most 200,000 on one site", all));
}

}  // namespace wattershed
