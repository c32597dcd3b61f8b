/// The tree from the point of interconnection to the racks, wired into the circuit.
///
///   racks → PDUs → UPS → transformers → switchboard → grid
///                         cooling, lighting → transformers ┘
///
/// Children are given to the modules of a stage in order, each module filled up to its rating by the children's
/// design power; a child larger than a module gets a bank of modules that share its load. Sums are taken over groups,
/// so that one changed rack costs one path to the root and not a sum over the site.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/electrical/loss_stage.hpp"
#include "models/facility/part/lockstep.hpp"
#include "models/facility/waveform/waveform.hpp"
#include "sim/kernel/circuit.hpp"

namespace wattershed {

/// A load on its way to the grid, and the power that its path is sized for.
struct Feeder {
  Signal<Load> load;
  Power design{};
  Lockstep::Node node = Lockstep::none;  ///< where it stands among the things that swing together
  std::uint32_t place = 0;               ///< in the plan: of the leaf, or of the bank that it is
  bool is_bank = false;
};

/// One stage: what it asks of the stage above, and what it loses in total.
struct Stage {
  std::vector<Feeder> feeders;
  Signal<Power> loss;       ///< total of the stage [W]
  Signal<Load> output;      ///< total at its output [W]
  std::size_t modules = 0;  ///< modules bought
};

/// Sum of many signals as a tree of small sums.
Signal<Load> sum_of(Circuit& circuit, const std::string& name, std::vector<Signal<Load>> parts);
Signal<Power> sum_of(Circuit& circuit, const std::string& name, std::vector<Signal<Power>> parts);

/// Puts a stage of `module`s under the children, into the circuit and into the plan; banks join `lockstep` when it is
/// given.
Stage add_stage(Circuit& circuit, const std::string& name, const StageModule& module,
                const std::vector<Feeder>& children, DistributionPlan& plan, Lockstep* lockstep = nullptr);

}  // namespace wattershed
