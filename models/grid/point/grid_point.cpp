#include "models/grid/point/grid_point.hpp"

#include <fmt/format.h>

#include <cassert>
#include <stdexcept>

#include "models/grid/point/nominal_frequency.hpp"

namespace wattershed {

void GridPoint::visit(Fields& f) {
  f.required("voltage", voltage,
             {.help = "nominal voltage at the point of interconnection", .above = 0, .example = "138 kV"});
  f.required("short_circuit", short_circuit,
             {.help = "short-circuit power of the grid there", .above = 0, .example = "2500 MVA"});
  f.optional("x_over_r", x_over_r,
             {.help = "reactance over resistance of the grid there",
              .at_least = 0,
              .source = "between a long overhead line (5) and a point beside a large transformer (20)",
              .kind = ValueKind::assumed,
              .example = "12"});
  visit_nominal_frequency(f, frequency);
  f.optional("power_factor", power_factor,
             {.help = "power factor of the whole site (lagging); replaces the curves of its equipment",
              .at_most = 1,
              .above = 0,
              .example = "0.98"});
}

TheveninImpedance TheveninImpedance::of(double resistance_pu, double reactance_pu, ApparentPower base) {
  const double size = std::hypot(resistance_pu, reactance_pu);
  if (!(size > 0) || !(base.si() > 0))
    throw std::invalid_argument("a grid without impedance has no short-circuit power; give R or X above 0");
  return {base / size, resistance_pu / size, reactance_pu / size};
}

std::string collapse_text(Time at, Power active, ApparentPower reactive, ApparentPower short_circuit) {
  const auto mega = [](double si) { return fmt::format("{:.3g}", si / 1e6); };
  return "voltage collapse at the point of interconnection, " + format_utc(at) + ": no voltage carries " +
         mega(active.si()) + " MW and " + mega(reactive.si()) + " MVAr behind a short-circuit power of " +
         mega(short_circuit.si()) + " MVA; give a stronger point, less load or a better power factor";
}

TheveninImpedance impedance_of(const GridPoint& point) {
  return TheveninImpedance::of(1, point.x_over_r, point.short_circuit * std::hypot(1, point.x_over_r));
}

std::optional<double> thevenin_voltage(const TheveninImpedance& grid, Power active, ApparentPower reactive,
                                       double source) {
  const double voltage = grid.voltage(active.si(), reactive.si(), source);
  if (!(voltage > 0)) return std::nullopt;
  return voltage;
}

double first_order_drop(const TheveninImpedance& grid, Power active, ApparentPower reactive, double voltage) {
  assert(voltage > 0);
  return (active.si() * grid.resistance + reactive.si() * grid.reactance) / grid.short_circuit.si() /
         (voltage * voltage);
}

std::optional<double> source_for(const TheveninImpedance& grid, Power active, ApparentPower reactive,
                                 double voltage) {
  const double p = active.si() / grid.short_circuit.si(), q = reactive.si() / grid.short_circuit.si();
  // The squares of both roots multiply to p² + q²: the higher one is not below the root of that.
  if (!(voltage > 0) || voltage * voltage < std::hypot(p, q)) return std::nullopt;
  return std::hypot(voltage + (p * grid.resistance + q * grid.reactance) / voltage,
                    (p * grid.reactance - q * grid.resistance) / voltage);
}

Power most_power(const TheveninImpedance& grid, double power_factor, double source) {
  assert(power_factor > 0 && power_factor <= 1);
  const double reactive = std::sqrt(1 - power_factor * power_factor);
  // Both roots meet: E² − 2s(r·cos + x·sin) = 2s.
  const double s = source * source / (2 * (1 + grid.resistance * power_factor + grid.reactance * reactive));
  return Power(s * power_factor * grid.short_circuit.si());
}

}  // namespace wattershed
