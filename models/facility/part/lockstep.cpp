#include "models/facility/part/lockstep.hpp"

#include <algorithm>
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
  // Level by level: σ of the job at each node, sorted by the node above, so that equals stand together.
  struct Swing {
    Node above;
    double deviation_w;
  };
  std::vector<Swing> level;
  level.reserve(deviations.size());
  for (const auto& [node, deviation_w] : deviations)
    if (nodes_[node].above != none && deviation_w != 0) level.push_back({nodes_[node].above, deviation_w});
  std::vector<std::pair<Node, double>> added;
  while (!level.empty()) {
    const auto by_bank = [](const Swing& a, const Swing& b) { return a.above < b.above; };
    if (!std::is_sorted(level.begin(), level.end(), by_bank)) std::sort(level.begin(), level.end(), by_bank);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < level.size();) {
      const Node bank = level[i].above;
      double deviation_w = 0, squares_w2 = 0;
      for (; i < level.size() && level[i].above == bank; ++i) {
        deviation_w += level[i].deviation_w;
        squares_w2 += level[i].deviation_w * level[i].deviation_w;
      }
      const double covariance_w2 = deviation_w * deviation_w - squares_w2;
      if (covariance_w2 > 0) added.emplace_back(bank, covariance_w2);
      if (nodes_[bank].above != none) level[kept++] = {nodes_[bank].above, deviation_w};
    }
    level.resize(kept);
  }
  for (const auto& [node, covariance_w2] : added) add(node, covariance_w2, +1);
  if (!added.empty()) jobs_.emplace(job, std::move(added));
}

}  // namespace wattershed
