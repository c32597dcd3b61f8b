#include "sim/units/validity.hpp"

#include <algorithm>
#include <cmath>

namespace wattershed {
namespace {

double beyond(const RangeUse& use, double value) {
  return std::isnan(value) ? INFINITY : std::max(use.low - value, value - use.high);
}

}  // namespace

std::size_t ValidityTally::add_machine() {
  machines_.emplace_back();
  at_.resize(machines_.size() * uses_.size());
  return machines_.size() - 1;
}

void ValidityTally::stand(Time now, std::uint32_t outside, std::span<const double> at, std::size_t machine) {
  if (now > since_) {
    for (std::size_t i = 0; i < uses_.size(); ++i)
      if (counts_[i] > 0) uses_[i].outside += now - since_;
    since_ = now;
  }
  Machine& state = machines_[machine];
  double* const kept = at_.data() + machine * uses_.size();
  const bool stood = now > state.since;  // else the state before it in this instant counts for nothing
  for (std::size_t i = 0; i < uses_.size(); ++i) {
    const bool was = (state.outside >> i & 1) != 0, is = (outside >> i & 1) != 0;
    if (was && stood) {
      RangeUse& use = uses_[i];
      if (!use.first || state.since < *use.first) use.first = state.since;
      if (!use.worst || beyond(use, kept[i]) > beyond(use, *use.worst)) use.worst = kept[i];
    }
    if (is && !was) ++counts_[i];
    if (was && !is) --counts_[i];
  }
  state = {outside, now};
  if (at.data() != kept) std::copy_n(at.begin(), uses_.size(), kept);
}

void ValidityTally::close(Time now) {
  for (std::size_t machine = 0; machine < machines_.size(); ++machine)
    stand(now, 0, std::span(at_).subspan(machine * uses_.size()), machine);
}

}  // namespace wattershed
