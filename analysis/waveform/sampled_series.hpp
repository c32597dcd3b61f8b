/// A waveform as evenly spaced samples: what every measure of a waveform reads.
///
/// The values are plain SI numbers (W of a power, Hz of a frequency, 1 of a voltage in parts of nominal), as a run's
/// file holds them: sample i was taken at i / rate [s] after the first. A series views its values, it owns none.
///
/// Errors  A series that a measure cannot read throws std::invalid_argument, which says why and what would do;
///         whoever knows the file or the window adds the place.
#pragma once

#include <cstddef>
#include <span>

#include "sim/units/quantity.hpp"

namespace wattershed {

struct SampledSeries {
  std::span<const double> values;  ///< SI
  Frequency rate;                  ///< samples per second [Hz]

  [[nodiscard]] TimeSpan duration() const { return TimeSpan(static_cast<double>(values.size()) / rate.si()); }
  [[nodiscard]] TimeSpan time(std::size_t sample) const { return TimeSpan(static_cast<double>(sample) / rate.si()); }
};

/// Throws std::invalid_argument unless the rate is above zero, there are `fewest` samples and all are finite.
void require_readable(SampledSeries series, std::size_t fewest);

/// The nearest whole number of samples in a window [s]; throws std::invalid_argument when that is none or does not
/// fit between two samples of the series.
std::size_t samples_in(SampledSeries series, TimeSpan window);

/// The mean, exact for a constant series.
double mean_of(std::span<const double> values);

/// The value that a share of the values lie at or below (0..1), linear between neighbours; `sorted` ascends and is
/// not empty.
double quantile(std::span<const double> sorted, double share);

}  // namespace wattershed
