/// What a disturbance does to a grid's frequency: lowest and highest value, and the rate of change (RoCoF).
///
///   RoCoF over a window w = (f(t + w) − f(t)) / w   [Hz/s]
///
/// Grid codes name the window with the limit (1 Hz/s over 500 ms in EirGrid's proposal, as KPMG reports it): a
/// shorter one sees the first swing of one machine, a longer one hides it.
/// Errors  std::invalid_argument, as `samples_in` and `require_readable` say.
#pragma once

#include "analysis/waveform/sampled_series.hpp"
#include "sim/units/quantity.hpp"

namespace wattershed {

struct FrequencyExtreme {
  Frequency value;  ///< [Hz]
  TimeSpan at;      ///< from the first sample [s]
};

struct FrequencyRate {
  double hertz_per_second = 0;  ///< below zero when the frequency falls
  TimeSpan at;                  ///< where the window begins [s]
};

struct FrequencyExcursion {
  FrequencyExtreme nadir;   ///< lowest
  FrequencyExtreme zenith;  ///< highest
  FrequencyRate fall;       ///< smallest signed rate of change over the window
  FrequencyRate rise;       ///< largest
};

/// Of a series of frequency [Hz].
FrequencyExcursion frequency_excursion(SampledSeries frequency, TimeSpan window);

}  // namespace wattershed
