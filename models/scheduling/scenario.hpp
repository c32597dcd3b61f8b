/// What a scenario says of the order of its jobs: `site.scheduler`.
#pragma once

#include "models/scheduling/cluster.hpp"
#include "models/scheduling/policy.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

struct SchedulerChoice {
  PolicyId policy{};
  Placement placement = Placement::pack;
  void visit(Fields& f);
};

}  // namespace wattershed
