#include "models/grid/network/power_flow_solver.hpp"

#include <fmt/format.h>

#include <Eigen/Sparse>
#include <Eigen/SparseLU>
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <complex>
#include <numbers>

#include "models/grid/case/bus_units.hpp"
#include "models/grid/network/admittance.hpp"

namespace wattershed {
namespace {

using Complex = std::complex<double>;
using Jacobian = Eigen::SparseMatrix<double>;
constexpr double degree = std::numbers::pi / 180;
constexpr int most_rounds = 40;  // of reactive limits
constexpr int most_returns = 3;  // of one bus to its voltage, so that two buses cannot take turns for ever
constexpr std::size_t none = static_cast<std::size_t>(-1);

}  // namespace

struct PowerFlowSolver::State {
  State(GridCase given, const PowerFlowOptions& wanted)
      : grid(std::move(given)), options(wanted), units(units_by_bus(grid)), slack(slack_bus(grid)) {
    result.reason = why_unsolvable(grid, result.mismatch_bus);
    unsolvable = !result.reason.empty();
    if (unsolvable) return;
    matrix = admittance_matrix(grid);
    place_branches();
    shape_jacobian();
    const std::size_t n = grid.buses.size();
    held.resize(n);
    scheduled.resize(n);
    limit.resize(n);
    returns.resize(n);
    voltage.resize(n);
    current.resize(n);
    restart(options.start);
  }

  void place_branches() {
    ports.resize(grid.branches.size());
    places.resize(grid.branches.size(), {none, none, none, none});
    const auto find = [&](std::size_t row, std::size_t column) {
      const auto begin = matrix.column.begin() + static_cast<std::ptrdiff_t>(matrix.row_start[row]);
      const auto end = matrix.column.begin() + static_cast<std::ptrdiff_t>(matrix.row_start[row + 1]);
      return static_cast<std::size_t>(std::lower_bound(begin, end, column) - matrix.column.begin());
    };
    for (std::size_t k = 0; k < grid.branches.size(); ++k) {
      const GridBranch& branch = grid.branches[k];
      if (!takes_part(grid, branch)) continue;
      ports[k] = branch_admittance(grid, branch);
      places[k] = {find(branch.from, branch.from), find(branch.from, branch.to), find(branch.to, branch.from),
                   find(branch.to, branch.to)};
    }
    diagonal.resize(grid.buses.size());
    for (std::size_t i = 0; i < diagonal.size(); ++i) diagonal[i] = find(i, i);
  }

  /// Sums in the order of admittance_matrix(), so that taking out and putting back leaves no trace.
  void sum_admittances() {
    std::fill(matrix.value.begin(), matrix.value.end(), Complex(0));
    for (std::size_t i = 0; i < grid.buses.size(); ++i)
      if (grid.buses[i].type != BusType::isolated)
        matrix.value[diagonal[i]] = Complex(grid.buses[i].shunt_mw, grid.buses[i].shunt_mvar) / grid.base_mva;
    for (std::size_t k = 0; k < grid.branches.size(); ++k) {
      if (!grid.branches[k].in_service || places[k][0] == none) continue;
      matrix.value[places[k][0]] += ports[k].from_from;
      matrix.value[places[k][1]] += ports[k].from_to;
      matrix.value[places[k][2]] += ports[k].to_from;
      matrix.value[places[k][3]] += ports[k].to_to;
    }
  }

  /// Two unknowns a bus, angle and magnitude, but at the slack bus and isolated ones; zeros are kept in the pattern.
  void shape_jacobian() {
    const std::size_t n = grid.buses.size();
    unknown.assign(n, -1);
    int buses = 0;
    for (std::size_t i = 0; i < n; ++i)
      if (i != slack && grid.buses[i].type != BusType::isolated) unknown[i] = 2 * buses++;
    const int rows = 2 * buses;
    std::vector<Eigen::Triplet<double>> entries;
    const auto each = [&](const auto& take) {
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = matrix.row_start[i]; k < matrix.row_start[i + 1]; ++k)
          if (unknown[i] >= 0 && unknown[matrix.column[k]] >= 0) take(k, unknown[i], unknown[matrix.column[k]]);
    };
    each([&](std::size_t, int row, int column) {
      for (const int r : {row, row + 1})
        for (const int c : {column, column + 1}) entries.emplace_back(r, c, 0.0);
    });
    jacobian.resize(rows, rows);
    jacobian.setFromTriplets(entries.begin(), entries.end());
    jacobian.makeCompressed();
    first.assign(matrix.column.size(), none);
    second.assign(matrix.column.size(), none);
    each([&](std::size_t k, int row, int column) {  // a bus's two rows stand side by side in every column
      first[k] = static_cast<std::size_t>(&jacobian.coeffRef(row, column) - jacobian.valuePtr());
      second[k] = static_cast<std::size_t>(&jacobian.coeffRef(row, column + 1) - jacobian.valuePtr());
    });
    rest.resize(rows);
    step.resize(rows);
    if (rows > 0) factors.analyzePattern(jacobian);
  }

  void restart(PowerFlowStart start) {
    const std::size_t n = grid.buses.size();
    const bool flat = start == PowerFlowStart::flat;
    good.magnitude_pu.resize(n);
    good.angle_rad.resize(n);
    const double slack_angle = grid.buses[slack].angle_deg * degree;
    for (std::size_t i = 0; i < n; ++i) {
      const GridBus& bus = grid.buses[i];
      good.magnitude_pu[i] = flat ? 1 : bus.voltage_pu;
      good.angle_rad[i] = flat ? slack_angle : bus.angle_deg * degree;
      if (bus.type == BusType::isolated) good.magnitude_pu[i] = good.angle_rad[i] = 0;
    }
    // Not where Newton starts only: angles are counted from the slack bus, whose voltage nothing else moves.
    good.angle_rad[slack] = slack_angle;
  }

  /// Every bus holds what the case says, at the loads of now.
  void hold() {
    magnitude = good.magnitude_pu;
    angle = good.angle_rad;
    for (std::size_t i = 0; i < grid.buses.size(); ++i) {
      const GridBus& bus = grid.buses[i];
      held[i] = bus.type;
      if (bus.type == BusType::voltage_controlled && units[i].count == 0) held[i] = BusType::load;
      scheduled[i] = Complex(units[i].p_mw - bus.load_mw, units[i].q_mvar - bus.load_mvar) / grid.base_mva;
      limit[i] = returns[i] = 0;
      const bool controlled = held[i] == BusType::voltage_controlled || held[i] == BusType::slack;
      if (controlled && units[i].count > 0) magnitude[i] = units[i].set_point_pu;
    }
  }

  bool solve() {
    if (unsolvable) return false;
    result = {};
    if (stale) sum_admittances();
    stale = false;
    hold();
    bool settled = iterate();
    if (options.reactive_limits)
      for (int round = 0; settled && switch_at_limits(); ++round) {
        if (round == most_rounds) {
          settled = fail(fmt::format("the reactive limits of the units find no rest in {} rounds", most_rounds));
          break;
        }
        settled = iterate();
      }
    result.converged = settled;
    if (!settled) return false;
    good.magnitude_pu = magnitude;
    good.angle_rad = angle;
    return true;
  }

  /// Scheduled − present power of the equations, and where the largest is. False when it is no number.
  bool mismatch() {
    for (std::size_t i = 0; i < magnitude.size(); ++i) voltage[i] = std::polar(magnitude[i], angle[i]);
    multiply(matrix, voltage, current);
    double largest = 0;
    std::size_t where = slack;
    const auto take = [&](std::size_t i, int row, double value) {
      rest[row] = value;
      if (!(std::abs(value) <= largest)) {
        largest = std::abs(value);
        where = i;
      }
    };
    for (std::size_t i = 0; i < held.size(); ++i) {
      if (unknown[i] < 0) continue;
      const Complex left = scheduled[i] - voltage[i] * std::conj(current[i]);
      take(i, unknown[i], left.real());
      if (held[i] == BusType::load)
        take(i, unknown[i] + 1, left.imag());
      else
        rest[unknown[i] + 1] = 0;
    }
    if (!std::isfinite(largest)) return false;
    result.mismatch_bus = where;
    result.largest_mismatch_mva = largest * grid.base_mva;
    return true;
  }

  void fill_jacobian() {
    double* values = jacobian.valuePtr();
    for (std::size_t i = 0; i < held.size(); ++i) {
      if (unknown[i] < 0) continue;
      const bool load = held[i] == BusType::load;
      for (std::size_t k = matrix.row_start[i]; k < matrix.row_start[i + 1]; ++k) {
        const std::size_t j = matrix.column[k];
        if (unknown[j] < 0) continue;
        const Complex part = voltage[i] * std::conj(matrix.value[k] * voltage[j]);
        Complex by_angle(part.imag(), -part.real()), by_magnitude = part / magnitude[j];
        if (i == j) {
          const Complex power = voltage[i] * std::conj(current[i]);
          by_angle += Complex(-power.imag(), power.real());
          by_magnitude += power / magnitude[i];
        }
        values[first[k]] = by_angle.real();
        values[first[k] + 1] = load ? by_angle.imag() : 0;
        values[second[k]] = by_magnitude.real();
        values[second[k] + 1] = load ? by_magnitude.imag() : i == j ? 1 : 0;
      }
    }
  }

  /// Newton to the tolerance. On failure the reason is in `result`.
  bool iterate() {
    for (int iteration = 0;; ++iteration) {
      if (!mismatch()) return fail("the steps of Newton's method grow without bound");
      if (result.largest_mismatch_mva <= options.tolerance_pu * grid.base_mva) return true;
      if (iteration == options.most_iterations) return fail(fmt::format("no solution in {} iterations", iteration));
      fill_jacobian();
      factors.factorize(jacobian);
      if (factors.info() != Eigen::Success) return fail("the Jacobian is singular: voltage collapse");
      sign = factors.signDeterminant() < 0 ? -1 : 1;
      step = factors.solve(rest);
      ++result.iterations;
      for (std::size_t i = 0; i < held.size(); ++i) {
        if (unknown[i] < 0) continue;
        angle[i] += step[unknown[i]];
        if (held[i] != BusType::load) continue;
        magnitude[i] += step[unknown[i] + 1];
        if (magnitude[i] > 0) continue;
        result.mismatch_bus = i;
        return fail("a voltage falls to zero: voltage collapse");
      }
    }
  }

  bool fail(std::string reason) {
    result.reason = std::move(reason);
    return false;
  }

  /// Holds buses at limits that they pass and lets go of those that need none. False when nothing changed.
  bool switch_at_limits() {
    constexpr double slightly_pu = 1e-6;
    const double slightly_mvar = slightly_pu * grid.base_mva;
    bool changed = false;
    for (std::size_t i = 0; i < held.size(); ++i) {
      const GridBus& bus = grid.buses[i];
      const BusUnits& here = units[i];
      if (bus.type != BusType::voltage_controlled || here.count == 0) continue;
      if (limit[i] == 0) {
        const double q_mvar = (voltage[i] * std::conj(current[i])).imag() * grid.base_mva + bus.load_mvar;
        limit[i] = q_mvar > here.highest_mvar + slightly_mvar  ? 1
                   : q_mvar < here.lowest_mvar - slightly_mvar ? -1
                                                               : 0;
        if (limit[i] == 0) continue;
        const double bound = limit[i] > 0 ? here.highest_mvar : here.lowest_mvar;
        held[i] = BusType::load;
        scheduled[i] = {scheduled[i].real(), (bound - bus.load_mvar) / grid.base_mva};
        changed = true;
      } else if (limit[i] * (magnitude[i] - here.set_point_pu) > slightly_pu && returns[i] < most_returns) {
        ++returns[i];
        limit[i] = 0;
        held[i] = BusType::voltage_controlled;
        magnitude[i] = here.set_point_pu;
        changed = true;
      }
    }
    return changed;
  }

  /// Complex power into both ends [MVA].
  [[nodiscard]] std::array<Complex, 2> ends(std::size_t k) const {
    const GridBranch& branch = grid.branches[k];
    if (!branch.in_service || places[k][0] == none) return {};
    const Complex from = voltage[branch.from], to = voltage[branch.to];
    return {from * std::conj(ports[k].from_from * from + ports[k].from_to * to) * grid.base_mva,
            to * std::conj(ports[k].to_from * from + ports[k].to_to * to) * grid.base_mva};
  }

  /// Of the current in the impedance: the sum of both ends would cancel.
  [[nodiscard]] double loss_mw(std::size_t k) const {
    const GridBranch& branch = grid.branches[k];
    if (!branch.in_service || places[k][0] == none) return 0;
    const Complex tap = std::polar(branch.ratio, branch.shift_deg * degree);
    const Complex impedance(branch.resistance_pu, branch.reactance_pu);
    return std::norm((voltage[branch.from] / tap - voltage[branch.to]) / impedance) * branch.resistance_pu *
           grid.base_mva;
  }

  void report(PowerFlow& flow) const {
    flow.buses.resize(held.size());
    for (std::size_t i = 0; i < held.size(); ++i) {
      const GridBus& bus = grid.buses[i];
      if (bus.type == BusType::isolated) continue;
      const Complex power = voltage[i] * std::conj(current[i]) * grid.base_mva;
      flow.buses[i] = {.voltage_pu = magnitude[i],
                       .angle_deg = angle[i] / degree,
                       .injection_mw = power.real(),
                       .injection_mvar = power.imag(),
                       .at_reactive_limit = limit[i] != 0};
      flow.load_mw += bus.load_mw;
      flow.load_mvar += bus.load_mvar;
      if (units[i].count > 0) {
        flow.generation_mw += power.real() + bus.load_mw;
        flow.generation_mvar += power.imag() + bus.load_mvar;
      }
      flow.shunt_mw += bus.shunt_mw * magnitude[i] * magnitude[i];
    }
    flow.branches.resize(grid.branches.size());
    for (std::size_t k = 0; k < grid.branches.size(); ++k) {
      const auto [in, out] = ends(k);
      const double rating = grid.branches[k].rating_mva;
      flow.branches[k] = {in.real(),  in.imag(),  out.real(),
                          out.imag(), loss_mw(k), rating > 0 ? std::max(std::abs(in), std::abs(out)) / rating : 0};
      flow.loss_mw += flow.branches[k].loss_mw;
    }
  }

  GridCase grid;
  PowerFlowOptions options;
  std::vector<BusUnits> units;
  std::size_t slack;
  bool unsolvable = false;  // whatever the loads
  AdmittanceMatrix matrix;
  bool stale = false;  // the matrix, after a branch was switched
  std::vector<BranchAdmittance> ports;
  std::vector<std::array<std::size_t, 4>> places;  // of a branch's terms in the matrix
  std::vector<std::size_t> diagonal;

  Jacobian jacobian;
  Eigen::SparseLU<Jacobian, Eigen::COLAMDOrdering<int>> factors;
  Eigen::VectorXd rest, step;
  std::vector<int> unknown;                // of a bus's angle; its magnitude is the next; −1 for none
  std::vector<std::size_t> first, second;  // where a term's derivatives by angle and by magnitude stand

  std::vector<BusType> held;       // what the equations hold now
  std::vector<Complex> scheduled;  // generation − load [p.u.]
  std::vector<double> magnitude, angle;
  std::vector<int> limit;    // 1 held at the upper reactive limit, −1 at the lower
  std::vector<int> returns;  // how often a bus went back to its voltage
  std::vector<Complex> voltage, current;
  GridVoltages good;  // the last solution, or the start
  PowerFlow result;   // without buses and branches
  int sign = 1;
};

PowerFlowSolver::PowerFlowSolver(GridCase grid, const PowerFlowOptions& options)
    : state_(std::make_unique<State>(std::move(grid), options)) {}
PowerFlowSolver::~PowerFlowSolver() = default;
PowerFlowSolver::PowerFlowSolver(PowerFlowSolver&&) noexcept = default;
PowerFlowSolver& PowerFlowSolver::operator=(PowerFlowSolver&&) noexcept = default;

const GridCase& PowerFlowSolver::grid() const { return state_->grid; }

void PowerFlowSolver::set_load(std::size_t bus, Power active, ApparentPower reactive) {
  assert(bus < state_->grid.buses.size());
  state_->grid.buses[bus].load_mw = active.si() / 1e6;
  state_->grid.buses[bus].load_mvar = reactive.si() / 1e6;
}

void PowerFlowSolver::set_in_service(std::size_t branch, bool in_service) {
  assert(state_->unsolvable || state_->places[branch][0] != none);
  state_->grid.branches[branch].in_service = in_service;
  state_->stale = true;
}

void PowerFlowSolver::restart(PowerFlowStart start) {
  if (!state_->unsolvable) state_->restart(start);
}
void PowerFlowSolver::start_from(const GridVoltages& voltages) {
  assert(voltages.magnitude_pu.size() == state_->grid.buses.size());
  state_->good = voltages;
}

bool PowerFlowSolver::solve() { return state_->solve(); }
const std::string& PowerFlowSolver::reason() const { return state_->result.reason; }
int PowerFlowSolver::iterations() const { return state_->result.iterations; }
std::size_t PowerFlowSolver::mismatch_bus() const { return state_->result.mismatch_bus; }
int PowerFlowSolver::jacobian_sign() const { return state_->sign; }

GridVoltages PowerFlowSolver::voltages() const { return state_->good; }
double PowerFlowSolver::voltage_pu(std::size_t bus) const { return state_->good.magnitude_pu[bus]; }
ApparentPower PowerFlowSolver::branch_power(std::size_t branch) const {
  const auto [in, out] = state_->ends(branch);
  return ApparentPower(std::max(std::abs(in), std::abs(out)) * 1e6);
}
Power PowerFlowSolver::branch_loss(std::size_t branch) const { return Power(state_->loss_mw(branch) * 1e6); }
Power PowerFlowSolver::slack_power() const {
  const std::size_t i = state_->slack;
  const Complex power = state_->voltage[i] * std::conj(state_->current[i]);
  return Power((power.real() * state_->grid.base_mva + state_->grid.buses[i].load_mw) * 1e6);
}

PowerFlow PowerFlowSolver::flow() const {
  PowerFlow flow = state_->result;
  if (flow.converged) state_->report(flow);
  return flow;
}

}  // namespace wattershed
