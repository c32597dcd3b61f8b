/// Whether a network can be solved, carries loads where they are wanted, and has the machines that swings need.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/grid/case/grid_case.hpp"
#include "models/grid/case/scenario.hpp"
#include "sim/input/complaints.hpp"

namespace wattershed {

/// A network, read and put together.
struct LoadedNetwork {
  GridCase grid;
  std::vector<Machine> machines;  ///< none, or one for every unit in service
  Frequency frequency{};          ///< nominal [Hz]
};

/// A load that stands at a bus, and the path that says so.
struct WantedBus {
  std::string path;
  std::int64_t bus = 0;
};

/// Reads the network and checks it for loads at these buses, at least one; where they swing (`with_swings`), it needs
/// machines, one for every unit. Nothing when it cannot be read.
std::optional<LoadedNetwork> load_network(const Network& network, std::span<const WantedBus> buses, bool with_swings,
                                          const Complaints& complaints);

}  // namespace wattershed
