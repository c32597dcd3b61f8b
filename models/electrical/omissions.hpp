/// What the models of this room leave out, by what a scenario asks of them.
///
/// Inputs   the distribution, the battery or the ride-through of a site; whether power is asked for phase by phase
/// Outputs  the effects left out that these touch, each with what would be needed
#pragma once

#include <vector>

#include "models/electrical/scenario.hpp"
#include "models/electrical/storage.hpp"
#include "sim/base/omission.hpp"

namespace wattershed {

/// `waveforms`: the scenario has windows.
std::vector<Omission> distribution_omissions(const Electrical& chain, bool waveforms);
std::vector<Omission> battery_omissions(const Battery& battery, bool waveforms);
/// Of UPS that ride through sags.
std::vector<Omission> ride_through_omissions(const RideThrough& settings);

}  // namespace wattershed
