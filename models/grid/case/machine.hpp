/// The dynamic data of one generating unit for the classical model: a voltage of constant size behind x'd.
///
///   2H·dω/dt = P_m − P_e − D·ω,   dδ/dt = ω0·ω        (ω: deviation of speed in per unit)
///   with a droop R:  T·dP_g/dt = −ω/R − P_g,  P_m = P_0 + P_g      (a first-order governor and turbine)
///
/// H, x'd, D and 1/R are in per unit of `base`; without one, of the case's base_mva.
/// The k-th machine of a bus belongs to the k-th unit of that bus in the order of the case, in service or not.
/// Source    P. M. Anderson and A. A. Fouad, "Power System Control and Stability", ch. 2
/// Valid     the first seconds after a small disturbance, electromechanical modes of 0.1–3 Hz; no exciter, no shaft
#pragma once

#include <cstdint>
#include <optional>

#include "sim/input/schema.hpp"

namespace wattershed {

/// Above it the solver's steps are too long, and no damping is known that comes near [1/s].
inline constexpr double most_damping_rate = 100;

struct Machine {
  std::int64_t bus = 0;            ///< number of the bus as in the case
  Duration inertia{};              ///< H: stored energy over base [s]
  double transient_reactance = 0;  ///< x'd [1]
  double damping = 0;              ///< D [1]: power per speed; what the unit's own load damping and windings give
  std::optional<Share> droop;      ///< R [1]; without one its mechanical power is constant
  Duration governor_time = std::chrono::milliseconds(500);  ///< T
  std::optional<ApparentPower> base;
  void visit(Fields& f);
};

}  // namespace wattershed
