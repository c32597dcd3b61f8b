/// What everything on a floor may come to draw without asking again, and by how much a start raises it.
///
///   peak   Σ of the highest phases, those kept for later included
///   heat   Σ of means; of whoever may come to more without asking (a service at its most requests), of the peak
///
/// Inputs   what stands on the floor, or accelerators that are to start
/// Outputs  power [W], its heat and what of it liquid carries [W], air through the racks [m3/s]
#pragma once

#include <functional>

#include "sim/units/quantity.hpp"

namespace wattershed {

struct HallDraw {
  Power peak{}, heat{}, liquid{};
  VolumeFlow air_flow{};

  friend HallDraw operator+(HallDraw a, const HallDraw& b) {
    return {a.peak + b.peak, a.heat + b.heat, a.liquid + b.liquid, a.air_flow + b.air_flow};
  }
  friend HallDraw operator-(const HallDraw& a, const HallDraw& b) {
    return {a.peak - b.peak, a.heat - b.heat, a.liquid - b.liquid, a.air_flow - b.air_flow};
  }
  friend HallDraw operator*(double k, const HallDraw& a) {
    return {k * a.peak, k * a.heat, k * a.liquid, k * a.air_flow};
  }
};

/// Whether the connection has room for a rise.
using HasRoom = std::function<bool(const HallDraw& rise)>;

}  // namespace wattershed
