#include "models/cooling/plant/tower_loop.hpp"

#include <algorithm>

namespace wattershed {

namespace {

/// `heat` with that of the pump which carries it all: its power is in proportion.
Power with_pump(const TowerLoopParameters& p, Power heat) {
  Pump pump = p.condenser_pump;
  pump.flow = water_volume(MassFlow(heat.si() / (kWaterSpecificHeat * p.range.si())));
  const double share = heat_to_stream(pump, pump_power(pump, 1)) / heat;
  return heat / (1 - share);
}

}  // namespace

void TowerLoopParameters::visit(Fields& f) {
  f.required("tower", tower, {.help = "the cooling towers", .example = "merkel-default"});
  f.optional("approach", approach,
             {.help = "tower water over wet bulb at design, and while chillers run",
              .above = 0,
              .source = "2.8 to 6.7 K, Lei and Masanet 2022",
              .kind = ValueKind::published,
              .example = "4 K"});
  f.optional("range", range,
             {.help = "tower water entering over leaving at design",
              .above = 0,
              .source = "5 to 6 K is usual behind chillers",
              .kind = ValueKind::assumed,
              .example = "6 K"});
  f.optional("condenser_water_least", condenser_water_least,
             {.help = "tower water is not made colder while chillers alone cool",
              .source = "centrifugal chillers need some lift: 13 to 18 degC is usual",
              .kind = ValueKind::assumed,
              .example = "18 degC"});
  f.optional("condenser_pump", condenser_pump, {.help = "pumps of the tower water"});
  f.optional("cycles_of_concentration", cycles_of_concentration,
             {.help = "dissolved solids in tower water over those in make-up",
              .changes = true,
              .at_most = 100,
              .above = 1,
              .source = "3 to 15, Lei and Masanet 2022",
              .kind = ValueKind::published,
              .example = "5"});
}

TowerLoop::TowerLoop(const TowerLoopParameters& parameters, Power heat, const Outdoors& design, TimeSpan turnover)
    : tower_(sized_tower(parameters.tower, with_pump(parameters, heat), design.wet_bulb, parameters.approach,
                         parameters.range, design.pressure)),
      pump_design_(parameters.condenser_pump),
      design_heat_(with_pump(parameters, heat)),
      design_flow_(water_capacity_rate(tower_.water)),
      turnover_(turnover),
      flow_(design_flow_) {
  pump_design_.flow = water_volume(tower_.water);
}

void TowerLoop::join(HeatBooks& books, Temperature start) {
  node_ = books.network.add_node(design_flow_ * turnover_, start);
  tower_flow_ = books.add_rejection(node_);
  pump_flow_ = books.network.add_flow(LoopNetwork::outside, node_);
  leaving_ = books.network.node(node_);
}

void TowerLoop::decide(LoopNetwork& network, double step_s, Temperature wanted, Power heat,
                       const Outdoors& outdoors) {
  flow_ = flow_for(heat);
  const double ratio = flow_ / design_flow_;
  pump_power_ = pump_power(pump_design_, ratio);
  const Power incoming = heat + pump_heat();
  const Power take = heat_to_take(network, node_, incoming, wanted + incoming / flow_, step_s);
  setting_ =
      take_heat(TowerAir{tower_, outdoors}, take, {network.temperature(node_), ratio * tower_.water}, setting_.speed);
  pump_asked_ = pump_domain.bounds[0].rounded(heat / design_heat_);
  // Not the quotient of flows, which may round to less than the least.
  seen_.at = {outdoors.wet_bulb.si(), std::clamp(heat / design_heat_, pump_design_.least_flow.si(), 1.0)};
  seen_.outside = setting_.heat.si() > 0 ? tower_domain.outside(seen_.at) : 0;
  const LinearForm entering = network.node(node_);
  const LinearForm heat_w = setting_.conductance_w_per_k * (entering - LinearForm(outdoors.wet_bulb));
  leaving_ = entering - (1 / flow_.si()) * heat_w;
  network.set_flow(tower_flow_, heat_w);
  network.set_flow(pump_flow_, LinearForm(pump_heat()));
}

Temperature TowerLoop::coldest(const LoopNetwork& network, const Outdoors& outdoors) const {
  return run_tower(tower_, {network.temperature(node_), water_mass_flow(flow_)}, 1.0, outdoors).water_leaving;
}

void TowerLoop::add_ratings(std::vector<Rating>& ratings) const {
  ratings.push_back({"towers.heat", design_heat_.si(), "W", "at the wet-bulb condition"});
  ratings.push_back({"towers.water", tower_.water.si(), "kg/s", "from the design range"});
  ratings.push_back({"towers.air", tower_.air.si(), "m3/s", "at full speed"});
  ratings.push_back({"towers.ua", tower_.ua_design.si(), "W/K", "from approach, range and wet bulb at design"});
  ratings.push_back({"towers.fan_power", tower_.fan.si(), "W", "at full speed"});
  ratings.push_back({"condenser_water.pump_power", pump_power(pump_design_, 1).si(), "W", "at full flow"});
}

PlantWater TowerLoop::water(const LoopNetwork& network, double seconds, double cycles_of_concentration) const {
  PlantWater water;
  const double heat_w = network.energy(tower_flow_).si() / seconds;
  if (setting_.heat.si() > 0) water.evaporation = setting_.evaporation * (heat_w / setting_.heat.si());
  water.drift = setting_.drift;
  water.blowdown = blowdown(water.evaporation, water.drift, cycles_of_concentration);
  return water;
}

}  // namespace wattershed
