/// Sizing: the smallest battery, floor or capacitor with which a scenario's windows keep a utility's limits, and what
/// it costs against the scenario without it.
///
///   const LoadedLimits limits = load_swing_limits("choukse-2025", catalog);
///   const SwingSizing sizing = size_mitigation({{"site.yaml", {}, "", ""}, Mitigation::bess}, limits, catalog);
///   if (sizing.holds()) …                                      // sizing.settings go into the scenario
///
/// The mitigation asked for is taken out of the scenario first; others that it has stay. Costs are those of two whole
/// averaged runs, without and with.
/// A trial in which a limit is not measurable does not pass; where no load could make it so, nothing is tried.
/// Errors  InputError: the scenario or the limits cannot be used, nothing there that the mitigation could stand on.
///         SizingStopped where `go_on` says no.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/sizing/search.hpp"

namespace wattershed {

enum class Mitigation { bess, floor, capacitor };
/// As the command line writes it.
constexpr std::string_view mitigation_name(Mitigation mitigation) {
  constexpr std::array<std::string_view, 3> names{"bess", "floor", "capacitor"};
  return names[static_cast<std::size_t>(mitigation)];
}

struct SizingQuestion {
  TrialQuestion trial;
  Mitigation mitigation{};
};

enum class SizingVerdict { nothing_needed, found, impossible };

/// A limit without and with the mitigation.
struct SizedCheck {
  std::string site, window;
  SwingCheck before, after;
};

/// A scalar of the whole run without and with it [SI].
struct CostLine {
  std::string name, units;
  double before = 0, after = 0;
  [[nodiscard]] std::optional<double> change() const {
    return before != 0 ? std::optional(after / before - 1) : std::nullopt;
  }
};

/// Time of a step, with its part of checkpoints [s].
struct JobPace {
  std::string job;
  double before_s = 0, after_s = 0;
};

struct SwingSizing {
  std::string scenario, limits, limits_title;
  Mitigation mitigation{};
  SizingVerdict verdict{};
  std::vector<SizingSetting> settings;  ///< of what was found, or came nearest; empty where nothing is needed
  std::vector<SizedCheck> checks;
  double duration_s = 0;         ///< of the whole run that costs are of
  std::vector<CostLine> costs;   ///< empty unless found
  std::optional<Money> capital;  ///< of a battery that has a price
  std::optional<Carbon> embodied;
  std::vector<JobPace> paces;
  std::vector<std::string> notes;
  int trials = 0;

  [[nodiscard]] bool holds() const { return verdict != SizingVerdict::impossible; }
};

/// `go_on` is asked now and then, with a word on what is tried; without it nothing stops the search.
SwingSizing size_mitigation(const SizingQuestion& question, const LoadedLimits& limits, const Catalog& catalog,
                            const std::function<bool(const std::string&)>& go_on = {});

}  // namespace wattershed
