#include "analysis/swing/measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace wattershed {
namespace {

constexpr double cycles_of_lowest = 4;  // in a segment of the spectrum
constexpr double fewest_cycles = 3;     // of a band's low edge in a segment
constexpr double parts_of_window = 4;
constexpr std::size_t fewest_samples = 8;  // of a spectrum
constexpr TimeSpan minute(60);
constexpr double fewest_samples_of_span = 2;  // what moves within it shows
constexpr double rounding_of_span = 0.05;     // to whole samples
// Of a voltage's magnitude: 10 periods of 50 Hz, 12 of 60 Hz. Source: IEC 61000-4-30.
constexpr TimeSpan longest_voltage_sample(0.2);
constexpr double standstill = 1e-3;  // of its highest, that a load may move and still stand: a choice

template <class OnceType, class Work>
const OnceType& once(OnceType& slot, Work work) {
  if (slot.tried) return slot;
  slot.tried = true;
  try {
    slot.value = work();
  } catch (const std::invalid_argument& error) {
    slot.why = error.what();
  }
  return slot;
}

SwingMeasure unseen(std::string name, MeasureUnit unit, std::string why, bool other_load = false) {
  return {std::move(name), unit, {}, {}, std::move(why), other_load};
}

/// Throws unless the window is longer than the span, and its samples fine enough for what moves within it.
void require_span(const SwingWindow& window, TimeSpan span) {
  const double samples = span.si() * window.rate.si(), held = std::round(samples);
  if (window.power().duration() <= span)
    throw std::invalid_argument(fmt::format("the window is {} long: it takes more than {}",
                                            span_name(window.power().duration()), span_name(span)));
  if (held < fewest_samples_of_span || std::abs(held - samples) > rounding_of_span * samples)
    throw std::invalid_argument(fmt::format("{} is {:.3g} samples of {:g} s: record at least two, a whole number",
                                            span_name(span), samples, 1 / window.rate.si()));
}

/// A measure from `work`, which returns its value and place or throws why not.
template <class Work>
SwingMeasure measured(std::string name, MeasureUnit unit, Work work) {
  try {
    const auto [value, at] = work();
    if (!std::isfinite(value)) return unseen(std::move(name), unit, "it has no finite value here");
    return {std::move(name), unit, value, at, {}, false};
  } catch (const std::invalid_argument& error) {
    return unseen(std::move(name), unit, error.what());
  }
}

using ValueAndPlace = std::pair<double, std::optional<TimeSpan>>;

ValueAndPlace lowest_of(SampledSeries series) {
  require_readable(series, 1);
  const auto at = std::min_element(series.values.begin(), series.values.end());
  return {*at, series.time(static_cast<std::size_t>(at - series.values.begin()))};
}
ValueAndPlace highest_of(SampledSeries series) {
  require_readable(series, 1);
  const auto at = std::max_element(series.values.begin(), series.values.end());
  return {*at, series.time(static_cast<std::size_t>(at - series.values.begin()))};
}

SampledSeries voltage_of(const SwingWindow& window) {
  if (window.voltage.empty())
    throw std::invalid_argument("the window has no poi_voltage; give the site a grid.point");
  return {window.voltage, window.rate};
}
/// For its extremes.
SampledSeries voltage_magnitude_of(const SwingWindow& window) {
  const SampledSeries voltage = voltage_of(window);
  if (1 / window.rate.si() > longest_voltage_sample.si() * (1 + 1e-9))
    throw std::invalid_argument(
        fmt::format("means over {:g} s hide what is shorter: record every 200 ms or faster", 1 / window.rate.si()));
  return voltage;
}
SampledSeries frequency_of(const SwingWindow& window) {
  if (window.frequency.empty())
    throw std::invalid_argument("the window has no poi_frequency; give the site a grid.system or a network");
  return {window.frequency, window.rate};
}
Frequency nominal_of(const SwingWindow& window) {
  if (!window.nominal_frequency) throw std::invalid_argument("the window has no nominal_frequency");
  return *window.nominal_frequency;
}

/// Throws unless two samples fit into the shortest sag that the curve knows.
void require_sags(const RideThroughCurve& curve, Frequency rate) {
  double shortest_s = longest_voltage_sample.si();
  for (const RideThroughPoint& point : curve.sags) shortest_s = std::min(shortest_s, seconds(point.lasting));
  if (fewest_samples_of_span / rate.si() > shortest_s * (1 + 1e-9))
    throw std::invalid_argument(
        fmt::format("its curve knows sags of {:g} ms, a sample is {:g} ms: record every {:g} ms or faster",
                    1e3 * shortest_s, 1e3 / rate.si(), 1e3 * shortest_s / fewest_samples_of_span));
}

FlickerLamp lamp_of(Frequency nominal) {
  if (std::abs(nominal.si() - 50) < 1) return FlickerLamp::volts_230_at_50_hz;
  if (std::abs(nominal.si() - 60) < 1) return FlickerLamp::volts_120_at_60_hz;
  throw std::invalid_argument(fmt::format("flicker is defined on mains of 50 and 60 Hz, not {} Hz", nominal.si()));
}

}  // namespace

const char* si_unit(MeasureUnit unit) {
  switch (unit) {
    case MeasureUnit::watt:
      return "W";
    case MeasureUnit::watt_per_second:
    case MeasureUnit::watt_per_minute:
      return "W s-1";
    case MeasureUnit::hertz:
      return "Hz";
    case MeasureUnit::hertz_per_second:
      return "Hz s-1";
    case MeasureUnit::share:
    case MeasureUnit::plain:
      break;
  }
  return "1";
}

std::string span_name(TimeSpan span) {
  const double s = span.si();
  if (s >= 60 && std::fmod(s, 60) == 0) return fmt::format("{:g} min", s / 60);
  return fmt::format("{:g} s", s);
}

std::string band_name(Band band) { return fmt::format("{:g}-{:g} Hz", band.low.si(), band.high.si()); }

SwingMeasures::SwingMeasures(const SwingWindow& window, Frequency lowest) : window_(window), lowest_(lowest) {}

// ---- power ---------------------------------------------------------------------------------------------------

SwingMeasure SwingMeasures::peak() const {
  return measured("peak power", MeasureUnit::watt, [&] { return highest_of(window_.power()); });
}
SwingMeasure SwingMeasures::trough() const {
  return measured("least power", MeasureUnit::watt, [&] { return lowest_of(window_.power()); });
}
SwingMeasure SwingMeasures::mean() const {
  return measured("mean power", MeasureUnit::watt, [&]() -> ValueAndPlace {
    require_readable(window_.power(), 1);
    return {mean_of(window_.grid_power), std::nullopt};
  });
}

const SwingMeasures::Once<SwingMeasures::Ramps>& SwingMeasures::ramps_once(TimeSpan over) {
  return once(ramps_[over.si()], [&] {
    require_span(window_, over);
    const RampStatistics ramps = ramp_statistics(window_.power(), over);
    return Ramps{ramps.up, ramps.down};
  });
}

SwingMeasure SwingMeasures::ramp_up(TimeSpan over) {
  const MeasureUnit unit = over < minute ? MeasureUnit::watt_per_second : MeasureUnit::watt_per_minute;
  const Once<Ramps>& ramps = ramps_once(over);
  const std::string name = "ramp up over " + span_name(over);
  if (!ramps.value) return unseen(name, unit, ramps.why);
  return {name, unit, std::max(0.0, ramps.value->up.rate.si()), ramps.value->up.at, {}};
}

SwingMeasure SwingMeasures::ramp_down(TimeSpan over) {
  const MeasureUnit unit = over < minute ? MeasureUnit::watt_per_second : MeasureUnit::watt_per_minute;
  const Once<Ramps>& ramps = ramps_once(over);
  const std::string name = "ramp down over " + span_name(over);
  if (!ramps.value) return unseen(name, unit, ramps.why);
  return {name, unit, std::max(0.0, -ramps.value->down.rate.si()), ramps.value->down.at, {}};
}

SwingMeasure SwingMeasures::range(std::optional<TimeSpan> within) const {
  if (within)
    return measured("range within " + span_name(*within), MeasureUnit::watt, [&]() -> ValueAndPlace {
      require_span(window_, *within);
      const Swing swing = largest_swing(window_.power(), *within);
      return {swing.size.si(), swing.at + *within};  // the first such stretch ends at the later extreme
    });
  return measured("range of the window", MeasureUnit::watt, [&]() -> ValueAndPlace {
    const auto [lowest, at_lowest] = lowest_of(window_.power());
    const auto [highest, at_highest] = highest_of(window_.power());
    return {highest - lowest, std::max(*at_lowest, *at_highest)};
  });
}

// ---- frequency content of the power ----------------------------------------------------------------------------

const Spectrum* SwingMeasures::spectrum() {
  const Once<Spectrum>& spectrum = once(spectrum_, [&] {
    const SampledSeries power = window_.power();
    require_readable(power, fewest_samples);
    const double samples = static_cast<double>(power.values.size());
    const double asked =
        std::max(std::floor(samples / parts_of_window), std::ceil(cycles_of_lowest * (power.rate / lowest_)));
    return welch(power, static_cast<std::size_t>(std::clamp(asked, static_cast<double>(fewest_samples), samples)));
  });
  return spectrum.value ? &*spectrum.value : nullptr;
}

SwingMeasure SwingMeasures::band_energy(Band band) {
  const std::string name = band_name(band) + " energy";
  const auto [lowest, highest] = std::minmax_element(window_.grid_power.begin(), window_.grid_power.end());
  if (*lowest == *highest)
    return unseen(name, MeasureUnit::share, "nothing swings in the window: a share of nothing", true);
  return measured(name, MeasureUnit::share, [&]() -> ValueAndPlace {
    require_visible(band, window_.rate);
    if (window_.power().duration() * band.low < fewest_cycles)
      throw std::invalid_argument(fmt::format("a window of {:g} s holds fewer than three cycles of {:g} Hz",
                                              window_.power().duration().si(), band.low.si()));
    const Spectrum* density = spectrum();
    if (!density) throw std::invalid_argument(spectrum_.why);
    return {band_share(*density, band).si(), std::nullopt};
  });
}

SwingMeasure SwingMeasures::band_swing(Band band) {
  const Once<BandSwing>& swing = once(swings_[{band.low.si(), band.high.si()}], [&] {
    const SampledSeries power = window_.power();
    if (power.duration() * band.low < fewest_cycles) {
      require_visible(band, power.rate);
      throw std::invalid_argument(fmt::format("a window of {:g} s holds fewer than three cycles of {:g} Hz",
                                              power.duration().si(), band.low.si()));
    }
    // As band_peak_to_peak, which does not say where.
    const std::vector<double> passed = band_pass(power, band);
    const auto cycle = static_cast<std::ptrdiff_t>(power.rate / band.low);
    const auto [lowest, highest] = std::minmax_element(passed.begin() + cycle, passed.end() - cycle);
    const auto at = std::abs(*lowest) > std::abs(*highest) ? lowest : highest;
    return BandSwing{*highest - *lowest, power.time(static_cast<std::size_t>(at - passed.begin()))};
  });
  const std::string name = band_name(band) + " swing";
  if (!swing.value) return unseen(name, MeasureUnit::watt, swing.why);
  return {name, MeasureUnit::watt, swing.value->size, swing.value->at, {}};
}

std::vector<Mode> SwingMeasures::modes(std::size_t count) {
  const Spectrum* density = spectrum();
  return density ? dominant_modes(*density, count) : std::vector<Mode>();
}

// ---- voltage ---------------------------------------------------------------------------------------------------

const SwingMeasures::Once<Flicker>& SwingMeasures::flicker_once() {
  return once(flicker_, [&] {
    const SampledSeries voltage = voltage_of(window_);
    return flicker(voltage, lamp_of(nominal_of(window_)));
  });
}

SwingMeasure SwingMeasures::short_term_flicker() {
  const Once<Flicker>& meter = flicker_once();
  if (!meter.value) return unseen("flicker Pst", MeasureUnit::plain, meter.why);
  const auto& values = meter.value->short_term;
  const auto worst = std::max_element(values.begin(), values.end());
  constexpr double observation_s = 600;
  return {"flicker Pst",
          MeasureUnit::plain,
          *worst,
          TimeSpan(observation_s * static_cast<double>(worst - values.begin())),
          {}};
}

SwingMeasure SwingMeasures::long_term_flicker() {
  const Once<Flicker>& meter = flicker_once();
  if (!meter.value) return unseen("flicker Plt", MeasureUnit::plain, meter.why);
  if (!meter.value->long_term)
    return unseen(
        "flicker Plt", MeasureUnit::plain,
        fmt::format("Plt needs a record of 7200 s, this one is {:g} s long", window_.power().duration().si()));
  return {"flicker Plt", MeasureUnit::plain, *meter.value->long_term, {}, {}};
}

SwingMeasure SwingMeasures::lowest_voltage() const {
  return measured("lowest voltage", MeasureUnit::share, [&] { return lowest_of(voltage_magnitude_of(window_)); });
}
SwingMeasure SwingMeasures::highest_voltage() const {
  return measured("highest voltage", MeasureUnit::share, [&] { return highest_of(voltage_magnitude_of(window_)); });
}

const SwingMeasures::Once<VoltageChanges>& SwingMeasures::changes_once() {
  return once(changes_, [&] {
    const SampledSeries voltage = voltage_of(window_);
    return rapid_voltage_changes(voltage, nominal_of(window_));
  });
}

// `to_rest`: from one steady state to the next, else how far it strays in between.
SwingMeasure SwingMeasures::voltage_change(const char* name, bool to_rest) {
  const auto& changes = changes_once();
  if (!changes.value) return unseen(name, MeasureUnit::share, changes.why);
  const VoltageChanges& found = *changes.value;
  if (!found.rests)
    return unseen(name, MeasureUnit::share,
                  "the voltage never rests for a second, so it has no single changes: what swings all the time is "
                  "flicker; a window around a start or a stop shows them",
                  true);
  if (found.between.empty() && found.open.empty()) {
    if (window_.load_moves <= standstill)
      return unseen(name, MeasureUnit::share,
                    "nothing changes in the window: record one around a start, a stop or a checkpoint", true);
    return {name, MeasureUnit::share, found.unrest, {}, {}};  // below the dead band
  }
  if (to_rest && found.between.empty())
    return unseen(name, MeasureUnit::share,
                  "the voltage does not come to rest on both sides of a change: record a longer window", true);
  SwingMeasure measure{name, MeasureUnit::share, 0.0, {}, {}};
  const auto look_at = [&](const VoltageChange& change, double size) {
    if (std::abs(size) > *measure.value) measure.value = std::abs(size), measure.at = change.at;
  };
  for (const VoltageChange& change : found.between) look_at(change, to_rest ? change.steady : change.largest);
  if (!to_rest)
    for (const VoltageChange& change : found.open) look_at(change, change.largest);
  return measure;
}
SwingMeasure SwingMeasures::rapid_voltage_change() { return voltage_change("rapid voltage dmax", false); }
SwingMeasure SwingMeasures::steady_voltage_change() { return voltage_change("steady voltage dc", true); }

// ---- frequency of the grid -------------------------------------------------------------------------------------

SwingMeasure SwingMeasures::frequency_nadir() const {
  return measured("frequency nadir", MeasureUnit::hertz, [&] { return lowest_of(frequency_of(window_)); });
}
SwingMeasure SwingMeasures::frequency_zenith() const {
  return measured("frequency zenith", MeasureUnit::hertz, [&] { return highest_of(frequency_of(window_)); });
}
SwingMeasure SwingMeasures::frequency_deviation() const {
  return measured("frequency deviation", MeasureUnit::hertz, [&]() -> ValueAndPlace {
    const auto [lowest, at_lowest] = lowest_of(frequency_of(window_));
    const auto [highest, at_highest] = highest_of(frequency_of(window_));
    const double below = nominal_of(window_).si() - lowest, above = highest - nominal_of(window_).si();
    return below > above ? ValueAndPlace{below, at_lowest} : ValueAndPlace{above, at_highest};
  });
}
SwingMeasure SwingMeasures::rate_of_change_of_frequency(TimeSpan over) const {
  return measured("RoCoF over " + span_name(over), MeasureUnit::hertz_per_second, [&]() -> ValueAndPlace {
    const SampledSeries frequency = frequency_of(window_);
    require_span(window_, over);
    const FrequencyExcursion excursion = frequency_excursion(frequency, over);
    const double fall = std::abs(excursion.fall.hertz_per_second), rise = std::abs(excursion.rise.hertz_per_second);
    return fall > rise ? ValueAndPlace{fall, excursion.fall.at} : ValueAndPlace{rise, excursion.rise.at};
  });
}

// ---- reactive power --------------------------------------------------------------------------------------------

SwingMeasure SwingMeasures::power_factor(Share above) const {
  return measured("power factor", MeasureUnit::plain, [&]() -> ValueAndPlace {
    const SampledSeries power = window_.power();
    if (window_.reactive_power.empty()) throw std::invalid_argument("the window has no reactive_power");
    require_readable(power, 1);
    require_readable({window_.reactive_power, window_.rate}, 1);
    double highest = 0;
    for (const double value : power.values) highest = std::max(highest, std::abs(value));
    std::optional<std::size_t> worst;
    double least = 2;
    for (std::size_t i = 0; i < power.values.size(); ++i) {
      const double active = std::abs(power.values[i]);
      if (active == 0 || active < above.si() * highest) continue;
      const double factor = active / std::hypot(active, window_.reactive_power[i]);
      if (factor < least) least = factor, worst = i;
    }
    if (!worst) throw std::invalid_argument("the window has no power");
    return {least, power.time(*worst)};
  });
}

SwingMeasure SwingMeasures::power_kept(const RideThroughCurve& curve, RideThroughTimes times) const {
  const std::string name = "power after sags";
  try {
    const SampledSeries voltage = voltage_of(window_);
    require_sags(curve, window_.rate);
    const RideThroughResult result = ride_through(voltage, window_.power(), curve, times);
    if (result.kept) return {name, MeasureUnit::share, result.kept->si(), result.at, {}, false};
    return unseen(
        name, MeasureUnit::share,
        result.excursions == 0
            ? "no sag or swell is in the window: record one around a sag (events: sag)"
            : fmt::format("{} of {} sags and swells could be judged: the others leave the curve, or have no "
                          "power before or after them",
                          result.judged, result.excursions));
  } catch (const std::invalid_argument& error) {
    return unseen(name, MeasureUnit::share, error.what());
  }
}

}  // namespace wattershed
