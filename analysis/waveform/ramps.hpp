/// How steeply and how far a power waveform moves: ramps over windows, dynamic range.
///
///   ramp over a window w = (P(t + w) − P(t)) / w   [W/s]
///
/// A ramp between two samples one window apart, for every start: what a utility's ramp limit at that window sees.
///
/// Valid     A window is held to the nearest whole number of samples; what moves between two samples is not seen.
/// Errors    std::invalid_argument: a window below the sample interval or beyond the series, a value not finite.
#pragma once

#include <array>
#include <cstddef>

#include "analysis/waveform/sampled_series.hpp"
#include "sim/units/quantity.hpp"

namespace wattershed {

/// From a tenth of a second to the quarter hour in which schedules are checked [s].
inline constexpr std::array<TimeSpan, 6> ramp_windows{TimeSpan(0.1), TimeSpan(1),   TimeSpan(10),
                                                      TimeSpan(60),  TimeSpan(300), TimeSpan(900)};

struct Ramp {
  PowerRamp rate;  ///< [W/s], below zero when the power falls
  TimeSpan at;     ///< where the window begins, from the first sample [s]
};

struct RampStatistics {
  TimeSpan window;            ///< as held by the samples [s]
  Ramp up;                    ///< steepest rise, or the least fall of a series that only falls
  Ramp down;                  ///< steepest fall, or the least rise
  PowerRamp percentile_99;    ///< of the ramps' sizes, whichever way [W/s]
  PowerRamp percentile_99_9;  ///< [W/s]
};

/// Ramps of a power series [W] over one window.
RampStatistics ramp_statistics(SampledSeries power, TimeSpan window);

/// How many separate times a ramp over the window is steeper than a limit [W/s] above zero, up or down: an unbroken
/// run of such ramps of one sign counts once.
std::size_t ramp_excursions(SampledSeries power, TimeSpan window, PowerRamp limit);

/// A ramp as utilities write it [MW/min].
constexpr double megawatts_per_minute(PowerRamp ramp) { return ramp.si() * 60 / 1e6; }

struct DynamicRange {
  Power lowest, highest;
  Power percentile_1, percentile_99;
};

/// Extremes and percentiles of a power series [W].
DynamicRange dynamic_range(SampledSeries power);

struct Swing {
  Power size;   ///< largest less smallest power inside a window [W]
  TimeSpan at;  ///< where the window begins [s]
};

/// The largest swing inside any window of this length, both ends included (first, when several are as large).
Swing largest_swing(SampledSeries power, TimeSpan window);

}  // namespace wattershed
