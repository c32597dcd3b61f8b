/// The dimensions that tests of units go through.
#pragma once

#include <vector>

#include "sim/units/quantity.hpp"

namespace wattershed {

/// Every dimension that has a name in sim/units/quantity.hpp.
inline const std::vector<Dimension> named_dimensions{Length::dimension,
                                                     Area::dimension,
                                                     Volume::dimension,
                                                     Mass::dimension,
                                                     TimeSpan::dimension,
                                                     Frequency::dimension,
                                                     Pressure::dimension,
                                                     Energy::dimension,
                                                     Power::dimension,
                                                     PowerVariance::dimension,
                                                     PowerRamp::dimension,
                                                     ApparentPower::dimension,
                                                     Voltage::dimension,
                                                     Current::dimension,
                                                     MassFlow::dimension,
                                                     VolumeFlow::dimension,
                                                     TemperatureDelta::dimension,
                                                     HeatCapacity::dimension,
                                                     Conductance::dimension,
                                                     SpecificEnergy::dimension,
                                                     Carbon::dimension,
                                                     CarbonRate::dimension,
                                                     CarbonIntensity::dimension,
                                                     WaterIntensity::dimension,
                                                     Money::dimension,
                                                     MoneyRate::dimension,
                                                     EnergyPrice::dimension,
                                                     WaterPrice::dimension,
                                                     Tokens::dimension,
                                                     TokenRate::dimension,
                                                     Information::dimension,
                                                     Bandwidth::dimension,
                                                     Dimension{}};

}  // namespace wattershed
