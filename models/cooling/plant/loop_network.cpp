#include "models/cooling/plant/loop_network.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace wattershed {
namespace {

constexpr int n = LoopNetwork::most_nodes;
using Square = Eigen::Matrix<double, n, n>;
using Column = Eigen::Matrix<double, n, 1>;

/// ∫∫e^{Zr} dr ds over a unit step: Σ Z^k/(k+2)!, for ‖Z‖ ≤ 1/4. The twelfth term is below 1e-17 of the first.
Square second_integral(const Square& z) {
  constexpr double c[12] = {1.0 / 2,        1.0 / 6,         1.0 / 24,         1.0 / 120,
                            1.0 / 720,      1.0 / 5040,      1.0 / 40'320,     1.0 / 362'880,
                            1.0 / 3628'800, 1.0 / 39916'800, 1.0 / 479001'600, 1.0 / 6227020'800};
  // Paterson and Stockmeyer: three powers, and two products to join three cubics.
  const Square z2 = z * z, z3 = z2 * z, z4 = z2 * z2;
  Square high = c[9] * z + c[10] * z2 + c[11] * z3;
  high.diagonal().array() += c[8];
  Square middle = c[5] * z + c[6] * z2 + c[7] * z3;
  middle.diagonal().array() += c[4];
  middle.noalias() += z4 * high;
  Square low = c[1] * z + c[2] * z2 + c[3] * z3;
  low.diagonal().array() += c[0];
  low.noalias() += z4 * middle;
  return low;
}

}  // namespace

int LoopNetwork::add_node(HeatCapacity capacity, Temperature start) {
  assert(nodes_ < most_nodes && capacity.si() > 0);
  capacity_[static_cast<std::size_t>(nodes_)] = capacity.si();
  t_c_[static_cast<std::size_t>(nodes_)] = start.celsius();
  return nodes_++;
}

int LoopNetwork::add_flow(int from, int to) {
  assert(flow_count_ < most_flows && from < nodes_ && to < nodes_);
  flows_[static_cast<std::size_t>(flow_count_)].from = from;
  flows_[static_cast<std::size_t>(flow_count_)].to = to;
  return flow_count_++;
}

LinearForm LoopNetwork::node(int index) const {
  assert(index >= 0 && index < nodes_);
  LinearForm form;
  form.gain[static_cast<std::size_t>(index)] = 1;
  return form;
}

Energy LoopNetwork::stored() const {
  double sum_j = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(nodes_); ++i) sum_j += capacity_[i] * t_c_[i];
  return Energy(sum_j);
}

void LoopNetwork::integrate(const Matrix& rate, double seconds) {
  const Eigen::Map<const Square> a(rate.data());
  // The step is halved until the series holds, then doubled back.
  const double norm = a.cwiseAbs().colwise().sum().maxCoeff() * seconds;
  int doublings = 0;
  if (norm > 0.25) doublings = std::ilogb(norm / 0.25) + 1;
  double h = std::ldexp(seconds, -doublings);
  Square second = second_integral(a * h) * (h * h);
  Square first = a * second;
  first.diagonal().array() += h;
  Square whole = a * first;  // e^{Ah}: from here on squared, since 1 + A·F1 would lose its digits in stiff nodes
  whole.diagonal().array() += 1;
  Square doubled;
  for (int i = 0; i < doublings; ++i) {
    doubled = second + h * first;
    doubled.noalias() += whole * second;
    second = doubled;
    doubled = first;
    doubled.noalias() += whole * first;
    first = doubled;
    doubled.noalias() = whole * whole;
    whole = doubled;
    h *= 2;
  }
  Eigen::Map<Square>(first_.data()) = first;
  Eigen::Map<Square>(second_.data()) = second;
}

void LoopNetwork::advance(double seconds) {
  assert(seconds > 0);
  Matrix rate{};
  Column slope = Column::Zero();
  for (int k = 0; k < flow_count_; ++k) {
    const Flow& flow = flows_[static_cast<std::size_t>(k)];
    const double heat_w = flow.heat.at(t_c_);
    const auto enter = [&](int node, double sign) {
      if (node == outside) return;
      const double per_capacity = sign / capacity_[static_cast<std::size_t>(node)];
      slope[node] += per_capacity * heat_w;
      for (int j = 0; j < n; ++j)
        rate[static_cast<std::size_t>(j * n + node)] += per_capacity * flow.heat.gain[static_cast<std::size_t>(j)];
    };
    enter(flow.from, -1.0);
    enter(flow.to, 1.0);
  }
  if (rate != rate_ || seconds != step_s_) {
    integrate(rate, seconds);
    rate_ = rate;
    step_s_ = seconds;
  }
  const Column change = Eigen::Map<const Square>(first_.data()) * slope;
  const Column integral = Eigen::Map<const Square>(second_.data()) * slope;  // of T − T(0)
  before_t_c_ = t_c_;
  for (int k = 0; k < flow_count_; ++k) {
    Flow& flow = flows_[static_cast<std::size_t>(k)];
    double energy_j = flow.heat.at(t_c_) * seconds;
    for (int j = 0; j < n; ++j) energy_j += flow.heat.gain[static_cast<std::size_t>(j)] * integral[j];
    flow.energy_j = energy_j;
  }
  for (int i = 0; i < nodes_; ++i) t_c_[static_cast<std::size_t>(i)] += change[i];
}

}  // namespace wattershed
