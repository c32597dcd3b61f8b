#include "analysis/waveform/ramps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <stdexcept>
#include <vector>

namespace wattershed {

RampStatistics ramp_statistics(SampledSeries power, TimeSpan window) {
  require_readable(power, 2);
  const std::size_t span = samples_in(power, window);
  const TimeSpan held = power.time(span);
  std::vector<double> sizes(power.values.size() - span);
  double highest = power.values[span] - power.values[0], lowest = highest;
  std::size_t highest_at = 0, lowest_at = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const double change = power.values[i + span] - power.values[i];
    if (change > highest) highest = change, highest_at = i;
    if (change < lowest) lowest = change, lowest_at = i;
    sizes[i] = std::abs(change);
  }
  std::sort(sizes.begin(), sizes.end());
  return {held,
          {Power(highest) / held, power.time(highest_at)},
          {Power(lowest) / held, power.time(lowest_at)},
          Power(quantile(sizes, 0.99)) / held,
          Power(quantile(sizes, 0.999)) / held};
}

std::size_t ramp_excursions(SampledSeries power, TimeSpan window, PowerRamp limit) {
  require_readable(power, 2);
  if (!(limit.si() > 0))
    throw std::invalid_argument(fmt::format("a ramp limit of {} W/s; it must be above zero", limit.si()));
  const std::size_t span = samples_in(power, window);
  const double largest = (limit * power.time(span)).si();
  std::size_t count = 0;
  int before = 0;
  for (std::size_t i = 0; i + span < power.values.size(); ++i) {
    const double change = power.values[i + span] - power.values[i];
    const int sign = change > largest ? 1 : change < -largest ? -1 : 0;
    if (sign != 0 && sign != before) ++count;
    before = sign;
  }
  return count;
}

DynamicRange dynamic_range(SampledSeries power) {
  require_readable(power, 1);
  std::vector<double> sorted(power.values.begin(), power.values.end());
  std::sort(sorted.begin(), sorted.end());
  return {Power(sorted.front()), Power(sorted.back()), Power(quantile(sorted, 0.01)), Power(quantile(sorted, 0.99))};
}

Swing largest_swing(SampledSeries power, TimeSpan window) {
  require_readable(power, 2);
  const std::size_t span = samples_in(power, window);
  // Samples that may still be the largest (falling) or the smallest (rising) of a window that ends here.
  std::deque<std::size_t> falling, rising;
  double largest = -1;
  std::size_t at = 0;
  for (std::size_t i = 0; i < power.values.size(); ++i) {
    while (!falling.empty() && power.values[falling.back()] <= power.values[i]) falling.pop_back();
    while (!rising.empty() && power.values[rising.back()] >= power.values[i]) rising.pop_back();
    falling.push_back(i);
    rising.push_back(i);
    if (i < span) continue;
    if (falling.front() + span < i) falling.pop_front();
    if (rising.front() + span < i) rising.pop_front();
    const double swing = power.values[falling.front()] - power.values[rising.front()];
    if (swing > largest) largest = swing, at = i - span;
  }
  return {Power(largest), power.time(at)};
}

}  // namespace wattershed
