/// Dry cooler: finned coils under fans, water inside, outdoor air outside. No water is used.
///
///   heat = effectiveness · C_min · (water_entering − dry_bulb),  cross-flow, both unmixed
///   1 / UA = 1 / hA_water + 1 / hA_air,  hA_water ~ flow^0.85, hA_air ~ flow^0.8, hA_air / hA_water = 0.5 at design
///   fan = fan · speed³
///
/// Inputs    water entering [K] and its flow [kg/s], fan speed [0..1] (= air mass over design), dry bulb [K]
/// Outputs   water leaving [K], heat given off [W], fan power [W]
/// Source    Modelica Buildings library, Fluid/HeatExchangers (DryCoil and its exponents)
/// Valid     water ratio 0.2..1.5 (`dry_cooler_domain`), beyond which the law of the films goes on. Air warmer than
///           water: no heat, the water passes by. Air mass goes with speed, not with density: in air colder than at
///           design the real cooler has up to 15 % more air and some per cent more heat. Whether the liquid freezes is
///           its plant's to say
/// Accuracy  1e-6 of the same equations over 80 states (tests/models/cooling); the formula of effectiveness is within
///           0.011 of the exact one
#pragma once

#include <string_view>

#include "models/cooling/machines/fan_speed_search.hpp"
#include "models/cooling/machines/fluid.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

struct DryCooler {
  static constexpr std::string_view catalog_kind = "dry-coolers";
  Temperature design_dry_bulb = Temperature::celsius(35);
  TemperatureDelta approach{5.55};  ///< water leaving over dry bulb, at design [K]
  TemperatureDelta range{5.56};     ///< water entering over leaving, at design [K]
  MassFlow water{};                 ///< at design [kg/s]; zero until sized
  MassFlow air{};                   ///< of dry air at full speed [kg/s]
  Conductance ua_design{};          ///< [W/K]; zero until rated
  Power fan{};                      ///< drawn at full speed [W]
  double water_exponent = 0.85, air_exponent = 0.8;
  double film_ratio = 0.5;          ///< hA_air / hA_water at design [1]
  Share air_use{0.72};              ///< for sizing: warming of the air, of (water entering − dry bulb) [1]
  SpecificEnergy fan_per_air{323};  ///< for sizing: fan power over air flow [J/kg]
  void visit(Fields& f);
};

inline constexpr Domain<1> dry_cooler_domain{
    "dry coolers",
    {{{"water ratio", "1", 0.2, 1.5}}},
    "turbulent films; the source states no flows: below a fifth tubes become laminar, assumed"};

struct DryCoolerState {
  Temperature water_leaving;          ///< [K]
  Power heat;                         ///< from water to air, >= 0 [W]
  Power fan;                          ///< drawn [W]
  double effectiveness = 0;           ///< heat / (C_min (water_entering − dry_bulb)); 0 when water passes by [1]
  Conductance smaller_capacity_rate;  ///< C_min [W/K]
  Temperature air_leaving;            ///< [K]
};

/// UA at part flow [W/K].
Conductance dry_cooler_conductance(const DryCooler& cooler, double water_ratio, double air_ratio);
DryCoolerState run_dry_cooler(const DryCooler& cooler, WaterStream water, double fan_speed, Temperature dry_bulb);
/// The speed at which the water leaves at `wanted_leaving` (within 1 mK), with the state there. A warm `start_guess`
/// (the speed of the last step) needs two to four evaluations. Below 2 % the fan is off.
FanDemand<DryCoolerState> fan_speed_for(const DryCooler& cooler, Temperature wanted_leaving, WaterStream water,
                                        Temperature dry_bulb, double start_guess);

/// UA that meets the cooler's own design point with its water and air [W/K]. Throws InputError when no UA can.
Conductance rated_conductance(const DryCooler& cooler);
/// The same cooler, with that UA and the fan power of the sizing rule where it has none of its own.
DryCooler rated(DryCooler cooler);
/// A cooler of that kind for a heat at a dry bulb: water from the range, air from `air_use`, UA and fan from both.
DryCooler sized_dry_cooler(const DryCooler& kind, Power heat, Temperature design_dry_bulb, TemperatureDelta approach,
                           TemperatureDelta range);

}  // namespace wattershed
