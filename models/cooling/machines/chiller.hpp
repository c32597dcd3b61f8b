/// Electric chiller: capacity, power and condenser heat at any load and temperatures, from three fitted curves.
///
///   available = capacity · f_cap(x, y)               x leaving chilled water [degC]
///   input     = available / cop · f_temp(x, y) · f_load(max(part_load, least_unload)) · cycling
///   part_load = min(load / available, most_load),    cycling = min(1, part_load / least_load)
///   condenser = evaporator + motor_heat · input      y entering condenser water, or outdoor air [degC]
///   f_cap, f_temp = a0 + a1 x + a2 x² + a3 y + a4 y² + a5 x y,    f_load = b0 + b1 part_load + b2 part_load²
///
/// Below `least_unload` the compressor goes on as at that load (hot gas passes by, which adds no heat of its own);
/// below `least_load` it cycles. Without load it is off and draws nothing.
/// Inputs    load [W], leaving chilled water [K], water or air entering the condenser [K]
/// Outputs   heat taken up, heat given off and power drawn [W]; what is above `most_load` stays in the loop
/// Source    EnergyPlus Engineering Reference, "Electric chiller model based on condenser entering temperature"
///           (Chiller:Electric:EIR, from DOE-2); curves in the catalog with their own sources
/// Valid     inside the range of each curve. Both temperatures are clipped to it, and the state says so: outside, the
///           value at the edge stands. Published curves end at 8 to 13 degC of leaving chilled water. A plant that
///           makes warmer water (25 to 32 degC, for chips) gets the capacity and power of that edge: too little and
///           too much, since the real lift is smaller. Many end at 24 to 30 degC of condenser water: in hotter water
///           the edge gives too little power; a set that reaches 35 degC is the choice for hot, humid places
/// Accuracy  1e-6 of the same equations over 200 states of 159 published curves (tests/models/cooling); the fits
///           themselves follow catalog data to a few per cent
#pragma once

#include <array>
#include <string_view>

#include "sim/input/schema.hpp"

namespace wattershed {

enum class CondenserKind { water, air };
constexpr std::array<std::string_view, 2> enum_names(CondenserKind) { return {"water", "air"}; }

struct Chiller {
  static constexpr std::string_view catalog_kind = "chillers";
  CondenserKind condenser = CondenserKind::water;
  Power capacity{};                                            ///< heat taken up at the reference temperatures [W]
  double cop = 5.5;                                            ///< there, at full load [1]
  Temperature leaving_reference = Temperature::celsius(6.67);  ///< [K]
  Temperature entering_reference = Temperature::celsius(29.44);
  std::array<double, 6> capacity_by_temperature{1, 0, 0, 0, 0, 0};  ///< a0..a5 of f_cap, of degC [1]
  std::array<double, 6> input_by_temperature{1, 0, 0, 0, 0, 0};     ///< a0..a5 of f_temp, of degC [1]
  std::array<double, 3> input_by_load{0, 1, 0};                     ///< b0..b2 of f_load [1]
  Share least_load{0.1}, least_unload{0.1}, most_load{1};           ///< of what is available [1]
  Share motor_heat{1};  ///< part of the power drawn that ends in the condenser (1: hermetic)
  Temperature leaving_least = Temperature::celsius(5), leaving_most = Temperature::celsius(10);
  Temperature entering_least = Temperature::celsius(12.78), entering_most = Temperature::celsius(35);
  void visit(Fields& f);
};

struct ChillerState {
  Power evaporator, condenser, input;  ///< [W]
  double part_load = 0;                ///< load carried over what is available [1]
  double cycling = 0;                  ///< share of the time that the compressor runs [1]
  bool outside_curves = false;         ///< a temperature was clipped
};

/// f_cap and f_temp at these temperatures, clipped to their range and to at least 0.01 [1].
double capacity_factor(const Chiller& chiller, Temperature leaving, Temperature entering);
double input_factor(const Chiller& chiller, Temperature leaving, Temperature entering);
/// Heat that the chiller can take up at full load; times `most_load` at its utmost [W].
Power available_capacity(const Chiller& chiller, Temperature leaving, Temperature entering);
/// A load below zero counts as none.
ChillerState run_chiller(const Chiller& chiller, Power load, Temperature leaving, Temperature entering);
/// The same machine at another size: every curve is relative to its capacity.
Chiller scaled_to(Chiller chiller, Power capacity);

}  // namespace wattershed
