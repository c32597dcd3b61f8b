/// Loops and rooms as a linear thermal network, advanced exactly over a step in which its coefficients stand still.
///
///   C_i dT_i/dt = Σ heat into i − Σ heat out of i,     each heat flow q = constant + Σ_j gain_j · T_j
///
/// With T = T(0) + D this is dD/dt = A·D + r, r = dT/dt at the start, so
///
///   T(h) = T(0) + F1·r,   ∫T dt = T(0)·h + F2·r,   F1 = ∫e^{As} ds,   F2 = ∫∫e^{Ar} dr ds
///
/// Both come from the Taylor series of F2 on a step short enough and are doubled back with e^{Ah}; nothing cancels,
/// so no step is too long and no node too stiff. All errors scale with r: a loop at rest stays at rest.
///
/// Inputs    heat capacities [J/K], heat flows as linear forms of the temperatures [W], step [s]
/// Outputs   temperatures [°C], and the energy of every flow, its exact integral over the step [J]
/// Books     every flow leaves one place and enters another, so stored + Σ out = Σ in to rounding
/// Source    C. Van Loan, "Computing integrals involving the matrix exponential", IEEE Trans. Autom. Control 23 (1978)
/// Accuracy  about 1e-13 of the step's change; tests/models/cooling/plant/loop_network_test.cpp
#pragma once

#include <array>
#include <cassert>

#include "sim/units/quantity.hpp"

namespace wattershed {

/// constant + Σ gain_i · T_i over the temperatures of a network in °C: a temperature [°C] or a heat flow [W].
struct LinearForm {
  static constexpr int most_nodes = 6;
  double constant = 0;
  std::array<double, most_nodes> gain{};

  LinearForm() = default;
  explicit LinearForm(double value) : constant(value) {}
  explicit LinearForm(Temperature t) : constant(t.celsius()) {}
  explicit LinearForm(Power p) : constant(p.si()) {}

  LinearForm& operator+=(const LinearForm& other) {
    constant += other.constant;
    for (std::size_t i = 0; i < gain.size(); ++i) gain[i] += other.gain[i];
    return *this;
  }
  LinearForm& operator*=(double factor) {
    constant *= factor;
    for (double& g : gain) g *= factor;
    return *this;
  }
  friend LinearForm operator+(LinearForm a, const LinearForm& b) { return a += b; }
  friend LinearForm operator*(double factor, LinearForm a) { return a *= factor; }
  friend LinearForm operator-(const LinearForm& a, const LinearForm& b) { return a + -1.0 * b; }

  [[nodiscard]] double at(const std::array<double, most_nodes>& t_c) const {
    double value = constant;
    for (std::size_t i = 0; i < gain.size(); ++i) value += gain[i] * t_c[i];
    return value;
  }
};

class LoopNetwork {
 public:
  static constexpr int most_nodes = LinearForm::most_nodes;
  static constexpr int most_flows = 16;
  static constexpr int outside = -1;  ///< where heat comes from, or goes to, beyond the network

  /// A body of water, air or metal with one temperature. At most six.
  int add_node(HeatCapacity capacity, Temperature start);
  /// Heat from one node to another; either may be `outside`. At most sixteen.
  int add_flow(int from, int to);

  /// The temperature of a node, as a form to build flows with.
  [[nodiscard]] LinearForm node(int index) const;
  /// What the flow carries from now on [W].
  void set_flow(int flow, const LinearForm& heat_w) { flows_[static_cast<std::size_t>(flow)].heat = heat_w; }
  [[nodiscard]] const LinearForm& flow(int index) const { return flows_[static_cast<std::size_t>(index)].heat; }

  /// Advances all temperatures; `energy` then gives what each flow carried.
  void advance(double seconds);
  /// What the last `advance` carried through a flow [J].
  [[nodiscard]] Energy energy(int flow) const { return Energy(flows_[static_cast<std::size_t>(flow)].energy_j); }
  /// Takes the last `advance` back: the temperatures are again those before it.
  void undo() { t_c_ = before_t_c_; }

  [[nodiscard]] Temperature temperature(int node) const {
    return Temperature::celsius(t_c_[static_cast<std::size_t>(node)]);
  }
  void set_temperature(int node, Temperature t) { t_c_[static_cast<std::size_t>(node)] = t.celsius(); }
  /// A form at the present temperatures.
  [[nodiscard]] double at(const LinearForm& form) const { return form.at(t_c_); }
  /// What a flow carries now [W].
  [[nodiscard]] double flow_now_w(int flow) const { return at(flows_[static_cast<std::size_t>(flow)].heat); }
  [[nodiscard]] HeatCapacity capacity(int node) const {
    return HeatCapacity(capacity_[static_cast<std::size_t>(node)]);
  }
  /// Heat held above 0 °C [J].
  [[nodiscard]] Energy stored() const;

 private:
  struct Flow {
    int from = outside, to = outside;
    LinearForm heat;
    double energy_j = 0;
  };
  using Matrix = std::array<double, most_nodes * most_nodes>;  // by column
  void integrate(const Matrix& rate, double seconds);

  int nodes_ = 0, flow_count_ = 0;
  std::array<double, most_nodes> capacity_{}, t_c_{}, before_t_c_{};
  std::array<Flow, most_flows> flows_{};
  // F1 and F2 of the last step, and of what.
  Matrix rate_{}, first_{}, second_{};
  double step_s_ = 0;
};

}  // namespace wattershed
