/// The search for the smallest battery, floor or capacitor with which a scenario's windows keep their limits.
///
///   battery    an ample one shows, for each averaging window, the power and the energy that its control asks for;
///              the two cheapest that pass shrink, first in what costs more (energy, where prices are not known),
///              then in the other
///   floor      the smallest on half per cents of thermal design power, the same for all training jobs; where the
///              highest does not pass, again with a longer stop delay, then with ramps that the limits imply
///   capacitor  the smallest energy per accelerator, the same for all rack types, with the shortest averaging window
///              that passes with an ample one
///
/// What the scenario gives itself (averaging window, ramps, stop delay) stands; what it does not is chosen here.
/// Every result is the size of a trial that passed, and the next smaller trial did not.
/// A battery gets on top of that what its losses pull its charge down until the return makes up for them, loss ·
/// return time: a window is too short to see it. The return time is twenty or sixty averaging windows, or ten
/// minutes.
/// Valid     more passes where less does: a bisection finds one boundary. Sized for what the windows show, no more
/// Accuracy  2 % of power and energy, 0.5 % of thermal design power
/// Errors    InputError: nothing in the scenario that the mitigation could stand on
#pragma once

#include <string>
#include <vector>

#include "analysis/sizing/trial.hpp"

namespace wattershed {

/// What to write into the scenario.
struct SizingSetting {
  std::string path, value;
};

/// A choice and what came of it.
struct SizeAttempt {
  std::vector<SizingSetting> settings;
  Trial trial;
  [[nodiscard]] bool passes() const { return trial.analysis.holds(); }
};

struct SizeSearch {
  SizeAttempt best;                ///< the smallest that passes, or what came nearest
  std::vector<std::string> notes;  ///< what was tried, and what would help
};

/// Settings that take away what a search looks for, where the scenario has it.
std::vector<std::string> without_battery(const LoadedSite& scenario);
std::vector<std::string> without_floor(const LoadedSite& scenario);
std::vector<std::string> without_capacitor(const LoadedSite& scenario);

/// `before` is the trial without it.
SizeSearch search_battery(SwingTrials& trials, const LoadedSite& scenario, const Trial& before);
SizeSearch search_floor(SwingTrials& trials, const LoadedSite& scenario, const Trial& before);
SizeSearch search_capacitor(SwingTrials& trials, const LoadedSite& scenario, const Trial& before);

/// Time of one step with its part of slow steps and checkpoints; nothing where no rack can carry the job [s].
std::optional<double> time_per_step(const LoadedSite& scenario, const std::string& job);

}  // namespace wattershed
