/// The outdoor air at one instant, as everything that rejects heat sees it.
#pragma once

#include "sim/units/quantity.hpp"

namespace wattershed {

struct Outdoors {
  Temperature dry_bulb;
  Temperature wet_bulb;
  double humidity_ratio = 0;  ///< water over dry air [kg/kg]
  Pressure pressure{101'325};
};

}  // namespace wattershed
