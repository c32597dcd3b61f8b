/// What only the whole of a site can tell: its weather and time zone, files, racks, work, and a plant that carries
/// it.
#pragma once

#include <functional>

#include "models/facility/scenario/load_scenario.hpp"

namespace wattershed {

/// Reads or generates the weather of run 0 and fills `time_zone`, `weather`, `weather_start` and `weather_end`. The
/// first thing to be known of a site: before `start` and `end` are.
void load_site_weather(LoadedSite& site, const Complaints& complaints);
/// Takes the time zone that is written, without weather.
void take_written_zone(LoadedSite& site);

/// Checks racks, files, work and cooling and fills what they give: `most_racks`, `carbon`, `price`, `traces`,
/// `service_racks`, `design`. Needs `start`, `end`, `changes` and the weather. The plant is not sized when
/// `has_problems()` says, then, that something else is wrong.
void check_site(LoadedSite& site, const Complaints& complaints, const std::function<bool()>& has_problems);

}  // namespace wattershed
