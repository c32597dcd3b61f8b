/// A field that is the coefficients of a curve: a list of exactly N numbers.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sim/input/schema.hpp"

namespace wattershed {

template <std::size_t N>
void visit_curve(Fields& f, std::string_view name, std::array<double, N>& curve, const FieldNotes& notes) {
  std::vector<double> list(curve.begin(), curve.end());
  f.required(name, list, notes);
  if (list.size() == N)
    std::copy(list.begin(), list.end(), curve.begin());
  else
    f.fault(name, "a curve has " + std::to_string(N) + " coefficients; this has " + std::to_string(list.size()));
}

}  // namespace wattershed
