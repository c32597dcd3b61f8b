/// The network that sites stand in, over recorded intervals: an AC power flow of what they drew.
///
///   mean     the flow at each site's mean power and mean reactive power of the interval
///   extremes over that flow and those in which one site, or all together, drew most and least: levels that stood
///            together, and phases of the steps of jobs on them (of all sites at once: a bound), each solved
///
/// Between the ends of intervals nothing is solved: it acts on no site.
/// Inputs   `grid_power` and `reactive_power` of every site at a bus with their extents, as they stand in the circuit
/// Outputs  voltages of buses [1], apparent power of branches [VA], losses and power of the slack bus [W]
/// Errors   VoltageCollapse where there is no flow, with the loads and the end of the interval
/// Valid    set points of units stand; the slack bus closes the balance
/// Cost     a flow of 39 buses 0.06 ms; with one site up to three an interval
#pragma once

#include <cstddef>
#include <vector>

#include "models/facility/site/site_model.hpp"
#include "models/grid/network/network_state.hpp"
#include "models/grid/network/rotor_swing.hpp"

namespace wattershed {

/// When and why a network cannot carry its sites.
std::string no_flow_text(Time at, const std::vector<SiteModel*>& sites, const std::vector<SiteLoad>& loads,
                         const std::string& reason);

class NetworkWatch {
 public:
  struct Range {
    double mean = 0, lowest = 0, highest = 0;
  };
  struct Interval {
    std::vector<Range> voltage;  ///< by place of the bus [1]
    std::vector<Range> branch;   ///< the larger of both ends [VA]
    double losses_w = 0, slack_w = 0;
  };

  /// Adds a model to the circuit; before the first instant. `sites` stand at buses.
  NetworkWatch(Simulation& simulation, const LoadedNetwork& network, std::vector<SiteModel*> sites);
  NetworkWatch(const NetworkWatch&) = delete;  // the circuit holds on to it

  /// What happened from the end of the last interval to this one's. All who ask with the same end read the same.
  const Interval& take(Time end);
  /// The voltage at a site's bus, by its place among the sites.
  const Range& site_voltage(std::size_t site, Time end) { return take(end).voltage[buses_[site]]; }
  [[nodiscard]] const GridCase& grid() const { return state_.grid(); }

 private:
  struct Extreme {
    double value = 0;
    std::vector<SiteLoad> loads;
  };
  void follow(Time now);
  void compare(std::size_t key);
  void solve(const std::vector<SiteLoad>& loads, Time end);

  std::vector<SiteModel*> sites_;
  NetworkState state_;
  std::vector<NetworkState::LoadHandle> handles_;
  std::vector<std::size_t> buses_;
  std::vector<SiteLoad> standing_, sums_;    // sums: over time, [W·s]
  std::vector<SiteLoad> loaded_, relieved_;  // the highest and the lowest phases of what stands
  std::vector<Extreme> highest_, lowest_;    // of each site, then of all together
  Time last_, taken_;
  double seconds_ = 0;
  Interval interval_;
};

}  // namespace wattershed
