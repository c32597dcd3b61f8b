// Limits of a user's file: any text is a set of limits whose numbers keep their bounds, or an InputError whose
// problems have a message of bounded length.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "analysis/swing/limits.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "sim/base/problem.hpp"

using namespace wattershed;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

template <class Value>
void demand_above_zero(const std::optional<Value>& value) {
  if constexpr (std::is_arithmetic_v<Value>)
    demand(!value || (std::isfinite(*value) && *value > 0));
  else
    demand(!value || (std::isfinite(value->si()) && value->si() > 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Catalog catalog(embedded_catalog());
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (text.find("base") != std::string::npos) return 0;  // would read files of this machine
  try {
    const SwingLimits limits = load_swing_limits_text(text, "fuzz.yaml", catalog).limits;
    demand_above_zero(limits.applies_from);
    for (const auto& [name, limit] : limits.ramps) {
      demand(limit.rate.has_value() != limit.share.has_value() && limit.over.si() > 0);
      demand_above_zero(limit.rate);
      demand_above_zero(limit.share);
    }
    for (const auto& [name, limit] : limits.ranges) {
      demand(limit.swing.has_value() != limit.share.has_value());
      demand_above_zero(limit.within);
    }
    for (const auto& [name, limit] : limits.bands) {
      demand(limit.from.si() > 0 && limit.from < limit.to);
      demand(limit.energy_share || limit.swing || limit.share);
      demand_above_zero(limit.energy_share);
    }
    if (limits.flicker) demand_above_zero(limits.flicker->short_term), demand_above_zero(limits.flicker->long_term);
    if (limits.frequency) demand(limits.frequency->over.si() > 0);
    if (limits.power_factor) demand(limits.power_factor->least > 0 && limits.power_factor->least <= 1);
    if (limits.ride_through) demand(limits.ride_through->after.si() >= 0 && limits.ride_through->averaged.si() > 0);
  } catch (const InputError& error) {
    demand(!error.problems().empty());
    for (const Problem& problem : error.problems()) demand(!problem.message.empty());
    demand(std::string(error.what()).size() < 20'000);
  }
  return 0;
}
