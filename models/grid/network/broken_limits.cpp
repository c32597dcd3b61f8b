#include <algorithm>
#include <cmath>

#include "models/grid/network/power_flow.hpp"

namespace wattershed {

double BrokenLimit::excess() const { return std::abs(value - bound) / std::max(1.0, std::abs(bound)); }

std::vector<BrokenLimit> broken_limits(const GridCase& grid, const PowerFlow& flow, bool direct_current) {
  std::vector<BrokenLimit> broken;
  if (!flow.converged) return broken;
  // What a solution to 1e-8 p.u. cannot tell apart is no breach.
  constexpr double slightly_pu = 1e-6;
  const double slightly_mva = slightly_pu * grid.base_mva;
  for (std::size_t i = 0; i < grid.buses.size() && !direct_current; ++i) {
    const GridBus& bus = grid.buses[i];
    if (bus.type == BusType::isolated) continue;
    const double v = flow.buses[i].voltage_pu;
    if (bus.highest_pu > 0 && v > bus.highest_pu + slightly_pu)
      broken.push_back({GridLimit::voltage_high, i, v, bus.highest_pu});
    if (bus.lowest_pu > 0 && v < bus.lowest_pu - slightly_pu)
      broken.push_back({GridLimit::voltage_low, i, v, bus.lowest_pu});
  }
  for (std::size_t k = 0; k < grid.branches.size(); ++k) {
    const double rating = grid.branches[k].rating_mva, mva = flow.branches[k].loading * rating;
    if (rating > 0 && mva > rating + slightly_mva) broken.push_back({GridLimit::branch_rating, k, mva, rating});
  }

  struct Range {
    double highest_mw = 0, lowest_mw = 0, highest_mvar = 0, lowest_mvar = 0;
    int count = 0;
    bool active_given = true;
  };
  std::vector<Range> ranges(grid.buses.size());
  for (const GridUnit& unit : grid.units) {
    if (!takes_part(grid, unit)) continue;
    Range& range = ranges[unit.bus];
    range.highest_mw += unit.highest_mw;
    range.lowest_mw += unit.lowest_mw;
    range.highest_mvar += unit.highest_mvar;
    range.lowest_mvar += unit.lowest_mvar;
    range.active_given = range.active_given && (unit.highest_mw != 0 || unit.lowest_mw != 0);
    ++range.count;
  }
  for (std::size_t i = 0; i < grid.buses.size(); ++i) {
    const Range& range = ranges[i];
    if (range.count == 0) continue;
    const double mw = flow.buses[i].injection_mw + grid.buses[i].load_mw;
    const double mvar = flow.buses[i].injection_mvar + grid.buses[i].load_mvar;
    if (range.active_given && mw > range.highest_mw + slightly_mva)
      broken.push_back({GridLimit::active_high, i, mw, range.highest_mw});
    if (range.active_given && mw < range.lowest_mw - slightly_mva)
      broken.push_back({GridLimit::active_low, i, mw, range.lowest_mw});
    if (direct_current) continue;
    if (mvar > range.highest_mvar + slightly_mva)
      broken.push_back({GridLimit::reactive_high, i, mvar, range.highest_mvar});
    if (mvar < range.lowest_mvar - slightly_mva)
      broken.push_back({GridLimit::reactive_low, i, mvar, range.lowest_mvar});
  }
  return broken;
}

}  // namespace wattershed
