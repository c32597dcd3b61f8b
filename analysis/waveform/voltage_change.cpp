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

bool is_steady(std::span<const double> values) {
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  return *highest - *lowest <= 2 * dead_band;
}

}  // namespace

std::vector<VoltageChange> rapid_voltage_changes(SampledSeries voltage, Frequency mains) {
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

  std::vector<VoltageChange> changes;
  bool known = false;    // a steady state lies behind
  std::size_t last = 0;  // where its last second begins
  for (std::size_t i = 0; i + second <= values.size(); ++i) {
    const std::span<const double> window = std::span(values).subspan(i, second);
    if (!is_steady(window)) continue;
    if (known && i > last + 1) {
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
      changes.push_back(change);
    }
    known = true;
    last = i;
  }
  return changes;
}

}  // namespace wattershed
