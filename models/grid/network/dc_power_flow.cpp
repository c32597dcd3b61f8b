#include <fmt/format.h>

#include <Eigen/Sparse>
#include <Eigen/SparseLU>
#include <cmath>
#include <numbers>

#include "models/grid/case/bus_units.hpp"
#include "models/grid/network/power_flow.hpp"

namespace wattershed {
namespace {
using Matrix = Eigen::SparseMatrix<double>;
constexpr double degree = std::numbers::pi / 180;
}  // namespace

PowerFlow solve_dc_power_flow(const GridCase& grid) {
  PowerFlow flow;
  flow.reason = why_unsolvable(grid, flow.mismatch_bus);
  if (!flow.reason.empty()) return flow;
  const std::size_t n = grid.buses.size(), slack = slack_bus(grid);
  std::vector<int> row(n, -1);
  int rows = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (i != slack && grid.buses[i].type != BusType::isolated) row[i] = rows++;

  const std::vector<BusUnits> units = units_by_bus(grid);
  std::vector<double> into(n, 0.0);  // what the branches must carry away [p.u.]
  for (std::size_t i = 0; i < n; ++i)
    into[i] = (units[i].p_mw - grid.buses[i].load_mw - grid.buses[i].shunt_mw) / grid.base_mva;
  std::vector<Eigen::Triplet<double>> entries;
  const auto put = [&](std::size_t i, std::size_t j, double value) {
    if (row[i] >= 0 && row[j] >= 0) entries.emplace_back(row[i], row[j], value);
  };
  std::vector<double> slope(grid.branches.size(), 0.0);
  for (std::size_t k = 0; k < grid.branches.size(); ++k) {
    const GridBranch& branch = grid.branches[k];
    if (!takes_part(grid, branch)) continue;
    if (branch.reactance_pu == 0) {
      flow.reason = fmt::format("branch {} from bus {} to bus {} has no reactance, which a DC flow needs", k + 1,
                                grid.buses[branch.from].number, grid.buses[branch.to].number);
      return flow;
    }
    slope[k] = 1 / (branch.reactance_pu * branch.ratio);
    put(branch.from, branch.from, slope[k]);
    put(branch.to, branch.to, slope[k]);
    put(branch.from, branch.to, -slope[k]);
    put(branch.to, branch.from, -slope[k]);
    into[branch.from] += slope[k] * branch.shift_deg * degree;
    into[branch.to] -= slope[k] * branch.shift_deg * degree;
  }
  std::vector<double> angle(n, 0.0);
  const double slack_angle = grid.buses[slack].angle_deg * degree;
  if (rows > 0) {
    Matrix matrix(rows, rows);
    matrix.setFromTriplets(entries.begin(), entries.end());
    Eigen::SparseLU<Matrix, Eigen::COLAMDOrdering<int>> solver(matrix);
    Eigen::VectorXd power(rows);
    for (std::size_t i = 0; i < n; ++i)
      if (row[i] >= 0) power[row[i]] = into[i];
    Eigen::VectorXd difference(rows);
    if (solver.info() == Eigen::Success) difference = solver.solve(power);
    if (solver.info() != Eigen::Success || !difference.allFinite()) {
      flow.reason = "the matrix of reactances is singular";
      return flow;
    }
    for (std::size_t i = 0; i < n; ++i)
      if (row[i] >= 0) angle[i] = difference[row[i]];
  }

  flow.converged = true;
  flow.buses.resize(n);
  flow.branches.resize(grid.branches.size());
  double slack_mw = grid.buses[slack].shunt_mw;
  for (std::size_t k = 0; k < grid.branches.size(); ++k) {
    const GridBranch& branch = grid.branches[k];
    if (!takes_part(grid, branch)) continue;
    const double mw = slope[k] * (angle[branch.from] - angle[branch.to] - branch.shift_deg * degree) * grid.base_mva;
    flow.branches[k].from_mw = mw;
    flow.branches[k].to_mw = -mw;
    if (branch.rating_mva > 0) flow.branches[k].loading = std::abs(mw) / branch.rating_mva;
    if (branch.from == slack) slack_mw += mw;
    if (branch.to == slack) slack_mw -= mw;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const GridBus& bus = grid.buses[i];
    if (bus.type == BusType::isolated) continue;
    flow.buses[i].voltage_pu = 1;
    flow.buses[i].angle_deg = (angle[i] + slack_angle) / degree;
    flow.buses[i].injection_mw = i == slack ? slack_mw : units[i].p_mw - bus.load_mw;
    flow.load_mw += bus.load_mw;
    flow.generation_mw += flow.buses[i].injection_mw + bus.load_mw;
    flow.shunt_mw += bus.shunt_mw;
  }
  return flow;
}

}  // namespace wattershed
