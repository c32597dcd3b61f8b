#include "models/weather/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "models/weather/epw.hpp"
#include "models/weather/moist_air.hpp"

namespace wattershed {
namespace {

// How far below the day's peak each hour stands, as a share of the daily range; 0:00 to 23:00 local time.
// ASHRAE Handbook Fundamentals, chapter 14, "fraction of daily temperature range" (from memory).
constexpr std::array<double, 24> kFractions{0.82, 0.88, 0.92, 0.95, 0.98, 1.00, 0.98, 0.91, 0.74, 0.55, 0.38, 0.23,
                                            0.13, 0.05, 0.00, 0.00, 0.06, 0.14, 0.24, 0.39, 0.50, 0.59, 0.68, 0.75};
constexpr std::size_t kDays = 365;

struct Origin {
  Station station;
  DesignConditions design;
};

Origin origin_of(const WeatherSource& source, std::vector<std::string>& warnings) {
  if (source.climate) {
    const ClimateGenerator generator(*source.climate);
    return {generator.station(), generator.design_conditions()};
  }
  EpwFile file = read_epw(*source.epw);
  warnings = std::move(file.warnings);
  return {std::move(file.station), std::move(file.design)};
}

Weather weather_of_design_day(const DesignDay& day, Origin origin) {
  try {
    const Outdoors peak = air_at_dry_bulb(origin.design, parse_design_point(day.dry_bulb));
    if (!origin.design.daily_range)
      throw std::invalid_argument(fmt::format("{} has no daily range of the hottest month, which a design day needs",
                                              origin.design.source.empty() ? "the weather" : origin.design.source));
    const double p_pa = peak.pressure.si();
    const double dew_k = moist_air::dew_point_k(peak.dry_bulb.si(), peak.humidity_ratio, p_pa);
    std::vector<WeatherMark> marks;
    marks.reserve(kDays * 24 + 1);
    for (double fraction : kFractions)
      marks.push_back(
          weather_mark(peak.dry_bulb - fraction * *origin.design.daily_range, Temperature(dew_k), peak.pressure));
    for (std::size_t hour = 24; hour <= kDays * 24; ++hour) marks.push_back(marks[hour - 24]);
    return {std::move(origin.station), std::move(origin.design), 2001, {std::move(marks)}};
  } catch (const std::invalid_argument& error) {
    throw InputError(day.place, error.what());
  }
}

}  // namespace

void Location::visit(Fields& f) {
  f.optional("latitude", latitude, {.help = "degrees north", .at_least = -90, .at_most = 90});
  f.optional("longitude", longitude, {.help = "degrees east", .at_least = -180, .at_most = 180});
  f.optional("elevation", elevation,
             {.help = "above sea level", .at_least = -500, .at_most = 6000, .example = "337 m"});
  f.optional("time_zone", time_zone,
             {.help = "IANA name; wall clocks of this scenario; without it, that of the weather, else UTC",
              .example = "America/Phoenix"});
  try {
    if (time_zone) TimeZone zone(*time_zone);
  } catch (const std::exception&) {
    f.fault("time_zone", "unknown time zone '" + *time_zone + "'; it is an IANA name, for example America/Phoenix");
  }
}

void WeatherSource::visit(Fields& f) {
  f.alternatives({"epw", "climate"}, true);
  f.optional("epw", epw, {.help = "EnergyPlus weather file"});
  f.optional("climate", climate, {.help = "climate of the catalog", .example = "phoenix"});
}

void DesignDay::visit(Fields& f) {
  place = f.place();
  f.required("of", of, {.help = "whose day: {epw: FILE} or {climate: NAME}"});
  f.required("dry_bulb", dry_bulb,
             {.help = "highest dry bulb: 0.4 %, 1 %, 2 %, extreme-n5, -n10, -n20, -n50, or a temperature",
              .example = "extreme-n20"});
  if (dry_bulb.empty()) return;  // missing, which has been said
  try {
    parse_design_point(dry_bulb);
  } catch (const std::invalid_argument& error) {
    f.fault("dry_bulb", error.what());
  }
}

void WeatherChoice::visit(Fields& f) {
  f.alternatives({"epw", "climate", "design_day"}, true);
  f.optional("epw", epw, {.help = "EnergyPlus weather file, repeated every year"});
  f.optional("climate", climate,
             {.help = "climate of the catalog, generated from monthly normals", .example = "phoenix"});
  f.optional("design_day", design_day, {.help = "one hot day, repeated"});
}

LoadedWeather load_weather(const WeatherChoice& choice, Time start, Time end, std::uint64_t seed, std::uint64_t run,
                           std::string_view stream) {
  if (choice.climate) return {weather_from_climate(*choice.climate, start, end, seed, run, stream), {}};
  if (choice.epw) {
    EpwFile file = read_epw(*choice.epw);
    std::vector<std::string> warnings = file.warnings;
    return {weather_from_epw(std::move(file)), std::move(warnings)};
  }
  std::vector<std::string> warnings;
  Origin origin = origin_of(choice.design_day->of, warnings);
  return {weather_of_design_day(*choice.design_day, std::move(origin)), std::move(warnings)};
}

}  // namespace wattershed
