/// A compensated sum: adds any number of doubles with an error that does not grow with their number.
///
///   sum + compensation = Σ x,   relative error of the value ≤ 2⁻⁵² or so for addends of one sign
///
/// Source  A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
/// Cost    about 1.3 of a plain addition. Never compile with -ffast-math: it removes the compensation.
#pragma once

#include <cmath>

namespace wattershed {

class Sum {
 public:
  constexpr Sum() = default;
  constexpr explicit Sum(double start) : sum_(start) {}

  void add(double x) {
    const double total = sum_ + x;
    // What the addition lost comes from the smaller of the two.
    compensation_ += std::abs(sum_) >= std::abs(x) ? (sum_ - total) + x : (x - total) + sum_;
    sum_ = total;
  }
  void add(const Sum& other) {
    add(other.sum_);
    add(other.compensation_);
  }
  Sum& operator+=(double x) {
    add(x);
    return *this;
  }
  /// The sum; not a number when an addend was none.
  [[nodiscard]] double value() const { return sum_ + compensation_; }

 private:
  double sum_ = 0;
  double compensation_ = 0;
};

}  // namespace wattershed
