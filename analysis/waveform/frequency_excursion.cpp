#include "analysis/waveform/frequency_excursion.hpp"

#include <algorithm>

namespace wattershed {

FrequencyExcursion frequency_excursion(SampledSeries frequency, TimeSpan window) {
  require_readable(frequency, 2);
  const std::size_t span = samples_in(frequency, window);
  const auto values = frequency.values;
  const auto place = [&](auto at) { return static_cast<std::size_t>(at - values.begin()); };
  const std::size_t lowest = place(std::min_element(values.begin(), values.end()));
  const std::size_t highest = place(std::max_element(values.begin(), values.end()));
  const double held = frequency.time(span).si();
  FrequencyExcursion result;
  result.nadir = {Frequency(values[lowest]), frequency.time(lowest)};
  result.zenith = {Frequency(values[highest]), frequency.time(highest)};
  result.fall = result.rise = {(values[span] - values[0]) / held, TimeSpan(0)};
  for (std::size_t i = 1; i + span < values.size(); ++i) {
    const double rate = (values[i + span] - values[i]) / held;
    if (rate < result.fall.hertz_per_second) result.fall = {rate, frequency.time(i)};
    if (rate > result.rise.hertz_per_second) result.rise = {rate, frequency.time(i)};
  }
  return result;
}

}  // namespace wattershed
