#include "models/facility/run.hpp"

#include <algorithm>

#include "models/facility/site_record.hpp"
#include "sim/run_file.hpp"

namespace wattershed {
namespace {

// So many pieces of simulated time, so that progress and Ctrl-C are heard.
constexpr std::int64_t kPieces = 1000;

RunAttributes attributes_of(const LoadedScenario& loaded, const RunOptions& options) {
  RunAttributes attributes;
  attributes.title = loaded.scenario.title;
  attributes.program_version = options.program_version;
  attributes.git_hash = options.git_hash;
  attributes.seed = static_cast<std::uint64_t>(loaded.scenario.seed);
  attributes.run = options.run;
  attributes.time_zone = loaded.time_zone;
  attributes.created = options.created;
  attributes.scenario = loaded.document.to_yaml(false);
  return attributes;
}

}  // namespace

RunResult run_scenario(const LoadedScenario& loaded, const RunOptions& options) {
  Simulation simulation(
      {.start = loaded.start, .seed = static_cast<std::uint64_t>(loaded.scenario.seed), .run = options.run});
  SiteModel site(simulation, loaded, options.leaks);
  RunFile file(options.output, attributes_of(loaded, options));
  RunResult result;
  try {
    SiteRecord record(simulation, site, loaded, file);
    file.begin();
    const Duration piece = std::max<Duration>((loaded.end - loaded.start) / kPieces, Duration{1});
    while (simulation.now() < loaded.end && !result.interrupted) {
      simulation.run_until(std::min(simulation.now() + piece, loaded.end));
      file.tick();
      if (options.progress &&
          !options.progress({simulation.now(), loaded.start, loaded.end, simulation.events_executed()}))
        result.interrupted = simulation.now() < loaded.end;
    }
    site.close();
    result.balances = site.balances();
    result.broken_limits = record.close(result.balances);
    result.rows = record.rows();
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

}  // namespace wattershed
