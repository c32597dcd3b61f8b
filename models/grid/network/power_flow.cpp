#include "models/grid/network/power_flow.hpp"

#include "models/grid/network/power_flow_solver.hpp"

namespace wattershed {

PowerFlow solve_power_flow(const GridCase& grid, const PowerFlowOptions& options) {
  PowerFlowSolver solver(grid, options);
  solver.solve();
  return solver.flow();
}

}  // namespace wattershed
