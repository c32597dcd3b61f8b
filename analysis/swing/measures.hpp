/// Every measure of one window: a number with the time of its worst case, or why the window cannot see it.
///
/// Ramps and swings are sizes above zero, whichever way; shares and voltages are of 1. What needs a filter or a
/// transform of the whole window (spectrum, flicker, frequency) is worked out once, when it is first asked for.
///
/// Valid   what moves within a span takes two samples of the recording and more; a voltage is a mean over 200 ms at most
/// Errors  none from a measure: one that the window cannot see has no value, and `why` says what would do. Nothing that
///         did not happen is 0: a voltage change where nothing changed, a share of no swings, power after no sag.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/swing/window.hpp"
#include "analysis/waveform/flicker.hpp"
#include "analysis/waveform/frequency_excursion.hpp"
#include "analysis/waveform/ramps.hpp"
#include "analysis/waveform/ride_through.hpp"
#include "analysis/waveform/spectrum.hpp"
#include "analysis/waveform/voltage_change.hpp"

namespace wattershed {

/// What a measure's number is, which also says how people read it.
enum class MeasureUnit { watt, watt_per_second, watt_per_minute, share, plain, hertz, hertz_per_second };
/// In the file's words: "W", "W s-1", "1", "Hz", "Hz s-1". A ramp per minute is only shown so: it is held in W/s.
const char* si_unit(MeasureUnit unit);

struct SwingMeasure {
  std::string name;  ///< "ramp up over 1 s"
  MeasureUnit unit{};
  std::optional<double> value;  ///< SI
  std::optional<TimeSpan>
      at;                   ///< of the worst case, from the window's first sample; a ramp begins, a range ends there
  std::string why;          ///< there is no value, and what would show one
  bool other_load = false;  ///< another load in the same window may show it
};

class SwingMeasures {
 public:
  /// `window` must outlive this. `lowest` is the lowest frequency that will be asked for: segments of the spectrum
  /// are a quarter of the window, and longer where that holds fewer than four of its cycles.
  SwingMeasures(const SwingWindow& window, Frequency lowest);
  SwingMeasures(const SwingMeasures&) = delete;

  [[nodiscard]] const SwingWindow& window() const { return window_; }

  [[nodiscard]] SwingMeasure peak() const;
  [[nodiscard]] SwingMeasure trough() const;
  [[nodiscard]] SwingMeasure mean() const;
  [[nodiscard]] SwingMeasure ramp_up(TimeSpan over);
  [[nodiscard]] SwingMeasure ramp_down(TimeSpan over);
  /// Largest less smallest power inside any stretch of this length, or in the whole window.
  [[nodiscard]] SwingMeasure range(std::optional<TimeSpan> within) const;
  [[nodiscard]] SwingMeasure band_energy(Band band);
  [[nodiscard]] SwingMeasure band_swing(Band band);
  /// The largest tones; none where there is no spectrum.
  [[nodiscard]] std::vector<Mode> modes(std::size_t count);
  /// Welch's estimate of the power [W2/Hz]; nothing in a window of under 8 samples.
  [[nodiscard]] const Spectrum* spectrum();

  [[nodiscard]] SwingMeasure short_term_flicker();
  [[nodiscard]] SwingMeasure long_term_flicker();
  [[nodiscard]] SwingMeasure lowest_voltage() const;
  [[nodiscard]] SwingMeasure highest_voltage() const;
  [[nodiscard]] SwingMeasure rapid_voltage_change();
  [[nodiscard]] SwingMeasure steady_voltage_change();
  [[nodiscard]] SwingMeasure frequency_nadir() const;
  [[nodiscard]] SwingMeasure frequency_zenith() const;
  [[nodiscard]] SwingMeasure frequency_deviation() const;
  /// The larger of fall and rise.
  [[nodiscard]] SwingMeasure rate_of_change_of_frequency(TimeSpan over) const;
  /// Least |P|/√(P² + Q²) where |P| is at least this share of its highest.
  [[nodiscard]] SwingMeasure power_factor(Share above) const;
  /// Least power kept after a sag or swell within the curve.
  [[nodiscard]] SwingMeasure power_kept(const RideThroughCurve& curve, RideThroughTimes times) const;

 private:
  /// A thing worked out once, or why it cannot be.
  template <class T>
  struct Once {
    bool tried = false;
    std::optional<T> value;
    std::string why;
  };
  struct Ramps {
    Ramp up, down;
  };
  struct BandSwing {
    double size = 0;
    TimeSpan at;
  };
  const Once<Flicker>& flicker_once();
  const Once<VoltageChanges>& changes_once();
  const Once<Ramps>& ramps_once(TimeSpan over);
  SwingMeasure voltage_change(const char* name, bool to_rest);

  const SwingWindow& window_;
  Frequency lowest_;
  Once<Spectrum> spectrum_;
  Once<Flicker> flicker_;
  Once<VoltageChanges> changes_;
  std::map<double, Once<Ramps>> ramps_;  // by window [s]
  std::map<std::pair<double, double>, Once<BandSwing>> swings_;
};

/// "0.1 s", "1 min", "15 min": for names of measures.
std::string span_name(TimeSpan span);
/// "0.1-20 Hz".
std::string band_name(Band band);

}  // namespace wattershed
