/// Whether two runs left the same, bit for bit, wherever they stand: in files or in memory.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/output/run_source.hpp"

namespace wattershed::test {

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i])) return false;
  return true;
}

/// Attributes of groups cannot be listed: those that runs have.
inline const std::vector<std::string> group_attribute_names{
    "time_zone", "sample_rate",    "nominal_voltage", "nominal_frequency", "connection",
    "inputs",    "inputs_assumed", "region",          "latitude",          "absent"};

struct SameRuns {
  bool created = true;               ///< also when they were made
  std::vector<std::string> without;  ///< groups that may differ
};

/// Where two runs differ, a line each; empty when they are the same.
class RunDifferences {
 public:
  RunDifferences(const RunSource& a, const RunSource& b, SameRuns which) : a_(a), b_(b), which_(std::move(which)) {}

  std::string find() {
    compare_whole();
    if (a_.groups() != b_.groups()) return lines_ + "groups\n";
    for (const std::string& group : a_.groups()) {
      bool compared = true;
      for (const std::string& name : which_.without) compared = compared && name != group;
      if (compared) compare_group(group);
    }
    return lines_;
  }

 private:
  void hold(bool same, const std::string& what) {
    if (!same) lines_ += what + "\n";
  }

  void compare_whole() {
    const RunAttributes &a = a_.attributes(), &b = b_.attributes();
    hold(a.title == b.title, "title");
    hold(a.program_version == b.program_version, "program_version");
    hold(a.git_hash == b.git_hash, "git_hash");
    hold(a.seed == b.seed, "seed");
    hold(a.run == b.run, "run");
    hold(a.time_zone == b.time_zone, "time_zone");
    hold(!which_.created || a.created == b.created, "created");
    hold(a.scenario == b.scenario, "scenario");
    hold(a.more == b.more, "further attributes of the root");
    for (const auto& [name, value] : a.more) hold(a_.group_text("", name) == b_.group_text("", name), name);
    hold(a_.complete() == b_.complete(), "complete");
    hold(a_.sites() == b_.sites(), "sites");
  }

  void compare_group(const std::string& group) {
    hold(a_.axes(group) == b_.axes(group), group + ": axes");
    hold(a_.rows(group) == b_.rows(group), group + ": rows");
    for (const std::string& name : group_attribute_names) {
      hold(a_.group_text(group, name) == b_.group_text(group, name), group + ": text " + name);
      const auto one = a_.group_number(group, name), other = b_.group_number(group, name);
      hold(one.has_value() == other.has_value() && (!one || same_bits({*one}, {*other})), group + ": number " + name);
    }
    const std::vector<RunColumn>&a = a_.columns(group), &b = b_.columns(group);
    hold(a.size() == b.size(), group + ": number of columns");
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
      const std::size_t before = lines_.size();
      compare_column(group + "/" + a[i].spec.name, a[i], b[i]);
      if (lines_.size() == before) compare_values(group, a[i]);
    }
    if (a_.has(group, "time")) hold(a_.epoch(group) == b_.epoch(group), group + ": epoch");
  }

  void compare_column(const std::string& place, const RunColumn& a, const RunColumn& b) {
    hold(a.spec.name == b.spec.name, place + ": name");
    hold(a.spec.units == b.spec.units, place + ": units");
    hold(a.spec.long_name == b.spec.long_name, place + ": long_name");
    hold(a.spec.cell_methods == b.spec.cell_methods, place + ": cell_methods");
    hold(a.spec.type == b.spec.type, place + ": type");
    hold(a.spec.single_precision == b.spec.single_precision, place + ": precision");
    hold(a.spec.allows_missing == b.spec.allows_missing, place + ": allows_missing");
    hold(a.spec.flag_meanings == b.spec.flag_meanings, place + ": flag_meanings");
    hold(a.spec.flag_values == b.spec.flag_values, place + ": flag_values");
    hold(a.spec.attributes == b.spec.attributes, place + ": attributes");
    hold(a.width == b.width, place + ": width");
    hold(a.over_two_axes == b.over_two_axes, place + ": axes");
    hold(a.is_scale == b.is_scale, place + ": is_scale");
    hold(a.is_scalar == b.is_scalar, place + ": is_scalar");
  }

  void compare_values(const std::string& group, const RunColumn& column) {
    const std::string& name = column.spec.name;
    if (column.spec.type == ColumnType::text)
      hold(a_.texts(group, name) == b_.texts(group, name), group + "/" + name + ": texts");
    else
      hold(same_bits(a_.numbers(group, name), b_.numbers(group, name)), group + "/" + name + ": numbers");
  }

  const RunSource &a_, &b_;
  SameRuns which_;
  std::string lines_;
};

inline std::string differences(const RunSource& a, const RunSource& b, SameRuns which = {}) {
  return RunDifferences(a, b, std::move(which)).find();
}

}  // namespace wattershed::test
