#include "models/grid/case/bus_units.hpp"

namespace wattershed {

std::vector<BusUnits> units_by_bus(const GridCase& grid) {
  std::vector<BusUnits> sums(grid.buses.size());
  for (const GridUnit& unit : grid.units) {
    if (!takes_part(grid, unit)) continue;
    BusUnits& sum = sums[unit.bus];
    sum.p_mw += unit.p_mw;
    sum.q_mvar += unit.q_mvar;
    sum.highest_mvar += unit.highest_mvar;
    sum.lowest_mvar += unit.lowest_mvar;
    sum.set_point_pu = unit.set_point_pu;
    ++sum.count;
  }
  return sums;
}

}  // namespace wattershed
