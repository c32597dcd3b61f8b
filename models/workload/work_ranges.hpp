/// How long the laws of services and training jobs are outside of what they were made for.
///
/// A service counts for its intervals while a replica is active, a training job while it is at work.
///
/// Inputs   what stands from now on
/// Outputs  rows of time outside, by law and input
#pragma once

#include <optional>
#include <vector>

#include "models/workload/scenario.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

class WorkRanges {
 public:
  /// `plays_steps`: a resolved run. `workload` lives as long as this.
  WorkRanges(const Workload& workload, bool plays_steps);

  /// The service at that place of the scenario, with its replicas and the length of its intervals.
  void serves(Time now, std::size_t service, const ReplicaDesign& design, const ServiceInterval& interval,
              Duration length);
  /// The training job at that place; no plan: it does not work.
  void trains(Time now, std::size_t training, const StepPlan* plan);
  void close(Time now);
  [[nodiscard]] std::vector<RangeUse> uses() const;

 private:
  const Workload& workload_;
  bool plays_steps_;
  std::optional<ValidityTally> serving_, requests_, training_;
  std::optional<ValidityTally> caps_;  // services, then training jobs
  std::optional<ValidityTally> smoothing_, dummy_loads_;
};

}  // namespace wattershed
