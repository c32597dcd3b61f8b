#include "models/grid/power_flow.hpp"

#include <fmt/format.h>

#include <Eigen/Sparse>
#include <Eigen/SparseLU>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "models/grid/admittance.hpp"

namespace wattershed {
namespace {

using Complex = std::complex<double>;
using Jacobian = Eigen::SparseMatrix<double>;
constexpr double degree = std::numbers::pi / 180;
constexpr int most_rounds = 40;  // of reactive limits
constexpr int most_returns = 3;  // of one bus to its voltage, so that two buses cannot take turns for ever

/// What the units of a bus do together.
struct UnitSum {
  double p_mw = 0, q_mvar = 0, highest_mvar = 0, lowest_mvar = 0, set_point_pu = 0;
  int count = 0;
};

std::vector<UnitSum> unit_sums(const GridCase& grid) {
  std::vector<UnitSum> sums(grid.buses.size());
  for (const GridUnit& unit : grid.units) {
    if (!takes_part(grid, unit)) continue;
    UnitSum& sum = sums[unit.bus];
    sum.p_mw += unit.p_mw;
    sum.q_mvar += unit.q_mvar;
    sum.highest_mvar += unit.highest_mvar;
    sum.lowest_mvar += unit.lowest_mvar;
    sum.set_point_pu = unit.set_point_pu;
    ++sum.count;
  }
  return sums;
}

/// The state of one solution: which buses hold what, and where Newton stands.
class Newton {
 public:
  Newton(const GridCase& grid, const PowerFlowOptions& options)
      : grid_(grid),
        options_(options),
        units_(unit_sums(grid)),
        matrix_(admittance_matrix(grid)),
        slack_(slack_bus(grid)) {
    const std::size_t n = grid.buses.size();
    held_.resize(n);
    scheduled_.resize(n);
    magnitude_.resize(n);
    angle_.resize(n);
    limit_.assign(n, 0);
    returns_.assign(n, 0);
    const double slack_angle = grid.buses[slack_].angle_deg * degree;
    for (std::size_t i = 0; i < n; ++i) {
      const GridBus& bus = grid.buses[i];
      const bool flat = options.start == PowerFlowStart::flat;
      held_[i] = bus.type;
      if (bus.type == BusType::voltage_controlled && units_[i].count == 0) held_[i] = BusType::load;
      scheduled_[i] = Complex(units_[i].p_mw - bus.load_mw, units_[i].q_mvar - bus.load_mvar) / grid.base_mva;
      const bool controlled = held_[i] == BusType::voltage_controlled || held_[i] == BusType::slack;
      magnitude_[i] = controlled && units_[i].count > 0 ? units_[i].set_point_pu : flat ? 1 : bus.voltage_pu;
      angle_[i] = flat ? slack_angle : bus.angle_deg * degree;
      if (bus.type == BusType::isolated) magnitude_[i] = angle_[i] = 0;
    }
  }

  PowerFlow solve() {
    PowerFlow flow;
    bool settled = iterate(flow);
    if (options_.reactive_limits)
      for (int round = 0; settled && switch_at_limits(); ++round) {
        if (round == most_rounds) {
          flow.converged = settled = false;
          flow.reason = fmt::format("the reactive limits of the units find no rest in {} rounds", most_rounds);
          break;
        }
        settled = iterate(flow);
      }
    if (settled) report(flow);
    return flow;
  }

 private:
  void voltages() {
    voltage_.resize(magnitude_.size());
    for (std::size_t i = 0; i < magnitude_.size(); ++i) voltage_[i] = std::polar(magnitude_[i], angle_[i]);
    multiply(matrix_, voltage_, current_);
  }

  /// Numbers the unknowns: angles of all buses but the slack, then magnitudes of load buses.
  int number_unknowns() {
    const std::size_t n = held_.size();
    angle_row_.assign(n, -1);
    magnitude_row_.assign(n, -1);
    int rows = 0;
    for (std::size_t i = 0; i < n; ++i)
      if (held_[i] == BusType::load || held_[i] == BusType::voltage_controlled) angle_row_[i] = rows++;
    for (std::size_t i = 0; i < n; ++i)
      if (held_[i] == BusType::load) magnitude_row_[i] = rows++;
    return rows;
  }

  /// Scheduled − present power of the equations, and where the largest is. False when it is no number.
  bool mismatch(Eigen::VectorXd& f, PowerFlow& flow) {
    voltages();
    double largest = 0;
    flow.mismatch_bus = slack_;
    for (std::size_t i = 0; i < held_.size(); ++i) {
      const Complex rest = scheduled_[i] - voltage_[i] * std::conj(current_[i]);
      const auto take = [&](int row, double value) {
        if (row < 0) return;
        f[row] = value;
        if (!(std::abs(value) <= largest)) {
          largest = std::abs(value);
          flow.mismatch_bus = i;
        }
      };
      take(angle_row_[i], rest.real());
      take(magnitude_row_[i], rest.imag());
    }
    flow.largest_mismatch_mva = std::isfinite(largest) ? largest * grid_.base_mva : 0;
    return std::isfinite(largest);
  }

  void fill(Jacobian& jacobian) {
    entries_.clear();
    const auto put = [&](int row, int column, double value) {
      if (row >= 0 && column >= 0) entries_.emplace_back(row, column, value);
    };
    for (std::size_t i = 0; i < held_.size(); ++i) {
      if (angle_row_[i] < 0) continue;
      for (std::size_t k = matrix_.row_start[i]; k < matrix_.row_start[i + 1]; ++k) {
        const std::size_t j = matrix_.column[k];
        const Complex part = voltage_[i] * std::conj(matrix_.value[k] * voltage_[j]);
        Complex by_angle = Complex(0, -1) * part, by_magnitude = part / magnitude_[j];
        if (i == j) {
          by_angle += Complex(0, 1) * voltage_[i] * std::conj(current_[i]);
          by_magnitude += std::conj(current_[i]) * voltage_[i] / magnitude_[i];
        }
        put(angle_row_[i], angle_row_[j], by_angle.real());
        put(angle_row_[i], magnitude_row_[j], by_magnitude.real());
        put(magnitude_row_[i], angle_row_[j], by_angle.imag());
        put(magnitude_row_[i], magnitude_row_[j], by_magnitude.imag());
      }
    }
    jacobian.setFromTriplets(entries_.begin(), entries_.end());
  }

  /// Newton to the tolerance. On failure the reason is in `flow`.
  bool iterate(PowerFlow& flow) {
    const int rows = number_unknowns();
    Eigen::VectorXd f(rows), step(rows);
    Jacobian jacobian(rows, rows);
    Eigen::SparseLU<Jacobian, Eigen::COLAMDOrdering<int>> solver;
    flow.converged = false;
    for (int iteration = 0;; ++iteration) {
      const double before = flow.largest_mismatch_mva;
      const std::size_t bus_before = flow.mismatch_bus;
      if (!mismatch(f, flow)) {
        flow.largest_mismatch_mva = before;
        flow.mismatch_bus = bus_before;
        return fail(flow, "the steps of Newton's method grow without bound");
      }
      if (flow.largest_mismatch_mva <= options_.tolerance_pu * grid_.base_mva) return flow.converged = true;
      if (iteration == options_.most_iterations)
        return fail(flow, fmt::format("no solution in {} iterations", iteration));
      fill(jacobian);
      if (iteration == 0) solver.analyzePattern(jacobian);
      solver.factorize(jacobian);
      if (solver.info() != Eigen::Success) return fail(flow, "the Jacobian is singular: voltage collapse");
      step = solver.solve(f);
      ++flow.iterations;
      for (std::size_t i = 0; i < held_.size(); ++i) {
        if (angle_row_[i] >= 0) angle_[i] += step[angle_row_[i]];
        if (magnitude_row_[i] >= 0) magnitude_[i] += step[magnitude_row_[i]];
        if (magnitude_row_[i] >= 0 && !(magnitude_[i] > 0)) {
          flow.mismatch_bus = i;
          return fail(flow, "a voltage falls to zero: voltage collapse");
        }
      }
    }
  }

  static bool fail(PowerFlow& flow, std::string reason) {
    flow.reason = std::move(reason);
    return false;
  }

  /// Holds buses at limits that they pass and lets go of those that need none. False when nothing changed.
  bool switch_at_limits() {
    constexpr double slightly_pu = 1e-6;
    bool changed = false;
    for (std::size_t i = 0; i < held_.size(); ++i) {
      const GridBus& bus = grid_.buses[i];
      const UnitSum& units = units_[i];
      if (bus.type != BusType::voltage_controlled || units.count == 0) continue;
      if (limit_[i] == 0) {
        const double q_mvar = (voltage_[i] * std::conj(current_[i])).imag() * grid_.base_mva + bus.load_mvar;
        const double slightly_mvar = slightly_pu * grid_.base_mva;
        limit_[i] = q_mvar > units.highest_mvar + slightly_mvar  ? 1
                    : q_mvar < units.lowest_mvar - slightly_mvar ? -1
                                                                 : 0;
        if (limit_[i] == 0) continue;
        const double bound = limit_[i] > 0 ? units.highest_mvar : units.lowest_mvar;
        held_[i] = BusType::load;
        scheduled_[i] = {scheduled_[i].real(), (bound - bus.load_mvar) / grid_.base_mva};
        changed = true;
      } else if (limit_[i] * (magnitude_[i] - units.set_point_pu) > slightly_pu && returns_[i] < most_returns) {
        ++returns_[i];
        limit_[i] = 0;
        held_[i] = BusType::voltage_controlled;
        magnitude_[i] = units.set_point_pu;
        changed = true;
      }
    }
    return changed;
  }

  void report(PowerFlow& flow) const {
    flow.buses.resize(held_.size());
    for (std::size_t i = 0; i < held_.size(); ++i) {
      const GridBus& bus = grid_.buses[i];
      if (bus.type == BusType::isolated) continue;
      const Complex power = voltage_[i] * std::conj(current_[i]) * grid_.base_mva;
      flow.buses[i] = {.voltage_pu = magnitude_[i],
                       .angle_deg = angle_[i] / degree,
                       .injection_mw = power.real(),
                       .injection_mvar = power.imag(),
                       .at_reactive_limit = limit_[i] != 0};
      flow.load_mw += bus.load_mw;
      flow.load_mvar += bus.load_mvar;
      if (units_[i].count > 0) {
        flow.generation_mw += power.real() + bus.load_mw;
        flow.generation_mvar += power.imag() + bus.load_mvar;
      }
      flow.shunt_mw += bus.shunt_mw * magnitude_[i] * magnitude_[i];
    }
    flow.branches.resize(grid_.branches.size());
    for (std::size_t k = 0; k < grid_.branches.size(); ++k) {
      const GridBranch& branch = grid_.branches[k];
      if (!takes_part(grid_, branch)) continue;
      const BranchAdmittance y = branch_admittance(grid_, branch);
      const Complex from = voltage_[branch.from], to = voltage_[branch.to];
      const Complex in = from * std::conj(y.from_from * from + y.from_to * to) * grid_.base_mva;
      const Complex out = to * std::conj(y.to_from * from + y.to_to * to) * grid_.base_mva;
      // Of the current in the impedance: the sum of both ends would cancel.
      const Complex tap = std::polar(branch.ratio, branch.shift_deg * degree);
      const Complex impedance(branch.resistance_pu, branch.reactance_pu);
      const double loss_mw = std::norm((from / tap - to) / impedance) * branch.resistance_pu * grid_.base_mva;
      flow.branches[k] = {
          in.real(),  in.imag(),
          out.real(), out.imag(),
          loss_mw,    branch.rating_mva > 0 ? std::max(std::abs(in), std::abs(out)) / branch.rating_mva : 0};
      flow.loss_mw += loss_mw;
    }
  }

  const GridCase& grid_;
  const PowerFlowOptions& options_;
  std::vector<UnitSum> units_;
  AdmittanceMatrix matrix_;
  std::size_t slack_;
  std::vector<BusType> held_;       // what the equations hold now
  std::vector<Complex> scheduled_;  // generation − load [p.u.]
  std::vector<double> magnitude_, angle_;
  std::vector<int> limit_;    // 1 held at the upper reactive limit, −1 at the lower
  std::vector<int> returns_;  // how often a bus went back to its voltage
  std::vector<Complex> voltage_, current_;
  std::vector<int> angle_row_, magnitude_row_;  // row and column of the unknown, −1 for none
  std::vector<Eigen::Triplet<double>> entries_;
};

/// Why there is nothing to solve, or an empty text. Puts the bus into `flow`.
std::string unsolvable(const GridCase& grid, PowerFlow& flow) {
  if (slack_bus(grid) == grid.buses.size()) return "the case has no slack bus";
  const std::vector<bool> reached = reached_from_slack(grid);
  for (std::size_t i = 0; i < grid.buses.size(); ++i) {
    if (reached[i] || grid.buses[i].type == BusType::isolated) continue;
    flow.mismatch_bus = i;
    return fmt::format("no branch in service leads from the slack bus to bus {}", grid.buses[i].number);
  }
  return {};
}

}  // namespace

PowerFlow solve_power_flow(const GridCase& grid, const PowerFlowOptions& options) {
  PowerFlow flow;
  flow.reason = unsolvable(grid, flow);
  if (!flow.reason.empty()) return flow;
  return Newton(grid, options).solve();
}

PowerFlow solve_dc_power_flow(const GridCase& grid) {
  PowerFlow flow;
  flow.reason = unsolvable(grid, flow);
  if (!flow.reason.empty()) return flow;
  const std::size_t n = grid.buses.size(), slack = slack_bus(grid);
  std::vector<int> row(n, -1);
  int rows = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (i != slack && grid.buses[i].type != BusType::isolated) row[i] = rows++;

  const std::vector<UnitSum> units = unit_sums(grid);
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
    Jacobian matrix(rows, rows);
    matrix.setFromTriplets(entries.begin(), entries.end());
    Eigen::SparseLU<Jacobian, Eigen::COLAMDOrdering<int>> solver(matrix);
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
