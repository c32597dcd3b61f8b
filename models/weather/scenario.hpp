/// What a scenario says about place and weather: `site.location` and `site.weather`.
///
///   weather: {epw: phoenix.epw}                                          a file, repeated every year
///   weather: {climate: phoenix}                                          generated from monthly normals
///   weather: {design_day: {of: {climate: phoenix}, dry_bulb: extreme-n20}}  one hot day, repeated
///
/// The design day's peak is the condition, its swing the mean daily range of the hottest month along the hourly
/// fractions of the ASHRAE Handbook (Fundamentals, chapter 14), its humidity ratio that of the condition, or
/// saturation where the night is colder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/weather/climate.hpp"
#include "models/weather/weather.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

/// Where a site stands.
struct Location {
  std::optional<double> latitude;        ///< degrees north
  std::optional<double> longitude;       ///< degrees east
  std::optional<Length> elevation;       ///< above sea level [m]
  std::optional<std::string> time_zone;  ///< IANA name; without it, that of the weather, else UTC
  void visit(Fields& f);
};

/// A file or a named climate.
struct WeatherSource {
  std::optional<FileName> epw;
  std::optional<Climate> climate;
  void visit(Fields& f);
};

struct DesignDay {
  WeatherSource of;
  std::string dry_bulb;  ///< "0.4 %", "extreme-n20", "42 degC"
  Place place;           ///< where it was written
  void visit(Fields& f);
};

struct WeatherChoice {
  std::optional<FileName> epw;
  std::optional<Climate> climate;
  std::optional<DesignDay> design_day;
  void visit(Fields& f);
};

struct LoadedWeather {
  Weather weather;
  std::vector<std::string> warnings;
};

/// Reads or generates the weather of a run from `start` to `end`. A climate draws its years from the streams
/// (seed, run, "STREAM.YEAR"), each year by itself, so that a longer run has the same weather in the years that both
/// have. Throws InputError: the file cannot be used, or lacks the condition.
LoadedWeather load_weather(const WeatherChoice& choice, Time start, Time end, std::uint64_t seed, std::uint64_t run,
                           std::string_view stream = "weather");

}  // namespace wattershed
