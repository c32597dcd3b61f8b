/// Flicker meter after IEC 61000-4-15 ed. 2: how a lamp on this voltage would annoy an eye.
///
///   u = V_rms / V_nominal → square → high-pass 0.05 Hz → Butterworth low-pass, 6th order (35 Hz at 50 Hz mains,
///   42 Hz at 60 Hz) → lamp and eye  k ω1 s/(s² + 2λs + ω1²) · (1 + s/ω2)/((1 + s/ω3)(1 + s/ω4))
///   → square → low-pass 0.3 s → scale = P_inst, which is 1 where half of all people just notice
///   Pst = √(0.0314 P0.1 + 0.0525 P1s + 0.0657 P3s + 0.28 P10s + 0.08 P50s) over 10 min; P_x: exceeded x % of the time
///   Plt = ∛(mean of Pst³), 12 values: two hours
///
/// The input is the envelope, not the wave of the mains: squaring the wave and filtering away its double frequency
/// leaves the same signal, so that no carrier is needed.
///
/// Source    Lamp and eye constants, percentiles: IEC 61000-4-15 ed. 2, as transcribed in QWTB flicker_sim, OpenDSS
///           Pstcalc and Hioki's manuals. The scale for an envelope was computed from the analog transfer functions,
///           so that P_inst,max = 1 on the standard's table 1.
/// Valid     Filters run at 2 kHz or more, by the bilinear transform; a slower record is held between its samples.
///           Rectangular changes near and above 25 Hz depend on the phase of the mains, which an envelope has not.
///           The meter starts as if the first value had stood for ever.
/// Errors    std::invalid_argument: a record slower than 2.5 × the low-pass, shorter than 10 min where Pst is asked
///           for, a value not finite.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "analysis/waveform/sampled_series.hpp"
#include "sim/units/quantity.hpp"

namespace wattershed {

/// The lamp and mains that the standard holds the eye against.
enum class FlickerLamp { volts_230_at_50_hz, volts_120_at_60_hz };

struct FlickerSensation {
  std::vector<double> values;  ///< P_inst [1]
  Frequency rate;              ///< at least 2 kHz [Hz]
};

/// P_inst over time of a voltage in parts of nominal [1].
FlickerSensation flicker_sensation(SampledSeries voltage, FlickerLamp lamp);

/// Pst of P_inst over one observation, however long; not empty.
double short_term_severity(std::span<const double> sensation);
/// Plt of successive Pst; not empty.
double long_term_severity(std::span<const double> short_term);

struct Flicker {
  double highest_sensation = 0;     ///< P_inst,max
  TimeSpan at;                      ///< of it, from the first sample [s]
  std::vector<double> short_term;   ///< Pst of every whole 10 min
  std::optional<double> long_term;  ///< largest Plt of 12 successive Pst, where there are 12
};

/// The whole meter over a record of at least 10 min.
Flicker flicker(SampledSeries voltage, FlickerLamp lamp);

}  // namespace wattershed
