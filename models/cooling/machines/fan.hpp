/// Fan at variable speed, by a part-load curve or the affinity laws.
///
///   power = flow · pressure / efficiency · f(ratio)       ratio = flow / design flow
///   f     = c0 + c1 ratio + c2 ratio² + c3 ratio³         affinity laws: ratio³
///   heat to the stream = power · (motor_efficiency + (1 − motor_efficiency) · motor_in_stream)
///
/// Inputs    flow over design flow [1]; zero is off, and between zero and `least_flow` the fan runs at `least_flow`
/// Outputs   power drawn, heat to the air stream [W]
/// Source    form: EnergyPlus Fan:VariableVolume. Cube: the affinity laws of one fan on a system without static
///           pressure. Ranges of pressure and efficiency: Lei and Masanet 2022, inputs of their model (CRAH fan
///           400 to 1000 Pa, tower fan 200 to 400 Pa, efficiency 0.6 to 0.8)
/// Valid     ratio 0..1.05 (`fan_domain`); above one the curve goes on, but a plant's fans stay at full speed and move
///           no more. Air density is that of the design, about which that of the weather varies by some 5 %
/// Accuracy  real systems hold some static pressure and lose some efficiency at part speed: nearer to ratio^2.5 than
///           to the cube; give a curve where one is known
#pragma once

#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// Power over design power as a polynomial of the flow ratio.
struct PartLoadCurve {
  double constant = 0, linear = 0, square = 0, cubic = 1;
  void visit(Fields& f);
  [[nodiscard]] double operator()(double ratio) const {
    return constant + ratio * (linear + ratio * (square + ratio * cubic));
  }
};

struct Fan {
  VolumeFlow flow{};            ///< at design [m3/s]; zero until sized
  Pressure pressure{700};       ///< total pressure rise at design [Pa]
  Share efficiency{0.7};        ///< of fan, drive and motor together [1]
  Share motor_efficiency{0.9};  ///< shares out the heat; already in `efficiency` [1]
  Share motor_in_stream{1};     ///< part of the motor's loss that the air takes up [1]
  Share least_flow{0.2};        ///< lowest flow ratio while on [1]
  PartLoadCurve curve;
  void visit(Fields& f);
};

inline constexpr Domain<1> fan_domain{
    "room fans",
    {{{"flow asked over design", "1", 0, 1.05}}},
    "affinity laws and measured curves end at the design; 5 % more is within the density of the air, assumed"};

/// Power at the design flow [W].
Power design_power(const Fan& fan);
/// Flow ratio that the fan really has: 0 when off, else at least `least_flow` [1].
double running_ratio(const Fan& fan, double flow_ratio);
Power fan_power(const Fan& fan, double flow_ratio);
/// The part of `power` that warms the air [W].
Power heat_to_stream(const Fan& fan, Power power);

/// A polynomial measured on fans with discharge dampers and controls (0.35071, 0.30851, −0.54137, 0.87199), as in a
/// test file of EnergyPlus for Fan:VariableVolume.
PartLoadCurve damper_fan_curve();

}  // namespace wattershed
