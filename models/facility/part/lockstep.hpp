/// Racks of one job swing together: the variance that a sum of independent racks lacks.
///
///   variance of a bank = Σ variances of its feeders + Σ over jobs of ((Σ S)² − Σ S²)     S: a job's σ at each feeder
///
/// The distribution is a tree: racks at its leaves, banks of modules above. Each bank has a signal with the second
/// sum, set when a job starts, changes or ends. The gain of stages in between (1 + L′, within a few percent of one)
/// is left out of it: second order on a term of second order.
/// Inputs    a job's standard deviation at each of its racks [W]
/// Outputs   covariance of each bank [W2]
/// Valid     all accelerators of a job are in the same phase; different jobs are independent
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/kernel/circuit.hpp"

namespace wattershed {

class Lockstep {
 public:
  using Node = std::uint32_t;
  static constexpr Node none = UINT32_MAX;
  explicit Lockstep(Circuit& circuit) : circuit_(circuit) {}

  /// A rack: the leaves come first, in the order of the racks.
  Node add_leaf();
  /// A bank that feeds `children`; each node has at most one bank above it.
  Node add_bank(const std::vector<Node>& children);
  [[nodiscard]] Signal<double> covariance(Node bank) const { return nodes_[bank].covariance; }

  /// A job swings with these standard deviations [W] at these leaves, instead of what it did before.
  void swing(std::uint32_t job, const std::vector<std::pair<Node, double>>& deviations);
  void rest(std::uint32_t job) { swing(job, {}); }

 private:
  struct Place {
    Node above = none;
    Signal<double> covariance{};
    double sum_w2 = 0;
    std::uint32_t jobs = 0;
  };
  void add(Node node, double covariance_w2, int sign);

  Circuit& circuit_;
  std::vector<Place> nodes_;
  std::map<std::uint32_t, std::vector<std::pair<Node, double>>> jobs_;  // what each has added where
};

}  // namespace wattershed
