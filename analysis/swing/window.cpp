#include "analysis/swing/window.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/problem.hpp"

namespace wattershed {
namespace {

constexpr const char* folder = "/windows/";

[[noreturn]] void refuse(const RunSource& run, const std::string& message) {
  throw InputError({run.name(), 0, 0}, message);
}

std::vector<WindowPlace> all_windows(const RunSource& run) {
  std::vector<WindowPlace> places;
  for (const std::string& group : run.groups()) {
    const std::size_t slash = group.find(folder);
    if (slash == std::string::npos) continue;
    const std::string name = group.substr(slash + std::string(folder).size());
    if (!name.empty() && name.find('/') == std::string::npos) places.push_back({group.substr(0, slash), name});
  }
  return places;
}

/// Keeps the windows whose `member` is `wanted`; when there are none, says which there are.
void keep(const RunSource& run, std::vector<WindowPlace>& places, std::string WindowPlace::*member,
          const std::string& wanted, const char* what) {
  if (wanted.empty()) return;
  std::vector<std::string> known;
  for (const WindowPlace& place : places)
    if (std::find(known.begin(), known.end(), place.*member) == known.end()) known.push_back(place.*member);
  std::erase_if(places, [&](const WindowPlace& place) { return place.*member != wanted; });
  if (places.empty())
    refuse(run, fmt::format("has no {} '{}'{}; there is {}", what, wanted, did_you_mean(wanted, known),
                            fmt::join(known, ", ")));
}

std::vector<double> column_or_none(const RunSource& run, const std::string& group, const std::string& column) {
  return run.has(group, column) ? run.numbers(group, column) : std::vector<double>();
}

double moves(const std::vector<double>& load) {
  const auto [lowest, highest] = std::minmax_element(load.begin(), load.end());
  return *highest > 0 ? (*highest - *lowest) / *highest : 0;
}

/// The limit that the run watched as its connection.
std::optional<Power> connection_of(const RunSource& run, const std::string& site) {
  const std::string group = site + "/limits";
  if (!run.has(group, "limit") || !run.has(group, "allowed")) return {};
  const std::vector<std::string> names = run.texts(group, "limit");
  const std::vector<double> allowed = run.numbers(group, "allowed");
  const auto found = std::find(names.begin(), names.end(), "connection");
  if (found == names.end()) return {};
  const double value_w = allowed[static_cast<std::size_t>(found - names.begin())];
  return value_w > 0 ? std::optional(Power(value_w)) : std::nullopt;
}

}  // namespace

std::string group_of(const WindowPlace& place) { return place.site + folder + place.name; }

std::vector<WindowPlace> windows_of(const RunSource& run, const std::string& site, const std::string& name) {
  std::vector<WindowPlace> places = all_windows(run);
  if (places.empty())
    refuse(run,
           "has no windows to look into: write 'record: {windows: {july: {at: 2029-07-18T15:00, for: 10 min, "
           "every: 1 ms}}}' into the scenario, at a time of the run, and run it again");
  keep(run, places, &WindowPlace::site, site, "windows of a site");
  keep(run, places, &WindowPlace::name, name, "window");
  return places;
}

SwingWindow read_window(const RunSource& run, const WindowPlace& place) {
  const std::string group = group_of(place);
  SwingWindow window;
  window.site = place.site;
  window.name = place.name;
  window.time_zone = run.attributes().time_zone;
  const std::optional<double> rate = run.group_number(group, "sample_rate");
  if (!rate || !(*rate > 0)) refuse(run, fmt::format("'/{}' has no 'sample_rate' above zero", group));
  window.rate = Frequency(*rate);
  window.start = run.epoch(group);
  if (const std::vector<double> first = run.numbers(group, "time", 0, 1); !first.empty())
    window.start += from_seconds(first.front());
  if (!run.has(group, "grid_power")) refuse(run, fmt::format("'/{}' has no 'grid_power' to measure", group));
  window.grid_power = run.numbers(group, "grid_power");
  if (window.grid_power.size() < 2)
    refuse(run, fmt::format("'/{}' has {} rows: nothing to measure", group, window.grid_power.size()));
  window.reactive_power = column_or_none(run, group, "reactive_power");
  window.voltage = column_or_none(run, group, "poi_voltage");
  window.frequency = column_or_none(run, group, "poi_frequency");
  if (const auto nominal = run.group_number(group, "nominal_frequency"); nominal && *nominal > 0)
    window.nominal_frequency = Frequency(*nominal);
  window.connection = connection_of(run, place.site);
  const std::vector<double> it_power = column_or_none(run, group, "it_power");
  window.load_moves = moves(it_power.empty() ? window.grid_power : it_power);
  return window;
}

}  // namespace wattershed
