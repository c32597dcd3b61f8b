/// Brings a plant to the steady solution of constant conditions, so that a run has no transient of its start.
#pragma once

#include "models/cooling/plant.hpp"

namespace wattershed {

/// `take_step(seconds, load)` advances and decides. Long steps are exact, so that two days take some hundred.
template <class TakeStep>
void settle(const PlantDemand& demand, const TakeStep& take_step) {
  for (double seconds : {600.0, 60.0})
    for (int i = 0; i < 300; ++i)
      take_step(seconds, PlantLoad{demand.liquid * TimeSpan(seconds), demand.air * TimeSpan(seconds)});
}

}  // namespace wattershed
