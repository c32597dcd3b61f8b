/// Whether the weather of a scenario is that of its place.
#pragma once

#include "models/weather/scenario.hpp"
#include "models/weather/weather.hpp"
#include "sim/input/complaints.hpp"

namespace wattershed {

/// Warns of a station more than 100 km from the site, when it is said where the site stands.
void check_station(const Location& location, const Station& station, const Complaints& complaints);

}  // namespace wattershed
