#include "models/facility/lockstep.hpp"

#include <string>

namespace wattershed {

Lockstep::Node Lockstep::add_leaf() {
  nodes_.emplace_back();
  return static_cast<Node>(nodes_.size() - 1);
}

Lockstep::Node Lockstep::add_bank(const std::vector<Node>& children) {
  const Node bank = add_leaf();
  nodes_[bank].covariance = circuit_.signal<double>("covariance of bank " + std::to_string(bank));
  for (const Node child : children)
    if (child != none) nodes_[child].above = bank;
  return bank;
}

void Lockstep::add(Node node, double covariance_w2, int sign) {
  Place& place = nodes_[node];
  place.jobs += static_cast<std::uint32_t>(sign);
  place.sum_w2 = place.jobs == 0 ? 0.0 : place.sum_w2 + sign * covariance_w2;  // no rounding outlives the last job
  circuit_.set(place.covariance, place.sum_w2);
}

void Lockstep::swing(std::uint32_t job, const std::vector<std::pair<Node, double>>& deviations) {
  if (const auto before = jobs_.find(job); before != jobs_.end()) {
    for (const auto& [node, covariance_w2] : before->second) add(node, covariance_w2, -1);
    jobs_.erase(before);
  }
  std::map<Node, double> level(deviations.begin(), deviations.end());  // σ of the job at nodes of one level
  std::vector<std::pair<Node, double>> added;
  while (!level.empty()) {
    struct Sums {
      double deviation_w = 0, squares_w2 = 0;
    };
    std::map<Node, Sums> above;
    for (const auto& [node, deviation_w] : level) {
      if (nodes_[node].above == none || deviation_w == 0) continue;
      Sums& sums = above[nodes_[node].above];
      sums.deviation_w += deviation_w;
      sums.squares_w2 += deviation_w * deviation_w;
    }
    level.clear();
    for (const auto& [node, sums] : above) {
      level[node] = sums.deviation_w;
      const double covariance_w2 = sums.deviation_w * sums.deviation_w - sums.squares_w2;
      if (covariance_w2 > 0) added.emplace_back(node, covariance_w2);
    }
  }
  for (const auto& [node, covariance_w2] : added) add(node, covariance_w2, +1);
  if (!added.empty()) jobs_.emplace(job, std::move(added));
}

}  // namespace wattershed
