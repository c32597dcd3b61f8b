/// Whether a load is there again after the sags and swells that it has to ride through.
///
///   kept = mean power after / mean power before, least over all excursions of the voltage within the curve
///
/// An excursion is an unbroken run of samples outside the voltages that the curve lets last. What leaves the curve
/// need not be ridden through and is not held against the load. The mean before ends where the excursion begins, the
/// mean after begins `after` its end; both are over `averaged`, or shorter where the record ends or another excursion
/// comes. An excursion whose mean after has no sample is not judged.
///
/// Source    form: EirGrid's proposal for large loads, as quoted by KPMG
/// Valid     A load that swings by itself is judged on means: they should hold some of its cycles.
/// Errors    std::invalid_argument: series of different length or rate, a value not finite
#pragma once

#include <cstddef>
#include <optional>

#include "analysis/waveform/sampled_series.hpp"
#include "models/grid/point/ride_through_curve.hpp"

namespace wattershed {

struct RideThroughTimes {
  TimeSpan after;     ///< from the end of an excursion until the power must be back [s]
  TimeSpan averaged;  ///< length of both means [s]
};

struct RideThroughResult {
  std::size_t excursions = 0;  ///< of the voltage
  std::size_t judged = 0;      ///< within the curve, with power before and a mean after
  std::optional<Share> kept;   ///< least of those judged
  TimeSpan at;                 ///< where that excursion begins, from the first sample [s]
};

/// Of a voltage in parts of nominal [1] and the power drawn [W] at the same instants.
RideThroughResult ride_through(SampledSeries voltage, SampledSeries power, const RideThroughCurve& curve,
                               RideThroughTimes times);

}  // namespace wattershed
