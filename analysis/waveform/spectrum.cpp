#include "analysis/waveform/spectrum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "analysis/waveform/fourier.hpp"

namespace wattershed {
namespace {

constexpr double highest_share_of_rate = 0.4;
constexpr double edge_share = 0.1;  // of an edge's frequency, over which the band-pass rises from 0 to 1
constexpr std::size_t shortest_segment = 8;

std::vector<double> hann(std::size_t length) {
  std::vector<double> window(length);
  for (std::size_t i = 0; i < length; ++i)
    window[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(length));
  return window;
}

/// S of one segment after another, all of one length and window.
class SegmentDensity {
 public:
  SegmentDensity(std::vector<double> window, Frequency rate)
      : window_(std::move(window)),
        segment_(window_.size()),
        transform_(fast_length(window_.size())),
        density_(transform_.length() / 2 + 1),
        resolution_(rate / static_cast<double>(transform_.length())) {
    double squares = 0;
    for (double weight : window_) squares += weight * weight;
    scale_ = 1 / (rate.si() * squares);
  }

  const std::vector<double>& of(std::span<const double> values) {
    const double mean = mean_of(values);
    for (std::size_t i = 0; i < segment_.size(); ++i) segment_[i] = window_[i] * (values[i] - mean);
    const auto& spectrum = transform_.forward(segment_);
    for (std::size_t k = 0; k < density_.size(); ++k) {
      const bool single = k == 0 || k + 1 == density_.size();
      density_[k] = (single ? 1 : 2) * scale_ * std::norm(spectrum[k]);
    }
    return density_;
  }

  [[nodiscard]] std::size_t bins() const { return density_.size(); }
  [[nodiscard]] Frequency resolution() const { return resolution_; }
  /// A main lobe of so many bins of the unpadded segment, in bins.
  [[nodiscard]] std::size_t lobe(double unpadded) const {
    return static_cast<std::size_t>(
        std::ceil(unpadded * static_cast<double>(transform_.length()) / static_cast<double>(window_.size())));
  }

 private:
  std::vector<double> window_, segment_;
  FourierTransform transform_;
  std::vector<double> density_;
  Frequency resolution_;
  double scale_ = 0;
};

void require_segments(SampledSeries series, std::size_t segment) {
  require_readable(series, segment);
  if (segment < shortest_segment)
    throw std::invalid_argument(
        fmt::format("a segment of {} samples is too short, it needs {}", segment, shortest_segment));
}

/// Calls `take(density)` for every segment, each half over the one before.
template <typename Take>
void for_each_segment(SampledSeries series, SegmentDensity& density, std::size_t segment, Take take) {
  const std::size_t step = segment - segment / 2;
  for (std::size_t start = 0; start + segment <= series.values.size(); start += step)
    take(density.of(series.values.subspan(start, segment)));
}

/// Rises from 0 at `from` to 1 at `to` as a raised cosine.
double rise(double at, double from, double to) {
  if (at <= from) return 0;
  if (at >= to) return 1;
  return 0.5 - 0.5 * std::cos(std::numbers::pi * (at - from) / (to - from));
}

double gain(double frequency, Band band) {
  const double low = band.low.si(), high = band.high.si();
  return rise(frequency, low * (1 - edge_share), low * (1 + edge_share)) *
         (1 - rise(frequency, high * (1 - edge_share), high * (1 + edge_share)));
}

/// Variance of the bins from one to another, both included [U²].
double variance_of(const Spectrum& spectrum, std::size_t first, std::size_t last) {
  double sum = 0;
  for (std::size_t k = first; k <= last && k < spectrum.density.size(); ++k) sum += spectrum.density[k];
  return sum * spectrum.resolution.si();
}

double lobe_amplitude(const Spectrum& spectrum, std::size_t bin) {
  return std::sqrt(2 * variance_of(spectrum, bin > spectrum.lobe ? bin - spectrum.lobe : 1, bin + spectrum.lobe));
}

}  // namespace

Spectrum periodogram(SampledSeries series) {
  require_readable(series, 2);
  SegmentDensity density(std::vector<double>(series.values.size(), 1.0), series.rate);
  return {density.resolution(), series.rate, density.of(series.values), density.lobe(1), 1};
}

Spectrum welch(SampledSeries series, std::size_t segment) {
  require_segments(series, segment);
  SegmentDensity density(hann(segment), series.rate);
  Spectrum spectrum{density.resolution(), series.rate, std::vector<double>(density.bins()), density.lobe(2), 0};
  for_each_segment(series, density, segment, [&](const std::vector<double>& one) {
    for (std::size_t k = 0; k < one.size(); ++k) spectrum.density[k] += one[k];
    ++spectrum.segments;
  });
  for (double& value : spectrum.density) value /= static_cast<double>(spectrum.segments);
  return spectrum;
}

Spectrogram spectrogram(SampledSeries series, std::size_t segment) {
  require_segments(series, segment);
  SegmentDensity density(hann(segment), series.rate);
  Spectrogram result{
      density.resolution(), series.time(segment) / 2, series.time(segment - segment / 2), density.bins(), {}};
  for_each_segment(series, density, segment, [&](const std::vector<double>& one) {
    result.density.insert(result.density.end(), one.begin(), one.end());
  });
  return result;
}

void require_visible(Band band, Frequency rate) {
  if (!(band.low.si() > 0) || !(band.low < band.high))
    throw std::invalid_argument(
        fmt::format("a band from {} to {} Hz; it must rise from above zero", band.low.si(), band.high.si()));
  if (!(band.high <= highest_share_of_rate * rate))
    throw std::invalid_argument(
        fmt::format("a band up to {} Hz cannot be seen at {} samples a second: at least {} are needed",
                    band.high.si(), rate.si(), band.high.si() / highest_share_of_rate));
}

double band_variance(const Spectrum& spectrum, Band band) {
  require_visible(band, spectrum.sample_rate);
  const double step = spectrum.resolution.si();
  const auto first = static_cast<std::size_t>(std::ceil(band.low.si() / step));
  const auto end = static_cast<std::size_t>(std::ceil(band.high.si() / step));
  if (first >= end)
    throw std::invalid_argument(
        fmt::format("a band from {} to {} Hz lies between two bins, which are {} Hz apart: "
                    "a longer segment is needed",
                    band.low.si(), band.high.si(), step));
  return variance_of(spectrum, std::max<std::size_t>(first, 1), end - 1);
}

Share band_share(const Spectrum& spectrum, Band band) {
  const double inside = band_variance(spectrum, band);
  const double all = variance_of(spectrum, 1, spectrum.density.size() - 1);
  return Share(all > 0 ? inside / all : 0);
}

std::vector<double> band_pass(SampledSeries series, Band band) {
  require_readable(series, 2);
  require_visible(band, series.rate);
  if (series.duration().si() * band.low.si() < 1)
    throw std::invalid_argument(
        fmt::format("a series of {} s holds no cycle of {} Hz", series.duration().si(), band.low.si()));
  const std::size_t samples = series.values.size();
  FourierTransform transform(fast_length(2 * samples));
  const double mean = mean_of(series.values);
  // The series, its mirror image, and the first value until the length is a fast one: no step anywhere.
  std::vector<double> mirrored(transform.length(), series.values.front() - mean);
  for (std::size_t i = 0; i < samples; ++i) mirrored[i] = mirrored[2 * samples - 1 - i] = series.values[i] - mean;
  std::vector<std::complex<double>> spectrum = transform.forward(mirrored);
  const double step = series.rate.si() / static_cast<double>(transform.length());
  for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] *= gain(static_cast<double>(k) * step, band);
  const std::vector<double>& passed = transform.inverse(spectrum);
  return {passed.begin(), passed.begin() + static_cast<std::ptrdiff_t>(samples)};
}

double band_peak_to_peak(SampledSeries series, Band band) {
  require_readable(series, 2);
  require_visible(band, series.rate);
  if (series.duration() * band.low < 3)
    throw std::invalid_argument(fmt::format("a series of {} s holds fewer than three cycles of {} Hz",
                                            series.duration().si(), band.low.si()));
  const std::vector<double> passed = band_pass(series, band);
  const auto cycle = static_cast<std::ptrdiff_t>(series.rate / band.low);
  const auto [lowest, highest] = std::minmax_element(passed.begin() + cycle, passed.end() - cycle);
  return *highest - *lowest;
}

double tone_amplitude(const Spectrum& spectrum, Frequency frequency) {
  assert(frequency.si() > 0);
  return lobe_amplitude(spectrum, static_cast<std::size_t>(std::lround(frequency / spectrum.resolution)));
}

std::vector<Mode> dominant_modes(const Spectrum& spectrum, std::size_t count) {
  const std::vector<double>& density = spectrum.density;
  std::vector<std::size_t> peaks;
  for (std::size_t k = 1; k + 1 < density.size(); ++k)
    if (density[k] > density[k - 1] && density[k] >= density[k + 1]) peaks.push_back(k);
  std::sort(peaks.begin(), peaks.end(), [&](std::size_t a, std::size_t b) { return density[a] > density[b]; });

  std::vector<Mode> modes;
  std::vector<std::size_t> taken;
  for (std::size_t peak : peaks) {
    if (modes.size() == count) break;
    const bool beside = std::any_of(taken.begin(), taken.end(), [&](std::size_t other) {
      return std::max(peak, other) - std::min(peak, other) <= spectrum.lobe;
    });
    if (beside) continue;
    taken.push_back(peak);
    double shift = 0;  // of the parabola's top from the bin; a neighbour of zero leaves the bin as it is
    if (density[peak - 1] > 0 && density[peak + 1] > 0) {
      const double left = std::log(density[peak - 1]), middle = std::log(density[peak]),
                   right = std::log(density[peak + 1]);
      const double curvature = left - 2 * middle + right;
      if (curvature < 0) shift = 0.5 * (left - right) / curvature;
    }
    modes.push_back({(static_cast<double>(peak) + shift) * spectrum.resolution, lobe_amplitude(spectrum, peak)});
  }
  std::sort(modes.begin(), modes.end(), [](const Mode& a, const Mode& b) { return a.amplitude > b.amplitude; });
  return modes;
}

}  // namespace wattershed
