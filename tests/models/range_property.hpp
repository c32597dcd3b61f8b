/// Drives the inputs of an equation out of its range: it stays finite and continuous, and its domain says where it is.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "sim/units/validity.hpp"

namespace wattershed::test {

/// How an input is driven.
struct DriveOptions {
  double least = -std::numeric_limits<double>::infinity();  ///< below it the input has no meaning (flows, lengths)
  bool jumps = false;                                       ///< a declared singular edge: only finite and marked
  double noise = 1e-9;  ///< of a solution by iteration, relative to the largest value
};

/// Input `input` from its value in `middle` to half a range beyond both ends, the others as in `middle`. Of a continuous
/// equation halving the step halves the largest change; at a jump it stays.
template <std::size_t N, class Equation>
void drive(const Domain<N>& domain, std::size_t input, const std::array<double, N>& middle, Equation&& equation,
           const DriveOptions& options = {}) {
  const Bound& bound = domain.bounds[input];
  CAPTURE(std::string(domain.model));
  CAPTURE(std::string(bound.input));
  REQUIRE(domain.outside(middle) == 0);
  const double half = 0.5 * (bound.high - bound.low);
  bool left = false;
  for (const double end : {bound.high + half, std::max(bound.low - half, options.least)}) {
    double largest = 0;
    std::array<double, 2> changes{};
    for (std::size_t fine = 0; fine < 2; ++fine) {
      const int steps = fine == 0 ? 2000 : 4000;
      double before = 0;
      for (int i = 0; i <= steps; ++i) {
        std::array<double, N> at = middle;
        at[input] = middle[input] + (end - middle[input]) * i / steps;
        CAPTURE(at[input]);
        const bool outside = at[input] < bound.low || at[input] > bound.high;
        REQUIRE(domain.outside(at) == static_cast<std::uint32_t>(outside) << input);
        left = left || outside;
        const double value = equation(at);
        REQUIRE(std::isfinite(value));
        if (i > 0) changes[fine] = std::max(changes[fine], std::abs(value - before));
        largest = std::max(largest, std::abs(value));
        before = value;
      }
    }
    CAPTURE(end);
    CAPTURE(changes[0]);
    if (!options.jumps) CHECK(changes[1] <= 0.55 * changes[0] + options.noise * largest);
  }
  CHECK(left);
}

}  // namespace wattershed::test
