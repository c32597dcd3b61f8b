/// Chiller curves of the temperature that enters the condenser.
///
///   f_cap, f_input = a0 + a1 x + a2 x² + a3 y + a4 y² + a5 x y,    f_load = b0 + b1 part_load + b2 part_load²
///                    x leaving chilled water, y entering condenser water or outdoor air [degC]
///
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

#include "models/cooling/machines/chiller_duty.hpp"
#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

struct EirCurves {
  static constexpr std::string_view name = "entering-condenser";
  static constexpr ChillerFlowNeeds needs{};

  Temperature leaving_reference = Temperature::celsius(6.67);  ///< [K]
  Temperature entering_reference = Temperature::celsius(29.44);
  std::array<double, 6> capacity_by_temperature{1, 0, 0, 0, 0, 0};  ///< a0..a5 of f_cap, of degC [1]
  std::array<double, 6> input_by_temperature{1, 0, 0, 0, 0, 0};     ///< a0..a5 of f_input, of degC [1]
  std::array<double, 3> input_by_load{0, 1, 0};                     ///< b0..b2 of f_load [1]
  Temperature leaving_least = Temperature::celsius(5), leaving_most = Temperature::celsius(10);
  Temperature entering_least = Temperature::celsius(12.78), entering_most = Temperature::celsius(35);

  void visit_curves(Fields& f);
  void visit_range(Fields& f);
  /// What the curves were fitted to.
  [[nodiscard]] Domain<2> domain() const;
  /// f_cap [1].
  [[nodiscard]] double full_load(const ChillerRating& rating, const ChillerStreams& streams) const;
  [[nodiscard]] ChillerState run(const ChillerRating& rating, Power load, const ChillerStreams& streams) const;
};

}  // namespace wattershed
