/// What the parts of a site's wiring share: the signals that pass from one to the next, and how a channel is made.
/// Only for the .cpp files that wire the site.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <vector>

#include "models/facility/site/site_model.hpp"

namespace wattershed {

/// Signals that pass from one part of the wiring to the next.
struct SiteModel::Wiring {
  explicit Wiring(const std::vector<Leak>& all_leaks) : leaks(all_leaks) {}
  const std::vector<Leak>& leaks;
  std::vector<Feeder> feeders;
  std::vector<Signal<Power>> losses;                      // of the distribution
  std::vector<std::pair<Signal<Power>, double>> outdoor;  // losses, and the share of their heat that stays outdoors
  Signal<Load> it, mechanical, grid;
  Signal<Power> it_power, distribution_loss, outdoor_loss, cooling_power, facility_power, grid_power;
  Signal<double> lighting, other;
  Signal<MassFlow> makeup;
  Signal<CarbonRate> emissions;
  Signal<MoneyRate> cost_energy, cost_water;
  Signal<double> water_price;

  [[nodiscard]] double leak(const std::string& layer) const {
    double sum = 0;
    for (const Leak& entry : leaks)
      if (entry.layer == layer) sum += entry.amount;
    return sum;
  }
};

template <class T>
Meter* SiteModel::record(const std::string& name, Signal<T> signal) {
  const SiteQuantity* quantity = find_site_quantity(name);
  assert(quantity);
  channels_.push_back({quantity,
                       &circuit_.meter(signal),
                       signal,
                       [this, signal]() -> double {
                         if constexpr (std::is_arithmetic_v<T>)
                           return circuit_.get(signal);
                         else
                           return circuit_.get(signal).si();
                       },
                       {}});
  return channels_.back().meter;
}

}  // namespace wattershed
