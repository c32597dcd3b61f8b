/// The point of interconnection: the grid behind it as one source E behind one impedance R + jX.
///
///   |Z| = 1/S_sc, X/R given;  everything in per unit of S_sc and of the nominal voltage, so |Z| = 1
///   exact        V⁴ + (2(p·r + q·x) − E²)·V² + p² + q² = 0, the higher root; none means voltage collapse
///   first order  ΔV/V = (p·r + q·x)/V²                    (leaves out what turns the angle: half the drop at SCR 5)
///   source       E² = (V + (p·r + q·x)/V)² + ((p·x − q·r)/V)²     that gives V at p, q
///
/// Inputs    load P [W] and Q [VA], drawn positive; source voltage E [1], below 1 during a sag
/// Outputs   voltage at the point, of nominal [1]
/// Source    W. H. Kersting, "Distribution System Modeling and Analysis"; IEC 60909 for the impedance
/// Valid     balanced, at nominal frequency, slow against a period; load of constant power, as the supplies of the
///           racks are between 90 and 110 % of nominal voltage (`constant_power_domain`): beyond, it still draws its
///           power, where a real one transfers or lets go; no tap changer. A utility that keeps the voltage is `source_for`: E such that a mean load has nominal voltage.
/// Accuracy  the equation is solved to rounding (tested at 1e-6 against a table); use it and not the first order where
///           the short-circuit ratio S_sc/P is below 10
#pragma once

#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>

#include "sim/input/schema.hpp"
#include "sim/units/time.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// Where a load keeps its power whatever the voltage.
inline constexpr Domain<1> constant_power_domain{
    "load of constant power",
    {{{"voltage at the point of interconnection", "1", 0.9, 1.1}}},
    "ITI curve: equipment works without interruption from 90 to 110 % of nominal voltage"};

/// A load that no voltage can carry: an answer, not an error of the input.
struct VoltageCollapse : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What to say of it: when, and the load.
std::string collapse_text(Time at, Power active, ApparentPower reactive, ApparentPower short_circuit);

/// `site.grid.point`.
struct GridPoint {
  Voltage voltage{};              ///< nominal, line to line [V]; a name for reports, the model is per unit
  ApparentPower short_circuit{};  ///< of three phases [VA]
  double x_over_r = 10;
  Frequency frequency = 60_Hz;         ///< nominal
  std::optional<double> power_factor;  ///< of the whole site, lagging; replaces what its equipment's curves give
  void visit(Fields& f);
};

/// The impedance in front of a site, in per unit of the short-circuit power: r² + x² = 1.
struct TheveninImpedance {
  ApparentPower short_circuit{};  ///< [VA] at nominal source voltage
  double resistance = 0, reactance = 1;

  /// From R + jX in per unit of `base`. Throws std::invalid_argument when both are zero.
  static TheveninImpedance of(double resistance_pu, double reactance_pu, ApparentPower base);

  /// The kernel for long arrays: voltage [1] at p_w [W] and q_va [VA], or 0 when there is none (collapse).
  [[nodiscard]] double voltage(double p_w, double q_va, double source = 1) const {
    const double p = p_w / short_circuit.si(), q = q_va / short_circuit.si();
    const double half_b = p * resistance + q * reactance - source * source / 2, c = p * p + q * q;
    const double root = half_b * half_b - c;
    if (!(root >= 0) || half_b >= 0) return 0;
    return std::sqrt(std::sqrt(root) - half_b);
  }
};

TheveninImpedance impedance_of(const GridPoint& point);

/// Voltage at the point [1]; nothing where the load has no voltage at which it could stand.
std::optional<double> thevenin_voltage(const TheveninImpedance& grid, Power active, ApparentPower reactive,
                                       double source = 1);
/// The drop ΔV/V to first order [1], positive when the voltage falls. `voltage` is where it is taken.
double first_order_drop(const TheveninImpedance& grid, Power active, ApparentPower reactive, double voltage = 1);
/// The source voltage [1] with which this load has `voltage`. Nothing when the load is so large that this is not the
/// higher root: no source voltage makes it a stable point.
std::optional<double> source_for(const TheveninImpedance& grid, Power active, ApparentPower reactive,
                                 double voltage = 1);
/// The largest load [W] that has a voltage, at a power factor in (0, 1] (lagging).
Power most_power(const TheveninImpedance& grid, double power_factor, double source = 1);

}  // namespace wattershed
