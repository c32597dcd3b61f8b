/// Cooling as an imposed overhead: the answer of a data sheet or a published PUE and WUE, not of physics.
///
///   cooling power = (pue − 1)·it_power  or  overhead·it_power + cdus·cdu_power
///   make-up water = wue·it_power, all of it evaporated
///   heat rejected = heat received + cooling power (no storage)
///
/// `pue` holds everything above IT, so no distribution chain may stand beside it; `overhead` is cooling alone, and
/// the chain's losses come on top.
/// Inputs    IT power [W], heat of the site [W]
/// Outputs   cooling power [W], heat rejected [W], make-up and evaporation [kg/s]
/// Source    definitions: ISO/IEC 30134-2 (PUE) and 30134-9 (WUE)
/// Valid     annual means; hour by hour a real plant follows the weather. Of a job whose steps are played, IT power
///           is the mean of the last minute
/// Accuracy  that of the imposed numbers
#pragma once

#include <cstdint>
#include <optional>

#include "sim/input/schema.hpp"

namespace wattershed {

struct ImposedOverhead {
  std::optional<double> pue;      ///< imposed ratio of facility to IT energy [1]
  std::optional<Share> overhead;  ///< imposed cooling power over IT power [1]
  WaterIntensity wue{};           ///< imposed make-up over IT energy [kg/J]
  std::int64_t cdus = 0;          ///< coolant units that draw `cdu_power` each, whatever the racks do
  Power cdu_power{};              ///< pumps and controls of one [W]
  void visit(Fields& f);
};

/// Cooling power per IT power that the system imposes, without coolant units [1].
double cooling_ratio(const ImposedOverhead& system);
/// Power of the coolant units [W].
Power coolant_units(const ImposedOverhead& system);

}  // namespace wattershed
