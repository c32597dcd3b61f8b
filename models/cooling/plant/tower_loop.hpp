/// Condenser-water loop with its towers: one node, the water on its way to the towers.
///
///   C dT/dt = heat in − heat of the towers,   leaving = T − (conductance / C_water)(T − wet bulb)
///
/// Inputs   wanted leaving temperature [K], expected heat [W], outdoor air
/// Outputs  temperature of the water leaving as a linear form, fan and pump power [W], evaporation and drift [kg/s]
/// Control  flow follows the heat between the pump's least flow and all; the fans hold the leaving water
#pragma once

#include <algorithm>
#include <vector>

#include "models/cooling/machines/pump.hpp"
#include "models/cooling/plant/cooler_control.hpp"
#include "models/cooling/plant/heat_books.hpp"

namespace wattershed {

/// Above freezing, with the economizer on.
inline constexpr Temperature coldest_tower_water = Temperature::celsius(4);

struct TowerLoopParameters {
  Tower tower;
  TemperatureDelta approach{4};                                  ///< leaving water over wet bulb at design [K]
  TemperatureDelta range{6};                                     ///< entering over leaving at design [K]
  Temperature condenser_water_least = Temperature::celsius(18);  ///< not colder while chillers run
  Pump condenser_pump{.head = Pressure(200e3), .static_head = Share(0.2), .least_flow = Share(0.3)};
  double cycles_of_concentration = 5;
  void visit(Fields& f);
};

class TowerLoop {
 public:
  TowerLoop() = default;
  /// Sized for `heat` at the wet-bulb condition. Throws InputError when no tower can be.
  TowerLoop(const TowerLoopParameters& parameters, Power heat, const Outdoors& design, TimeSpan turnover);
  /// Adds node and flows.
  void join(HeatBooks& books, Temperature start);

  /// Flow, speed and heat flow for the coming step. `heat` is expected to enter the loop, its pump's not included.
  void decide(LoopNetwork& network, double step_s, Temperature wanted, Power heat, const Outdoors& outdoors);

  /// The flow that goes with a heat [W/K].
  [[nodiscard]] Conductance flow_for(Power heat) const {
    return std::clamp(heat / design_heat_, pump_design_.least_flow.si(), 1.0) * design_flow_;
  }
  [[nodiscard]] int node() const { return node_; }
  [[nodiscard]] const LinearForm& leaving() const { return leaving_; }
  [[nodiscard]] Conductance flow() const { return flow_; }
  [[nodiscard]] const CoolerSetting& setting() const { return setting_; }
  [[nodiscard]] Power pump() const { return pump_power_; }
  [[nodiscard]] Power pump_heat() const { return heat_to_stream(pump_design_, pump_power_); }
  [[nodiscard]] Conductance design_flow() const { return design_flow_; }
  [[nodiscard]] const Tower& tower() const { return tower_; }
  [[nodiscard]] const Pump& pump_design() const { return pump_design_; }
  [[nodiscard]] Temperature design_leaving() const { return tower_.design_wet_bulb + tower_.approach; }
  /// What the tower was asked in the coming step; nothing is outside while it takes no heat.
  [[nodiscard]] const SeenState& seen() const { return seen_; }
  /// What its pump is asked over its flow at design [1].
  [[nodiscard]] double pump_asked() const { return pump_asked_; }
  /// The coldest leaving temperature now: fans at full speed.
  [[nodiscard]] Temperature coldest(const LoopNetwork& network, const Outdoors& outdoors) const;
  /// Water of the step that `network` has just made, at the mean heat of it.
  [[nodiscard]] PlantWater water(const LoopNetwork& network, double seconds, double cycles_of_concentration) const;

  void add_ratings(std::vector<Rating>& ratings) const;

 private:
  Tower tower_;
  Pump pump_design_;
  Power design_heat_{};
  Conductance design_flow_{};
  TimeSpan turnover_{};
  int node_ = -1, tower_flow_ = -1, pump_flow_ = -1;
  Conductance flow_{};
  LinearForm leaving_;
  CoolerSetting setting_;
  SeenState seen_;
  Power pump_power_{};
  double pump_asked_ = 1;
};

}  // namespace wattershed
