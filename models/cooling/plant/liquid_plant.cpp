#include "models/cooling/plant/liquid_plant.hpp"

#include <algorithm>
#include <cassert>

#include "models/cooling/machines/fluid.hpp"
#include "models/weather/moist_air.hpp"

namespace wattershed {

LiquidPlant::LiquidPlant(const LiquidPlantParameters& p, const DesignLoad& load, const DesignWeather& weather,
                         Redundancy redundancy)
    : liquid_(p.liquid, load.liquid, p.air.loop_turnover) {
  assert(p.tower.has_value() != p.dry_cooler.has_value());
  settings = {.supply_air = p.air.supply_air,
              .chilled_water = p.air.chilled_water,
              .facility_water = p.liquid.facility_water};
  const Temperature water = p.liquid.facility_water;
  const Power heat = liquid_.design_water_heat();
  if (p.tower) {
    const Temperature cold = weather.wet.wet_bulb + p.tower->approach;
    air_ = AirSide(p.air, load, weather.wet.pressure, redundancy, {cold, p.tower->range});
    tower_.emplace(*p.tower, heat + air_.design_condenser_heat(), weather.wet, p.air.loop_turnover);
    const Conductance plate_flow = heat / (heat + air_.design_condenser_heat()) * tower_->design_flow();
    plate_ = sized_heat_exchanger(plate_kind(), heat, water + heat / liquid_.design_water_flow(), water, cold,
                                  cold + heat / plate_flow);
    if (p.air.economizer_approach) economizer_ = air_.sized_economizer(tower_->design_flow() - plate_flow);
    condenser_water_least_ = p.tower->condenser_water_least;
    approach_ = p.tower->approach;
    settings.cycles_of_concentration = p.tower->cycles_of_concentration;
    tower_->join(books_, cold + p.tower->range);
    liquid_.join(books_, settings);
    air_.join(books_, tower_->node(), tower_->node(), settings);
    rejection_flow_ = books_.add_one_way(liquid_.water_node(), tower_->node());
    readings_.condenser_water_supply = readings_.condenser_water_return = cold;
  } else {
    air_ = AirSide(p.air, load, weather.dry.pressure, redundancy, {weather.dry.dry_bulb});
    cooler_ = sized_dry_cooler(*p.dry_cooler, heat, weather.dry.dry_bulb, water - weather.dry.dry_bulb,
                               heat / liquid_.design_water_flow());
    if (p.air.economizer_approach)
      free_cooler_ =
          sized_dry_cooler(*p.dry_cooler, air_.design_water_heat(), p.air.chilled_water - *p.air.economizer_approach,
                           *p.air.economizer_approach, air_.design_water_heat() / air_.design_water_flow());
    liquid_.join(books_, settings);
    air_.join(books_, LoopNetwork::outside, LoopNetwork::outside, settings);
    rejection_flow_ = books_.add_rejection(liquid_.water_node());
  }
  // What there is to read is known before the start.
  readings_.coolant_supply = readings_.coolant_return = water;
  readings_.facility_water_supply = readings_.facility_water_return = water;
}

void LiquidPlant::decide_wet(double seconds, const Outdoors& outdoors) {
  LoopNetwork& network = books_.network;
  air_.decide_mode(network, seconds,
                   [&] { return std::max(tower_->coldest(network, outdoors), outdoors.wet_bulb + approach_); });

  const Power plate_heat = liquid_.water_heat();
  const Power other_heat = air_.water_heat() + air_.compressor_heat();
  const Power heat = plate_heat + other_heat;
  const Conductance flow = tower_->flow_for(heat);
  const Conductance plate_flow = heat.si() > 0 ? plate_heat / heat * flow : 0.5 * flow;
  plate_flow_ = plate_flow;
  const double plate_most = exchange_per_kelvin(plate_, liquid_.water_flow(), plate_flow).si();
  const Temperature near = outdoors.wet_bulb + approach_;  // colder water costs more in fans than it is worth
  Temperature wanted = std::max(near, condenser_water_least_);
  bool source_at_limit = false;
  double economizer = 0;
  if (air_.economizing()) {
    economizer = exchange_per_kelvin(economizer_, air_.water_flow(), flow - plate_flow).si();
    const Temperature free = air_.free_source(settings, economizer);
    wanted = std::max({free, near, coldest_tower_water});
    source_at_limit = wanted > free;
  }
  const Temperature back = settings.facility_water + plate_heat / liquid_.water_flow();
  if (plate_most > 0) wanted = std::min(wanted, back - plate_heat / Conductance(plate_most));
  tower_->decide(network, seconds, wanted, heat, outdoors);

  const LinearForm& cold = tower_->leaving();
  const Temperature cold_now = Temperature::celsius(network.at(cold));
  // Facility water beside the plate, so that the supply settles at its set-point.
  const int water_node = liquid_.water_node();
  const TemperatureDelta over = network.temperature(water_node) - cold_now;
  const Power take = heat_to_take(network, water_node, plate_heat, back, seconds);
  const double needed = over.si() > 0 ? std::max(take / over / Conductance(1), 0.0) : 0.0;
  const LinearForm rejected_w = std::min(needed, plate_most) * (network.node(water_node) - cold);
  network.set_flow(rejection_flow_, rejected_w);
  liquid_.decide_supply(network, rejected_w);

  Temperature entering = cold_now;  // of the condensers, behind the economizer
  if (economizer > 0)
    entering = entering + Conductance(economizer) *
                              std::max(network.temperature(air_.water_node()) - cold_now, TemperatureDelta()) /
                              (flow - plate_flow);
  air_.decide_chillers(network, settings, {cold, economizer}, source_at_limit || tower_->setting().at_limit,
                       {entering, water_mass_flow(flow - plate_flow)});
}

void LiquidPlant::decide_dry(double seconds, const Outdoors& outdoors) {
  LoopNetwork& network = books_.network;
  const DryCoolerAir free_air{free_cooler_, outdoors};
  const WaterStream chilled{network.temperature(air_.water_node()), water_mass_flow(air_.water_flow())};
  air_.decide_mode(network, seconds, [&] { return free_air.run(chilled, 1.0).water_leaving; });

  const int water_node = liquid_.water_node();
  const Power heat = liquid_.water_heat();
  const Temperature back = settings.facility_water + heat / liquid_.water_flow();
  cooler_setting_ =
      take_heat(DryCoolerAir{cooler_, outdoors}, heat_to_take(network, water_node, heat, back, seconds),
                {network.temperature(water_node), water_mass_flow(liquid_.water_flow())}, cooler_setting_.speed);
  const LinearForm ambient(outdoors.dry_bulb);
  const LinearForm rejected_w = cooler_setting_.conductance_w_per_k * (network.node(liquid_.water_node()) - ambient);
  network.set_flow(rejection_flow_, rejected_w);
  liquid_.decide_supply(network, rejected_w);

  if (air_.economizing())
    free_setting_ = take_heat(free_air, air_.heat_above_set_point(network, settings), chilled, free_setting_.speed);
  else
    free_setting_ = CoolerSetting{};
  air_.decide_chillers(network, settings, {ambient, free_setting_.conductance_w_per_k}, free_setting_.at_limit,
                       {outdoors.dry_bulb});
}

void LiquidPlant::decide(double seconds, const PlantDemand& demand, const Outdoors& outdoors) {
  LoopNetwork& network = books_.network;
  liquid_.decide_flows(network, demand);
  air_.decide_air(network, seconds, demand, settings, outdoors);
  if (tower_)
    decide_wet(seconds, outdoors);
  else
    decide_dry(seconds, outdoors);

  air_.publish(network, settings, powers_, readings_);
  liquid_.publish(network, settings, powers_, readings_);
  if (tower_) {
    powers_.pumps += tower_->pump();
    powers_.rejection_fans = tower_->setting().fan;
    readings_.condenser_water_supply = Temperature::celsius(network.at(tower_->leaving()));
    readings_.condenser_water_return = network.temperature(tower_->node());
    readings_.rejection_fan_speed = tower_->setting().speed;
  } else {
    powers_.rejection_fans = cooler_setting_.fan + free_setting_.fan;
    readings_.rejection_fan_speed = cooler_setting_.speed;
  }
  cycles_now_ = settings.cycles_of_concentration;
  look(outdoors);
}

void LiquidPlant::look(const Outdoors& outdoors) {
  seen_.clear();
  seen_.push_back(air_.seen());
  // Most of the time all is inside: only what is not is worth the search for the farthest.
  const auto widen = [](auto& kept, const auto& domain, const auto& at) {
    if (domain.outside(at) != 0) kept = domain.farther(kept, at);
  };
  std::array<double, 1> water{readings_.facility_water_return->si()}, pumps{liquid_.pumps_asked()};
  const auto add_water = [&](Temperature loop) { widen(water, water_domain, std::array{loop.si()}); };
  add_water(*readings_.coolant_return);
  add_water(readings_.chilled_water_supply);
  if (tower_) add_water(*readings_.condenser_water_supply);
  saw(water_domain, water);
  std::array<double, 2> flows = air_.coil_flows();
  const auto add_flows = [&](double hot, double cold) { widen(flows, exchanger_domain, std::array{hot, cold}); };
  add_flows(liquid_.cdu_flows()[0], liquid_.cdu_flows()[1]);
  if (tower_) {
    seen_.push_back(tower_->seen());
    widen(pumps, pump_domain, std::array{tower_->pump_asked()});
    add_flows(liquid_.water_flow() / plate_.hot_design, plate_flow_ / plate_.cold_design);
    if (air_.economizing())
      add_flows(air_.water_flow() / economizer_.hot_design, (tower_->flow() - plate_flow_) / economizer_.cold_design);
  } else {
    std::array<double, 1> coolers = dry_cooler_domain.inside();
    const auto add = [&](const CoolerSetting& setting, const DryCooler& cooler, Conductance flow) {
      if (setting.heat.si() > 0)
        widen(coolers, dry_cooler_domain, std::array{flow / water_capacity_rate(cooler.water)});
    };
    add(cooler_setting_, cooler_, liquid_.water_flow());
    add(free_setting_, free_cooler_, air_.water_flow());
    saw(dry_cooler_domain, coolers);
    saw(unfrozen_domain, {outdoors.dry_bulb.si()});
  }
  saw(fan_domain, {air_.fan_asked()});
  saw(pump_domain, pumps);
  saw(exchanger_domain, flows);
  saw(moist_air::air_domain, {outdoors.dry_bulb.si(), outdoors.pressure.si()});
}

std::vector<ValidityTally> LiquidPlant::tallies() const {
  std::vector<ValidityTally> all{ValidityTally(domain_of(air_.chiller())), ValidityTally(water_domain)};
  if (tower_) {
    all.emplace_back(tower_domain);
  } else {
    all.emplace_back(dry_cooler_domain);
    all.emplace_back(unfrozen_domain);
  }
  all.emplace_back(fan_domain);
  all.emplace_back(pump_domain);
  all.emplace_back(exchanger_domain);
  all.emplace_back(moist_air::air_domain);
  return all;
}

void LiquidPlant::advance(double seconds, const PlantLoad& load) {
  liquid_.set_load(books_.network, load.liquid / TimeSpan(seconds));
  air_.set_load(books_.network, load.air / TimeSpan(seconds));
  const Power in_loops = liquid_.motor_heat() + air_.motor_heat() + (tower_ ? tower_->pump_heat() : Power());
  heat_rejected_ = books_.advance(seconds, load, powers_.total(), in_loops);
  if (!tower_) return;
  water_ = tower_->water(books_.network, seconds, cycles_now_);
  books_.add_water(seconds, water_);
}

void LiquidPlant::add_ratings(std::vector<Rating>& ratings) const {
  liquid_.add_ratings(ratings);
  air_.add_ratings(ratings);
  if (tower_) {
    ratings.push_back({"plate.ua", plate_.ua_design.si(), "W/K", "facility water to tower water at design"});
    if (economizer_.ua_design.si() > 0)
      ratings.push_back({"economizer.ua", economizer_.ua_design.si(), "W/K", "all heat at its design approach"});
    tower_->add_ratings(ratings);
    return;
  }
  ratings.push_back({"dry_coolers.ua", cooler_.ua_design.si(), "W/K", "facility water at the dry-bulb condition"});
  ratings.push_back({"dry_coolers.air", cooler_.air.si(), "kg/s", "at full speed"});
  ratings.push_back({"dry_coolers.fan_power", cooler_.fan.si(), "W", "at full speed"});
  if (free_cooler_.ua_design.si() > 0)
    ratings.push_back({"free_coolers.fan_power", free_cooler_.fan.si(), "W", "at full speed"});
}

SizedPlant size_liquid_plant(const LiquidPlantParameters& p, const DesignLoad& load, const DesignWeather& weather,
                             Redundancy redundancy) {
  return sized_by([&](std::vector<Rating>& ratings) {
    auto plant = std::make_unique<LiquidPlant>(p, load, weather, redundancy);
    plant->add_ratings(ratings);
    return plant;
  });
}

}  // namespace wattershed
