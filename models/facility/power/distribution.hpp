/// The tree from the point of interconnection to the racks, wired into the circuit.
///
///   racks → PDUs → UPS → transformers → switchboard → grid
///                         cooling, lighting → transformers ┘
///
/// Children are given to the modules of a stage in order, each module filled up to its rating by the children's
/// design power; a child larger than a module gets a bank of modules that share its load. Children side by side of one
/// position never stand together: they hang on one module, and the largest of them counts. Sums are taken over groups,
/// so that one changed rack costs one path to the root and not a sum over the site.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/electrical/loss_stage.hpp"
#include "models/facility/part/feeder.hpp"
#include "models/facility/part/lockstep.hpp"
#include "models/facility/part/signal_sum.hpp"
#include "models/facility/waveform/waveform.hpp"
#include "sim/kernel/circuit.hpp"
#include "sim/kernel/simulation.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// One stage: what it asks of the stage above, and what it loses in total.
struct Stage {
  std::vector<Feeder> feeders;
  Signal<Power> loss;       ///< total of the stage [W]
  Signal<Load> output;      ///< total at its output [W]
  std::size_t modules = 0;  ///< modules bought
};

/// What the loss curve of a kind of stage is made for, and how long any of its banks was beyond it. Stays where it is.
struct StageRange {
  StageRange(const Simulation& simulation, std::string_view kind)
      : clock(simulation), domain(loss_domain(kind)), tally(domain, 0) {}
  StageRange(const StageRange&) = delete;

  const Simulation& clock;
  Domain<1> domain;
  ValidityTally tally;
};

/// Puts a stage of `module`s under the children, into the circuit and into the plan; banks join `lockstep` when it is
/// given, and count in `range`.
Stage add_stage(Circuit& circuit, const std::string& name, const StageModule& module,
                const std::vector<Feeder>& children, DistributionPlan& plan, Lockstep* lockstep = nullptr,
                StageRange* range = nullptr);

}  // namespace wattershed
