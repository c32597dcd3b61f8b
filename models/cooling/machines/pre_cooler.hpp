/// Evaporative pre-cooler: outdoor air through a wet pad before a dry cooler or a condenser.
///
///   dry bulb leaving = dry bulb − effectiveness · (dry bulb − wet bulb),   the wet bulb stays
///   evaporation = dry air · (W_leaving − W)
///
/// Inputs    outdoor air, effectiveness of the pad [0..1]
/// Outputs   air leaving, water evaporated over dry air [kg/kg]
/// Source    EnergyPlus Engineering Reference, "Direct evaporative cooler"; pad effectiveness: its CelDek fit in air
///           speed and depth
/// Valid     wet bulb above 0 degC (`pre_cooler_domain`; below, the pad goes on wet, as if it did not freeze); pads of
///           0.05..0.6 m, air of 0.5..4 m/s (`celdek_domain`; beyond, the polynomial goes on between 0 and 1)
/// Accuracy  1e-5 of the same equations over 80 states (tests/models/cooling)
#pragma once

#include "models/weather/outdoors.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

struct PreCooledAir {
  Outdoors air;                  ///< leaving the pad
  double water_per_dry_air = 0;  ///< evaporated, >= 0 [kg/kg]
};

inline constexpr Domain<1> pre_cooler_domain{"evaporative pre-cooler",
                                             {{{"wet bulb", "K", 273.15, 308.15}}},
                                             "liquid water; the upper end is that of the towers, assumed"};
inline constexpr Domain<2> celdek_domain{"CelDek pad",
                                         {{{"air speed", "m/s", 0.5, 4}, {"depth", "m", 0.05, 0.6}}},
                                         "EnergyPlus: fit of the maker's chart; its ends are read off, assumed"};

/// Effectiveness 0 is a dry pad: the air leaves as it entered.
PreCooledAir pre_cooled(const Outdoors& outdoors, Share effectiveness);
/// Effectiveness of a CelDek pad [1], within 0..1. `speed_m_per_s` is that of the air before the pad.
Share celdek_effectiveness(double speed_m_per_s, Length depth);

}  // namespace wattershed
