#include "models/facility/scenario/check_site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "models/cooling/system/check.hpp"
#include "models/facility/scenario/cooling_design.hpp"
#include "models/facility/scenario/model_ranges.hpp"
#include "models/facility/scenario/standing_racks.hpp"
#include "models/grid/market/check.hpp"
#include "models/scheduling/check.hpp"
#include "models/weather/check.hpp"
#include "models/workload/check.hpp"
#include "sim/calendar/calendar.hpp"

namespace wattershed {
namespace {

/// What the plant's models were made for, for `explain`.
void show_ranges(LoadedSite& loaded, const std::string& path, const Plant& plant) {
  for (const ValidityTally& tally : plant.tallies())
    for (const RangeUse& use : tally.uses()) show_range({path, use}, *loaded.document);
}

// A condition that this plant's machines do not feel is no design. Both may stand, so that systems can be compared.
void check_design_acts(const LoadedSite& loaded, const std::string& path, const Complaints& say) {
  const bool dry = loaded.scenario.site.cooling.system.type == CoolingType::dlc_dry;
  const char* acts = dry ? "dry_bulb" : "wet_bulb";
  const char* idle = dry ? "wet_bulb" : "dry_bulb";
  const auto given = [&](const char* key) {
    const ResolvedValue* value = loaded.document->find(path + "." + key);
    return value && value->given;
  };
  if (given(idle) && !given(acts))
    say.problem(path + "." + idle,
                fmt::format("{}.{} acts on nothing: the {} of this plant are sized for the {}; give {}.{}", path,
                            idle, dry ? "dry coolers" : "towers", dry ? "dry bulb" : "wet bulb", path, acts));
}

// The plant must carry the site at its design weather.
void check_cooling(LoadedSite& loaded, const Complaints& say, const std::function<bool()>& has_problems) {
  const Site& site = loaded.scenario.site;
  const std::string path = loaded.site_prefix + "cooling";
  find_design_heat(loaded);
  if (loaded.design.at != loaded.start)
    loaded.document->derive(path + ".design_date",
                            format_local(TimeZone(loaded.time_zone).to_local(loaded.design.at)), "",
                            "when the racks that stand together are the most heat");
  const CoolingSystem& system = site.cooling.system;
  if (!system.imposed() && !system.has_coolant())
    for (const auto& [name, rack] : site.racks)
      if (rack.liquid_share.value_or(rack.server.liquid_share) > Share(0))
        say.warn(fmt::format("rack '{}' is cooled by liquid, this cooling system has none: its heat goes to the air",
                             name));
  if (!system.imposed()) {
    check_design_acts(loaded, path + ".design", say);
    if (has_problems()) return;
    if (!design_weather(site.cooling.design, loaded.weather->design(), path + ".design", say)) return;
    try {
      const SizedPlant sized = size_cooling(loaded);
      for (const SizingProblem& found : sized.problems)
        say.problem(path + ".system" + (found.key.empty() ? "" : "." + found.key), found.message);
      for (const Rating& rating : sized.ratings)
        loaded.document->derive(path + "." + rating.name, fmt::format("{:.6g}", rating.value), rating.unit,
                                rating.note);
      if (!sized.plant) return;
      show_ranges(loaded, path, *sized.plant);
    } catch (const std::invalid_argument& error) {
      say.problem(path + ".design", error.what());
      return;
    }
  }
  find_design_power(loaded);
}

/// Jobs that ask for all accelerators get those that stand when they are first submitted.
void take_all_accelerators(LoadedSite& site, const Complaints& say) {
  const TimeZone zone(site.time_zone);
  const std::vector<StandingRacks> standing = standing_racks(site, Time::max());
  const auto take = [&](const std::string& path, auto& job) {
    if (!job.all_accelerators) return;
    const Time at = std::max(job.from ? zone.to_utc(*job.from) : site.start, site.start);
    const StandingRacks* then = &standing.front();
    for (const StandingRacks& racks : standing)
      if (racks.from <= at) then = &racks;
    job.accelerators = accelerators_of(site.scenario.site.racks, then->counts);
    site.document->derive(path + ".accelerators.all", std::to_string(job.accelerators), "",
                          "accelerators that stand when it is submitted");
    if (job.accelerators == 0)
      say.problem(path + ".accelerators", "no accelerator stands when this job is submitted");
  };
  for (auto& [name, job] : site.scenario.workload.fixed) take(site.workload_prefix + "fixed." + name, job);
  for (auto& [name, job] : site.scenario.workload.training) take(site.workload_prefix + "training." + name, job);
}

}  // namespace

void take_written_zone(LoadedSite& site) { site.time_zone = site.scenario.site.location.time_zone.value_or("UTC"); }

// Before the time zone is known: a day more at both ends.
void load_site_weather(LoadedSite& site, const Complaints& complaints) {
  const Scenario& scenario = site.scenario;
  const Location& location = scenario.site.location;
  take_written_zone(site);
  if (!scenario.site.weather) return;
  constexpr Duration day = std::chrono::days(1);
  const TimeZone utc("UTC");
  site.weather_start = utc.to_utc(scenario.start) - day;
  site.weather_end = utc.to_utc(add(scenario.start, scenario.duration)) + day;
  try {
    LoadedWeather read = load_weather(*scenario.site.weather, site.weather_start, site.weather_end,
                                      static_cast<std::uint64_t>(scenario.seed), 0, site.stream_prefix + "weather");
    for (std::string& text : read.warnings) complaints.warn(std::move(text));
    site.weather = std::move(read.weather);
  } catch (const InputError& error) {
    complaints.errors(error);
    return;
  }
  const Station& station = site.weather->station();
  if (!location.time_zone) {
    site.time_zone = station.time_zone;
    site.document->derive(site.site_prefix + "location.time_zone", station.time_zone, "",
                          "that of the weather: " + station.name);
  }
  check_station(location, station, complaints);
}

void check_site(LoadedSite& site, const Complaints& complaints, const std::function<bool()>& has_problems) {
  const Site& written = site.scenario.site;
  site.most_racks = most_of_each(standing_racks(site, site.end));
  // Work that begins after the end of a run that was cut short is no fault of the scenario.
  const std::vector<std::int64_t> most_ever = most_of_each(standing_racks(site, Time::max()));
  take_all_accelerators(site, complaints);
  check_racks(written.racks, site.most_racks, site.site_prefix + "racks", complaints);
  MarketSeries series = read_market(written.grid, site.site_prefix + "grid", complaints);
  site.carbon = std::move(series.carbon);
  if (series.boundary) site.scenario.site.grid.carbon->boundary = *series.boundary;
  site.price = std::move(series.price);
  site.traces = read_traces(site.scenario.workload.traces,
                            {.start = site.start,
                             .end = site.end,
                             .zone = TimeZone(site.time_zone),
                             .most_accelerators = site.most_accelerators()},
                            complaints);
  site.service_racks = check_work(site.scenario.workload,
                                  {.racks = written.racks,
                                   .most_racks = most_ever,
                                   .start = site.scenario.start,
                                   .duration = site.scenario.duration,
                                   .path = site.workload_prefix},
                                  complaints);
  check_cooling(site, complaints, has_problems);
  check_region(written.grid, *site.document, site.site_prefix + "grid", complaints);
  if (has_problems()) return;
  for (const SiteRange& range : model_ranges(site)) show_range(range, *site.document);
}

}  // namespace wattershed
