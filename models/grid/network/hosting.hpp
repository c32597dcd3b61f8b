/// Hosting capacity: the largest load that a bus can take on top of the case.
///
///   L(bus) = the largest L with g(ℓ) within its bound for every limit g and all ℓ tried on the way from 0 to L
///
/// Limits    bus voltages and branch ratings (rateA, in outages too) of the case, and that the power flow has a
///           solution on the upper side of the voltage curve (collapse). Units' active powers are no limit: the slack
///           bus gives what is missing; `slack_mw` says how much. With `reactive_limits` units' reactive ones bind
///           the voltages.
/// Broken    a limit that the case breaks without the load is listed (`broken_before`), and counts as soon as the load
///           makes it worse: by more than 0.001 p.u. of voltage or 0.1 % of a rating. Otherwise an overload at one end
///           of a network would leave no room at the other.
/// Outages   with `contingencies`, each branch in service out in turn, by the same rules. Outages that cut buses off,
///           and those that have no solution without any load, are listed and not counted.
/// Search    doubling steps, then bisection, to 0.1 MW; every solution starts from the nearest one below. A failure of
///           Newton's method counts only when it is repeated from 0.1 MW below it. Flows and voltages bend one way
///           with one load, so that what is allowed is one range from 0 (kept reactive limits may bend it; what the
///           search meets on its way decides).
/// Source    the usual steady-state transfer and N-1 screening of planning studies; AC, no linearisation
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/grid/network/power_flow.hpp"

namespace wattershed {

struct HostingOptions {
  bool contingencies = false;    ///< N-1: each branch out in turn
  bool reactive_limits = false;  ///< of the units are kept
  double power_factor = 1;       ///< of the load, lagging; above 0, at most 1
  double most_mw = 100'000;      ///< where the search ends
};

/// What stops at a load 0.1 MW larger.
enum class HostingBound {
  nothing,  ///< up to `most_mw`
  voltage_low,
  voltage_high,
  branch_rating,
  collapse  ///< no solution
};

struct HostingCapacity {
  std::size_t bus = 0;
  double load_mw = 0;  ///< a multiple of 0.1
  HostingBound bound = HostingBound::nothing;
  std::size_t place = 0;        ///< of the bus or branch that stops; of a collapse, the bus of the largest mismatch
  double value = 0, limit = 0;  ///< there, at 0.1 MW more [p.u. or MVA]; not of a collapse
  bool worsened = false;        ///< that limit is broken without the load already
  std::optional<std::size_t> out;  ///< the branch that is out; none: the network as it is
  double slack_mw = 0;             ///< of the slack bus's units at this load, nothing out
};

/// A limit that is broken without any load, and the branch that is out.
struct BrokenBefore {
  BrokenLimit limit;
  std::optional<std::size_t> out;
};

struct HostingStudy {
  std::string no_solution;                       ///< of the case as it is: why; then there is nothing else
  bool ratings = false, voltage_limits = false;  ///< whether the case has any
  std::vector<BrokenBefore> broken_before;       ///< voltages and ratings
  std::vector<std::size_t> islanding;            ///< branches whose outage cuts buses off
  std::vector<std::size_t> hopeless;             ///< branches whose outage has no solution without any load
  std::size_t outages = 0;                       ///< that count
  std::vector<HostingCapacity> buses;            ///< as asked for
};

/// `buses` are places in GridCase::buses, none of them isolated.
HostingStudy hosting_capacity(const GridCase& grid, const std::vector<std::size_t>& buses,
                              const HostingOptions& options = {});

}  // namespace wattershed
