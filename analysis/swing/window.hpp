/// A window of a run: a site's waveform at the point of interconnection, as the run's file, or memory, holds it.
///
///   /<site>/windows/<name> over `time`: `grid_power` [W]; where known `reactive_power` [VA], `poi_voltage` [1 of
///   nominal], `poi_frequency` [Hz]; attributes `sample_rate` [Hz], `nominal_frequency` [Hz] (sim/output/run_file.md)
///
/// Errors  InputError: a run without windows, a name that is not there (with the nearest), a window without a sample
///         rate or without `grid_power`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/waveform/sampled_series.hpp"
#include "sim/output/run_source.hpp"
#include "sim/units/quantity.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

struct SwingWindow {
  std::string site, name;
  Time start;             ///< of the first sample
  std::string time_zone;  ///< of the run
  Frequency rate;
  std::vector<double> grid_power;      ///< [W]
  std::vector<double> reactive_power;  ///< [VA], empty where not known
  std::vector<double> voltage;         ///< of nominal [1], empty where not known
  std::vector<double> frequency;       ///< [Hz], empty where not known
  std::optional<Frequency> nominal_frequency;
  std::optional<Power> connection;  ///< what the site may draw, where the run watched it
  double load_moves = 0;            ///< highest less lowest load, of the highest: of IT where it is known [1]

  [[nodiscard]] SampledSeries power() const { return {grid_power, rate}; }
  [[nodiscard]] std::string label() const { return site + "/" + name; }
};

/// Where a window stands in a run.
struct WindowPlace {
  std::string site, name;
};

/// Its group in the run.
std::string group_of(const WindowPlace& place);

/// The windows of a run in their order, of one site or of one name where these are given; never none.
std::vector<WindowPlace> windows_of(const RunSource& run, const std::string& site, const std::string& name);
/// One window with all that its measures read: 8 bytes a sample and column.
SwingWindow read_window(const RunSource& run, const WindowPlace& place);

}  // namespace wattershed
