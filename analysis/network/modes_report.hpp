/// The swings of a network's machines as a person reads them, in at most 80 columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/network/named_case.hpp"
#include "models/grid/network/power_flow.hpp"

namespace wattershed {

/// Every electromechanical mode: frequency, damping ratio, the machines that take part, those that swing against each
/// other on either side of a bar. With buses also what a load that oscillates there at the mode's frequency does, per
/// megawatt of its amplitude: local frequency at the bus, and the machine that swings most against the centre.
/// `buses` are places in the case. Throws InputError when the network has no machines or they do not fit.
std::string modes_report(const NamedNetwork& network, const PowerFlow& flow, const std::vector<std::size_t>& buses);

}  // namespace wattershed
