/// Properties of moist air: plain SI kernels, with a humidity ratio W of water over dry air.
///
///   p_ws(T)  saturation pressure over ice up to 0.01 degC, over water above
///   W        0.621945 p_v / (p − p_v)
///   h        1006 t + W (2 501 000 + 1860 t)                                        t in degC
///   v        287.042 T (1 + 1.607858 W) / p,   density (1 + W) / v
///   W(t, t*) [(2501 − 2.326 t*) W_s* − 1.006 (t − t*)] / (2501 + 1.86 t − 4.186 t*)   t* >= 0 degC
///            [(2830 − 0.24 t*) W_s* − 1.006 (t − t*)] / (2830 + 1.86 t − 2.1 t*)      t* <  0 degC
///
/// Inputs    temperatures [K], pressures [Pa], W [kg/kg], relative humidity [0..1]
/// Outputs   enthalpy [J per kg of dry air], density [kg/m3], specific volume [m3 per kg of dry air]
/// Source    ASHRAE Handbook Fundamentals 2017, chapter 1, eq. 3, 5, 6, 20, 24, 26, 28, 30, 33, 35. The formulas for
///           ice and water meet at the triple point and not at 0 degC, or the dew point would jump there
/// Valid     −100..200 degC with p_ws below the pressure, 50..110 kPa (`air_domain`). Beyond, the formulas of
///           saturation go on; air thinner or denser stays an ideal gas. W has a floor of 1e-7
/// Accuracy  the inversions (wet bulb, dew point, saturation temperature) solve these equations to 1e-7 K. The two
///           wet-bulb formulas do not meet at 0 degC: where both have a solution the one over ice is given, so that
///           a rising wet bulb jumps from zero to as much as 0.9 K above it (more the drier the air)
#pragma once

#include "sim/units/quantity.hpp"
#include "sim/units/validity.hpp"

namespace wattershed::moist_air {

inline constexpr Domain<2> air_domain{"moist air",
                                      {{{"dry bulb", "K", 173.15, 473.15}, {"pressure", "Pa", 50e3, 110e3}}},
                                      "ASHRAE Handbook Fundamentals 2017, chapter 1: its formulas of saturation; "
                                      "pressures of inhabited places, assumed"};
inline constexpr Domain<1> standard_air_domain{
    "standard atmosphere", {{{"elevation", "m", -5e3, 11e3}}}, "ASHRAE Handbook Fundamentals 2017, chapter 1, eq. 3"};

/// Over ice or water, whichever is stable at that temperature [Pa].
double saturation_pressure_pa(double t_k);
/// W of a vapour pressure; `vapour_pressure_pa` < `pressure_pa`.
double humidity_ratio(double vapour_pressure_pa, double pressure_pa);
/// W at a relative humidity of 0..1.
double humidity_ratio_from_relative(double t_k, double relative, double pressure_pa);
/// W from the two thermometers; `wet_bulb_k` <= `t_k`.
double humidity_ratio_from_wet_bulb(double t_k, double wet_bulb_k, double pressure_pa);
double humidity_ratio_from_dew_point(double dew_point_k, double pressure_pa);
/// Of saturated air.
double saturation_humidity_ratio(double t_k, double pressure_pa);
/// [0..1], above 1 when the air holds more than it can.
double relative_humidity(double t_k, double humidity_ratio, double pressure_pa);
/// Never above `t_k`: air that holds more than saturation has its dry bulb as wet bulb [K].
double wet_bulb_k(double t_k, double humidity_ratio, double pressure_pa);
/// The same to 0.01 K, four times as fast when the guess is within 0.5 K [K].
double wet_bulb_from_guess_k(double t_k, double humidity_ratio, double pressure_pa, double guess_k);
/// Never above `t_k` [K].
double dew_point_k(double t_k, double humidity_ratio, double pressure_pa);
/// The temperature at which a vapour pressure is the saturation pressure [K].
double saturation_temperature_k(double vapour_pressure_pa);
/// Per kg of dry air, zero for dry air at 0 degC.
double enthalpy_j_per_kg(double t_k, double humidity_ratio);
double saturated_enthalpy_j_per_kg(double t_k, double pressure_pa);
/// The temperature at which saturated air has that enthalpy: the inverse of the function above [K].
double saturation_temperature_at_enthalpy_k(double enthalpy_j_per_kg, double pressure_pa);
/// Per kg of dry air [m3/kg].
double specific_volume_m3_per_kg(double t_k, double humidity_ratio, double pressure_pa);
/// Of the mixture, its water included.
double density_kg_per_m3(double t_k, double humidity_ratio, double pressure_pa);
/// Of the standard atmosphere at an elevation of −5..11 km.
Pressure standard_pressure(Length elevation);

}  // namespace wattershed::moist_air
