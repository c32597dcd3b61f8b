/// The header lines of an EPW file: where it is, and what ASHRAE says of the place.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/weather/weather.hpp"
#include "sim/base/problem.hpp"

namespace wattershed {

std::string_view trimmed(std::string_view text);
/// Cells between commas, trimmed; a cell in double quotes may hold commas.
std::vector<std::string_view> split_cells(std::string_view line);
/// A finite number that fills the cell, or nothing.
std::optional<double> read_number(std::string_view cell);
/// Text for messages and names: latin-1 turned into UTF-8 unless it is UTF-8 already, cut at 60 bytes, without
/// control characters.
std::string clean_text(std::string_view text);

/// LOCATION: city, region, country, source, station number, latitude, longitude, hours from UTC, elevation. Throws
/// InputError at `place`.
Station read_location(const std::vector<std::string_view>& cells, const Place& place);

/// DESIGN CONDITIONS, the first set of them. What has an unknown layout is left out, with a warning.
DesignConditions read_design_conditions(const std::vector<std::string_view>& cells,
                                        std::vector<std::string>& warnings);

}  // namespace wattershed
