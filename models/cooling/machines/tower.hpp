/// Evaporative cooling tower, Merkel's method with moist air as an equivalent gas in counterflow.
///
///   heat = effectiveness · C_min · (water_entering − wet_bulb)
///   C_air = m_air · c_pe,  c_pe = (h_sat(t_out) − h_sat(wet_bulb)) / (t_out − wet_bulb),
///   t_out = wet_bulb + heat / C_air
///   NTU = UA · (c_pe / c_p,air) / C_min,  effectiveness: counterflow
///   UA = ua_design · f_air · f_wet_bulb · f_water
///     f_air      = 1.3 x − 0.3 x²                 x air ratio in 0.2..1
///     f_water    = 0.1082 + 1.667 y − 0.7713 y²   y water ratio in 0.3..1, result in 0.5..1.1
///     f_wet_bulb = 1 + 0.0081 (design wet bulb − wet bulb), the difference clipped to −10..25 K, result in 0.85..1.3
///   fan  = fan · (0.02 + 0.98 x³)
///   evaporation = m_air (W_out / (1 + W_out) − W / (1 + W)), air leaving saturated at h_sat(wet_bulb) + heat / m_air
///   drift = share · design water · x,   blowdown = evaporation / (cycles − 1) − drift, at least 0
///   make-up = evaporation + drift + blowdown
///
/// With the fan off the tower works as a tenth of itself: a tenth of heat, air and evaporation of full speed (free
/// convection). Below the least speed the fan cycles between that speed and off, and the mean is given, so that heat
/// is continuous in the speed from 0 to 1. Water no warmer than the wet bulb passes by: no heat.
///
/// Inputs    water entering [K] and its flow [kg/s], fan speed [0..1], outdoor air
/// Outputs   water leaving [K], heat given off and fan power [W], evaporation and drift [kg/s]
/// Source    EnergyPlus Engineering Reference, "Variable speed cooling towers, Merkel" (SimSimpleTower) and "Cooling
///           tower makeup water usage" (saturated exit). EnergyPlus has evaporation − drift as blowdown below 2
///           cycles; here the balance of dissolved solids holds for all
/// Valid     wet bulb −10..35 degC, air ratio 0.2..1, water ratio 0.3..1 (`tower_domain`); beyond, the factors of UA
///           stand at their edge and the rest goes on. Make-up enters as warm as the water leaves
///           (its enthalpy, 1 to 2 % of the heat, is left out); no ice, no plume
/// Accuracy  within 0.02 K and 0.6 % of heat of EnergyPlus over 132 states, 0.06 % of its water over 116
///           (tests/models/cooling). Mass fractions stand for humidity ratios in the evaporation, as in EnergyPlus:
///           2 % less than a balance over dry air at 25 degC of leaving air, 6 % at 45 degC
#pragma once

#include <optional>
#include <string_view>

#include "models/cooling/machines/fan_speed_search.hpp"
#include "models/cooling/machines/fluid.hpp"
#include "models/weather/outdoors.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

struct Tower {
  static constexpr std::string_view catalog_kind = "towers";
  Temperature design_wet_bulb = Temperature::celsius(25.6), design_dry_bulb = Temperature::celsius(35);
  Pressure design_pressure{101'325};
  TemperatureDelta approach{3.9};  ///< water leaving over wet bulb, at design [K]
  TemperatureDelta range{5.5};     ///< water entering over leaving, at design [K]
  MassFlow water{};                ///< at design [kg/s]; zero until sized
  VolumeFlow air{};                ///< at full speed [m3/s]: its mass follows the density of the outdoor air
  MassFlow air_mass{};             ///< instead of `air`: a mass flow whatever the weather [kg/s]
  Conductance ua_design{};         ///< [W/K]; zero until rated
  Power fan{};                     ///< drawn at full speed [W]

  Share air_use{0.79};  ///< for sizing: enthalpy the air takes up, of what saturation at the entering water gives
  Pressure fan_pressure{380};  ///< for sizing: fan power over air flow [Pa]
  Share least_speed{0.2};      ///< of the fan [1]
  Share free_convection{0.1};  ///< heat with the fan off, of that at full speed [1]
  Share fan_idle{0.02};        ///< part of the fan power that does not fall with speed [1]
  Share drift{0.00008};        ///< droplets carried off, of the design water flow [1]
  void visit(Fields& f);
};

/// What the factors of the tower's UA were made for; an air ratio below 0.2 is one in turns with the fan off.
inline constexpr Domain<2> tower_domain{"cooling tower",
                                        {{{"wet bulb", "K", 263.15, 308.15}, {"water ratio", "1", 0.3, 1}}},
                                        "EnergyPlus, SimSimpleTower: ranges of its factors"};

struct TowerState {
  Temperature water_leaving;          ///< [K]
  Power heat;                         ///< from water to air, >= 0 [W]
  Power fan;                          ///< drawn [W]
  double effectiveness = 0;           ///< heat / (C_min (water_entering − wet_bulb)); 0 when water passes by [1]
  Conductance smaller_capacity_rate;  ///< C_min [W/K]
  MassFlow evaporation, drift;        ///< [kg/s]
  Temperature air_leaving;            ///< saturated [K]; the entering wet bulb when no air moves
};

/// Entering flow zero: nothing happens, and the fan draws what its speed says.
TowerState run_tower(const Tower& tower, WaterStream water, double fan_speed, const Outdoors& air);

/// The speed at which the water leaves at `wanted_leaving` (within 1 mK), with the state there. A warm `start_guess`
/// (the speed of the last step) needs two to four evaluations.
FanDemand<TowerState> fan_speed_for(const Tower& tower, Temperature wanted_leaving, WaterStream water,
                                    const Outdoors& air, double start_guess);

/// UA that meets the tower's own design point with its water and air [W/K]. Throws InputError when no UA can.
Conductance rated_conductance(const Tower& tower);
/// The same tower, with that UA and the fan power of the sizing rule where it has none of its own.
Tower rated(Tower tower);
/// A tower of that kind for a heat at a wet bulb: water from the range, air from `air_use`, UA and fan power from
/// both.
Tower sized_tower(const Tower& kind, Power heat, Temperature design_wet_bulb, TemperatureDelta approach,
                  TemperatureDelta range, Pressure pressure);

/// Water let off so that dissolved solids stay at `cycles_of_concentration` > 1 times those of the make-up [kg/s].
MassFlow blowdown(MassFlow evaporation, MassFlow drift, double cycles_of_concentration);

}  // namespace wattershed
