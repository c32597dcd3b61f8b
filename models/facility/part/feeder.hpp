/// A load on its way to the grid, and the power that its path is sized for.
#pragma once

#include <cstdint>

#include "models/facility/part/lockstep.hpp"
#include "sim/kernel/signal.hpp"
#include "sim/units/load.hpp"

namespace wattershed {

struct Feeder {
  Signal<Load> load;
  Power design{};
  Lockstep::Node node = Lockstep::none;  ///< where it stands among the things that swing together
  std::uint32_t place = 0;               ///< in the plan: of the leaf, or of the bank that it is
  bool is_bank = false;
  static constexpr std::uint32_t own = UINT32_MAX;
  std::uint32_t position = own;  ///< of a rack: those of one position never stand together, and share what feeds them
};

}  // namespace wattershed
