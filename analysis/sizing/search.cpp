#include "analysis/sizing/search.hpp"

#include <fmt/format.h>

#include "analysis/sizing/attempts.hpp"
#include "sim/base/problem.hpp"

namespace wattershed {
namespace {

const Accelerator* accelerator_of(const LoadedSite& scenario) {
  for (const auto& [name, rack] : scenario.scenario.site.racks)
    if (rack.accelerators() > 0) return &rack.server.accelerator;
  return nullptr;
}

}  // namespace

std::optional<double> time_per_step(const LoadedSite& scenario, const std::string& job) {
  const Accelerator* accelerator = accelerator_of(scenario);
  for (const auto& [name, training] : scenario.scenario.workload.training) {
    if (name != job || !accelerator) continue;
    try {
      return plan_step(training, *accelerator).cycle_s;
    } catch (const std::invalid_argument&) {
      return {};
    }
  }
  return {};
}

std::vector<std::string> without_battery(const LoadedSite& scenario) {
  if (!scenario.scenario.site.battery) return {};
  return {scenario.site_prefix + "battery=none"};
}
std::vector<std::string> without_floor(const LoadedSite& scenario) {
  std::vector<std::string> sets;
  for (const auto& [name, job] : scenario.scenario.workload.training)
    if (job.smoothing) sets.push_back(scenario.workload_prefix + "training." + name + ".smoothing=none");
  return sets;
}
std::vector<std::string> without_capacitor(const LoadedSite& scenario) {
  std::vector<std::string> sets;
  for (const auto& [name, rack] : scenario.scenario.site.racks)
    if (rack.capacitor) sets.push_back(scenario.site_prefix + "racks." + name + ".capacitor=none");
  return sets;
}

// ---- floor -----------------------------------------------------------------------------------------------------

SizeSearch search_floor(SwingTrials& trials, const LoadedSite& scenario, const Trial& before) {
  const auto& jobs = scenario.scenario.workload.training;
  if (jobs.empty())
    throw InputError({scenario.document->name, 0, 0},
                     "has no training job that a floor could hold up; --size bess or capacitor stands on the site");
  double accelerators = 0;
  for (const auto& [name, job] : jobs) accelerators += static_cast<double>(job.accelerators);
  // Supplies between the accelerators and the rack's input lose up to a tenth.
  constexpr double supplies = 1.1;
  const double grid_per_accelerator = supplies * scenario.design.grid_per_it * accelerators;
  const RampsAllowed allowed = ramps_allowed(before);

  struct Variant {
    std::string name;
    bool delay = false, ramps = false;
  };
  std::vector<Variant> variants{{"as it is", false, false}, {"with a stop delay of 60 s", true, false}};
  if (allowed.any()) variants.push_back({"with a stop delay of 60 s and the ramps of the limits", true, true});

  const auto settings = [&](const Variant& variant, int half_percents) {
    std::vector<SizingSetting> all;
    for (const auto& [name, job] : jobs) {
      const std::string path = scenario.workload_prefix + "training." + name + ".smoothing.";
      all.push_back({path + "floor", fmt::format("{:g} %", half_percents / 2.0)});
      if (variant.delay && !given(scenario, path + "stop_delay")) all.push_back({path + "stop_delay", "60 s"});
      if (!variant.ramps || given(scenario, path + "ramp_up") || given(scenario, path + "ramp_down")) continue;
      if (allowed.up > 0)
        all.push_back({path + "ramp_up", fmt::format("{:.4g} W/s", allowed.up / grid_per_accelerator)});
      if (allowed.down > 0)
        all.push_back({path + "ramp_down", fmt::format("{:.4g} W/s", allowed.down / grid_per_accelerator)});
    }
    return all;
  };

  Attempts attempts(trials);
  SizeSearch search;
  std::size_t settings_before = 0;
  for (const Variant& variant : variants) {
    if (settings(variant, 1).size() == settings_before) continue;  // the scenario leaves nothing to choose
    settings_before = settings(variant, 1).size();
    const auto tried = [&](int half_percents) {
      return attempts.attempt(settings(variant, half_percents),
                              fmt::format("a floor of {:g} %, {}", half_percents / 2.0, variant.name));
    };
    // A share of the energy of swings may be worse the higher the floor, so one failure at the top is not the end.
    for (const int highest : {200, 180, 160, 120}) {
      SizeAttempt best = tried(highest);
      if (!best.passes()) continue;
      int passes = highest, fails = -1;
      while (passes - fails > 1) {
        const int between = (passes + fails) / 2;
        SizeAttempt made = tried(between);
        if (made.passes())
          passes = between, best = std::move(made);
        else
          fails = between;
      }
      search.best = std::move(best);
      search.notes.push_back("the floor " + variant.name);
      return search;
    }
  }
  search.best = attempts.nearest();
  search.notes.push_back(
      "floors of 60, 80, 90 and 100 % of thermal design power were tried, also with a stop delay "
      "of 60 s and with the limits' ramps, where the scenario leaves them open");
  return search;
}

// ---- capacitor -------------------------------------------------------------------------------------------------

SizeSearch search_capacitor(SwingTrials& trials, const LoadedSite& scenario, const Trial&) {
  std::vector<std::string> racks;
  bool has_window = false;
  for (const auto& [name, rack] : scenario.scenario.site.racks) {
    if (rack.accelerators() == 0) continue;
    racks.push_back(scenario.site_prefix + "racks." + name + ".capacitor.");
    has_window = has_window || given(scenario, racks.back() + "window");
  }
  if (racks.empty())
    throw InputError({scenario.document->name, 0, 0}, "has no rack with accelerators, and so none for capacitors");
  constexpr double ample_j = 1e6;
  const auto settings = [&](double window_s, double energy_j) {
    std::vector<SizingSetting> all;
    for (const std::string& path : racks) {
      all.push_back({path + "energy", fmt::format("{:.6g} J", energy_j)});
      if (window_s > 0) all.push_back({path + "window", fmt::format("{:g} s", window_s)});
    }
    return all;
  };
  Attempts attempts(trials);
  SizeSearch search;
  for (const double window_s : has_window ? std::vector<double>{0} : std::vector<double>{1, 5, 20, 60}) {
    const auto tried = [&](double energy_j) {
      return attempts.attempt(settings(window_s, energy_j),
                              fmt::format("capacitors of {:g} J that average over up to {:g} s", energy_j, window_s));
    };
    double energy_j = ample_j;
    SizeAttempt ample = tried(energy_j);
    if (!ample.passes()) continue;
    search.best = shrunk(energy_j, std::move(ample), tried, rounded_up);
    return search;
  }
  search.best = attempts.nearest();
  search.notes.emplace_back(has_window
                                ? "capacitors of 1 MJ an accelerator with the scenario's averaging window were tried"
                                : "capacitors of 1 MJ an accelerator that average over 1, 5, 20 and 60 s were tried");
  return search;
}

}  // namespace wattershed
