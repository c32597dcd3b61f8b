#include "analysis/sizing/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/swing/window.hpp"
#include "models/facility/record/run.hpp"
#include "sim/base/problem.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/output/memory_sink.hpp"

namespace wattershed {
namespace {

bool has_sags(const Scenario& scenario) {
  return std::any_of(scenario.events.begin(), scenario.events.end(),
                     [](const Event& event) { return event.sag.has_value(); });
}

/// End of the last window that is looked into, within the run.
Time end_of_windows(const LoadedScenario& loaded, const std::string& only) {
  const TimeZone zone(loaded.clock_zone);
  const Record& record = loaded.scenario.record;
  Time end = loaded.start;
  bool found = false;
  for (const auto& [name, window] : record.windows) {
    if (!only.empty() && name != only) continue;
    end = std::max(end, zone.to_utc(window.at) + window.length);
    found = true;
  }
  if (record.events && !(found && !only.empty()))
    for (const Event& event : loaded.scenario.events)
      end = std::max(end, zone.to_utc(event.at) - record.events->before + record.events->length);
  return found || record.events ? std::min(end, loaded.end) : loaded.end;
}

/// The one that is asked for, or the only one.
const LoadedSite& site_in_question(const LoadedScenario& loaded, const TrialQuestion& question) {
  std::vector<std::string> names;
  for (const LoadedSite& site : loaded.sites) {
    if (site.scenario.site.name == question.site) return site;
    names.push_back(site.scenario.site.name);
  }
  if (question.site.empty() && names.size() == 1) return loaded.sites.front();
  throw InputError({question.scenario.string(), 0, 0},
                   question.site.empty()
                       ? fmt::format("has several sites; choose one with --site: {}", fmt::join(names, ", "))
                       : fmt::format("has no site '{}'{}; there is {}", question.site,
                                     did_you_mean(question.site, names), fmt::join(names, ", ")));
}

void look_into_windows(const RunSource& run, const TrialQuestion& question, Trial& trial) {
  BatteryUse& use = trial.battery;
  for (const WindowPlace& place : windows_of(run, question.site, question.window)) {
    const std::string group = group_of(place);
    const std::vector<double> grid_w = run.numbers(group, "grid_power");
    for (const double power_w : grid_w) trial.peak_w = std::max(trial.peak_w, power_w);
    if (!run.has(group, "state_of_charge") || grid_w.empty()) continue;
    double charge_w = 0, discharge_w = 0;
    const std::vector<double> battery_w = run.numbers(group, "battery_power");
    for (const double power_w : battery_w) {
      use.charge_w = std::max(use.charge_w, power_w);
      use.discharge_w = std::max(use.discharge_w, -power_w);
      (power_w > 0 ? charge_w : discharge_w) += std::abs(power_w) / static_cast<double>(battery_w.size());
    }
    use.mean_charge_w = std::max(use.mean_charge_w, charge_w);
    use.mean_discharge_w = std::max(use.mean_discharge_w, discharge_w);
    for (const double charge : run.numbers(group, "state_of_charge")) {
      use.lowest = std::min(use.lowest, charge);
      use.highest = std::max(use.highest, charge);
    }
  }
}

}  // namespace

SwingTrials::SwingTrials(TrialQuestion question, const LoadedLimits& limits, const Catalog& catalog,
                         std::function<bool(const std::string&)> go_on)
    : question_(std::move(question)), limits_(limits), catalog_(catalog), go_on_(std::move(go_on)) {
  const LoadedScenario loaded = load_scenario(question_.scenario, catalog_, question_.sets);
  question_.site = site_in_question(loaded, question_).scenario.site.name;
  const Record& record = loaded.scenario.record;
  if (record.windows.empty() && (!record.events || loaded.scenario.events.empty()))
    throw InputError({question_.scenario.string(), 0, 0},
                     "has no windows to hold against limits: write 'record: {windows: {july: {at: "
                     "2029-07-18T15:00, for: 10 min, every: 1 ms}}}'");
  average_ = loaded.scenario.fidelity == Fidelity::resolved && !has_sags(loaded.scenario);
}

LoadedScenario SwingTrials::load_all(const std::vector<std::string>& sets) const {
  std::vector<std::string> all = question_.sets;
  all.insert(all.end(), sets.begin(), sets.end());
  return load_scenario(question_.scenario, catalog_, all);
}
LoadedSite SwingTrials::load(const std::vector<std::string>& sets) const {
  const LoadedScenario all = load_all(sets);
  return site_in_question(all, question_);
}

void SwingTrials::simulate(const LoadedScenario& loaded, Time until, const std::string& what, RunSink& sink) {
  bool stopped = false;
  RunOptions options;
  options.progress = [&](const Progress& progress) {
    stopped = go_on_ && !go_on_(what);
    return !stopped && progress.now < until;
  };
  const RunResult result = run_scenario(loaded, options, sink);
  ++count_;
  if (stopped) throw SizingStopped();
  if (result.interrupted || result.audits_hold()) return;
  for (const Balance& balance : result.balances)
    if (balance.failed()) throw std::runtime_error("failed audit of " + balance.to_string());
}

Trial SwingTrials::run(const std::vector<std::string>& sets, const std::string& what) {
  const LoadedScenario loaded = load_all(sets);
  // A year of the rest may lie before a window of a minute.
  const auto keep = [&](const DeclaredTable& table) {
    const std::string& group = table.group();
    if (group == question_.site + "/limits") return true;
    const std::string asked = group_of({question_.site, question_.window});
    return question_.window.empty() ? group.starts_with(asked) : group == asked;
  };
  MemorySink sink(run_attributes(loaded, {}), question_.scenario.string(), keep);
  simulate(loaded, end_of_windows(loaded, question_.window), what, sink);
  Trial trial;
  trial.analysis = analyse_swing(
      sink.run(), {.site = question_.site, .window = question_.window, .bands = {}, .only_checks = true}, &limits_);
  look_into_windows(sink.run(), question_, trial);
  return trial;
}

RunSummary SwingTrials::whole(const std::vector<std::string>& sets, const std::string& what) {
  std::vector<std::string> without_windows = sets;
  without_windows.emplace_back("record.windows={}");
  if (average_) without_windows.emplace_back("fidelity=averaged");
  const LoadedScenario loaded = load_all(without_windows);
  MemorySink sink(run_attributes(loaded, {}), question_.scenario.string(),
                  [](const DeclaredTable&) { return false; });
  simulate(loaded, loaded.end, what, sink);
  for (RunSummary& site : read_summaries(sink.run()))
    if (site.site == question_.site) return std::move(site);
  throw std::runtime_error("the run has no summary of " + question_.site);
}

}  // namespace wattershed
