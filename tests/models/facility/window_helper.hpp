/// Scenarios with steps that swing, and what to ask of their windows, for tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "run_helper.hpp"

namespace wattershed::test {

/// Racks, the whole chain and one job whose steps of 1.5 s swing; it never fails and writes no checkpoints.
inline const char* const swinging_hall = R"(
title: a hall that swings
start: 2027-01-01
duration: 10 min
record: {every: 1 min}
site:
  name: hall
  grid: {carbon: 400 g/kWh, water_intensity: 3 L/kWh, tariff: {energy: 0.10 USD/kWh, demand: 10 USD/kW/month}}
  electrical: {pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva, lag: 0 s}
  cooling: {system: {use: fixed-overhead, overhead: 20 %}}
  racks: {dgx: {use: rack-dgx-h100, count: 8}}
workload:
  training:
    base: {flops: 1e+30, accelerators: 224, step: 1.5 s, accelerator_failure_every: none, checkpoint_time: 0 s}
)";

/// `NAME: {at, for, every}` for `record.windows`.
inline std::string glass(const std::string& name, const std::string& at, const std::string& length,
                         const std::string& every = "1 ms") {
  return "record.windows." + name + "={at: \"2027-01-01T" + at + "\", for: " + length + ", every: " + every + "}";
}

using Sets = std::vector<std::string>;
inline Sets operator+(Sets a, const Sets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Mean of a column of a site's intervals [first, first + count).
inline double mean_of(const RunFileReader& file, const std::string& group, const std::string& column,
                      std::size_t first = 0, std::size_t count = RunFileReader::all) {
  return mean_of(file.numbers(group, column, first, count));
}

inline double largest(const std::vector<double>& values) { return *std::max_element(values.begin(), values.end()); }
inline double smallest(const std::vector<double>& values) { return *std::min_element(values.begin(), values.end()); }

}  // namespace wattershed::test
