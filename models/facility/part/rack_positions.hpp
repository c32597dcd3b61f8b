/// Racks that never stand together share a position, and with it what feeds them: a refresh buys no second UPS.
///
///   two racks may share where no instant of the run has both;  each takes the first position that has room for it
///
/// Racks that are taken away while jobs still run on them draw beside their successors until those have ended: an
/// overload for that time, not a size to build for.
/// Inputs   counts of racks over time (standing_racks.hpp)
/// Outputs  a position for each rack, by type and number; positions are numbered as they are first taken
/// Cost     racks times the number of different stretches of time in which racks stand
#pragma once

#include <cstdint>
#include <vector>

#include "models/facility/part/feeder.hpp"
#include "models/facility/scenario/standing_racks.hpp"

namespace wattershed {

/// `most` of each type are made.
std::vector<std::uint32_t> rack_positions(const std::vector<StandingRacks>& standing,
                                          const std::vector<std::int64_t>& most);
/// Feeders of one position side by side, otherwise in their order.
std::vector<Feeder> by_position(std::vector<Feeder> feeders);

}  // namespace wattershed
