/// Reactive power over load: power supplies, UPS inputs, motors and drives by their power factor; transformers.
///
///   Q = rating·(q0 + q1·x + q2·x²),  x = P/rating          lagging (inductive) positive, leading negative
///   power factor   q0 = no_load, q2 = square, q1 such that cos φ is `full_load` at x = 1
///   transformer    q0 = magnetising, q1 = 0, q2 = leakage, with x² = (P² + Q²)/rating² of what passes through it
///
/// A curve of power factor over load follows from q0: input filters (q0 < 0) make a lightly loaded supply lead,
/// magnetising current (q0 > 0) makes a lightly loaded motor lag more.
/// Inputs    real power [W] and the rating [W]
/// Outputs   reactive power of the fundamental (displacement) [VA]
/// Source    definition; values in the catalog (`power-factors`) with their own sources
/// Valid     x in 0..1.2 at nominal voltage (`reactive_domain`), above the curve goes on; distortion is not in it
/// Accuracy  typical values: makers give one or two points of the curve
#pragma once

#include <string_view>

#include "sim/input/schema.hpp"
#include "sim/units/load.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// What the curves are made for; of a transformer the load is the apparent power that passes through it.
inline constexpr Domain<1> reactive_domain{
    "reactive power",
    {{{"load over rating", "1", 0, 1.2}}},
    "makers give the power factor at rating and at one or two loads below; that the curve goes on to 1.2 is assumed"};

/// Coefficients of Q over load, as shares of the rating; lagging positive.
struct ReactiveCurve {
  double no_load = 0;
  double proportional = 0;
  double square = 0;
  bool operator==(const ReactiveCurve&) const = default;
};

struct PowerFactor {
  static constexpr std::string_view catalog_kind = "power-factors";
  double full_load = 0.99;  ///< cos φ at rating, above 0 up to 1
  bool leading = false;     ///< at rating
  Share no_load;            ///< Q without load, of rating; below zero leads
  Share square;             ///< Q with the square of load, of rating
  void visit(Fields& f);
  [[nodiscard]] ReactiveCurve curve() const;
};

/// What a transformer takes for its field and its stray field.
struct TransformerReactive {
  Share magnetising = 1_percent;  ///< current without load, of rated current
  Share leakage = 6_percent;      ///< reactance on its rating (close to the short-circuit voltage)
  void visit(Fields& f);
  [[nodiscard]] ReactiveCurve curve() const { return {magnetising.si(), 0, leakage.si()}; }
};

/// Q of a bank with the given total rating at a power [W]. `through`: reactive power that passes through it besides
/// (of a transformer); it adds to the current, and is not contained in the result.
ApparentPower reactive_power(const ReactiveCurve& curve, Power rating, Power power, ApparentPower through = {});
/// Its mean over a load that swings: exact, since Q is quadratic.
ApparentPower reactive_power(const ReactiveCurve& curve, Power rating, Load load, ApparentPower through = {});
/// cos φ of a power with a reactive power, 0..1; 1 without any.
double power_factor(Power power, ApparentPower reactive);
/// Q of a power at a given cos φ (above 0), lagging.
ApparentPower reactive_power_at(double power_factor, Power power);

}  // namespace wattershed
