/// The header lines of an EPW file, cut into fields: where it is, and what ASHRAE says of the place. Names are cut at
/// 60 bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/weather/weather.hpp"
#include "sim/base/problem.hpp"

namespace wattershed {

/// LOCATION: city, region, country, source, station number, latitude, longitude, hours from UTC, elevation. Throws
/// InputError at `place`.
Station read_location(const std::vector<std::string_view>& cells, const Place& place);

/// DESIGN CONDITIONS, the first set of them. What has an unknown layout is left out, with a warning.
DesignConditions read_design_conditions(const std::vector<std::string_view>& cells,
                                        std::vector<std::string>& warnings);

}  // namespace wattershed
