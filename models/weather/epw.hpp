/// Reader of EnergyPlus weather files (EPW): a year by the hour, and the design conditions of its header.
///
/// Accepted  TMY3 and TMYx, LF and CRLF, any bytes in names (read as latin-1 when they are no UTF-8); 8760 rows, or
///           8784 with 29 February; rows of different years (a typical year); blank lines at the end
/// Missing   dry bulb and dew point 99.9, relative humidity 999, pressure 999999 (EnergyPlus' marks), or an empty
///           cell. A gap of up to 6 hours is filled along a straight line, with a counted warning; a longer one is
///           refused
/// Humidity  from the relative humidity, as EnergyPlus takes it; from the dew point where that is missing
/// Refused   a row out of order, hours that are missing, a row with fewer than 10 cells, a cell that is no number or
///           beyond any weather, more than one row an hour, no LOCATION line. InputError with file, line and column
/// Header    design conditions of the 2009 layout (15 values of heating, 32 of cooling, 16 of extremes) and of the
///           2013-2021 layout (15 or 16, 32, 15); the highest wet bulb stands among the extremes in the one and ends
///           the cooling values in the other. Other counts are not read, with a warning
/// Source    EnergyPlus, Auxiliary Programs, "EPW data dictionary"; ASHRAE Handbook Fundamentals, chapter 14
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/weather/weather.hpp"
#include "sim/input/file_name.hpp"

namespace wattershed {

struct EpwFile {
  std::string file;  ///< its name in messages
  Station station;
  DesignConditions design;         ///< without values of its own when the header has none
  std::vector<WeatherMark> hours;  ///< the ends of the year's hours: 8760, or 8784
  std::vector<std::string> warnings;
};

/// `file`: its name in messages.
EpwFile parse_epw(std::string_view text, const std::string& file);
EpwFile read_epw(const FileName& file);

/// Its year, over and over.
Weather weather_from_epw(EpwFile file);

}  // namespace wattershed
