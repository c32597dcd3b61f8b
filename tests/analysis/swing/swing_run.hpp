/// Run files with windows whose waveforms are known.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/output/run_file.hpp"

namespace wattershed::test {

/// A window to write; columns left empty are not written.
struct SyntheticWindow {
  std::string site = "site", name = "glass";
  double rate = 1000;  ///< [Hz]
  std::vector<double> grid_power, reactive_power, poi_voltage, poi_frequency;
  std::optional<double> nominal_frequency;
  std::optional<double> connection;  ///< [W]
  bool single_precision = true;
  std::string time_zone = "UTC";
};

inline const Time window_start =
    Time(std::chrono::sys_days(std::chrono::year(2029) / 7 / 18)) + std::chrono::hours(22);

inline void write_windows(const std::filesystem::path& path, const std::vector<SyntheticWindow>& windows) {
  RunAttributes attributes;
  attributes.title = "synthetic";
  attributes.program_version = "0";
  attributes.git_hash = "0";
  attributes.created = "2027-01-01T00:00:00Z";
  if (!windows.empty()) attributes.time_zone = windows.front().time_zone;
  RunFile file(path, attributes);
  const auto column = [](const char* name, const char* units) {
    ColumnSpec spec;
    spec.name = name;
    spec.units = units;
    spec.long_name = name;
    return spec;
  };
  std::vector<TableId> tables;
  TableId limits;
  for (const SyntheticWindow& window : windows) {
    std::vector<ColumnSpec> columns{column("grid_power", "W")};
    if (!window.reactive_power.empty()) columns.push_back(column("reactive_power", "VA"));
    if (!window.poi_voltage.empty()) columns.push_back(column("poi_voltage", "1"));
    if (!window.poi_frequency.empty()) columns.push_back(column("poi_frequency", "Hz"));
    for (ColumnSpec& spec : columns) spec.single_precision = window.single_precision;
    const std::string group = window.site + "/windows/" + window.name;
    tables.push_back(file.time_table(group, window_start, columns));
    file.group_attribute(group, "sample_rate", window.rate);
    if (window.nominal_frequency) file.group_attribute(group, "nominal_frequency", *window.nominal_frequency);
    if (window.connection)
      limits = file.table(window.site + "/limits", text_axis("limit", "limit"), {column("allowed", "W")});
  }
  if (windows.empty()) tables.push_back(file.time_table("site", window_start, {column("grid_power", "W")}));
  file.begin();
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const SyntheticWindow& window = windows[w];
    if (window.connection) file.append(limits, std::string_view("connection"), std::array{*window.connection});
    std::vector<double> row;
    for (std::size_t i = 0; i < window.grid_power.size(); ++i) {
      row = {window.grid_power[i]};
      for (const auto* values : {&window.reactive_power, &window.poi_voltage, &window.poi_frequency})
        if (!values->empty()) row.push_back((*values)[i]);
      const auto at = [&](std::size_t sample) {
        return window_start + from_seconds(static_cast<double>(sample) / window.rate);
      };
      file.append(tables[w], at(i), at(i + 1), row);
    }
  }
  file.finish();
}

}  // namespace wattershed::test
