/// The cooling plant of a site, sized for the most that the site can ever give it.
///
///   design heat = racks at full work + losses of the distribution + lighting + other
///
/// Racks that never stand together are not added up: liquid, air and power are each the most of any moment of the run.
///
/// Racks whose work the connection would never allow are counted: the plant is sized for what is installed.
#pragma once

#include "models/cooling/plant/plant.hpp"
#include "models/facility/scenario/load_scenario.hpp"

namespace wattershed {

/// The rack as it stands in a site with this system: where no coolant reaches its cold plates, all of its heat goes
/// to the air, and its air flow is what that heat needs.
Rack rack_as_cooled(Rack rack, const CoolingSystem& system);
/// The air that racks are taken to breathe until the plant says otherwise.
Temperature reference_inlet(const CoolingSystem& system);
/// Heat and air of the racks at full work; fills `loaded.design` but for `cooling` and `grid_per_it`.
void find_design_heat(LoadedSite& loaded);
/// A plant of its own each time. Precondition: the system is built of parts, and `weather` and `design` are there.
/// Throws std::invalid_argument when the weather lacks a design condition.
SizedPlant size_cooling(const LoadedSite& loaded);
/// What the plant draws at design load and weather; fills `loaded.design.cooling` and `grid_per_it`.
void find_design_power(LoadedSite& loaded);

}  // namespace wattershed
