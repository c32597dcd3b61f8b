/// What is asked of a chiller and what it answers: all but the form of its curves.
///
///   available = capacity · f_cap
///   part_load = min(load / available, most_load),    cycling = min(1, part_load / least_load)
///   input     = available / cop · f_input · f_load(max(part_load, least_unload)) · cycling
///   condenser = evaporator + motor_heat · input
///
/// Below `least_unload` the compressor goes on as at that load (hot gas passes by, which adds no heat of its own);
/// below `least_load` it cycles. Without load it is off and draws nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "models/cooling/machines/fluid.hpp"
#include "sim/units/quantity.hpp"

namespace wattershed {

/// The rating that every form's curves are relative to, and the limits of the machine.
struct ChillerRating {
  Power capacity{};                                        ///< heat taken up at the reference temperatures [W]
  double cop = 5.5;                                        ///< there, at full load [1]
  Share least_load{0.1}, least_unload{0.1}, most_load{1};  ///< of what is available [1]
  Share motor_heat{1};  ///< part of the power drawn that ends in the condenser (1: hermetic)
};

/// Around one chiller. A flow of zero is one that nobody knows (the air of an air-cooled condenser).
struct ChillerStreams {
  Temperature leaving;    ///< chilled water, as wanted [K]
  WaterStream condenser;  ///< water, or outdoor air
  WaterStream chilled{};  ///< water coming back
};
/// Which flows a form of curves cannot do without.
struct ChillerFlowNeeds {
  bool condenser = false, chilled = false;
};

struct ChillerState {
  Power evaporator, condenser, input;  ///< [W]
  double capacity_factor = 1;          ///< f_cap: capacity available over rated [1]
  double input_factor = 1;             ///< f_input: power over heat at full load, relative to the rating [1]
  double part_load = 0;                ///< load carried over what is available [1]
  double cycling = 0;                  ///< share of the time that the compressor runs [1]
  std::uint32_t outside = 0;           ///< of the form's domain: which inputs were clipped
  std::array<double, 2> asked{};       ///< the inputs of the domain, as they came [SI]
};

/// A fit may dip to zero at a corner of its range; a machine that stands still there is not meant.
inline constexpr double least_chiller_factor = 0.01;

/// The state that follows from the factors; `load_factor(part_load)` is f_load. A load below zero counts as none.
template <class LoadFactor>
ChillerState chiller_state(const ChillerRating& rating, Power load, double capacity_factor, double input_factor,
                           const LoadFactor& load_factor) {
  ChillerState state;
  state.capacity_factor = capacity_factor;
  state.input_factor = input_factor;
  if (!(load.si() > 0)) return state;
  const Power available = rating.capacity * capacity_factor;
  state.part_load = std::min(load / available, rating.most_load.si());
  const double least = rating.least_load.si();
  state.cycling = state.part_load < least ? state.part_load / least : 1.0;
  const double by_load = std::max(load_factor(std::max(state.part_load, rating.least_unload.si())), 0.0);
  state.input = available / rating.cop * (input_factor * by_load * state.cycling);
  state.evaporator = std::min(load, available * rating.most_load.si());
  state.condenser = state.evaporator + rating.motor_heat.si() * state.input;
  return state;
}

}  // namespace wattershed
