#include "analysis/waveform/voltage_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>

namespace wattershed {
namespace {

constexpr double dead_band = 0.002;       // to either side [1]
constexpr double long_deviation = 0.033;  // whose time is reported [1]

/// Root of the mean square over each whole half period.
std::vector<double> half_period_values(SampledSeries voltage, double half_periods_per_second) {
  std::vector<double> values;
  const double per_sample = half_periods_per_second / voltage.rate.si();
  const auto half_period_of = [&](std::size_t sample) {
    return static_cast<std::size_t>((static_cast<double>(sample) + 1e-6) * per_sample);
  };
  double squares = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < voltage.values.size(); ++i) {
    squares += voltage.values[i] * voltage.values[i];
    ++count;
    if (half_period_of(i + 1) == half_period_of(i)) continue;
    values.push_back(std::sqrt(squares / static_cast<double>(count)));
    squares = 0;
    count = 0;
  }
  return values;
}

double spread_of(std::span<const double> values) {
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  return *highest - *lowest;
}

/// What strays from a steady voltage in the half periods [begin, end), without a steady state on the other side.
VoltageChange open_change(std::span<const double> values, std::size_t begin, std::size_t end, double steady_voltage,
                          double rate) {
  VoltageChange change;
  change.at = TimeSpan(static_cast<double>(begin) / rate);
  for (std::size_t k = begin; k < end; ++k) {
    const double deviation = values[k] - steady_voltage;
    if (std::abs(deviation) > std::abs(change.largest)) change.largest = deviation;
    if (std::abs(deviation) > long_deviation) change.above += TimeSpan(1 / rate);
  }
  return change;
}

}  // namespace

VoltageChanges rapid_voltage_changes(SampledSeries voltage, Frequency mains) {
  require_readable(voltage, 1);
  const double rate = 2 * mains.si();
  if (!(rate > 0) || voltage.rate.si() < rate)
    throw std::invalid_argument(fmt::format("changes of voltage on mains of {} Hz need {} samples a second, not {}",
                                            mains.si(), rate, voltage.rate.si()));
  const std::vector<double> values = half_period_values(voltage, rate);
  const auto second = static_cast<std::size_t>(std::lround(rate));
  if (values.size() < second)
    throw std::invalid_argument(
        fmt::format("a steady voltage takes a second, this record is {} s long", voltage.duration().si()));

  VoltageChanges found;
  std::size_t last = 0;  // where the last second of the steady state behind begins
  for (std::size_t i = 0; i + second <= values.size(); ++i) {
    const std::span<const double> window = std::span(values).subspan(i, second);
    const double spread = spread_of(window);
    if (spread > 2 * dead_band) continue;
    found.unrest = std::max(found.unrest, spread);
    if (!found.rests && i > 0) found.open.push_back(open_change(values, 0, i, mean_of(window), rate));
    if (found.rests && i > last + 1) {
      const double before = mean_of(std::span(values).subspan(last, second));
      VoltageChange change;
      const std::size_t end_of_state = std::min(last + second, i);
      change.at = TimeSpan(static_cast<double>(end_of_state) / rate);
      change.steady = change.largest = mean_of(window) - before;
      for (std::size_t k = end_of_state; k < i; ++k) {
        const double deviation = values[k] - before;
        if (std::abs(deviation) > std::abs(change.largest)) change.largest = deviation;
        if (std::abs(deviation) > long_deviation) change.above += TimeSpan(1 / rate);
      }
      found.between.push_back(change);
    }
    found.rests = true;
    last = i;
  }
  if (found.rests && last + second < values.size())
    found.open.push_back(
        open_change(values, last + second, values.size(), mean_of(std::span(values).subspan(last, second)), rate));
  return found;
}

}  // namespace wattershed
