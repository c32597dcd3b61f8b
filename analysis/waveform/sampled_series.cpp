#include "analysis/waveform/sampled_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <stdexcept>

namespace wattershed {

void require_readable(SampledSeries series, std::size_t fewest) {
  if (!(series.rate.si() > 0) || !std::isfinite(series.rate.si()))
    throw std::invalid_argument(fmt::format("a sample rate of {} Hz; it must be above zero", series.rate.si()));
  if (series.values.size() < fewest)
    throw std::invalid_argument(
        fmt::format("{} samples are too few, this needs at least {}", series.values.size(), fewest));
  const auto broken =
      std::find_if_not(series.values.begin(), series.values.end(), [](double value) { return std::isfinite(value); });
  if (broken != series.values.end())
    throw std::invalid_argument(
        fmt::format("sample {} of {} is not a finite number", broken - series.values.begin(), series.values.size()));
}

std::size_t samples_in(SampledSeries series, TimeSpan window) {
  const double samples = std::round(window.si() * series.rate.si());
  if (!(samples >= 1))
    throw std::invalid_argument(
        fmt::format("a window of {} s is below the sample interval of {} s", window.si(), 1 / series.rate.si()));
  if (samples >= static_cast<double>(series.values.size()))
    throw std::invalid_argument(
        fmt::format("a window of {} s does not fit into a series of {} s", window.si(), series.duration().si()));
  return static_cast<std::size_t>(samples);
}

double mean_of(std::span<const double> values) {
  assert(!values.empty());
  const double first = values.front();
  double sum = 0;
  for (double value : values) sum += value - first;
  return first + sum / static_cast<double>(values.size());
}

double quantile(std::span<const double> sorted, double share) {
  assert(!sorted.empty() && share >= 0 && share <= 1);
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(place), sorted.size() - 1);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace wattershed
