/// The discrete Fourier transform of a real series, X_k = Σ x_j exp(−2πi jk/n) for k = 0..n/2, and its inverse.
///
/// Lengths are even and of the form 2^a·3^b·5^c, where the transform takes O(n log n); `fast_length` gives the next.
/// A shorter series is followed by zeros: that changes the spacing of the bins, not the sum of their squares.
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace wattershed {

/// The smallest even 2^a·3^b·5^c that is at least `samples` (and 2).
std::size_t fast_length(std::size_t samples);

/// Transforms of one length; keeps the tables that they share. Not for two threads at once.
class FourierTransform {
 public:
  explicit FourierTransform(std::size_t length);  ///< a fast length
  ~FourierTransform();
  FourierTransform(const FourierTransform&) = delete;
  FourierTransform& operator=(const FourierTransform&) = delete;

  [[nodiscard]] std::size_t length() const { return padded_.size(); }
  /// X_0 .. X_{n/2} of up to `length()` values; valid until the next call.
  const std::vector<std::complex<double>>& forward(std::span<const double> values);
  /// The `length()` real values with these X_0 .. X_{n/2}; valid until the next call.
  const std::vector<double>& inverse(const std::vector<std::complex<double>>& spectrum);

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
  std::vector<double> padded_;
  std::vector<std::complex<double>> spectrum_;
};

}  // namespace wattershed
