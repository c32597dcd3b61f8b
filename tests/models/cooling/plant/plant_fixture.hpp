/// Plants for tests, with parts as the catalog has them, and outdoor air from a dry bulb and a relative humidity.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "models/cooling/system/scenario.hpp"
#include "models/weather/moist_air.hpp"

namespace wattershed::test {

inline Outdoors outdoors(double dry_bulb_c, double relative, double pressure_pa = 101'325) {
  const double t_k = dry_bulb_c + 273.15;
  const double w = moist_air::humidity_ratio_from_relative(t_k, relative, pressure_pa);
  return {Temperature(t_k), Temperature(moist_air::wet_bulb_k(t_k, w, pressure_pa)), w, Pressure(pressure_pa)};
}

/// Carrier 19XR 1407 kW, variable speed (cooling reference, EnergyPlus data set).
inline Chiller water_chiller() {
  Chiller c;
  c.capacity = Power(1407e3);
  c.cop = 6.04;
  EirCurves& eir = c.curves.emplace<EirCurves>();
  eir.capacity_by_temperature = {1.042261, .002644821, -.001468026, .01366256, -.0008302334, .001573579};
  eir.input_by_temperature = {1.02634, -.01612819, -.001092591, -.01784393, .0007961842, -9.586049e-5};
  eir.input_by_load = {.118888, .6723542, .2068754};
  c.least_load = c.least_unload = Share(.2);
  c.most_load = Share(1.04);
  eir.leaving_least = Temperature::celsius(4.44);
  eir.leaving_most = Temperature::celsius(10);
  eir.entering_least = Temperature::celsius(12.78);
  eir.entering_most = Temperature::celsius(32.22);
  return c;
}
/// York YCAL0033EE, air-cooled.
inline Chiller air_chiller() {
  Chiller c;
  c.condenser = CondenserKind::air;
  c.capacity = Power(100.582e3);
  c.cop = 3.1;
  EirCurves& eir = c.curves.emplace<EirCurves>();
  eir.entering_reference = Temperature::celsius(35);
  eir.capacity_by_temperature = {-.2660645697, .0998714035, -.0023814154, .0628316481, -.0009644649, -.0011249224};
  eir.input_by_temperature = {.1807017787, .0271530312, -.0004553574, .0188175079, .0002623276, -.0012881189};
  eir.input_by_load = {0, 1, 0};
  c.most_load = Share(1.15);
  eir.leaving_least = Temperature::celsius(4.44);
  eir.entering_least = Temperature::celsius(23.89);
  eir.entering_most = Temperature::celsius(51.67);
  return c;
}

inline CoolingSystem cooling_system(CoolingType type) {
  CoolingSystem system;
  system.type = type;
  system.air.chiller = type == CoolingType::dlc_dry ? air_chiller() : water_chiller();
  if (type == CoolingType::dlc_dry) {
    system.air.economizer_approach = TemperatureDelta(8);
    system.liquid.facility_water = Temperature::celsius(45);
  }
  if (type == CoolingType::dlc_tower) {
    system.tower.range = TemperatureDelta(8);
    system.tower.condenser_water_least = Temperature::celsius(22);
  }
  return system;
}

inline constexpr CoolingType all_types[] = {CoolingType::air_chiller_tower, CoolingType::dlc_tower,
                                            CoolingType::dlc_dry};

inline DesignWeather design_weather() { return {outdoors(38, 0.25), outdoors(32, 0.55)}; }

/// 20 MW: all in the air, or four fifths on liquid.
inline DesignLoad design_load(CoolingType type) {
  return type == CoolingType::air_chiller_tower ? DesignLoad{Power(0), Power(20e6), VolumeFlow()}
                                                : DesignLoad{Power(16e6), Power(4e6), VolumeFlow()};
}
inline PlantDemand demand_of(CoolingType type, double share) {
  const DesignLoad design = design_load(type);
  return {share * design.liquid, share * design.air, VolumeFlow()};
}
inline PlantLoad load_over(const PlantDemand& demand, double seconds) {
  return {demand.liquid * TimeSpan(seconds), demand.air * TimeSpan(seconds)};
}

inline std::unique_ptr<Plant> make_plant(const CoolingSystem& system) {
  SizedPlant sized = size_plant(system, design_load(system.type), design_weather(), Redundancy::n_plus_1);
  if (!sized.plant) throw std::runtime_error(sized.problems.at(0).message);
  return std::move(sized.plant);
}
inline std::unique_ptr<Plant> make_plant(CoolingType type) { return make_plant(cooling_system(type)); }

inline void steps(Plant& plant, int count, double seconds, const PlantDemand& demand, const Outdoors& air) {
  const Duration length = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  for (int i = 0; i < count; ++i) plant.step(length, load_over(demand, seconds), demand, air);
}

}  // namespace wattershed::test
