#include "analysis/sizing/sizing.hpp"

namespace wattershed {
namespace {

std::vector<SizedCheck> paired(const SwingAnalysis& before, const SwingAnalysis& after) {
  std::vector<SizedCheck> checks;
  for (std::size_t w = 0; w < before.windows.size() && w < after.windows.size(); ++w) {
    const WindowSwing &without = before.windows[w], &with = after.windows[w];
    for (std::size_t i = 0; i < without.checks.size() && i < with.checks.size(); ++i)
      checks.push_back({without.site, without.name, without.checks[i], with.checks[i]});
  }
  return checks;
}

/// What every run has, and what only some do where it is not zero.
std::vector<CostLine> costs_of(const RunSummary& before, const RunSummary& after) {
  std::vector<CostLine> lines;
  const auto add = [&](const char* name, const char* units, auto value) {
    const double without = value(before), with = value(after);
    if (without != 0 || with != 0) lines.push_back({name, units, without, with});
  };
  const auto scalar = [](const char* name) { return [name](const RunSummary& run) { return run.value(name); }; };
  add("grid energy", "J", scalar("grid_energy"));
  add("water on site", "kg", scalar("water_withdrawn"));
  add("water with power plants", "kg", scalar("water_source"));
  add("carbon, scope 1 and 2", "kg",
      [](const RunSummary& run) { return run.value("emissions_scope1") + run.value("emissions_scope2_location"); });
  add("energy, demand, water bill", "USD", [](const RunSummary& run) {
    return run.value("cost_energy") + run.value("cost_demand") + run.value("cost_water");
  });
  add("tokens trained", "1", scalar("tokens_trained"));
  return lines;
}

/// Why limits stay unseen that no window shows whatever the load does; empty: there are none.
std::string beyond_any_load(const SwingAnalysis& analysis) {
  std::string text;
  for (const std::string& limit : analysis.not_shown()) {
    const SwingCheck* unseen = nullptr;
    bool may_show = false;
    for (const WindowSwing& window : analysis.windows)
      for (const SwingCheck& check : window.checks) {
        if (window.site + ": " + check.limit != limit || check.verdict != SwingVerdict::unmeasurable) continue;
        unseen = &check;
        may_show = may_show || (check.allowed && check.measure.other_load);
      }
    if (unseen && !may_show) text += (text.empty() ? "" : "; ") + unseen->limit + ": " + unseen->remark;
  }
  return text;
}

struct Ways {
  std::vector<std::string> (*without)(const LoadedSite&);
  SizeSearch (*search)(SwingTrials&, const LoadedSite&, const Trial&);
};
Ways ways_of(Mitigation mitigation) {
  switch (mitigation) {
    case Mitigation::floor:
      return {without_floor, search_floor};
    case Mitigation::capacitor:
      return {without_capacitor, search_capacitor};
    case Mitigation::bess:
      break;
  }
  return {without_battery, search_battery};
}

std::vector<std::string> sets_of(const std::vector<SizingSetting>& settings) {
  std::vector<std::string> sets;
  for (const SizingSetting& setting : settings) sets.push_back(setting.path + "=" + setting.value);
  return sets;
}

/// The two whole runs, and what the mitigation itself takes.
void add_costs(SwingSizing& sizing, SwingTrials& trials, const std::vector<std::string>& without) {
  const std::vector<std::string> with = sets_of(sizing.settings);
  const RunSummary before = trials.whole(without, "the whole run without"),
                   after = trials.whole(with, "the whole run with");
  sizing.duration_s = seconds(before.end - before.start);
  sizing.costs = costs_of(before, after);
  const LoadedSite base = trials.load(without), sized = trials.load(with);
  for (const auto& [name, job] : sized.scenario.workload.training) {
    const std::optional<double> before_s = time_per_step(base, name), after_s = time_per_step(sized, name);
    if (before_s && after_s) sizing.paces.push_back({name, *before_s, *after_s});
  }
  if (sizing.mitigation != Mitigation::bess) return;
  const Battery& battery = *sized.scenario.site.battery;
  sizing.capital = battery.price();
  if (battery.embodied) sizing.embodied = battery.energy * *battery.embodied;
}

}  // namespace

SwingSizing size_mitigation(const SizingQuestion& question, const LoadedLimits& limits, const Catalog& catalog,
                            const std::function<bool(const std::string&)>& go_on) {
  SwingTrials trials(question.trial, limits, catalog, go_on);
  const Ways ways = ways_of(question.mitigation);
  const LoadedSite scenario = trials.load({});
  const std::vector<std::string> without = ways.without(scenario);

  SwingSizing sizing;
  sizing.scenario = question.trial.scenario.string();
  sizing.limits = limits.name;
  sizing.limits_title = limits.limits.title;
  sizing.mitigation = question.mitigation;
  const Trial before = trials.run(without, "the scenario without");
  if (before.analysis.holds()) {
    sizing.verdict = SizingVerdict::nothing_needed;
    sizing.checks = paired(before.analysis, before.analysis);
  } else if (const std::string unseen = beyond_any_load(before.analysis); !unseen.empty()) {
    sizing.verdict = SizingVerdict::impossible;
    sizing.checks = paired(before.analysis, before.analysis);
    sizing.notes.push_back("nothing was tried, since no size shows what the windows cannot: " + unseen);
  } else {
    SizeSearch search = ways.search(trials, scenario, before);
    sizing.verdict = search.best.passes() ? SizingVerdict::found : SizingVerdict::impossible;
    sizing.settings = std::move(search.best.settings);
    sizing.notes = std::move(search.notes);
    sizing.checks = paired(before.analysis, search.best.trial.analysis);
    if (sizing.verdict == SizingVerdict::found) add_costs(sizing, trials, without);
  }
  sizing.trials = trials.count();
  return sizing;
}

}  // namespace wattershed
