/// Room air, its coils, the chilled-water loop, chillers and economizer: the part that all plants have.
///
///   room           C dT_return/dt = load + fan heat − coil,       supply = return − (coil − fan heat) / C_air
///   coil           heat = G (return − chilled water supply),      G = effectiveness · C_min at the flows of the step
///   rack inlet     supply + recirculation · (return − supply)
///   chilled water  C dT_water/dt = coil + pump − economizer − chillers
///   economizer     heat = G_e (chilled water return − cold source), upstream of the chillers
///   chillers       heat = C_water (water behind the economizer − set-point), or all they can
///
/// Inputs   heat to air and air flow that the racks ask for, a cold source for the economizer, the water or air
///          entering the condensers
/// Outputs  powers of fans, pump, compressors [W], heat flows in the network, mode
/// Control  fans follow the racks' air flow; chilled water flows as the supply air needs; chillers are staged,
///          equally loaded; the economizer goes on when the source can help, off when it does not, each held for a
///          time
/// Valid    dry coils, no humidity control; machines start at once
#pragma once

#include <optional>

#include "models/cooling/machines/chiller.hpp"
#include "models/cooling/machines/fan.hpp"
#include "models/cooling/machines/heat_exchanger.hpp"
#include "models/cooling/machines/pump.hpp"
#include "models/cooling/plant/heat_books.hpp"

namespace wattershed {

struct AirSideParameters {
  Temperature supply_air = Temperature::celsius(24);
  Temperature chilled_water = Temperature::celsius(16);
  TemperatureDelta air_rise{12};           ///< return over supply at design [K]
  TemperatureDelta chilled_water_rise{8};  ///< return over supply at design [K]
  Share recirculation{0.05};               ///< of the return air at the rack inlets [1]
  Fan room_fan{.least_flow = Share(0.3), .curve = {}};
  Pump chilled_water_pump{.least_flow = Share(0.3)};
  Chiller chiller;
  Sized<Power> chiller_capacity;                                             ///< of one, at design [W]
  Sized<std::int64_t> chillers;                                              ///< that carry the design load
  Power largest_chiller{5e6};                                                ///< when their number is auto [W]
  std::optional<TemperatureDelta> economizer_approach{TemperatureDelta(2)};  ///< none: no economizer [K]
  TemperatureDelta economizer_dead_band{1};
  TimeSpan economizer_hold{1200};  ///< least time on and off [s]
  TimeSpan room_hold_up{180};      ///< heat held by room and racks over C_air at design [s]
  TimeSpan loop_turnover{300};     ///< content of every water loop over its design flow [s]
  void visit(Fields& f);
};

/// Where the economizer sheds heat to.
struct ColdSource {
  LinearForm temperature_c;
  double conductance_w_per_k = 0;
};

/// What enters the condensers at design: water that warms by `range`, or outdoor air, whose flow is not known.
struct CondenserDesign {
  Temperature entering;
  std::optional<TemperatureDelta> range{};
};

class AirSide {
 public:
  AirSide() = default;
  /// Sized for `air` of heat from outside the plant. Throws SizingError or InputError.
  AirSide(const AirSideParameters& parameters, const DesignLoad& load, Pressure pressure, Redundancy redundancy,
          const CondenserDesign& condenser);
  /// Adds nodes and flows. Heat of the economizer goes to `economizer_to`, that of the chillers to `condenser`; both
  /// may be outside.
  void join(HeatBooks& books, int economizer_to, int condenser, const PlantSettings& settings);

  /// First: fans, coil, chilled-water flow.
  void decide_air(const LoopNetwork& network, double step_s, const PlantDemand& demand, const PlantSettings& settings,
                  const Outdoors& outdoors);
  /// Second: economizer on or off. `coldest` gives the coldest temperature that the source can have now.
  template <class Coldest>
  void decide_mode(const LoopNetwork& network, double seconds, const Coldest& coldest) {
    since_switch_s_ += seconds;
    if (!economizer_approach_ || since_switch_s_ < economizer_hold_s_) return;
    const Temperature back = network.temperature(water_node_);
    // Alone it may run as warm as it can: only beside chillers has it to show that it helps.
    const bool helps = economizing_ ? !chilling_ || source_now_ + *economizer_approach_ < back
                                    : coldest() + *economizer_approach_ + dead_band_ < back;
    if (helps == economizing_) return;
    economizing_ = helps;
    chilling_ = true;
    since_switch_s_ = 0;
  }
  /// The source temperature at which the economizer alone carries the heat, with this conductance.
  [[nodiscard]] Temperature free_source(const PlantSettings& settings, double conductance_w_per_k) const;
  /// Third: economizer and chillers. `source_at_limit`: the source cannot be colder. `condenser` enters all
  /// condensers together.
  void decide_chillers(LoopNetwork& network, const PlantSettings& settings, const ColdSource& source,
                       bool source_at_limit, WaterStream condenser);

  void set_load(LoopNetwork& network, Power air) const { network.set_flow(load_flow_, LinearForm(air)); }
  /// Heat that the chilled water takes up now, with its pump's [W].
  [[nodiscard]] Power water_heat() const { return water_heat_; }
  void publish(const LoopNetwork& network, const PlantSettings& settings, PlantPowers& powers,
               PlantReadings& readings) const;
  /// Heat of the motors that the loops take up; that of compressors when the condenser is a loop.
  [[nodiscard]] Power motor_heat() const;

  /// Heat that would cool the chilled water as it comes back to its set-point [W].
  [[nodiscard]] Power heat_above_set_point(const LoopNetwork& network, const PlantSettings& settings) const {
    return water_flow_ * (network.temperature(water_node_) - settings.chilled_water);
  }
  /// Forgets what hysteresis remembers: before a start.
  void reset();
  [[nodiscard]] bool economizing() const { return economizing_; }
  [[nodiscard]] int water_node() const { return water_node_; }
  [[nodiscard]] Conductance water_flow() const { return water_flow_; }
  [[nodiscard]] Power compressors() const { return compressor_power_; }
  [[nodiscard]] Power compressor_heat() const { return compressor_heat_; }
  [[nodiscard]] const Chiller& chiller() const { return chiller_; }
  /// What the chillers' curves are asked in the coming step; nothing is outside while none runs.
  [[nodiscard]] const SeenState& seen() const { return seen_; }
  /// What its fans are asked over their flow at design, and the flows of the coils over theirs [1].
  [[nodiscard]] double fan_asked() const { return fan_asked_; }
  [[nodiscard]] std::array<double, 2> coil_flows() const { return {air_flow_ / coil_.hot_design, water_ratio_}; }
  [[nodiscard]] Power design_water_heat() const { return design_water_heat_; }
  [[nodiscard]] Power design_condenser_heat() const { return design_condenser_heat_; }
  [[nodiscard]] Conductance design_water_flow() const { return coil_.cold_design; }
  /// The plate that carries all heat with the source colder than chilled water by the design approach.
  [[nodiscard]] HeatExchanger sized_economizer(Conductance source_flow) const;
  void add_ratings(std::vector<Rating>& ratings) const;

 private:
  // as built
  Fan fan_;
  HeatExchanger coil_;
  Pump pump_;
  Chiller chiller_;
  int needed_ = 0, installed_ = 0;
  Temperature design_chilled_water_;
  Share recirculation_;
  TimeSpan room_hold_up_{}, turnover_{};
  TemperatureDelta air_rise_{}, dead_band_{};
  std::optional<TemperatureDelta> economizer_approach_;
  double economizer_hold_s_ = 0;
  Power design_water_heat_{}, design_condenser_heat_{}, design_compressors_{};

  int room_node_ = -1, water_node_ = -1;
  int load_flow_ = -1, fan_flow_ = -1, coil_flow_ = -1, pump_flow_ = -1;
  int economizer_flow_ = -1, chiller_flow_ = -1, compressor_flow_ = -1;

  // as decided
  SeenState seen_;
  bool economizing_ = false, chilling_ = true, at_limit_ = false;
  double since_switch_s_ = 1e9;
  int running_ = 0;
  double fan_asked_ = 1, water_ratio_ = 1;
  double coil_conductance_w_per_k_ = 0;
  Power water_heat_{};
  Conductance air_flow_{}, water_flow_{};
  Power fan_power_{}, pump_power_{}, compressor_power_{}, compressor_heat_{};
  LinearForm supply_air_, water_supply_;
  Temperature source_now_;
};

}  // namespace wattershed
