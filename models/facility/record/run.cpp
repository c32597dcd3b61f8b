#include "models/facility/record/run.hpp"

#include <algorithm>
#include <memory>

#include "models/facility/record/network_record.hpp"
#include "models/facility/record/network_windows.hpp"
#include "models/facility/record/provenance.hpp"
#include "models/facility/record/site_record.hpp"
#include "models/facility/site/site_model.hpp"
#include "sim/output/run_file.hpp"

namespace wattershed {
namespace {

// So many pieces of simulated time, so that progress and Ctrl-C are heard.
constexpr std::int64_t kPieces = 1000;

/// The network between the sites, and each site's seat in it.
struct NetworkOfRun {
  NetworkOfRun(Simulation& simulation, const LoadedScenario& loaded,
               const std::vector<std::unique_ptr<SiteModel>>& sites, RunSink& file)
      : seats(sites.size()) {
    if (!loaded.network) return;
    std::vector<SiteModel*> at_buses;
    for (const auto& site : sites)
      if (site->grid().bus) at_buses.push_back(site.get());
    watch.emplace(simulation, *loaded.network, at_buses);
    record.emplace(simulation, *watch, loaded, file);
    const bool swings = !loaded.scenario.record.windows.empty() || loaded.scenario.record.events;
    if (swings) windows.emplace(*loaded.network, at_buses);
    std::size_t place = 0;
    for (std::size_t i = 0; i < sites.size(); ++i)
      if (sites[i]->grid().bus) seats[i] = {&*watch, swings ? &*windows : nullptr, place++};
  }

  std::optional<NetworkWatch> watch;
  std::optional<NetworkRecord> record;
  std::optional<NetworkWindows> windows;
  std::vector<NetworkSeat> seats;
};

/// The sites of a run, wired, before anything is recorded.
struct SitesOfRun {
  SitesOfRun(const LoadedScenario& scenario, const RunOptions& options)
      : simulation({.start = scenario.start,
                    .seed = static_cast<std::uint64_t>(scenario.scenario.seed),
                    .run = options.run,
                    .circuit = options.circuit}) {
    if (options.disturb) options.disturb(simulation.circuit());
    for (const LoadedSite& site : scenario.sites) models.push_back(std::make_unique<SiteModel>(simulation, site));
    simulation.circuit().build();
    for (const std::unique_ptr<SiteModel>& site : models) site->start();
  }

  Simulation simulation;
  std::vector<std::unique_ptr<SiteModel>> models;
};

RunResult record_run(SitesOfRun& of, const LoadedScenario& loaded, const RunOptions& options, RunSink& file) {
  Simulation& simulation = of.simulation;
  const std::vector<std::unique_ptr<SiteModel>>& sites = of.models;
  RunResult result;
  try {
    NetworkOfRun network(simulation, loaded, sites, file);
    std::vector<std::unique_ptr<SiteRecord>> records;
    for (std::size_t i = 0; i < sites.size(); ++i) {
      const LoadedSite& site = loaded.sites[i];
      records.push_back(std::make_unique<SiteRecord>(simulation, *sites[i], site, file, network.seats[i]));
      if (sites.size() > 1) file.group_attribute(sites[i]->name(), "time_zone", site.time_zone);
    }
    Provenance provenance(loaded, file);
    file.begin();
    const Duration piece = std::max<Duration>((loaded.end - loaded.start) / kPieces, Duration{1});
    while (simulation.now() < loaded.end && !result.interrupted) {
      simulation.run_until(std::min(simulation.now() + piece, loaded.end));
      file.tick();
      if (options.progress &&
          !options.progress({simulation.now(), loaded.start, loaded.end, simulation.events_executed()}))
        result.interrupted = simulation.now() < loaded.end;
    }
    if (network.record && simulation.now() < loaded.end) network.record->stop(simulation.now());
    for (std::size_t i = 0; i < sites.size(); ++i) {
      sites[i]->close();
      std::vector<Balance> balances = sites[i]->balances();
      static_cast<SiteFaults&>(result) += records[i]->close(balances);
      for (Balance& balance : balances) {
        balance.name = sites[i]->label() + balance.name;
        result.balances.push_back(std::move(balance));
      }
    }
    provenance.write();
    for (const std::unique_ptr<SiteModel>& site : sites)
      for (const Omission& omission : site->omissions()) provenance.left_out(site->name(), omission);
    for (const std::unique_ptr<SiteModel>& site : sites)
      for (const Warning& warning : site->warnings()) provenance.warn({site->label() + warning.text, warning.count});
    result.rows = records.front()->rows();
    result.events = simulation.events_executed();
    if (result.interrupted)
      file.finish_incomplete();
    else
      file.finish();
  } catch (...) {
    file.abandon();
    throw;
  }
  return result;
}

}  // namespace

void check_wiring(const LoadedScenario& loaded) { const SitesOfRun sites(loaded, {}); }

std::vector<SiteOmission> omissions_of(const LoadedScenario& loaded) {
  std::vector<SiteOmission> all;
  const SitesOfRun sites(loaded, {});
  for (const std::unique_ptr<SiteModel>& site : sites.models)
    for (const Omission& omission : site->omissions()) all.push_back({site->name(), omission});
  return all;
}

RunAttributes run_attributes(const LoadedScenario& loaded, const RunOptions& options) {
  RunAttributes attributes;
  attributes.title = loaded.scenario.title;
  attributes.program_version = options.program_version;
  attributes.git_hash = options.git_hash;
  attributes.seed = static_cast<std::uint64_t>(loaded.scenario.seed);
  attributes.run = options.run;
  attributes.time_zone = loaded.clock_zone;
  attributes.created = options.created;
  attributes.scenario = loaded.document->to_yaml(false);
  return attributes;
}

RunResult run_scenario(const LoadedScenario& loaded, const RunOptions& options) {
  SitesOfRun sites(loaded, options);
  RunFile file(options.output, run_attributes(loaded, options));
  return record_run(sites, loaded, options, file);
}

RunResult run_scenario(const LoadedScenario& loaded, const RunOptions& options, RunSink& sink) {
  SitesOfRun sites(loaded, options);
  return record_run(sites, loaded, options, sink);
}

}  // namespace wattershed
