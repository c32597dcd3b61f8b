#include "analysis/waveform/flicker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace wattershed {
namespace {

constexpr double slowest_filter_rate = 2000;   // [Hz]
constexpr double highest_share_of_rate = 0.4;  // as for bands of a spectrum
constexpr double observation_seconds = 600;    // of one Pst
constexpr std::size_t observations_of_plt = 12;
constexpr double high_pass_hertz = 0.05;
constexpr double smoothing_seconds = 0.3;

struct LampConstants {
  double k, lambda, w1, w2, w3, w4;  // the last five over 2π [Hz]
  double low_pass;                   // [Hz]
  double scale;
};

LampConstants constants_of(FlickerLamp lamp) {
  if (lamp == FlickerLamp::volts_230_at_50_hz) return {1.74802, 4.05981, 9.15494, 2.27979, 1.22535, 21.9, 35, 309588};
  return {1.6357, 4.167375, 9.077169, 2.939902, 1.394468, 17.31512, 42, 307642};
}

/// (n0 + n1 s + n2 s²) / (d0 + d1 s + d2 s²), sampled by the bilinear transform s = c (1 − z⁻¹)/(1 + z⁻¹).
class Section {
 public:
  Section(std::array<double, 3> n, std::array<double, 3> d, double c) {
    const double divisor = d[0] + d[1] * c + d[2] * c * c;
    b0_ = (n[0] + n[1] * c + n[2] * c * c) / divisor;
    b1_ = 2 * (n[0] - n[2] * c * c) / divisor;
    b2_ = (n[0] - n[1] * c + n[2] * c * c) / divisor;
    a1_ = 2 * (d[0] - d[2] * c * c) / divisor;
    a2_ = (d[0] - d[1] * c + d[2] * c * c) / divisor;
  }

  double step(double in) {
    const double out = b0_ * in + first_;
    first_ = b1_ * in - a1_ * out + second_;
    second_ = b2_ * in - a2_ * out;
    return out;
  }

 private:
  double b0_, b1_, b2_, a1_, a2_;
  double first_ = 0, second_ = 0;
};

double angular(double hertz) { return 2 * std::numbers::pi * hertz; }

/// Blocks 3a and 3b: what the lamp and the eye pass of the squared voltage.
std::vector<Section> eye_filter(const LampConstants& lamp, double rate) {
  const double plain = 2 * rate;
  const double cut = angular(lamp.low_pass);
  const double at_cut = cut / std::tan(cut / (2 * rate));  // keeps the cut-off where it is
  std::vector<Section> sections;
  sections.emplace_back(std::array{0.0, 1.0, 0.0}, std::array{angular(high_pass_hertz), 1.0, 0.0}, plain);
  for (int pair = 0; pair < 3; ++pair) {
    const double damping = 2 * std::sin(std::numbers::pi * (2 * pair + 1) / 12);
    sections.emplace_back(std::array{cut * cut, 0.0, 0.0}, std::array{cut * cut, damping * cut, 1.0}, at_cut);
  }
  const double w1 = angular(lamp.w1), w2 = angular(lamp.w2), w3 = angular(lamp.w3), w4 = angular(lamp.w4);
  sections.emplace_back(std::array{0.0, lamp.k * w1, 0.0}, std::array{w1 * w1, 2 * angular(lamp.lambda), 1.0}, plain);
  sections.emplace_back(std::array{1.0, 1 / w2, 0.0}, std::array{1.0, 1 / w3 + 1 / w4, 1 / (w3 * w4)}, plain);
  return sections;
}

}  // namespace

FlickerSensation flicker_sensation(SampledSeries voltage, FlickerLamp lamp) {
  require_readable(voltage, 1);
  const LampConstants constants = constants_of(lamp);
  const double record_rate = voltage.rate.si();
  if (record_rate * highest_share_of_rate < constants.low_pass)
    throw std::invalid_argument(fmt::format("flicker cannot be seen at {} samples a second: at least {} are needed",
                                            record_rate, constants.low_pass / highest_share_of_rate));
  const auto held = static_cast<std::size_t>(std::max(1.0, std::ceil(slowest_filter_rate / record_rate - 1e-9)));
  const double rate = record_rate * static_cast<double>(held);
  std::vector<Section> eye = eye_filter(constants, rate);
  Section smoothing({1, 0, 0}, {1, smoothing_seconds, 0}, 2 * rate);

  FlickerSensation sensation{{}, Frequency(rate)};
  sensation.values.reserve(voltage.values.size() * held);
  // The high-pass forgets a constant: less the first value's square, filters at rest are filters settled on it.
  const double settled = voltage.values.front() * voltage.values.front();
  for (double value : voltage.values)
    for (std::size_t i = 0; i < held; ++i) {
      double signal = value * value - settled;
      for (Section& section : eye) signal = section.step(signal);
      // Never below zero but by rounding.
      sensation.values.push_back(std::max(0.0, constants.scale * smoothing.step(signal * signal)));
    }
  return sensation;
}

double short_term_severity(std::span<const double> sensation) {
  assert(!sensation.empty());
  std::vector<double> sorted(sensation.begin(), sensation.end());
  std::sort(sorted.begin(), sorted.end());
  const auto exceeded = [&](double percent) { return quantile(sorted, 1 - percent / 100); };
  const double p1s = (exceeded(0.7) + exceeded(1) + exceeded(1.5)) / 3;
  const double p3s = (exceeded(2.2) + exceeded(3) + exceeded(4)) / 3;
  const double p10s = (exceeded(6) + exceeded(8) + exceeded(10) + exceeded(13) + exceeded(17)) / 5;
  const double p50s = (exceeded(30) + exceeded(50) + exceeded(80)) / 3;
  return std::sqrt(0.0314 * exceeded(0.1) + 0.0525 * p1s + 0.0657 * p3s + 0.28 * p10s + 0.08 * p50s);
}

double long_term_severity(std::span<const double> short_term) {
  assert(!short_term.empty());
  double cubes = 0;
  for (double severity : short_term) cubes += severity * severity * severity;
  return std::cbrt(cubes / static_cast<double>(short_term.size()));
}

Flicker flicker(SampledSeries voltage, FlickerLamp lamp) {
  require_readable(voltage, 1);
  const auto in_record = static_cast<std::size_t>(std::llround(observation_seconds * voltage.rate.si()));
  if (voltage.values.size() < in_record)
    throw std::invalid_argument(fmt::format("Pst needs a record of {} s, this one is {} s long", observation_seconds,
                                            voltage.duration().si()));
  const FlickerSensation sensation = flicker_sensation(voltage, lamp);
  const SampledSeries series{sensation.values, sensation.rate};
  const auto highest = std::max_element(sensation.values.begin(), sensation.values.end());
  Flicker result;
  result.highest_sensation = *highest;
  result.at = series.time(static_cast<std::size_t>(highest - sensation.values.begin()));
  const std::size_t observation = in_record * (sensation.values.size() / voltage.values.size());
  for (std::size_t start = 0; start + observation <= sensation.values.size(); start += observation)
    result.short_term.push_back(short_term_severity(series.values.subspan(start, observation)));
  for (std::size_t first = 0; first + observations_of_plt <= result.short_term.size(); ++first) {
    const double severity = long_term_severity(std::span(result.short_term).subspan(first, observations_of_plt));
    result.long_term = std::max(result.long_term.value_or(0), severity);
  }
  return result;
}

}  // namespace wattershed
