#include "models/facility/load_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "models/facility/check_work.hpp"
#include "models/facility/cooling_design.hpp"
#include "models/facility/quantities.hpp"
#include "sim/units.hpp"

namespace wattershed {
namespace {

// With jobs of up to a hundred years, every time stays within the clock's range (1677..2262).
constexpr int kFirstYear = 1900, kLastYear = 2150;
constexpr double kLargestNumber = 1e24;  // [SI]
constexpr double kMostOperations = 1e32;

/// Collects what is wrong across the parts of a scenario.
class Checker {
 public:
  explicit Checker(LoadedScenario& loaded)
      : loaded_(loaded), scenario_(loaded.scenario), document_(loaded.document) {}

  void run() {
    weather();
    if (!problems_.empty()) throw InputError(std::move(problems_));
    times();
    if (!problems_.empty()) throw InputError(std::move(problems_));
    magnitudes();
    changes();
    racks();
    files();
    check_work(loaded_,
               {.problem = [this](const std::string& path, std::string text) { problem(path, std::move(text)); },
                .warn = [this](std::string text) { warn(std::move(text)); }});
    cooling();
    limits();
    expectations();
    assumed_region_values();
    for (const Problem& problem : document_.warnings) warn(to_string(problem));
    if (!problems_.empty()) throw InputError(std::move(problems_));
  }

 private:
  [[nodiscard]] Place place_of(const std::string& path) const {
    const ResolvedValue* value = document_.find(path);
    // A default stands nowhere.
    return value && !value->place.file.empty() ? value->place : Place{document_.name, 0, 0};
  }
  void problem(const std::string& path, std::string message) {
    problems_.push_back(document_.problem(place_of(path), std::move(message)));
  }
  void warn(std::string text, std::uint64_t count = 1) { loaded_.warnings.push_back({std::move(text), count}); }
  template <class F>
  void collect(F f) {
    try {
      f();
    } catch (const InputError& error) {
      problems_.insert(problems_.end(), error.problems().begin(), error.problems().end());
    }
  }

  // Before the time zone is known: a day more at both ends.
  void weather() {
    const Location& location = scenario_.site.location;
    loaded_.time_zone = location.time_zone.value_or("UTC");
    if (!scenario_.site.weather || !within_years()) return;
    constexpr Duration day = std::chrono::days(1);
    const Time start = TimeZone("UTC").to_utc(scenario_.start);
    const Time end = TimeZone("UTC").to_utc(add(scenario_.start, scenario_.duration));
    loaded_.weather_start = start - day;
    loaded_.weather_end = end + day;
    try {
      LoadedWeather read = load_weather(*scenario_.site.weather, loaded_.weather_start, loaded_.weather_end,
                                        static_cast<std::uint64_t>(scenario_.seed), 0);
      for (std::string& text : read.warnings) warn(std::move(text));
      loaded_.weather = std::move(read.weather);
    } catch (const InputError& error) {
      problems_.insert(problems_.end(), error.problems().begin(), error.problems().end());
      return;
    }
    const Station& station = loaded_.weather->station();
    if (!location.time_zone) {
      loaded_.time_zone = station.time_zone;
      loaded_.document.derive("site.location.time_zone", station.time_zone, "",
                              "that of the weather: " + station.name);
    }
    if (location.latitude && location.longitude) {
      const Length distance =
          distance_between(*location.latitude, *location.longitude, station.latitude, station.longitude);
      if (distance > 100'000_m)
        warn(fmt::format("the weather of {} was taken {:.0f} km from the site", station.name, distance.si() / 1000));
    }
  }

  [[nodiscard]] bool within_years() const {
    const auto year_of = [](LocalTime t) {
      return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(t)).year());
    };
    try {
      const LocalTime end = add(scenario_.start, scenario_.duration);
      return year_of(scenario_.start) >= kFirstYear && year_of(end) <= kLastYear && end > scenario_.start;
    } catch (const std::out_of_range&) {
      return false;
    }
  }

  void times() {
    const TimeZone zone(loaded_.time_zone);
    if (!within_years()) {
      problem("duration", fmt::format("the run must lie between the years {} and {}", kFirstYear, kLastYear));
      return;
    }
    loaded_.start = zone.to_utc(scenario_.start);
    loaded_.end = after(scenario_.start, scenario_.duration, zone);
    const double rows = seconds(loaded_.end - loaded_.start) / seconds(scenario_.record.every);
    if (rows > 1e9)
      problem("record.every", fmt::format("{:.2g} intervals are more than a file can hold usefully (1e9)", rows));
  }

  void changes() {
    loaded_.changes = document_.changes;
    for (std::size_t i = 0; i < scenario_.events.size(); ++i) {
      const Event& event = scenario_.events[i];
      if (event.at < scenario_.start)
        problem(fmt::format("events.{}.at", i),
                fmt::format("this event lies before the start ({})", format_local(scenario_.start)));
      if (event.at >= add(scenario_.start, scenario_.duration))
        warn(fmt::format("the event at {} lies after the end: it changes nothing", format_local(event.at)));
      for (const Setting& setting : event.set.items)
        collect([&] { loaded_.changes.push_back(document_.parse_change(event.at, setting)); });
    }
    for (const Change& change : loaded_.changes) magnitude(change.place, change.path, change.text, change.si);
    std::stable_sort(loaded_.changes.begin(), loaded_.changes.end(),
                     [](const Change& a, const Change& b) { return a.at < b.at; });
  }

  // Numbers this large overflow in products; no field of a scenario comes near.
  void magnitude(const Place& place, const std::string& path, const std::string& text, double si) {
    // Training runs of a language model have over 1e25 operations.
    const double largest = path.ends_with(".flops") ? kMostOperations : kLargestNumber;
    if (std::abs(si) > largest)
      problems_.push_back(document_.problem(place, fmt::format("{} is beyond any {}", text, path)));
  }
  void magnitudes() {
    for (const ResolvedValue& value : document_.values) {
      if (!value.is_number || value.text == "none" || value.text == "auto") continue;
      try {
        magnitude(value.place, value.path, value.text, parse_any(value.text).si);
      } catch (const std::invalid_argument&) {
        // a point on the temperature scale, whose bounds are its field's
      }
    }
  }

  void racks() {
    for (const auto& [name, rack] : scenario_.site.racks) {
      std::int64_t most = rack.count;
      for (const Change& change : loaded_.changes)
        if (change.path == "site.racks." + name + ".count")
          most = std::max(most, static_cast<std::int64_t>(change.si));
      loaded_.most_racks.push_back(most);
      if (rack.accelerators() > Cluster::largest_rack)
        problem("site.racks." + name + ".servers",
                fmt::format("{} accelerators in one rack; at most {}: make more racks", rack.accelerators(),
                            Cluster::largest_rack));
      if (!rack.server.embodied)
        warn(fmt::format("embodied carbon of rack '{}' is not given: counted as none in scope 3", name));
    }
    const std::int64_t all = std::accumulate(loaded_.most_racks.begin(), loaded_.most_racks.end(), std::int64_t{0});
    if (all > 200'000)
      problem("site.racks." + scenario_.site.racks.back().first + ".count",
              fmt::format("{} racks with this type; at most 200,000 on one site", all));
  }

  void files() {
    const Grid& grid = scenario_.site.grid;
    if (grid.carbon && grid.carbon->csv)
      collect([&] {
        loaded_.carbon = read_carbon_csv(*grid.carbon->csv, grid.carbon->column);
        if (grid.carbon->boundary == "unknown")
          warn(
              "the boundary of the hourly carbon intensity is not given: write site.grid.carbon.boundary "
              "(life-cycle, direct, …)");
      });
    if (grid.tariff.energy && grid.tariff.energy->csv)
      collect([&] { loaded_.price = read_price_csv(*grid.tariff.energy->csv, grid.tariff.energy->column); });
    for (const Trace& trace : scenario_.workload.traces)
      collect([&] {
        std::error_code error;
        if (std::filesystem::is_directory(trace.swf.path, error))
          throw InputError(trace.swf.place, fmt::format("cannot read '{}': it is a folder", trace.swf.written));
        if (!std::filesystem::is_regular_file(trace.swf.path, error))
          throw InputError(trace.swf.place, fmt::format("cannot read '{}': no such file", trace.swf.written));
        SwfTrace read = read_swf(trace.swf.path);
        remove_larger_than(read, loaded_.most_accelerators());
        keep_within_run(read, trace);
        for (const std::string& text : read.warnings()) warn(trace.swf.written + ": " + text);
        loaded_.traces.push_back(std::move(read));
      });
  }

  // Jobs submitted before the run begins have been and gone; those after its end never come.
  void keep_within_run(SwfTrace& read, const Trace& trace) {
    const Time from = trace.from ? TimeZone(loaded_.time_zone).to_utc(*trace.from) : loaded_.start;
    // In seconds, so that no far date overflows the clock.
    const auto s_of = [](Time t) { return std::chrono::duration<double>(t.time_since_epoch()).count(); };
    const auto submitted = [&](const SwfJob& job) { return s_of(from) + seconds(job.submit); };
    const auto early =
        std::erase_if(read.jobs, [&](const SwfJob& job) { return submitted(job) < s_of(loaded_.start); });
    const auto late = std::erase_if(read.jobs, [&](const SwfJob& job) { return submitted(job) > s_of(loaded_.end); });
    if (early > 0) warn(fmt::format("{}: jobs submitted before the start are left out", trace.swf.written), early);
    if (late > 0) warn(fmt::format("{}: jobs submitted after the end are left out", trace.swf.written), late);
  }

  // The conditions that the plant is sized for must be known of this weather.
  bool design_weather() {
    const CoolingDesign& design = scenario_.site.cooling.design;
    bool known = true;
    const auto check = [&](const std::string& key, const std::string& text, auto air_at) {
      try {
        air_at(loaded_.weather->design(), parse_design_point(text));
      } catch (const std::invalid_argument& error) {
        known = false;
        problem("site.cooling.design." + key, fmt::format("site.cooling.design.{}: {}", key, error.what()));
      }
    };
    check("dry_bulb", design.dry_bulb,
          [](const auto& conditions, const auto& point) { air_at_dry_bulb(conditions, point); });
    check("wet_bulb", design.wet_bulb,
          [](const auto& conditions, const auto& point) { air_at_wet_bulb(conditions, point); });
    return known;
  }

  // The plant must carry the site at its design weather.
  void cooling() {
    find_design_heat(loaded_);
    const CoolingSystem& system = scenario_.site.cooling.system;
    if (!system.imposed() && !system.has_coolant())
      for (const auto& [name, rack] : scenario_.site.racks)
        if (rack.liquid_share.value_or(rack.server.liquid_share) > Share(0))
          warn(fmt::format("rack '{}' is cooled by liquid, this cooling system has none: its heat goes to the air",
                           name));
    if (!scenario_.site.cooling.system.imposed()) {
      if (!problems_.empty()) return;
      if (!design_weather()) return;
      try {
        const SizedPlant sized = size_cooling(loaded_);
        for (const SizingProblem& found : sized.problems)
          problem("site.cooling.system" + (found.key.empty() ? "" : "." + found.key), found.message);
        for (const Rating& rating : sized.ratings)
          loaded_.document.derive("site.cooling." + rating.name, fmt::format("{:.6g}", rating.value), rating.unit,
                                  rating.note);
        if (!sized.plant) return;
      } catch (const std::invalid_argument& error) {
        problem("site.cooling.design", error.what());
        return;
      }
    }
    find_design_power(loaded_);
  }

  // A bound is a value of the quantity's dimension or the path of one.
  void limits() {
    for (const auto& [name, limit] : scenario_.limits) {
      const std::string path = "limits." + name;
      const SiteQuantity* quantity = find_site_quantity(limit.quantity);
      if (!quantity) {
        const std::string near = did_you_mean(limit.quantity, site_quantity_names());
        problem(
            path + ".quantity",
            fmt::format("unknown quantity '{}'{}", limit.quantity,
                        near.empty() ? "; it is a column of the site's time table, for example grid_power" : near));
        continue;
      }
      const std::string& text = limit.max ? *limit.max : *limit.min;
      const std::string key = path + (limit.max ? ".max" : ".min");
      if (const ResolvedValue* value = document_.find(text)) {
        if (!value->is_number || value->unit != unit_of(quantity->dimension))
          problem(key, fmt::format("{} is not {}", text, describe(quantity->dimension)));
        continue;
      }
      const bool path_like = text.find('.') != std::string::npos && text.find(' ') == std::string::npos &&
                             text.find_first_of("0123456789") == std::string::npos;
      if (path_like) {
        std::vector<std::string> paths;
        for (const ResolvedValue& value : document_.values)
          if (value.is_number) paths.push_back(value.path);
        problem(key, fmt::format("'{}' has no value in this scenario{}", text, did_you_mean(text, paths)));
        continue;
      }
      try {
        parse_site_quantity(*quantity, text, key);
      } catch (const std::invalid_argument& error) {
        problem(key, error.what());
      }
    }
  }

  void expectations() {
    for (const auto& [name, expectation] : scenario_.expect)
      for (const auto& [case_name, value] : expectation.values) {
        const auto known = std::any_of(scenario_.cases.begin(), scenario_.cases.end(),
                                       [&, c = case_name](const auto& entry) { return entry.first == c; });
        std::vector<std::string> names;
        for (const auto& entry : scenario_.cases) names.push_back(entry.first);
        if (!known)
          problem("expect." + name + ".values." + case_name,
                  fmt::format("no case '{}' in this scenario{}", case_name, did_you_mean(case_name, names)));
      }
  }

  // A region without a price or a water figure has one assumed in the catalog: that must be seen.
  void assumed_region_values() {
    const Grid& grid = scenario_.site.grid;
    const auto check = [&](const char* key, bool replaced, const char* what) {
      const ResolvedValue* value = document_.find(std::string("site.grid.region.") + key);
      if (value && !replaced && value->origin == Origin::catalog && value->kind == ValueKind::assumed)
        warn(fmt::format("{} of this region is assumed ({}): {}", what, value->text, value->source));
    };
    if (!grid.region) return;
    check("carbon", grid.carbon.has_value(), "the carbon intensity");
    check("price", grid.tariff.energy.has_value(), "the price of energy");
    check("water_intensity", grid.water_intensity.has_value(), "the water intensity");
  }

  LoadedScenario& loaded_;
  const Scenario& scenario_;
  const Document& document_;
  std::vector<Problem> problems_;
};

LoadedScenario checked(LoadedScenario loaded) {
  Checker(loaded).run();
  return loaded;
}

}  // namespace

std::int64_t LoadedScenario::most_accelerators() const {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < scenario.site.racks.size(); ++i)
    sum += most_racks[i] * scenario.site.racks[i].second.accelerators();
  return sum;
}

std::optional<Weather> LoadedScenario::weather_of(std::uint64_t run) const {
  if (run == 0 || !weather) return weather;
  return load_weather(*scenario.site.weather, weather_start, weather_end, static_cast<std::uint64_t>(scenario.seed),
                      run)
      .weather;
}

LoadedScenario load_scenario(const std::filesystem::path& file, const Catalog& catalog,
                             const std::vector<std::string>& sets) {
  LoadedScenario loaded;
  loaded.document = load(file, loaded.scenario, {.catalog = &catalog, .sets = sets});
  return checked(std::move(loaded));
}

LoadedScenario load_scenario_text(const std::string& text, const std::filesystem::path& name, const Catalog& catalog,
                                  const std::vector<std::string>& sets) {
  LoadedScenario loaded;
  loaded.document = load_document_text(text, name, {.catalog = &catalog, .sets = sets},
                                       [&](Fields& f) { loaded.scenario.visit(f); });
  return checked(std::move(loaded));
}

}  // namespace wattershed
