#include "models/facility/scenario/load_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/facility/scenario/check_network.hpp"
#include "models/facility/scenario/check_site.hpp"
#include "models/facility/scenario/limit_target.hpp"
#include "models/scheduling/check.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/units/units.hpp"

namespace wattershed {
namespace {

// With jobs of up to a hundred years, every time stays within the clock's range (1677..2262).
constexpr int kFirstYear = 1900, kLastYear = 2150;
constexpr double kLargestNumber = 1e24;    // [SI]
constexpr double kSmallestNumber = 1e-24;  // [SI], but zero
constexpr double kMostOperations = 1e32;

/// Collects what is wrong across the parts of a scenario.
class Checker {
 public:
  explicit Checker(LoadedScenario& loaded)
      : loaded_(loaded), scenario_(loaded.scenario), document_(*loaded.document) {
    for (LoadedSite& site : loaded.sites) sites_.push_back(&site);
  }

  void run() {
    for (LoadedSite* site : sites_) {
      if (within_years())
        load_site_weather(*site, complaints_of(*site));
      else
        take_written_zone(*site);
    }
    if (!problems_.empty()) throw InputError(std::move(problems_));
    times();
    if (!problems_.empty()) throw InputError(std::move(problems_));
    magnitudes();
    windows();
    changes();
    for (LoadedSite* site : sites_) check_site(*site, complaints_of(*site), [this] { return !problems_.empty(); });
    check_network(loaded_, complaints_of(first()));
    limits();
    expectations();
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
  void problems(const InputError& error) {
    problems_.insert(problems_.end(), error.problems().begin(), error.problems().end());
  }
  void warn(std::string text, std::uint64_t count = 1) { loaded_.warnings.push_back({std::move(text), count}); }
  template <class F>
  void collect(F f) {
    try {
      f();
    } catch (const InputError& error) {
      problems(error);
    }
  }
  Complaints complaints_of(const LoadedSite& site) {
    return {.problem = [this](const std::string& path, std::string text) { problem(path, std::move(text)); },
            .errors = [this](const InputError& error) { problems(error); },
            .warning = [this, label = site.label()](Warning found) { warn(label + found.text, found.count); }};
  }

  /// The site that a path lies in, or none.
  [[nodiscard]] LoadedSite* site_of(const std::string& path) const {
    for (LoadedSite* site : sites_)
      if (path.starts_with(site->site_prefix) || path.starts_with(site->workload_prefix)) return site;
    return nullptr;
  }
  [[nodiscard]] LoadedSite& first() const { return *sites_.front(); }
  [[nodiscard]] std::vector<std::string> site_names() const {
    std::vector<std::string> names;
    for (const LoadedSite* site : sites_) names.push_back(site->scenario.site.name);
    return names;
  }
  /// Whether a `site` that was written is one; else a problem at that path.
  bool known_site(const std::string& path, const std::string& name) {
    const std::vector<std::string> names = site_names();
    if (std::find(names.begin(), names.end(), name) != names.end()) return true;
    const std::string near = did_you_mean(name, names);
    problem(path, fmt::format("no site '{}' in this scenario{}", name,
                              near.empty() ? fmt::format("; there is {}", fmt::join(names, ", ")) : near));
    return false;
  }

  [[nodiscard]] std::string which_site() const {
    return fmt::format("of which site? Add `site: {}`, or another of {}", site_names().front(),
                       fmt::join(site_names(), ", "));
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

  // All sites begin and end at the same instant, by the wall clock of the first; each has its own wall clock then.
  void times() {
    const TimeZone zone(first().time_zone);
    if (!within_years()) {
      problem("duration", fmt::format("the run must lie between the years {} and {}", kFirstYear, kLastYear));
      return;
    }
    loaded_.start = zone.to_utc(scenario_.start);
    loaded_.end = after(scenario_.start, scenario_.duration, zone);
    const double rows = seconds(loaded_.end - loaded_.start) / seconds(scenario_.record.every);
    if (rows > 1e9)
      problem("record.every", fmt::format("{:.2g} intervals are more than a file can hold usefully (1e9)", rows));
    loaded_.clock_zone = first().time_zone;
    for (LoadedSite* site : sites_) {
      site->clock_zone = loaded_.clock_zone;
      site->start = loaded_.start;
      site->end = loaded_.end;
      if (site != &first()) site->scenario.start = TimeZone(site->time_zone).to_local(loaded_.start);
    }
  }

  // What lies outside the run is not seen; that must be said.
  void windows() {
    const LocalTime start = scenario_.start, end = add(start, scenario_.duration);
    const Record& record = scenario_.record;
    for (const auto& [name, window] : record.windows) {
      const std::string path = "record.windows." + name + ".at";
      const LocalTime closes = window.at + window.length;
      if (window.at >= end || closes <= start)
        warn(fmt::format("the window '{}' lies outside the run ({} to {}): it is left out", name, format_local(start),
                         format_local(end)));
      else if (window.at < start || closes > end)
        warn(fmt::format("the window '{}' is cut to the run ({} to {})", name, format_local(start),
                         format_local(end)));
      for (std::size_t i = 1; record.events && i <= scenario_.events.size(); ++i)
        if (name == fmt::format("event_{}", i))
          problem(path, fmt::format("'{}' is the name of an event's own window; choose another", name));
    }
  }

  // A dated value is in the wall clock of its site, an event in that of the first.
  void changes() {
    for (const Change& change : document_.changes) {
      const LoadedSite* site = site_of(change.path);
      add_change(change, TimeZone((site ? *site : first()).time_zone));
    }
    const TimeZone zone(loaded_.clock_zone);
    for (std::size_t i = 0; i < scenario_.events.size(); ++i) {
      const Event& event = scenario_.events[i];
      if (event.at < scenario_.start)
        problem(fmt::format("events.{}.at", i),
                fmt::format("this event lies before the start ({})", format_local(scenario_.start)));
      if (event.at >= add(scenario_.start, scenario_.duration))
        warn(fmt::format("the event at {} lies after the end: it changes nothing", format_local(event.at)));
      if (event.sag && scenario_.fidelity != Fidelity::resolved)
        problem(fmt::format("events.{}.sag.voltage", i), "a sag acts within milliseconds: set fidelity: resolved");
      if (event.site)
        known_site(fmt::format("events.{}.site", i), *event.site);
      else if (event.sag && sites_.size() > 1)
        problem(fmt::format("events.{}.at", i), which_site());
      for (const Setting& setting : event.set.items)
        collect([&] { add_change(document_.parse_change(event.at, setting), zone); });
    }
    for (LoadedSite* site : sites_)
      std::stable_sort(site->changes.begin(), site->changes.end(),
                       [](const TimedChange& a, const TimedChange& b) { return a.at < b.at; });
  }
  void add_change(const Change& change, const TimeZone& zone) {
    magnitude(change.place, change.path, change.text, change.si);
    LoadedSite* site = site_of(change.path);
    // A date that is over in the site's zone when the run begins holds from the start on.
    (site ? *site : first())
        .changes.push_back({std::max(zone.to_utc(change.at), loaded_.start), change.path, change.si, change.place});
  }

  // Numbers this large overflow in products, numbers this small in quotients; no field of a scenario comes near.
  void magnitude(const Place& place, const std::string& path, const std::string& text, double si) {
    // Training runs of a language model have over 1e25 operations.
    const double largest = path.ends_with(".flops") ? kMostOperations : kLargestNumber;
    if (std::abs(si) > largest)
      problems_.push_back(document_.problem(place, fmt::format("{} is beyond any {}", text, path)));
    else if (si != 0 && std::abs(si) < kSmallestNumber)
      problems_.push_back(
          document_.problem(place, fmt::format("{} is smaller than any {}; write 0 if none is meant", text, path)));
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

  // Each site keeps those that hold for it.
  void limits() {
    for (LoadedSite* site : sites_) site->scenario.limits.clear();
    for (const auto& [name, limit] : scenario_.limits) {
      const std::string path = "limits." + name;
      check_bound(path, limit);
      if (limit.site && !known_site(path + ".site", *limit.site)) continue;
      const LoadedSite* owner = site_of(limit.max ? *limit.max : *limit.min);
      if (limit.site && owner && owner->scenario.site.name != *limit.site)
        problem(path + ".site",
                fmt::format("{} is a value of site '{}', this limit is one of '{}'",
                            limit.max ? *limit.max : *limit.min, owner->scenario.site.name, *limit.site));
      for (LoadedSite* site : sites_)
        if (limit.site ? site->scenario.site.name == *limit.site : !owner || owner == site)
          site->scenario.limits.emplace_back(name, limit);
    }
  }

  void check_bound(const std::string& path, const Limit& limit) {
    try {
      static_cast<void>(limit_target(limit, document_));
    } catch (const LimitFault& fault) {
      problem(path + "." + fault.about(), fault.what());
    }
  }

  void expectations() {
    for (const auto& [name, expectation] : scenario_.expect) {
      const std::string path = "expect." + name;
      if (expectation.site)
        known_site(path + ".site", *expectation.site);
      else if (sites_.size() > 1)
        problem(path + ".quantity", which_site());
      for (const auto& [case_name, value] : expectation.values) {
        const auto known = std::any_of(scenario_.cases.begin(), scenario_.cases.end(),
                                       [&, c = case_name](const auto& entry) { return entry.first == c; });
        std::vector<std::string> names;
        for (const auto& entry : scenario_.cases) names.push_back(entry.first);
        if (!known)
          problem(path + ".values." + case_name,
                  fmt::format("no case '{}' in this scenario{}", case_name, did_you_mean(case_name, names)));
      }
    }
  }

  LoadedScenario& loaded_;
  const Scenario& scenario_;
  const Document& document_;
  std::vector<LoadedSite*> sites_;
  std::vector<Problem> problems_;
};

/// Each site with the scenario as it has it; what is shared stays in the whole.
void split_sites(LoadedScenario& loaded) {
  Named<WorkingSite> sites = std::exchange(loaded.scenario.sites, {});
  Site alone = std::exchange(loaded.scenario.site, {});
  Workload work = std::exchange(loaded.scenario.workload, {});
  const auto add = [&](Site site, Workload workload) -> LoadedSite& {
    LoadedSite& added = loaded.sites.emplace_back();
    added.scenario = loaded.scenario;
    added.document = loaded.document;
    added.scenario.site = std::move(site);
    added.scenario.workload = std::move(workload);
    return added;
  };
  if (sites.empty()) {
    add(std::move(alone), std::move(work));
    return;
  }
  for (auto& [name, entry] : sites) {
    LoadedSite& site = add(std::move(entry.site), std::move(entry.workload));
    site.site_prefix = "sites." + name + ".";
    site.workload_prefix = site.site_prefix + "workload.";
    if (sites.size() > 1) site.stream_prefix = name + ".";
    site.scenario.site.name = std::move(name);
  }
}

LoadedScenario checked(LoadedScenario loaded) {
  split_sites(loaded);
  Checker(loaded).run();
  return loaded;
}

}  // namespace

std::int64_t LoadedSite::most_accelerators() const { return accelerators_of(scenario.site.racks, most_racks); }

std::optional<Weather> LoadedSite::weather_of(std::uint64_t run) const {
  if (run == 0 || !weather) return weather;
  return load_weather(*scenario.site.weather, weather_start, weather_end, static_cast<std::uint64_t>(scenario.seed),
                      run, stream_prefix + "weather")
      .weather;
}

LoadedScenario load_scenario(const std::filesystem::path& file, const Catalog& catalog,
                             const std::vector<std::string>& sets) {
  LoadedScenario loaded;
  *loaded.document = load(file, loaded.scenario, {.catalog = &catalog, .sets = sets});
  return checked(std::move(loaded));
}

LoadedScenario load_scenario_text(const std::string& text, const std::filesystem::path& name, const Catalog& catalog,
                                  const std::vector<std::string>& sets) {
  LoadedScenario loaded;
  *loaded.document = load_document_text(text, name, {.catalog = &catalog, .sets = sets},
                                        [&](Fields& f) { loaded.scenario.visit(f); });
  return checked(std::move(loaded));
}

}  // namespace wattershed
