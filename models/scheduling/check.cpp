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
    if (rack.server.embodied) continue;
    complaints.warn(
        rack.server.accelerator.embodied
            ? fmt::format("of the embodied carbon of rack '{}' that of its accelerators is known ({:.0f} kg "
                          "each): scope 3 holds no more of it",
                          name, rack.server.accelerator.embodied->si())
            : fmt::format("embodied carbon of rack '{}' is not known: scope 3 leaves it out", name));
  }
  const std::int64_t all = std::accumulate(most.begin(), most.end(), std::int64_t{0});
  if (all > 200'000)
    complaints.problem(path + "." + racks.back().first + ".count",
                       fmt::format("{} racks with this type; at most 200,000 on one site", all));
}

}  // namespace wattershed
