/// What the units of a bus do together, as a power flow sees them.
#pragma once

#include <vector>

#include "models/grid/case/grid_case.hpp"

namespace wattershed {

/// Sums over the units of a bus that take part; the last of them gives the set point.
struct BusUnits {
  double p_mw = 0, q_mvar = 0;
  double highest_mvar = 0, lowest_mvar = 0;  ///< may be infinite
  double set_point_pu = 0;
  int count = 0;
};
/// As GridCase::buses.
std::vector<BusUnits> units_by_bus(const GridCase& grid);

}  // namespace wattershed
