#include "sim/units/validity.hpp"

#include <algorithm>
#include <cmath>

namespace wattershed {
namespace {

double beyond(const RangeUse& use, double value) {
  return std::isnan(value) ? INFINITY : std::max(use.low - value, value - use.high);
}

}  // namespace

void ValidityTally::stand(Time now, std::uint32_t outside, std::span<const double> at) {
  if (now > since_)  // else the state before it in this instant never stood
    for (std::size_t i = 0; i < uses_.size(); ++i) {
      if ((standing_ >> i & 1) == 0) continue;
      RangeUse& use = uses_[i];
      use.outside += now - since_;
      if (!use.first) use.first = since_;
      if (!use.worst || beyond(use, at_[i]) > beyond(use, *use.worst)) use.worst = at_[i];
    }
  standing_ = outside;
  since_ = now;
  if (at.data() != at_.data()) std::copy_n(at.begin(), at_.size(), at_.begin());
}

}  // namespace wattershed
