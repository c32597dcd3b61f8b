#include "models/facility/scenario/check_network.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/grid/network/network_reduction.hpp"

namespace wattershed {
namespace {

// Whether each site's bus can carry a load.
void check_buses(const LoadedScenario& loaded, const GridCase& grid, const Complaints& say) {
  for (const LoadedScenario* site : loaded.sites()) {
    const auto& bus = site->scenario.site.grid.bus;
    if (!bus) continue;
    const auto at =
        std::find_if(grid.buses.begin(), grid.buses.end(), [&](const GridBus& each) { return each.number == *bus; });
    const std::string path = site->site_prefix + "grid.bus";
    if (at == grid.buses.end())
      say.problem(path, fmt::format("there is no bus {} in {}", *bus, grid.file));
    else if (at->type == BusType::isolated)
      say.problem(path, fmt::format("bus {} of {} is isolated: no load can stand there", *bus, grid.file));
  }
}

// Speeds that nothing holds run away under any lasting change of load.
void check_machines(const LoadedNetwork& network, const std::function<void(std::string)>& fault,
                    const Complaints& say) {
  if (network.machines.empty())
    return fault(
        fmt::format("windows of a site at a bus need the machines of {}: give `machines`, "
                    "one for each unit in service",
                    network.grid.file));
  try {
    check_machines_fit(network.grid, network.machines);
  } catch (const std::invalid_argument& error) {
    return fault(error.what());
  }
  if (std::none_of(network.machines.begin(), network.machines.end(),
                   [](const Machine& machine) { return machine.damping > 0 || machine.droop; }))
    say.warn(
        "the machines of the network have neither damping nor droop: swings do not die out, and a lasting change of "
        "load moves the frequency for ever; give network.damping, for example 0.25 /s");
}

}  // namespace

void check_network(LoadedScenario& loaded, const Complaints& complaints) {
  const std::vector<const LoadedScenario*> sites = loaded.sites();
  const auto first = std::find_if(sites.begin(), sites.end(), [](const LoadedScenario* site) {
    return site->scenario.site.grid.bus.has_value();
  });
  const std::optional<Network>& written = loaded.scenario.network;
  if (!written) {
    for (const LoadedScenario* site : sites)
      if (site->scenario.site.grid.bus)
        complaints.problem(site->site_prefix + "grid.bus",
                           "a bus of which network? Give `network` beside the sites, for example new-england-39");
    return;
  }
  if (first == sites.end()) {
    complaints.warn("no site stands in the network: give grid.bus");
    return;
  }
  try {
    LoadedNetwork network{grid_case(*written, written->case_file ? written->case_file->written : "the network"),
                          machines_of(*written), written->frequency};
    // At the file's name, or where the first site hangs on what the catalog or the tables say.
    const auto fault = [&](std::string text) {
      if (written->case_file)
        complaints.errors(InputError(written->case_file->place, std::move(text)));
      else
        complaints.problem((*first)->site_prefix + "grid.bus", std::move(text));
    };
    std::size_t bus = 0;
    if (const std::string reason = why_unsolvable(network.grid, bus); !reason.empty()) fault(reason);
    check_buses(loaded, network.grid, complaints);
    const Record& record = loaded.scenario.record;
    if (!record.windows.empty() || record.events) check_machines(network, fault, complaints);
    loaded.network = std::move(network);
  } catch (const InputError& error) {
    complaints.errors(error);
  }
}

}  // namespace wattershed
