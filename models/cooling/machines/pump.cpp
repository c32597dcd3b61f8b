#include "models/cooling/machines/pump.hpp"

#include <algorithm>
#include <cassert>

namespace wattershed {

void Pump::visit(Fields& f) {
  f.optional("head", head,
             {.help = "pressure rise at design flow",
              .above = 0,
              .source = "near the middle of 115 to 172 kPa, Lei and Masanet 2022 (chilled water)",
              .kind = ValueKind::assumed,
              .example = "150 kPa"});
  f.optional("efficiency", efficiency,
             {.help = "of pump and drive, without the motor",
              .at_most = 1,
              .above = 0,
              .source = "middle of 60 to 80 %, Lei and Masanet 2022",
              .kind = ValueKind::assumed,
              .example = "70 %"});
  f.optional("motor_efficiency", motor_efficiency,
             {.help = "of the motor",
              .at_most = 1,
              .above = 0,
              .source = "premium motors of tens of kW",
              .kind = ValueKind::assumed});
  f.optional("motor_in_stream", motor_in_stream,
             {.help = "part of the motor's loss that the water takes up",
              .at_least = 0,
              .at_most = 1,
              .source = "pump power goes into its own stream",
              .kind = ValueKind::assumed});
  f.optional("static_head", static_head,
             {.help = "part of the head that does not fall with the flow",
              .at_least = 0,
              .at_most = 1,
              .source = "a closed loop",
              .kind = ValueKind::assumed});
  f.optional("least_flow", least_flow,
             {.help = "lowest flow while on, of design flow",
              .at_least = 0,
              .at_most = 1,
              .source = "minimum flow of pumps and of what they feed",
              .kind = ValueKind::assumed});
}

Power design_power(const Pump& pump) {
  return pump.flow * pump.head / (pump.efficiency.si() * pump.motor_efficiency.si());
}

double running_ratio(const Pump& pump, double flow_ratio) {
  return flow_ratio > 0 ? std::max(flow_ratio, pump.least_flow.si()) : 0.0;
}

Power pump_power(const Pump& pump, double flow_ratio) {
  assert(flow_ratio >= 0 && pump.efficiency.si() > 0 && pump.motor_efficiency.si() > 0);
  const double ratio = running_ratio(pump, flow_ratio), fixed = pump.static_head.si();
  return design_power(pump) * (ratio * (fixed + (1 - fixed) * ratio * ratio));
}

Power heat_to_stream(const Pump& pump, Power power) {
  const double motor = pump.motor_efficiency.si();
  return power * (motor + (1 - motor) * pump.motor_in_stream.si());
}

}  // namespace wattershed
