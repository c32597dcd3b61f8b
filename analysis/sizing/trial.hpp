/// Trials of a scenario: run as far as its windows reach, and hold them against limits.
///
/// A trial is the scenario as it stands in its file with settings on top, run in memory. It ends with the last window;
/// nothing that a window sees depends on what comes after. It has the scenario's own fidelity, on which hangs which
/// jobs swing in phase; a whole run, of which only sums are asked, is averaged unless sags act back on the site.
///
/// Cost    the rows of the windows that are looked into, four bytes a value and 32 a sample, until they are measured
/// Errors  InputError: what `load_scenario` and `analyse_swing` refuse; a scenario without windows; several sites and
///         none named. SizingStopped where `go_on` says no.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "analysis/summary/run_summary.hpp"
#include "analysis/swing/swing.hpp"
#include "models/facility/scenario/load_scenario.hpp"
#include "sim/input/catalog.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

/// Somebody asked to stop.
class SizingStopped : public std::runtime_error {
 public:
  SizingStopped() : std::runtime_error("interrupted") {}
};

/// What is tried: a scenario, with these settings under those of every trial.
struct TrialQuestion {
  std::filesystem::path scenario;
  std::vector<std::string> sets;  ///< PATH=VALUE
  std::string site;               ///< needed where there are several
  std::string window;             ///< only this window; empty: all
};

/// What a battery did in the windows.
struct BatteryUse {
  double charge_w = 0, discharge_w = 0;            ///< largest d(stored)/dt, each as a positive number [W]
  double lowest = 1, highest = 0;                  ///< state of charge [1]
  double mean_charge_w = 0, mean_discharge_w = 0;  ///< of d(stored)/dt, in the window where it was largest [W]
};

struct Trial {
  SwingAnalysis analysis;  ///< checks only
  double peak_w = 0;       ///< highest grid power in the windows [W]
  BatteryUse battery;
};

class SwingTrials {
 public:
  /// `go_on` is asked now and then, with a word on what is tried.
  SwingTrials(TrialQuestion question, const LoadedLimits& limits, const Catalog& catalog,
              std::function<bool(const std::string&)> go_on);
  SwingTrials(const SwingTrials&) = delete;

  /// The site in question; with several, `others` are not there.
  [[nodiscard]] LoadedSite load(const std::vector<std::string>& sets) const;
  /// As far as the windows reach. `what` names the trial.
  Trial run(const std::vector<std::string>& sets, const std::string& what);
  /// The whole run, averaged and without windows where that can be: its scalars; no table is kept.
  RunSummary whole(const std::vector<std::string>& sets, const std::string& what);
  [[nodiscard]] int count() const { return count_; }

 private:
  [[nodiscard]] LoadedScenario load_all(const std::vector<std::string>& sets) const;
  void simulate(const LoadedScenario& loaded, Time until, const std::string& what, RunSink& sink);

  TrialQuestion question_;
  const LoadedLimits& limits_;
  const Catalog& catalog_;
  std::function<bool(const std::string&)> go_on_;
  bool average_ = false;  ///< the scenario is resolved, and its whole run need not be
  int count_ = 0;
};

}  // namespace wattershed
