/// Pump at variable speed on a loop, by the affinity laws with a part of the head held constant.
///
///   power = flow · head / (efficiency · motor_efficiency) · ratio · (static_head + (1 − static_head) · ratio²)
///   heat to the stream = power · (motor_efficiency + (1 − motor_efficiency) · motor_in_stream)
///
/// Without static head (a closed loop whose valves stand open) that is the cube of the flow.
/// Inputs    flow over design flow [1]; zero is off, and between zero and `least_flow` the pump runs at `least_flow`
///           with the rest through its bypass
/// Outputs   power drawn, heat to the water [W]
/// Source    affinity laws, ASHRAE Handbook Systems and Equipment, "Centrifugal pumps"; ranges: Lei and Masanet 2022
///           (chilled water 115 to 172 kPa, tower water 167 to 250 kPa, efficiency 0.6 to 0.8)
/// Valid     ratio 0..1 (`pump_domain`); above one the law goes on, but a plant's pumps stay at full speed and move no
///           more. Water has 1000 kg/m3
/// Accuracy  efficiency is held constant: real pumps and drives lose some points below half speed, where the power is
///           an eighth and less
#pragma once

#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

struct Pump {
  VolumeFlow flow{};      ///< at design [m3/s]; zero until sized
  Pressure head{150e3};   ///< at design [Pa]
  Share efficiency{0.7};  ///< hydraulic and drive, without the motor [1]
  Share motor_efficiency{0.93};
  Share motor_in_stream{1};  ///< part of the motor's loss that the water takes up [1]
  Share static_head{0};      ///< part of the head that does not fall with the flow (a tower's lift) [1]
  Share least_flow{0.2};     ///< lowest flow ratio while on [1]
  void visit(Fields& f);
};

inline constexpr Domain<1> pump_domain{
    "pumps", {{{"flow asked over design", "1", 0, 1}}}, "affinity laws hold up to the speed of the design"};

/// Power at the design flow [W].
Power design_power(const Pump& pump);
/// Flow ratio that the pump really has: 0 when off, else at least `least_flow` [1].
double running_ratio(const Pump& pump, double flow_ratio);
Power pump_power(const Pump& pump, double flow_ratio);
/// The part of `power` that warms the water [W].
Power heat_to_stream(const Pump& pump, Power power);

}  // namespace wattershed
