#include "analysis/swing/swing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "analysis/waveform/ramps.hpp"
#include "sim/base/problem.hpp"
#include "sim/base/text.hpp"
#include "sim/output/run_reader.hpp"

namespace wattershed {
namespace {

constexpr TimeSpan rate_of_change_window(0.5);
constexpr TimeSpan short_range(1), long_range(60);
constexpr std::size_t shown_modes = 5;
constexpr double least_tone = 1e-3;  // of the largest
constexpr Share loaded(0.1);         // power factor of what draws less is of no interest

std::vector<SwingMeasure> all_measures(SwingMeasures& of, const std::vector<Band>& bands) {
  std::vector<SwingMeasure> list{of.peak(),           of.mean(), of.trough(), of.range({}), of.range(short_range),
                                 of.range(long_range)};
  for (const TimeSpan window : ramp_windows) {
    list.push_back(of.ramp_up(window));
    list.push_back(of.ramp_down(window));
  }
  for (const Band band : bands) {
    list.push_back(of.band_swing(band));
    list.push_back(of.band_energy(band));
  }
  for (SwingMeasure measure :
       {of.short_term_flicker(), of.long_term_flicker(), of.rapid_voltage_change(), of.steady_voltage_change(),
        of.lowest_voltage(), of.highest_voltage(), of.frequency_nadir(), of.frequency_zenith(),
        of.rate_of_change_of_frequency(rate_of_change_window), of.power_factor(loaded)})
    list.push_back(std::move(measure));
  return list;
}

/// Whether a measure of single-precision samples is the limit itself: a sample and what it is held against (a base, a
/// standing value) each know half a unit in their last place.
bool equal_as_stored(double value, double allowed) {
  const float stored = std::abs(static_cast<float>(allowed));
  const double unit = std::nextafter(stored, std::numeric_limits<float>::infinity()) - stored;
  return std::abs(value - allowed) <= unit;
}

/// Holds every limit against the measures of one window.
class LimitChecker {
 public:
  LimitChecker(const LoadedLimits& limits, SwingMeasures& measures) : limits_(limits), of_(measures) {}

  std::vector<SwingCheck> all() {
    const SwingLimits& limits = limits_.limits;
    for (const auto& [name, limit] : limits.ramps) ramp("ramps." + name, limit);
    for (const auto& [name, limit] : limits.ranges) range("ranges." + name, limit);
    for (const auto& [name, limit] : limits.bands) band("bands." + name, limit);
    if (limits.flicker) flicker(*limits.flicker);
    if (limits.voltage) voltage(*limits.voltage);
    if (limits.frequency) frequency(*limits.frequency);
    if (limits.power_factor)
      least("power_factor.least", of_.power_factor(limits.power_factor->above), limits.power_factor->least);
    if (const auto& limit = limits.ride_through)
      least("ride_through.keeps", of_.power_kept(limit->curve, {limit->after, limit->averaged}), limit->keeps.si());
    exempt_small_loads();
    return std::move(checks_);
  }

 private:
  void ramp(const std::string& path, const RampLimit& limit) {
    const std::string field = path + (limit.rate ? ".rate" : ".share");
    const std::optional<double> allowed = limit.rate ? limit.rate->si() : of_base(limit.of, limit.share->si());
    if (limit.direction != RampDirection::down) most(field, of_.ramp_up(limit.over), allowed);
    if (limit.direction != RampDirection::up) most(field, of_.ramp_down(limit.over), allowed);
  }

  void range(const std::string& path, const RangeLimit& limit) {
    const std::string field = path + (limit.swing ? ".swing" : ".share");
    most(field, of_.range(limit.within), limit.swing ? limit.swing->si() : of_base(limit.of, limit.share->si()));
  }

  void band(const std::string& path, const BandLimit& limit) {
    if (limit.energy_share) {
      most(path + ".energy_share", of_.band_energy(limit.band()), limit.energy_share->si());
      const SwingMeasure swing = of_.band_swing(limit.band());
      if (limit.negligible && swing.value && *swing.value < limit.negligible->si()) {
        checks_.back().verdict = SwingVerdict::pass;
        checks_.back().remark = fmt::format("a swing of {:.3g} MW is negligible", *swing.value / 1e6);
      }
    }
    if (!limit.swing && !limit.share) return;
    const std::string field = path + (limit.swing ? ".swing" : ".share");
    most(field, of_.band_swing(limit.band()), limit.swing ? limit.swing->si() : of_base(limit.of, limit.share->si()));
  }

  void flicker(const FlickerLimit& limit) {
    if (limit.short_term) most("flicker.short_term", of_.short_term_flicker(), *limit.short_term);
    if (limit.long_term) most("flicker.long_term", of_.long_term_flicker(), *limit.long_term);
  }

  void voltage(const VoltageLimit& limit) {
    if (limit.lowest) least("voltage.lowest", of_.lowest_voltage(), limit.lowest->si());
    if (limit.highest) most("voltage.highest", of_.highest_voltage(), limit.highest->si());
    if (limit.rapid_change) most("voltage.rapid_change", of_.rapid_voltage_change(), limit.rapid_change->si());
    if (limit.steady_change) most("voltage.steady_change", of_.steady_voltage_change(), limit.steady_change->si());
  }

  void frequency(const FrequencyLimit& limit) {
    if (limit.deviation) most("frequency.deviation", of_.frequency_deviation(), limit.deviation->si());
    if (limit.lowest) least("frequency.lowest", of_.frequency_nadir(), limit.lowest->si());
    if (limit.highest) most("frequency.highest", of_.frequency_zenith(), limit.highest->si());
    if (limit.rate_of_change)
      most("frequency.rate_of_change", of_.rate_of_change_of_frequency(limit.over), limit.rate_of_change->si());
  }

  void most(const std::string& path, SwingMeasure measure, std::optional<double> allowed) {
    add(path, std::move(measure), allowed, false);
  }
  void least(const std::string& path, SwingMeasure measure, double allowed) {
    add(path, std::move(measure), allowed, true);
  }

  void add(const std::string& path, SwingMeasure measure, std::optional<double> allowed, bool is_minimum) {
    SwingVerdict verdict = SwingVerdict::unmeasurable;
    if (measure.value && allowed) {
      const double value = *measure.value;
      const bool breach = (is_minimum ? value < *allowed : value > *allowed) && !equal_as_stored(value, *allowed);
      verdict = breach ? SwingVerdict::breach : SwingVerdict::pass;
    }
    const ResolvedValue* number = limits_.document.find("limits." + path);
    std::string remark = !allowed ? base_unknown_ : measure.why;
    checks_.push_back({path, std::move(measure), allowed, is_minimum, verdict, std::move(remark),
                       number ? number->source : "", number ? number->kind : ValueKind::assumed});
  }

  /// A share of its base [W]; nothing where the base is not known, and then why.
  std::optional<double> of_base(PowerBase base, double share) {
    if (base == PowerBase::connection) {
      if (of_.window().connection) return share * of_.window().connection->si();
      base_unknown_ =
          "a share of the connection, and the run watched no limit named connection: give grid.connection";
      return {};
    }
    const SwingMeasure peak = of_.peak();
    if (peak.value && *peak.value > 0) return share * *peak.value;
    base_unknown_ = "a share of the peak, and " + (peak.value ? "the site draws no power in the window" : peak.why);
    return {};
  }

  void exempt_small_loads() {
    const std::optional<Power> from = limits_.limits.applies_from;
    if (!from) return;
    const std::optional<Power> connection = of_.window().connection;
    const double size_w = connection ? connection->si() : of_.peak().value.value_or(0);
    if (size_w >= from->si()) return;
    for (SwingCheck& check : checks_) {
      check.verdict = SwingVerdict::exempt;
      check.remark = fmt::format("{} of {:.4g} MW: the limits apply from {:.4g} MW",
                                 connection ? "a connection" : "a peak", size_w / 1e6, from->si() / 1e6);
    }
  }

  const LoadedLimits& limits_;
  SwingMeasures& of_;
  std::string base_unknown_;  // why the last base is not known
  std::vector<SwingCheck> checks_;
};

/// The lowest frequency that anybody asks for.
Frequency lowest_edge(const std::vector<Band>& bands, const LoadedLimits* limits) {
  Frequency lowest = bands.front().low;
  for (const Band band : bands) lowest = std::min(lowest, band.low);
  if (limits)
    for (const auto& [name, limit] : limits->limits.bands) lowest = std::min(lowest, limit.from);
  return lowest;
}

/// A band that was asked for by name must be seen.
void require_asked_bands(const SwingWindow& window, SwingMeasures& measures, const std::vector<Band>& asked) {
  for (const Band band : asked)
    if (const SwingMeasure energy = measures.band_energy(band); !energy.value)
      throw InputError({"--band " + fmt::format("{:g}-{:g}", band.low.si(), band.high.si()), 0, 0},
                       fmt::format("the window {} cannot show it: {}", window.label(), energy.why));
}

WindowSwing swing_of(const SwingWindow& window, const SwingQuestion& question, const LoadedLimits* limits) {
  const std::vector<Band>& asked = question.bands;
  std::vector<Band> bands(grid_bands.begin(), grid_bands.end());
  bands.insert(bands.end(), asked.begin(), asked.end());
  SwingMeasures measures(window, lowest_edge(bands, limits));
  require_asked_bands(window, measures, asked);
  WindowSwing swing;
  swing.site = window.site;
  swing.name = window.name;
  swing.start = window.start;
  swing.time_zone = window.time_zone;
  swing.rate = window.rate;
  swing.duration = window.power().duration();
  if (limits) swing.checks = LimitChecker(*limits, measures).all();
  if (question.only_checks) return swing;
  swing.measures = all_measures(measures, bands);
  swing.modes = measures.modes(shown_modes);
  std::erase_if(swing.modes, [&](const Mode& mode) {  // rounding has tones too
    return mode.amplitude < least_tone * swing.modes.front().amplitude;
  });
  if (const Spectrum* spectrum = measures.spectrum()) swing.spectrum = *spectrum;
  return swing;
}

}  // namespace

std::string_view to_string(SwingVerdict verdict) {
  switch (verdict) {
    case SwingVerdict::pass:
      return "pass";
    case SwingVerdict::breach:
      return "BREACH";
    case SwingVerdict::exempt:
      return "exempt";
    case SwingVerdict::unmeasurable:
      return "not measurable";
  }
  return {};
}

std::optional<double> SwingCheck::margin() const {
  if (!measure.value || !allowed) return {};
  const double left = is_minimum ? *measure.value - *allowed : *allowed - *measure.value;
  const double margin = left / std::abs(*allowed);
  return std::isfinite(margin) ? std::optional(margin) : std::nullopt;
}

std::vector<std::string> SwingAnalysis::not_shown() const {
  // By the measure too: a ramp's limit has two.
  std::map<std::pair<std::string, std::string>, bool> shown;
  for (const WindowSwing& window : windows)
    for (const SwingCheck& check : window.checks)
      shown[{window.site + ": " + check.limit, check.measure.name}] |= check.verdict != SwingVerdict::unmeasurable;
  std::vector<std::string> names;
  for (const auto& [limit, any] : shown)
    if (!any && (names.empty() || names.back() != limit.first)) names.push_back(limit.first);
  return names;
}

bool SwingAnalysis::holds() const {
  for (const WindowSwing& window : windows)
    for (const SwingCheck& check : window.checks)
      if (check.verdict == SwingVerdict::breach) return false;
  return !limits || (empty_windows.empty() && not_shown().empty());
}

SwingAnalysis analyse_swing(const RunSource& run, const SwingQuestion& question, const LoadedLimits* limits) {
  SwingAnalysis analysis;
  analysis.run = run.name();
  if (limits) {
    analysis.limits = limits->name;
    if (!limits->limits.title.empty()) analysis.limits_title = limits->limits.title;
  }
  std::vector<WindowPlace> places = windows_of(run, question.site, question.window);
  if (places.size() > 1)  // an interrupted run leaves windows that it did not reach
    std::erase_if(places, [&](const WindowPlace& place) {
      if (run.rows(group_of(place)) > 1) return false;
      analysis.empty_windows.push_back(place.site + "/" + place.name);
      return true;
    });
  if (places.empty())
    throw InputError({run.name(), 0, 0}, "none of its windows was reached before the run was interrupted");
  for (const WindowPlace& place : places)
    analysis.windows.push_back(swing_of(read_window(run, place), question, limits));
  return analysis;
}

SwingAnalysis analyse_swing(const std::filesystem::path& file, const SwingQuestion& question,
                            const LoadedLimits* limits) {
  return analyse_swing(RunFileReader(file), question, limits);
}

Band parse_band(const std::string& text) {
  const std::size_t dash = std::min(text.find('-', 1), text.size());
  const std::optional<double> low = read_real(std::string_view(text).substr(0, dash)),
                              high = read_real(std::string_view(text).substr(std::min(dash + 1, text.size())));
  if (!low || !high || !(*low > 0) || !(*low < *high))
    throw InputError({"--band " + text, 0, 0}, "write LOW-HIGH in Hz, rising from above zero, for example 0.1-20");
  return {Frequency(*low), Frequency(*high)};
}

}  // namespace wattershed
