#include "models/grid/network/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/grid/network/network_reduction.hpp"

namespace wattershed {
namespace {

// Whether each bus can carry a load.
void check_buses(const GridCase& grid, std::span<const WantedBus> buses, const Complaints& say) {
  for (const WantedBus& wanted : buses) {
    const auto at = std::find_if(grid.buses.begin(), grid.buses.end(),
                                 [&](const GridBus& each) { return each.number == wanted.bus; });
    if (at == grid.buses.end())
      say.problem(wanted.path, fmt::format("there is no bus {} in {}", wanted.bus, grid.file));
    else if (at->type == BusType::isolated)
      say.problem(wanted.path,
                  fmt::format("bus {} of {} is isolated: no load can stand there", wanted.bus, grid.file));
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

std::optional<LoadedNetwork> load_network(const Network& network, std::span<const WantedBus> buses, bool with_swings,
                                          const Complaints& complaints) {
  std::optional<LoadedNetwork> loaded;
  complaints.collect([&] {
    LoadedNetwork read{grid_case(network, network.case_file ? network.case_file->written : "the network"),
                       machines_of(network), network.frequency};
    // At the file's name, or where the first load hangs on what the catalog or the tables say.
    const auto fault = [&](std::string text) {
      if (network.case_file)
        complaints.errors(InputError(network.case_file->place, std::move(text)));
      else
        complaints.problem(buses.front().path, std::move(text));
    };
    std::size_t bus = 0;
    if (const std::string reason = why_unsolvable(read.grid, bus); !reason.empty()) fault(reason);
    check_buses(read.grid, buses, complaints);
    if (with_swings) check_machines(read, fault, complaints);
    loaded = std::move(read);
  });
  return loaded;
}

}  // namespace wattershed
