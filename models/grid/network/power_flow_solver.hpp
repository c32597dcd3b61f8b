/// An AC power flow that is solved again and again: loads and outages change, the rest is kept.
///
/// Kept between solutions: the matrix of admittances, the pattern of the Jacobian with its symbolic factorisation,
/// and the last solution, from which the next one starts (a failure leaves it as it was). Buses that change between
/// held voltage and held reactive power, and branches that go out of service, change numbers and no pattern: the
/// equation of a held voltage is V = set point. solve_power_flow() is one use of it; equations and source stand
/// there.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "models/grid/network/power_flow.hpp"

namespace wattershed {

/// Where Newton's method may start; as GridCase::buses.
struct GridVoltages {
  std::vector<double> magnitude_pu, angle_rad;
};

class PowerFlowSolver {
 public:
  explicit PowerFlowSolver(GridCase grid, const PowerFlowOptions& options = {});
  ~PowerFlowSolver();
  PowerFlowSolver(PowerFlowSolver&&) noexcept;
  PowerFlowSolver& operator=(PowerFlowSolver&&) noexcept;

  /// The case with the loads and branches of now.
  [[nodiscard]] const GridCase& grid() const;

  /// All of the load of a bus, what the case has there included.
  void set_load(std::size_t bus, Power active, ApparentPower reactive);
  /// Of a branch that was in service in the case. What then hangs on nothing makes solve() fail: the caller knows
  /// islands (reached_from_slack).
  void set_in_service(std::size_t branch, bool in_service);

  /// Forgets the last solution.
  void restart(PowerFlowStart start);
  void start_from(const GridVoltages& voltages);

  /// False where there is no solution; then reason() says why.
  bool solve();

  // Of the last solve().
  [[nodiscard]] const std::string& reason() const;  ///< empty when it succeeded
  [[nodiscard]] int iterations() const;
  [[nodiscard]] std::size_t mismatch_bus() const;  ///< place of the bus furthest from balance
  /// Sign of the Jacobian's determinant: of solutions at the same network, one that lies beyond the nose of the
  /// voltage curve has another sign than one before it.
  [[nodiscard]] int jacobian_sign() const;

  // Of the last solve(), where it succeeded.
  [[nodiscard]] GridVoltages voltages() const;
  [[nodiscard]] double voltage_pu(std::size_t bus) const;
  /// The larger of both ends; 0 out of service.
  [[nodiscard]] ApparentPower branch_power(std::size_t branch) const;
  [[nodiscard]] Power branch_loss(std::size_t branch) const;

  /// Of the units at the slack bus.
  [[nodiscard]] Power slack_power() const;

  /// Everything about the last solve(); without a solution only the reason.
  [[nodiscard]] PowerFlow flow() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wattershed
