#include "models/grid/case/grid_case.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/problem.hpp"

namespace wattershed {

std::size_t slack_bus(const GridCase& grid) {
  const auto found = std::find_if(grid.buses.begin(), grid.buses.end(),
                                  [](const GridBus& bus) { return bus.type == BusType::slack; });
  return static_cast<std::size_t>(found - grid.buses.begin());
}

bool takes_part(const GridCase& grid, const GridUnit& unit) {
  return unit.in_service && grid.buses[unit.bus].type != BusType::isolated;
}

bool takes_part(const GridCase& grid, const GridBranch& branch) {
  return branch.in_service && grid.buses[branch.from].type != BusType::isolated &&
         grid.buses[branch.to].type != BusType::isolated;
}

std::vector<bool> reached_from_slack(const GridCase& grid) {
  std::vector<std::vector<std::size_t>> neighbours(grid.buses.size());
  for (const GridBranch& branch : grid.branches) {
    if (!takes_part(grid, branch)) continue;
    neighbours[branch.from].push_back(branch.to);
    neighbours[branch.to].push_back(branch.from);
  }
  std::vector<bool> reached(grid.buses.size(), false);
  std::vector<std::size_t> waiting;
  if (const std::size_t slack = slack_bus(grid); slack < grid.buses.size()) {
    reached[slack] = true;
    waiting.push_back(slack);
  }
  while (!waiting.empty()) {
    const std::size_t bus = waiting.back();
    waiting.pop_back();
    for (const std::size_t next : neighbours[bus]) {
      if (reached[next]) continue;
      reached[next] = true;
      waiting.push_back(next);
    }
  }
  return reached;
}

std::string why_unsolvable(const GridCase& grid, std::size_t& bus) {
  if (slack_bus(grid) == grid.buses.size()) return "the case has no slack bus";
  const std::vector<bool> reached = reached_from_slack(grid);
  for (std::size_t i = 0; i < grid.buses.size(); ++i) {
    if (reached[i] || grid.buses[i].type == BusType::isolated) continue;
    bus = i;
    return fmt::format("no branch in service leads from the slack bus to bus {}", grid.buses[i].number);
  }
  return {};
}

void add_load(GridCase& grid, std::int64_t bus_number, Power active, ApparentPower reactive) {
  const auto found = std::find_if(grid.buses.begin(), grid.buses.end(),
                                  [=](const GridBus& bus) { return bus.number == bus_number; });
  if (found == grid.buses.end()) {
    std::vector<std::string> some;
    for (const GridBus& bus : grid.buses)
      if (some.size() < 12) some.push_back(std::to_string(bus.number));
    throw InputError({grid.file, 0, 0},
                     fmt::format("a load at bus {}: the case has no such bus; it has {}{}", bus_number,
                                 fmt::join(some, ", "), grid.buses.size() > 12 ? ", …" : ""));
  }
  if (found->type == BusType::isolated)
    throw InputError(
        {grid.file, 0, 0},
        fmt::format("a load at bus {}: the bus is isolated (type 4); choose one that is connected", bus_number));
  found->load_mw += active.si() / 1e6;
  found->load_mvar += reactive.si() / 1e6;
}

}  // namespace wattershed
