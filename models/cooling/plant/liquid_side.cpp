#include "models/cooling/plant/liquid_side.hpp"

#include <algorithm>

#include "models/cooling/machines/fluid.hpp"

namespace wattershed {

void LiquidSideParameters::visit(Fields& f) {
  f.optional("facility_water", facility_water,
             {.help = "set-point of the facility water supply",
              .changes = true,
              .source = "ASHRAE liquid class W32",
              .kind = ValueKind::published,
              .example = "40 degC"});
  f.optional("facility_water_rise", facility_water_rise,
             {.help = "facility water return over supply at design",
              .above = 0,
              .source = "about that of liquid-cooled racks at full load",
              .kind = ValueKind::assumed,
              .example = "10 K"});
  f.optional("cdu_approach", cdu_approach,
             {.help = "coolant supply over facility water supply at design",
              .above = 0,
              .source = "3 to 5 K is usual of plate heat exchangers in CDUs",
              .kind = ValueKind::assumed,
              .example = "4 K"});
  f.optional("coolant_rise", coolant_rise,
             {.help = "coolant return over supply at design",
              .above = 0,
              .source = "about 1.4 L/min a kW through cold plates",
              .kind = ValueKind::assumed,
              .example = "10 K"});
  f.optional("facility_water_pump", facility_water_pump, {.help = "pumps of the facility water"});
  f.optional("cdu_pump", cdu_pump, {.help = "pumps of the CDUs"});
}

LiquidSide::LiquidSide(const LiquidSideParameters& p, Power liquid, TimeSpan turnover)
    : facility_pump_(p.facility_water_pump),
      cdu_pump_(p.cdu_pump),
      design_load_(liquid),
      cdu_approach_(p.cdu_approach),
      coolant_rise_(p.coolant_rise),
      water_rise_(p.facility_water_rise),
      turnover_(turnover) {
  // The CDU pumps' own heat comes with the load: their flow follows from the load, their power from the flow.
  cdu_pump_.flow = VolumeFlow(liquid.si() / (p.coolant_rise.si() * kWaterSpecificHeat * kWaterDensity));
  const Power exchanged = liquid + heat_to_stream(cdu_pump_, pump_power(cdu_pump_, 1));
  const Temperature coolant = p.facility_water + p.cdu_approach;
  cdu_ = sized_heat_exchanger(plate_kind(), exchanged, coolant + p.coolant_rise, coolant, p.facility_water,
                              p.facility_water + p.facility_water_rise);
  facility_pump_.flow = VolumeFlow(cdu_.cold_design.si() / (kWaterSpecificHeat * kWaterDensity));
  design_water_heat_ = exchanged + heat_to_stream(facility_pump_, pump_power(facility_pump_, 1));
}

void LiquidSide::join(HeatBooks& books, const PlantSettings& settings) {
  LoopNetwork& network = books.network;
  const Temperature coolant = settings.facility_water + cdu_approach_ + coolant_rise_;
  coolant_node_ = network.add_node(cdu_.hot_design * turnover_, coolant);
  water_node_ = network.add_node(cdu_.cold_design * turnover_, settings.facility_water + water_rise_);
  load_flow_ = network.add_flow(LoopNetwork::outside, coolant_node_);
  cdu_pump_flow_ = network.add_flow(LoopNetwork::outside, coolant_node_);
  cdu_flow_ = network.add_flow(coolant_node_, water_node_);
  pump_flow_ = network.add_flow(LoopNetwork::outside, water_node_);
  water_supply_ = LinearForm(settings.facility_water);
}

void LiquidSide::decide_flows(const LoopNetwork& network, const PlantDemand& demand) {
  const double load = demand.liquid / design_load_;
  const double coolant_ratio = std::clamp(load, cdu_pump_.least_flow.si(), 1.0);
  const double water_ratio = std::clamp(load, facility_pump_.least_flow.si(), 1.0);
  pumps_asked_ = pump_domain.bounds[0].rounded(load);
  cdu_flows_ = {coolant_ratio, water_ratio};
  cdu_power_ = pump_power(cdu_pump_, coolant_ratio);
  pump_power_ = pump_power(facility_pump_, water_ratio);
  const Conductance coolant = coolant_ratio * cdu_.hot_design, water = water_ratio * cdu_.cold_design;
  if (coolant != coolant_flow_ || water != water_flow_) {
    coolant_flow_ = coolant;
    water_flow_ = water;
    cdu_conductance_w_per_k_ = exchange_per_kelvin(cdu_, coolant, water).si();
  }
  const double apart_k = network.temperature(coolant_node_).celsius() - network.at(water_supply_);
  water_heat_ =
      Power(std::max(cdu_conductance_w_per_k_ * apart_k, 0.0)) + heat_to_stream(facility_pump_, pump_power_);
}

void LiquidSide::decide_supply(LoopNetwork& network, const LinearForm& rejected_w) {
  water_supply_ = network.node(water_node_) - (1 / water_flow_.si()) * rejected_w;
  const LinearForm coolant = network.node(coolant_node_);
  const LinearForm exchanged_w = cdu_conductance_w_per_k_ * (coolant - water_supply_);
  coolant_supply_ = coolant - (1 / coolant_flow_.si()) * exchanged_w;
  network.set_flow(cdu_flow_, exchanged_w);
  network.set_flow(cdu_pump_flow_, LinearForm(heat_to_stream(cdu_pump_, cdu_power_)));
  network.set_flow(pump_flow_, LinearForm(heat_to_stream(facility_pump_, pump_power_)));
}

void LiquidSide::publish(const LoopNetwork& network, const PlantSettings& settings, PlantPowers& powers,
                         PlantReadings& readings) const {
  powers.pumps += pump_power_;
  powers.cdu_pumps = cdu_power_;
  readings.coolant_return = network.temperature(coolant_node_);
  readings.coolant_supply = Temperature::celsius(network.at(coolant_supply_));
  readings.facility_water_return = network.temperature(water_node_);
  readings.facility_water_supply = Temperature::celsius(network.at(water_supply_));
  if (*readings.facility_water_supply > settings.facility_water + TemperatureDelta(1)) readings.overloaded = true;
}

Power LiquidSide::motor_heat() const {
  return heat_to_stream(cdu_pump_, cdu_power_) + heat_to_stream(facility_pump_, pump_power_);
}

void LiquidSide::add_ratings(std::vector<Rating>& ratings) const {
  ratings.push_back({"cdus.coolant_flow", cdu_.hot_design.si() / kWaterSpecificHeat, "kg/s", "from the design rise"});
  ratings.push_back({"cdus.ua", cdu_.ua_design.si(), "W/K", "from the approach"});
  ratings.push_back({"cdus.pump_power", pump_power(cdu_pump_, 1).si(), "W", "at full flow"});
  ratings.push_back(
      {"facility_water.flow", cdu_.cold_design.si() / kWaterSpecificHeat, "kg/s", "from the design rise"});
  ratings.push_back({"facility_water.heat", design_water_heat_.si(), "W", "with both pumps' heat"});
  ratings.push_back({"facility_water.pump_power", pump_power(facility_pump_, 1).si(), "W", "at full flow"});
}

}  // namespace wattershed
