#include "models/cooling/plant/air_chiller_tower.hpp"

#include <algorithm>

#include "models/weather/moist_air.hpp"

namespace wattershed {

AirChillerTower::AirChillerTower(const AirChillerTowerParameters& p, const DesignLoad& load,
                                 const DesignWeather& weather, Redundancy redundancy)
    : air_(p.air, load, weather.wet.pressure, redundancy, {weather.wet.wet_bulb + p.tower.approach, p.tower.range}),
      condenser_water_least_(p.tower.condenser_water_least),
      approach_(p.tower.approach) {
  tower_ = TowerLoop(p.tower, air_.design_condenser_heat(), weather.wet, p.air.loop_turnover);
  if (p.air.economizer_approach) plate_ = air_.sized_economizer(tower_.design_flow());
  settings = {.supply_air = p.air.supply_air,
              .chilled_water = p.air.chilled_water,
              .facility_water = {},
              .cycles_of_concentration = p.tower.cycles_of_concentration};
  tower_.join(books_, tower_.design_leaving() + p.tower.range);
  air_.join(books_, tower_.node(), tower_.node(), settings);
  // What there is to read is known before the start.
  readings_.condenser_water_supply = readings_.condenser_water_return = tower_.design_leaving();
}

void AirChillerTower::decide(double seconds, const PlantDemand& demand, const Outdoors& outdoors) {
  LoopNetwork& network = books_.network;
  air_.decide_air(network, seconds, demand, settings, outdoors);
  air_.decide_mode(network, seconds,
                   [&] { return std::max(tower_.coldest(network, outdoors), outdoors.wet_bulb + approach_); });

  // Its own heat is not known before the chillers run: that of the last step is.
  const Power heat = air_.water_heat() + air_.compressor_heat();
  const Conductance flow = tower_.flow_for(heat);
  double plate = 0;
  const Temperature near = outdoors.wet_bulb + approach_;  // colder water costs more in fans than it is worth
  Temperature wanted = std::max(near, condenser_water_least_);
  bool source_at_limit = false;
  if (air_.economizing()) {
    plate = exchange_per_kelvin(plate_, air_.water_flow(), flow).si();
    const Temperature free = air_.free_source(settings, plate);
    wanted = std::max({free, near, coldest_tower_water});
    source_at_limit = wanted > free;
  }
  tower_.decide(network, seconds, wanted, heat, outdoors);

  const ColdSource source{tower_.leaving(), plate};
  const Temperature leaving = Temperature::celsius(network.at(tower_.leaving()));
  const double economizer_w = plate * std::max((network.temperature(air_.water_node()) - leaving).si(), 0.0);
  air_.decide_chillers(network, settings, source, source_at_limit || tower_.setting().at_limit,
                       {leaving + Power(economizer_w) / tower_.flow(), water_mass_flow(tower_.flow())});

  air_.publish(network, settings, powers_, readings_);
  powers_.pumps += tower_.pump();
  powers_.rejection_fans = tower_.setting().fan;
  readings_.condenser_water_supply = leaving;
  readings_.condenser_water_return = network.temperature(tower_.node());
  readings_.rejection_fan_speed = tower_.setting().speed;
  cycles_now_ = settings.cycles_of_concentration;
  look(outdoors, flow);
}

void AirChillerTower::look(const Outdoors& outdoors, Conductance source_flow) {
  seen_.clear();
  seen_.push_back(air_.seen());
  seen_.push_back(tower_.seen());
  saw(water_domain,
      water_domain.farther({readings_.chilled_water_supply.si()}, {readings_.condenser_water_supply->si()}));
  saw(fan_domain, {air_.fan_asked()});
  saw(pump_domain, {tower_.pump_asked()});
  std::array<double, 2> flows = air_.coil_flows();
  if (air_.economizing())
    flows =
        exchanger_domain.farther(flows, {air_.water_flow() / plate_.hot_design, source_flow / plate_.cold_design});
  saw(exchanger_domain, flows);
  saw(moist_air::air_domain, {outdoors.dry_bulb.si(), outdoors.pressure.si()});
}

std::vector<ValidityTally> AirChillerTower::tallies() const {
  return {ValidityTally(domain_of(air_.chiller())),
          ValidityTally(tower_domain),
          ValidityTally(water_domain),
          ValidityTally(fan_domain),
          ValidityTally(pump_domain),
          ValidityTally(exchanger_domain),
          ValidityTally(moist_air::air_domain)};
}

void AirChillerTower::advance(double seconds, const PlantLoad& load) {
  air_.set_load(books_.network, load.air / TimeSpan(seconds));
  heat_rejected_ = books_.advance(seconds, load, powers_.total(), air_.motor_heat() + tower_.pump_heat());
  water_ = tower_.water(books_.network, seconds, cycles_now_);
  books_.add_water(seconds, water_);
}

void AirChillerTower::add_ratings(std::vector<Rating>& ratings) const {
  air_.add_ratings(ratings);
  if (plate_.ua_design.si() > 0)
    ratings.push_back({"economizer.ua", plate_.ua_design.si(), "W/K", "all heat at its design approach"});
  tower_.add_ratings(ratings);
}

SizedPlant size_air_chiller_tower(const AirChillerTowerParameters& parameters, const DesignLoad& load,
                                  const DesignWeather& weather, Redundancy redundancy) {
  return sized_by([&](std::vector<Rating>& ratings) {
    auto plant = std::make_unique<AirChillerTower>(parameters, load, weather, redundancy);
    plant->add_ratings(ratings);
    return plant;
  });
}

}  // namespace wattershed
