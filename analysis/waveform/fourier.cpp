#include "analysis/waveform/fourier.hpp"

#include <algorithm>
#include <cassert>
#include <unsupported/Eigen/FFT>

namespace wattershed {
namespace {

bool is_fast(std::size_t length) {
  if (length % 2 != 0) return false;
  for (std::size_t factor : {2, 3, 5})
    while (length % factor == 0) length /= factor;
  return length == 1;
}

}  // namespace

std::size_t fast_length(std::size_t samples) {
  std::size_t length = std::max<std::size_t>(samples + samples % 2, 2);
  while (!is_fast(length)) length += 2;
  return length;
}

struct FourierTransform::Tables {
  Eigen::FFT<double> transform{Eigen::default_fft_impl<double>(), Eigen::FFT<double>::HalfSpectrum};
};

FourierTransform::FourierTransform(std::size_t length) : tables_(std::make_unique<Tables>()), padded_(length) {
  assert(is_fast(length));
}

FourierTransform::~FourierTransform() = default;

const std::vector<std::complex<double>>& FourierTransform::forward(std::span<const double> values) {
  assert(values.size() <= padded_.size());
  std::fill(std::copy(values.begin(), values.end(), padded_.begin()), padded_.end(), 0.0);
  tables_->transform.fwd(spectrum_, padded_);
  return spectrum_;
}

const std::vector<double>& FourierTransform::inverse(const std::vector<std::complex<double>>& spectrum) {
  assert(spectrum.size() == padded_.size() / 2 + 1);
  tables_->transform.inv(padded_, spectrum, static_cast<Eigen::Index>(padded_.size()));
  return padded_;
}

}  // namespace wattershed
