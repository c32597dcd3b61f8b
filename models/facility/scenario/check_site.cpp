#include "models/facility/scenario/check_site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "models/facility/scenario/cooling_design.hpp"
#include "sim/calendar/calendar.hpp"

namespace wattershed {
namespace {

class SiteChecker {
 public:
  SiteChecker(LoadedScenario& loaded, const Complaints& say)
      : loaded_(loaded), site_(loaded.scenario.site), prefix_(loaded.site_prefix), say_(say) {}

  void racks() {
    for (const auto& [name, rack] : site_.racks) {
      std::int64_t most = rack.count;
      for (const TimedChange& change : loaded_.changes)
        if (change.path == prefix_ + "racks." + name + ".count")
          most = std::max(most, static_cast<std::int64_t>(change.si));
      loaded_.most_racks.push_back(most);
      if (rack.accelerators() > Cluster::largest_rack)
        say_.problem(prefix_ + "racks." + name + ".servers",
                     fmt::format("{} accelerators in one rack; at most {}: make more racks", rack.accelerators(),
                                 Cluster::largest_rack));
      if (!rack.server.embodied)
        say_.warn(fmt::format("embodied carbon of rack '{}' is not given: counted as none in scope 3", name));
    }
    const std::int64_t all = std::accumulate(loaded_.most_racks.begin(), loaded_.most_racks.end(), std::int64_t{0});
    if (all > 200'000)
      say_.problem(prefix_ + "racks." + site_.racks.back().first + ".count",
                   fmt::format("{} racks with this type; at most 200,000 on one site", all));
  }

  void files() {
    const Grid& grid = site_.grid;
    if (grid.carbon && grid.carbon->csv)
      collect([&] {
        loaded_.carbon = read_carbon_csv(*grid.carbon->csv, grid.carbon->column);
        if (grid.carbon->boundary == "unknown")
          say_.warn(
              fmt::format("the boundary of the hourly carbon intensity is not given: write {}grid.carbon.boundary "
                          "(life-cycle, direct, …)",
                          prefix_));
      });
    if (grid.tariff.energy && grid.tariff.energy->csv)
      collect([&] { loaded_.price = read_price_csv(*grid.tariff.energy->csv, grid.tariff.energy->column); });
    for (const Trace& trace : loaded_.scenario.workload.traces)
      collect([&] {
        JobTrace read = read_trace(*trace.format, trace.file);
        remove_larger_than(read, loaded_.most_accelerators());
        keep_within_run(read, trace);
        for (const std::string& text : read.warnings()) say_.warn(text);
        loaded_.traces.push_back(std::move(read));
      });
  }

  // The plant must carry the site at its design weather.
  void cooling(const std::function<bool()>& has_problems) {
    find_design_heat(loaded_);
    const CoolingSystem& system = site_.cooling.system;
    if (!system.imposed() && !system.has_coolant())
      for (const auto& [name, rack] : site_.racks)
        if (rack.liquid_share.value_or(rack.server.liquid_share) > Share(0))
          say_.warn(fmt::format(
              "rack '{}' is cooled by liquid, this cooling system has none: its heat goes to the air", name));
    if (!system.imposed()) {
      if (has_problems()) return;
      if (!design_weather()) return;
      try {
        const SizedPlant sized = size_cooling(loaded_);
        for (const SizingProblem& found : sized.problems)
          say_.problem(prefix_ + "cooling.system" + (found.key.empty() ? "" : "." + found.key), found.message);
        for (const Rating& rating : sized.ratings)
          loaded_.document->derive(prefix_ + "cooling." + rating.name, fmt::format("{:.6g}", rating.value),
                                   rating.unit, rating.note);
        if (!sized.plant) return;
      } catch (const std::invalid_argument& error) {
        say_.problem(prefix_ + "cooling.design", error.what());
        return;
      }
    }
    find_design_power(loaded_);
  }

  // A region without a price or a water figure has one assumed in the catalog: that must be seen.
  void assumed_region_values() {
    const Grid& grid = site_.grid;
    const auto check = [&](const char* key, bool replaced, const char* what) {
      const ResolvedValue* value = loaded_.document->find(prefix_ + "grid.region." + key);
      if (value && !replaced && value->origin == Origin::catalog && value->kind == ValueKind::assumed)
        say_.warn(fmt::format("{} of this region is assumed ({}): {}", what, value->text, value->source));
    };
    if (!grid.region) return;
    check("carbon", grid.carbon.has_value(), "the carbon intensity");
    check("price", grid.tariff.energy.has_value(), "the price of energy");
    check("water_intensity", grid.water_intensity.has_value(), "the water intensity");
  }

 private:
  template <class F>
  void collect(F f) {
    try {
      f();
    } catch (const InputError& error) {
      say_.errors(error);
    }
  }

  // Jobs submitted before the run begins have been and gone; those after its end never come.
  void keep_within_run(JobTrace& read, const Trace& trace) {
    const Time from = trace.from ? TimeZone(loaded_.time_zone).to_utc(*trace.from) : loaded_.start;
    // In seconds, so that no far date overflows the clock.
    const auto s_of = [](Time t) { return std::chrono::duration<double>(t.time_since_epoch()).count(); };
    const auto submitted = [&](const TraceJob& job) { return s_of(from) + seconds(job.submit); };
    const auto early =
        std::erase_if(read.jobs, [&](const TraceJob& job) { return submitted(job) < s_of(loaded_.start); });
    const auto late =
        std::erase_if(read.jobs, [&](const TraceJob& job) { return submitted(job) > s_of(loaded_.end); });
    if (early > 0)
      say_.warn(fmt::format("{}: jobs submitted before the start are left out", trace.file.written), early);
    if (late > 0) say_.warn(fmt::format("{}: jobs submitted after the end are left out", trace.file.written), late);
  }

  // The conditions that the plant is sized for must be known of this weather.
  bool design_weather() {
    const CoolingDesign& design = site_.cooling.design;
    bool known = true;
    const auto check = [&](const std::string& key, const std::string& text, auto air_at) {
      try {
        air_at(loaded_.weather->design(), parse_design_point(text));
      } catch (const std::invalid_argument& error) {
        known = false;
        const std::string path = prefix_ + "cooling.design." + key;
        say_.problem(path, fmt::format("{}: {}", path, error.what()));
      }
    };
    check("dry_bulb", design.dry_bulb,
          [](const auto& conditions, const auto& point) { air_at_dry_bulb(conditions, point); });
    check("wet_bulb", design.wet_bulb,
          [](const auto& conditions, const auto& point) { air_at_wet_bulb(conditions, point); });
    return known;
  }

  LoadedScenario& loaded_;
  const Site& site_;
  const std::string& prefix_;
  const Complaints& say_;
};

}  // namespace

void take_written_zone(LoadedScenario& site) {
  site.time_zone = site.scenario.site.location.time_zone.value_or("UTC");
}

// Before the time zone is known: a day more at both ends.
void load_site_weather(LoadedScenario& site, const Complaints& complaints) {
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
  if (location.latitude && location.longitude) {
    const Length distance =
        distance_between(*location.latitude, *location.longitude, station.latitude, station.longitude);
    if (distance > 100'000_m)
      complaints.warn(
          fmt::format("the weather of {} was taken {:.0f} km from the site", station.name, distance.si() / 1000));
  }
}

void check_site(LoadedScenario& site, const Complaints& complaints, const std::function<bool()>& has_problems) {
  SiteChecker checker(site, complaints);
  checker.racks();
  checker.files();
  check_work(site, complaints);
  checker.cooling(has_problems);
  checker.assumed_region_values();
}

}  // namespace wattershed
