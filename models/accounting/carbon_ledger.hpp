/// Emissions by spans of equal carbon intensity: the second way to the number that the carbon meter gives.
///
///   carbon = Σ over spans of (energy at the end − energy at the beginning) · intensity
#pragma once

#include "sim/base/sum.hpp"

namespace wattershed {

struct CarbonLedger {
  double intensity = 0;  ///< of the running span [kg/J]
  double energy_j = 0;   ///< grid energy up to the last change [J]
  Sum carbon_kg;         ///< of the spans that have ended

  /// The intensity changes when `energy_now_j` has been drawn.
  void change(double new_intensity, double energy_now_j) {
    carbon_kg += (energy_now_j - energy_j) * intensity;
    energy_j = energy_now_j;
    intensity = new_intensity;
  }
  /// Carbon up to now [kg].
  [[nodiscard]] double total(double energy_now_j) const {
    Sum sum = carbon_kg;
    sum += (energy_now_j - energy_j) * intensity;
    return sum.value();
  }
};

}  // namespace wattershed
