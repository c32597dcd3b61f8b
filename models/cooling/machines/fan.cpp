#include "models/cooling/machines/fan.hpp"

#include <algorithm>
#include <cassert>

namespace wattershed {

namespace {
constexpr std::string_view kAffinity = "affinity laws: power with the cube of the flow";
}

void PartLoadCurve::visit(Fields& f) {
  f.optional("constant", constant, {.help = "power over design power: constant", .source = kAffinity});
  f.optional("linear", linear, {.help = "times the flow ratio", .source = kAffinity});
  f.optional("square", square, {.help = "times its square", .source = kAffinity});
  f.optional("cubic", cubic, {.help = "times its cube", .source = kAffinity});
}

void Fan::visit(Fields& f) {
  f.optional("pressure", pressure,
             {.help = "pressure rise at design flow",
              .above = 0,
              .source = "middle of 400 to 1000 Pa, Lei and Masanet 2022 (CRAH)",
              .kind = ValueKind::assumed,
              .example = "700 Pa"});
  f.optional("efficiency", efficiency,
             {.help = "of fan, drive and motor together",
              .at_most = 1,
              .above = 0,
              .source = "middle of 60 to 80 %, Lei and Masanet 2022",
              .kind = ValueKind::assumed,
              .example = "70 %"});
  f.optional("motor_efficiency", motor_efficiency,
             {.help = "of the motor, for the heat to the air",
              .at_most = 1,
              .above = 0,
              .source = "example of EnergyPlus Fan:VariableVolume",
              .kind = ValueKind::assumed});
  f.optional("motor_in_stream", motor_in_stream,
             {.help = "part of the motor's loss that the air takes up",
              .at_least = 0,
              .at_most = 1,
              .source = "the motor stands in the air stream",
              .kind = ValueKind::assumed});
  f.optional("least_flow", least_flow,
             {.help = "lowest flow while on, of design flow",
              .at_least = 0,
              .at_most = 1,
              .source = "drives of fans seldom go below 10 Hz of 50 Hz",
              .kind = ValueKind::assumed});
  f.optional("curve", curve, {.help = "power at part flow"});
}

Power design_power(const Fan& fan) { return fan.flow * fan.pressure / fan.efficiency.si(); }

double running_ratio(const Fan& fan, double flow_ratio) {
  return flow_ratio > 0 ? std::max(flow_ratio, fan.least_flow.si()) : 0.0;
}

Power fan_power(const Fan& fan, double flow_ratio) {
  assert(flow_ratio >= 0 && fan.efficiency.si() > 0);
  if (!(flow_ratio > 0)) return Power{};
  return design_power(fan) * std::max(fan.curve(running_ratio(fan, flow_ratio)), 0.0);
}

Power heat_to_stream(const Fan& fan, Power power) {
  const double motor = fan.motor_efficiency.si();
  return power * (motor + (1 - motor) * fan.motor_in_stream.si());
}

PartLoadCurve damper_fan_curve() {
  return {.constant = 0.35071223, .linear = 0.30850535, .square = -0.54137364, .cubic = 0.87198823};
}

}  // namespace wattershed
