/// The loops of a plant with their books: what came in, what went out, what is stored, each from its own meter.
///
/// Flows out of the network that end in outdoor air are named once (`rejects`); flows that only ever go one way
/// (evaporators, economizers, towers) are named too: a step in which one of them would have run backwards is taken
/// again without it, as a check valve or a thermostat would have it.
#pragma once

#include <vector>

#include "models/cooling/machines/heat_exchanger.hpp"
#include "models/cooling/plant/loop_network.hpp"
#include "models/cooling/plant/plant.hpp"
#include "sim/base/sum.hpp"

namespace wattershed {

class HeatBooks {
 public:
  LoopNetwork network;

  /// A flow into outdoor air.
  int add_rejection(int from);
  /// A flow that never runs backwards.
  int add_one_way(int from, int to);

  /// Everything before now does not count.
  void open();
  /// Advances the network. `motors` have drawn their power for the whole step, and put `motor_heat_in_loops` of it
  /// into the network; the rest went to outdoor air (fans of towers, plant rooms). Returns the mean heat rejected.
  Power advance(double seconds, const PlantLoad& load, Power motors, Power motor_heat_in_loops);
  void add_water(double seconds, const PlantWater& water);
  [[nodiscard]] PlantTotals totals() const;

 private:
  std::vector<int> rejections_, one_way_;
  double stored_at_start_j_ = 0;
  Sum load_j_, motors_j_, rejected_j_, evaporation_kg_, drift_kg_, blowdown_kg_;
};

/// What a control takes out of a node: the heat that comes in, and what brings the node back to where it should be,
/// in ten minutes or over the step when that is longer [W]. Without the latter small loads would take hours to
/// settle.
Power heat_to_take(const LoopNetwork& network, int node, Power incoming, Temperature wanted, double step_s);
/// Heat that an exchanger carries per kelvin between its streams entering, at these capacity rates [W/K].
Conductance exchange_per_kelvin(const HeatExchanger& exchanger, Conductance hot, Conductance cold);

}  // namespace wattershed
