/// A dummy load in software: a process that multiplies matrices while the job waits, so that power does not fall.
///
///   low       raw power < threshold                          raw: what the work draws by itself
///   begins    one poll after low began, no sooner than the back-off after its last end
///   ends      one poll after low ended: it sees that only then
///   power     max(raw, level) while it runs
///   cost      the job's steps are longer by `slowdown`, since both share the chip
///
/// Inputs    phases of the work, one after the other; what came before them (`DummyLoadState`)
/// Outputs   phases as drawn; energy burned [J]; the state at their end
/// Source    Firefly, in Choukse et al. 2025 (arXiv 2508.14318): polls every millisecond, reaches thermal design power,
///           less than 5 % slowdown; counters of 100 ms are too slow for 20 Hz
/// Valid     phases of constant power (a ramp is taken at its mean); polls of up to 100 ms (`dummy_load_domain`): slower
///           ones are played as they are written
/// Accuracy  power while polling and while the load leaves is drawn as steps; a real one takes some milliseconds
#pragma once

#include <span>
#include <vector>

#include "models/compute/accelerator_phase.hpp"
#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

struct DummyLoad {
  Share level{1.0};      ///< of thermal design power
  Share threshold{0.5};  ///< of thermal design power
  Duration poll = std::chrono::milliseconds(1);
  Duration back_off{};
  Share slowdown{0.05};  ///< of a step
  void visit(Fields& f);
};

inline constexpr Domain<1> dummy_load_domain{
    "dummy load", {{{"poll", "s", 0, 0.1}}}, "Choukse et al. 2025: every millisecond; 100 ms are too slow for 20 Hz"};

struct DummyLoadState {
  bool running = false;
  double low_s = 0;       ///< for how long the work has been low, while the load does not run
  double seen_s = 0;      ///< for how long the work has been back, while the load still runs
  double back_off_s = 0;  ///< left
};

struct Filled {
  std::vector<AcceleratorPhase> phases;
  Energy burned{};  ///< of each accelerator [J]
  DummyLoadState end;
};
/// Plays `raw`, whose lengths hold the slowdown already, from the state `from`; no level above the cap.
Filled filled(const DummyLoad& load, Power max_power, std::optional<Power> cap, std::span<const AcceleratorPhase> raw,
              DummyLoadState from);

}  // namespace wattershed
