/// Cold plates, coolant distribution units and facility water: the liquid half of a direct-liquid-cooled site.
///
///   coolant         C dT_return/dt = load + CDU pumps − G (coolant return − facility water supply)
///   facility water  C dT_return/dt = G (…) + pump − rejected,   supply = return − rejected / C_water
///   CDUs            G = effectiveness · C_min of all plates in parallel, at the flows of the step
///
/// Inputs   heat to the coolant [W]; what takes the heat out of the facility water
/// Outputs  pump powers [W], temperatures as linear forms
/// Control  both flows follow the load between the pumps' least flow and all
/// Source   sizes: approach of CDUs 3 to 5 K; see the catalog for the others
#pragma once

#include <array>
#include <vector>

#include "models/cooling/machines/heat_exchanger.hpp"
#include "models/cooling/machines/pump.hpp"
#include "models/cooling/plant/heat_books.hpp"

namespace wattershed {

struct LiquidSideParameters {
  Temperature facility_water = Temperature::celsius(32);  ///< supply
  TemperatureDelta facility_water_rise{10};               ///< return over supply at design [K]
  TemperatureDelta cdu_approach{4};                       ///< coolant supply over facility water supply [K]
  TemperatureDelta coolant_rise{10};                      ///< return over supply at design [K]
  Pump facility_water_pump{.head = Pressure(200e3), .least_flow = Share(0.3)};
  Pump cdu_pump{.head = Pressure(250e3), .least_flow = Share(0.5)};
  void visit(Fields& f);
};

class LiquidSide {
 public:
  LiquidSide() = default;
  /// Sized for `liquid` of heat from the racks. Throws InputError.
  LiquidSide(const LiquidSideParameters& parameters, Power liquid, TimeSpan turnover);
  void join(HeatBooks& books, const PlantSettings& settings);

  /// First: flows and exchange.
  void decide_flows(const LoopNetwork& network, const PlantDemand& demand);
  /// Second, when it is known what leaves the facility water [W].
  void decide_supply(LoopNetwork& network, const LinearForm& rejected_w);

  void set_load(LoopNetwork& network, Power liquid) const { network.set_flow(load_flow_, LinearForm(liquid)); }
  /// Heat that the facility water takes up now, with its pump's [W].
  [[nodiscard]] Power water_heat() const { return water_heat_; }
  void publish(const LoopNetwork& network, const PlantSettings& settings, PlantPowers& powers,
               PlantReadings& readings) const;
  [[nodiscard]] Power motor_heat() const;

  /// What its pumps are asked over their flow at design, and the flows of the CDUs over theirs [1].
  [[nodiscard]] double pumps_asked() const { return pumps_asked_; }
  [[nodiscard]] std::array<double, 2> cdu_flows() const { return cdu_flows_; }
  [[nodiscard]] int water_node() const { return water_node_; }
  [[nodiscard]] Conductance water_flow() const { return water_flow_; }
  [[nodiscard]] Conductance design_water_flow() const { return cdu_.cold_design; }
  [[nodiscard]] Power design_water_heat() const { return design_water_heat_; }
  void add_ratings(std::vector<Rating>& ratings) const;

 private:
  HeatExchanger cdu_;
  Pump facility_pump_, cdu_pump_;
  Power design_load_{}, design_water_heat_{};
  TemperatureDelta cdu_approach_{}, coolant_rise_{}, water_rise_{};
  TimeSpan turnover_{};
  int coolant_node_ = -1, water_node_ = -1;
  int load_flow_ = -1, cdu_pump_flow_ = -1, cdu_flow_ = -1, pump_flow_ = -1;

  Conductance coolant_flow_{}, water_flow_{};
  double cdu_conductance_w_per_k_ = 0;
  double pumps_asked_ = 1;
  std::array<double, 2> cdu_flows_{1, 1};
  Power cdu_power_{}, pump_power_{}, water_heat_{};
  LinearForm water_supply_, coolant_supply_;
};

}  // namespace wattershed
