/// Fans of an air-cooled server: speed after heat and inlet temperature, power after the cube of speed.
///
///   n = clamp(least + (1 − least)·h + slope·(T_in − T_ref), least, most)     h: heat over heat at full work
///   P = P_ref·n³,   V = V_ref·n,   V_ref = Q_ref/(ρ·c_p·rise)                 Q_ref: heat to air at full work
///
/// Below T_ref only heat counts. Speed follows the mean heat of a step: heat sinks smooth seconds away.
/// Inputs    mean heat over heat at full work [1], inlet temperature
/// Outputs   fan power on the server's own bus [W], speed over speed at full work and T_ref [1]
/// Source    affinity laws; form after EnergyPlus ElectricEquipment:ITE:AirCooled (flow affine in load and inlet);
///           slope 2 %/K: between a Swiss colocation (+0.35 to 0.5 % of server power per K, 23 to 30 degC, arXiv
///           2509.26163) and a Dell R410 (+12 % from 27 to 37 degC)
/// Valid     inlet 10 to 45 degC; air of 1.2 kg/m3 (`server_fan_domain`). A speed asked above `most` is not reached: the
///           fans stay there, and what the chips then do is not in it
/// Accuracy  README.md: against the two measured servers
#pragma once

#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

struct ServerFans {
  Power power{};           ///< at full work and reference inlet [W]
  Share least_speed{0.3};  ///< of the speed at full work and reference inlet
  Share most_speed{1.25};  ///< the same
  Temperature reference = Temperature::celsius(25);
  double speed_per_kelvin = 0.02;  ///< above the reference [1/K]
  void visit(Fields& f);
};

inline constexpr Domain<2> server_fan_domain{
    "server fans",
    {{{"inlet air", "K", 283.15, 318.15}, {"speed asked over the greatest", "1", 0, 1}}},
    "between and about the two measured servers (23 to 37 degC); ASHRAE's widest class ends at 45 degC, assumed"};

/// What heat and inlet ask for, between least and any speed [1].
double asked_fan_speed(const ServerFans& fans, double heat_ratio, Temperature inlet);
/// Speed over the speed at full work and reference inlet [1].
double fan_speed(const ServerFans& fans, double heat_ratio, Temperature inlet);
/// Power at that speed [W].
Power fan_power(const ServerFans& fans, double speed);

}  // namespace wattershed
