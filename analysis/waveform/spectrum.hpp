/// Where in frequency a waveform swings: power spectral density, spectrogram, shares and swings by band, modes.
///
///   S(f_k) = 2 |FFT(w (x − mean))_k|² / (rate Σ w²)   [U²/Hz], one-sided (no 2 at 0 and at half the rate)
///   variance in a band = Σ S(f_k) Δf;   a tone of amplitude A holds A²/2
///
/// Welch: mean of S over segments of a given length, Hann window (periodic form), 50 % overlap, each segment's mean
/// taken away. A segment whose length is not 2^a·3^b·5^c is followed by zeros, which makes bins finer, not sharper.
/// U is the unit of the series: W for power.
///
/// Source    P. Welch, IEEE Trans. Audio Electroacoustics 15 (1967) 70.
/// Valid     Stationary over a segment; slower than one cycle a segment is not seen. Bands end at 0.4 × the sample
///           rate, above which aliases and the sampling itself tell more than the load does: such a band is refused.
/// Errors    std::invalid_argument: too few samples, a value that is not finite, a band that cannot be seen.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "analysis/waveform/sampled_series.hpp"
#include "sim/units/quantity.hpp"

namespace wattershed {

struct Spectrum {
  Frequency resolution;         ///< spacing of the bins [Hz]
  Frequency sample_rate;        ///< [Hz]
  std::vector<double> density;  ///< S at 0, resolution, 2 × resolution .. half the rate [U²/Hz]
  std::size_t lobe = 0;         ///< bins on each side of a tone that hold what the window spreads of it
  std::size_t segments = 0;

  [[nodiscard]] Frequency frequency(std::size_t bin) const { return static_cast<double>(bin) * resolution; }
};

/// S of the whole series at once, without a window: its sum times the resolution is the variance. At least 2 samples.
Spectrum periodogram(SampledSeries series);
/// Welch's estimate with segments of so many samples (at least 8, at most the series).
Spectrum welch(SampledSeries series, std::size_t segment);

struct Spectrogram {
  Frequency resolution;         ///< [Hz]
  TimeSpan first;               ///< middle of the first segment [s]
  TimeSpan step;                ///< between the middles of two segments [s]
  std::size_t bins = 0;         ///< of a segment
  std::vector<double> density;  ///< segment by segment [U²/Hz]

  [[nodiscard]] std::size_t segments() const { return density.size() / bins; }
  [[nodiscard]] std::span<const double> segment(std::size_t index) const {
    return std::span(density).subspan(index * bins, bins);
  }
};

/// S of every segment of Welch's estimate.
Spectrogram spectrogram(SampledSeries series, std::size_t segment);

/// Frequencies from `low` up to, not including, `high`.
struct Band {
  Frequency low, high;
};

/// Bands in which grids answer: modes between areas, between close units, torsion of shafts.
/// Source: Choukse et al., arXiv 2508.14318.
inline constexpr std::array<Band, 3> grid_bands{
    Band{Frequency(0.1), Frequency(1)}, Band{Frequency(1), Frequency(2.5)}, Band{Frequency(7), Frequency(100)}};

/// Throws std::invalid_argument unless 0 < low < high ≤ 0.4 × rate.
void require_visible(Band band, Frequency rate);

/// Variance inside a band [U²]; throws when no bin lies in it.
double band_variance(const Spectrum& spectrum, Band band);
/// Variance inside a band over that of all f > 0; 0 of a constant.
Share band_share(const Spectrum& spectrum, Band band);

/// What of a series lies in a band, sample by sample, in phase with it [U].
///
/// By Fourier transform of the series and its mirror image (so that unlike ends make no step), with gains of 0 and 1
/// that meet in raised cosines over the outer tenth of each edge: half gain at the edge itself. Within one cycle of
/// the low edge from either end the result leans on the mirror. Throws when the series is shorter than such a cycle.
std::vector<double> band_pass(SampledSeries series, Band band);
/// Largest less smallest value of `band_pass` [U], without the cycle of the low edge at either end: a tone outside
/// the band that the ends cut leaks in there. Throws when fewer than three such cycles fit in the series.
double band_peak_to_peak(SampledSeries series, Band band);

struct Mode {
  Frequency frequency;   ///< of a parabola through the logarithms of a peak's three bins [Hz]
  double amplitude = 0;  ///< of the tone that holds the variance of the peak's main lobe [U]
};

/// The largest peaks of a spectrum, by amplitude, no two within one main lobe; at most `count`, none of a constant.
std::vector<Mode> dominant_modes(const Spectrum& spectrum, std::size_t count);
/// Amplitude of the tone that holds the variance within a main lobe of a frequency [U].
double tone_amplitude(const Spectrum& spectrum, Frequency frequency);

}  // namespace wattershed
