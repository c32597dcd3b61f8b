#include "sim/output/run_source.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "sim/base/problem.hpp"
#include "sim/calendar/calendar.hpp"

namespace wattershed {

namespace {

constexpr std::array<std::string_view, 6> reserved{"summary",      "catalog", "warnings",
                                                   "not_modelled", "links",   "network"};

}  // namespace

void RunSource::refuse(const std::string& message) const { throw InputError(Place{name()}, message); }

void RunSource::refuse_group(const std::string& group) const {
  refuse("has no group '/" + group + "'" + did_you_mean(group, groups()));
}

std::vector<std::string> RunSource::sites() const {
  std::vector<std::string> names;
  for (const std::string& group : groups()) {
    const bool top = !group.empty() && group.find('/') == std::string::npos;
    const bool is_reserved = std::find(reserved.begin(), reserved.end(), group) != reserved.end();
    if (top && !is_reserved && has(group, "time")) names.push_back(group);
  }
  return names;
}

bool RunSource::has(const std::string& group) const {
  const std::vector<std::string>& names = groups();
  return std::find(names.begin(), names.end(), group) != names.end();
}

bool RunSource::has(const std::string& group, const std::string& column) const {
  if (!has(group)) return false;
  const std::vector<RunColumn>& all_columns = columns(group);
  return std::any_of(all_columns.begin(), all_columns.end(),
                     [&](const RunColumn& each) { return each.spec.name == column; });
}

const RunColumn& RunSource::column(const std::string& group, const std::string& name) const {
  std::vector<std::string> names;
  for (const RunColumn& each : columns(group)) {
    if (each.spec.name == name) return each;
    names.push_back(each.spec.name);
  }
  refuse("has no '" + name + "' in group '/" + group + "'" + did_you_mean(name, names));
}

Time RunSource::epoch(const std::string& group) const { return epoch(group, "time"); }

Time RunSource::epoch(const std::string& group, const std::string& name) const {
  const std::string& units = column(group, name).spec.units;
  const std::string start = "seconds since ";
  try {
    if (!units.starts_with(start) || !units.ends_with("Z")) throw std::invalid_argument("");
    const std::string instant = units.substr(start.size(), units.size() - start.size() - 1);
    return TimeZone("UTC").to_utc(parse_local_time(instant));
  } catch (const std::invalid_argument&) {
    refuse("'/" + group + "/" + name + "' counts '" + units + "', not 'seconds since …Z'");
  }
}

std::vector<double> RunSource::numbers(const std::string& group, const std::string& name, std::size_t first,
                                       std::size_t count) const {
  const RunColumn& found = column(group, name);
  if (found.spec.type == ColumnType::text) refuse("'/" + group + "/" + name + "' is text, not numbers");
  return read_numbers(group, found, first, count);
}

std::vector<std::string> RunSource::texts(const std::string& group, const std::string& name, std::size_t first,
                                          std::size_t count) const {
  const RunColumn& found = column(group, name);
  if (found.spec.type != ColumnType::text) refuse("'/" + group + "/" + name + "' is numbers, not text");
  return read_texts(group, found, first, count);
}

std::optional<double> RunSource::summary(const std::string& site, const std::string& name) const {
  const std::string group = "summary/" + site;
  if (!has(group, name)) return std::nullopt;
  const RunColumn& found = column(group, name);
  if (!found.is_scalar || found.spec.type == ColumnType::text) return std::nullopt;
  const std::vector<double> values = read_numbers(group, found, 0, all);
  if (values.empty()) return std::nullopt;
  return values.front();
}

}  // namespace wattershed
