/// Power flow: the voltages at which every bus takes and gives what it is said to.
///
///   AC  S_i = V_i · conj(Σ Y_ik V_k), S = generation − load; Newton–Raphson in polar coordinates with a sparse LU
///       known: V and angle at the slack bus, P and V at voltage-controlled buses, P and Q elsewhere
///   DC  P_from = (θ_from − θ_to − shift)/(x · ratio); all voltages 1 p.u., no losses, no reactive power
///
/// Voltages  a voltage-controlled bus without a unit in service is a load bus; of several units at a bus the last in
///           service gives the set point.
/// Limits    with `reactive_limits`, a controlled bus whose units together pass a limit is held at the limit instead
///           of at its voltage, and goes back when the voltage allows (V above the set point at the upper limit,
///           below it at the lower). The slack bus has none; broken_limits() shows what it would take.
/// Failure   is a result: `converged` false with the reason, the largest mismatch and its bus.
/// Source    MATPOWER manual, ch. 3 and 4; W. F. Tinney and C. E. Hart, "Power Flow Solution by Newton's Method", 1967
/// Valid     balanced steady state, loads of constant power; one network that hangs on one slack bus
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/grid/case/grid_case.hpp"

namespace wattershed {

enum class PowerFlowStart {
  flat,   ///< 1 p.u. or the set point, the slack bus's angle everywhere
  stored  ///< voltages and angles of the case
};

struct PowerFlowOptions {
  PowerFlowStart start = PowerFlowStart::flat;
  double tolerance_pu = 1e-8;  ///< largest mismatch on base_mva
  int most_iterations = 30;    ///< of one Newton solution
  bool reactive_limits = false;
};

/// Net injection is generation − load, without the bus's shunt. Isolated buses are zero throughout.
struct BusFlow {
  double voltage_pu = 0, angle_deg = 0;
  double injection_mw = 0, injection_mvar = 0;
  bool at_reactive_limit = false;  ///< held at a limit of its units instead of at its voltage
};

/// Power into the branch at either end; zero where it takes no part.
struct BranchFlow {
  double from_mw = 0, from_mvar = 0, to_mw = 0, to_mvar = 0;
  double loss_mw = 0;  ///< what goes in and does not come out
  double loading = 0;  ///< the larger apparent power over the rating; 0 without a rating
};

struct PowerFlow {
  bool converged = false;
  std::string reason;  ///< why not
  int iterations = 0;  ///< of Newton, all rounds of reactive limits together
  double largest_mismatch_mva = 0;
  std::size_t mismatch_bus = 0;                   ///< place of the bus where it is
  std::vector<BusFlow> buses;                     ///< as GridCase::buses
  std::vector<BranchFlow> branches;               ///< as GridCase::branches
  double generation_mw = 0, generation_mvar = 0;  ///< of all units that take part
  double load_mw = 0, load_mvar = 0;
  double loss_mw = 0;   ///< of all branches
  double shunt_mw = 0;  ///< of bus conductances
};

PowerFlow solve_power_flow(const GridCase& grid, const PowerFlowOptions& options = {});
PowerFlow solve_dc_power_flow(const GridCase& grid);

enum class GridLimit {
  voltage_high,
  voltage_low,
  branch_rating,
  reactive_high,
  reactive_low,
  active_high,
  active_low
};

/// A limit of the case that a solution does not keep. Voltages [p.u.], ratings [MVA], units of a bus together [MW,
/// MVAr].
struct BrokenLimit {
  GridLimit limit = GridLimit::voltage_high;
  std::size_t place = 0;  ///< of the branch for `branch_rating`, else of the bus
  double value = 0, bound = 0;
  /// How far beyond, as a share of the bound (of 1 where that is below 1).
  [[nodiscard]] double excess() const;
};
/// Voltages first, then ratings, then units; each in the order of the case. After a DC flow only ratings and active
/// power.
std::vector<BrokenLimit> broken_limits(const GridCase& grid, const PowerFlow& flow, bool direct_current = false);

}  // namespace wattershed
