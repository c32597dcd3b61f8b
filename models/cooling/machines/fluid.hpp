/// Water and air as the parts of a cooling plant count them: constant properties.
///
/// Source    4186 J/(kg K) and 1006 J/(kg K), as in the EnergyPlus and Modelica Buildings models that the parts are
///           held against; water has 1 kg a litre
/// Valid     liquid water of 5 to 60 degC (`water_domain`, 0.2 %); beyond, the constants stand: it neither freezes nor
///           boils. Glycol needs some per cent more flow
#pragma once

#include "sim/units/quantity.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

inline constexpr double kWaterSpecificHeat = 4186;  ///< [J/(kg K)]
inline constexpr double kAirSpecificHeat = 1006;    ///< of dry air [J/(kg K)]
inline constexpr double kWaterDensity = 1000;       ///< [kg/m3]

/// Where these constants are within 0.2 % of water's.
inline constexpr Domain<1> water_domain{
    "water as a fluid", {{{"temperature", "K", 278.15, 333.15}}}, "liquid water of 5 to 60 degC"};

/// Capacity rate of a flow of water or air [W/K].
constexpr Conductance water_capacity_rate(MassFlow flow) { return Conductance(flow.si() * kWaterSpecificHeat); }
constexpr Conductance air_capacity_rate(MassFlow flow) { return Conductance(flow.si() * kAirSpecificHeat); }
constexpr MassFlow water_mass_flow(Conductance capacity_rate) {
  return MassFlow(capacity_rate.si() / kWaterSpecificHeat);
}
constexpr VolumeFlow water_volume(MassFlow flow) { return VolumeFlow(flow.si() / kWaterDensity); }

/// Water on its way into a machine.
struct WaterStream {
  Temperature entering;  ///< [K]
  MassFlow flow{};       ///< [kg/s]; zero: it stands, or (for curves that do not ask) nobody knows
};

}  // namespace wattershed
