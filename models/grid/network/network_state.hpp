/// A network that is solved whenever loads at its buses change: what sites at buses ask of the grid between them.
///
/// Each load has its own handle; those at one bus add up, on top of the case's. Every solution starts from the last,
/// and where that fails, anew. Without a solution the state says why, and keeps its last voltages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/grid/network/power_flow_solver.hpp"

namespace wattershed {

class NetworkState {
 public:
  using LoadHandle = std::size_t;

  explicit NetworkState(GridCase grid, const PowerFlowOptions& options = {});

  /// A load of zero at a bus, by the bus's number. Throws InputError when there is no such bus or it is isolated.
  LoadHandle add_load(std::string name, std::int64_t bus);
  /// Known to the network with the next solve().
  void set_load(LoadHandle load, Power active, ApparentPower reactive = {});

  /// False where there is no solution; then reason() says why. Does nothing when nothing changed.
  bool solve();
  [[nodiscard]] const std::string& reason() const { return reason_; }  ///< empty after a solution

  // Of the last solution.
  [[nodiscard]] double voltage_pu(LoadHandle load) const;
  [[nodiscard]] double voltage_pu_at(std::size_t bus) const;  ///< place in the case
  /// The larger of both ends; place in the case.
  [[nodiscard]] ApparentPower branch_power(std::size_t branch) const { return solver_.branch_power(branch); }
  struct Loading {
    std::size_t branch = 0;  ///< place in the case
    double share = 0;        ///< of the rating; 0 when no branch has one
  };
  [[nodiscard]] const Loading& largest_loading() const { return loading_; }
  [[nodiscard]] Power losses() const { return losses_; }            ///< of all branches
  [[nodiscard]] Power slack_power() const { return slack_power_; }  ///< of the units at the slack bus

  [[nodiscard]] const std::string& name(LoadHandle load) const { return loads_[load].name; }
  /// The case with the loads that were set.
  [[nodiscard]] const GridCase& grid() const { return solver_.grid(); }
  /// Everything about the last solve().
  [[nodiscard]] PowerFlow flow() const { return solver_.flow(); }

 private:
  struct Load {
    std::string name;
    std::size_t bus = 0;
    Power active{};
    ApparentPower reactive{};
  };
  void measure();

  PowerFlowSolver solver_;
  std::vector<Power> own_active_;  // of the case, by bus
  std::vector<ApparentPower> own_reactive_;
  std::vector<Load> loads_;
  bool changed_ = true;
  std::string reason_;
  GridVoltages voltages_;
  Loading loading_;
  Power losses_{}, slack_power_{};
};

}  // namespace wattershed
