#include "models/facility/scenario/cooling_design.hpp"

#include <algorithm>
#include <cmath>

#include "models/compute/server_draw.hpp"
#include "models/facility/scenario/standing_racks.hpp"

namespace wattershed {
namespace {

/// The chain at an output: power asked of the grid, and the heat of its losses that stays indoors.
struct ChainPower {
  Power input{}, indoor_loss{};
};

ChainPower through_chain(const Site& site, Power output) {
  ChainPower power{.input = output};
  const Electrical electrical = site.electrical.value_or(Electrical{});
  const auto stage = [&](const StageModule& module) {
    const double modules = std::max(1.0, std::ceil(power.input / module.rating * (1 - 1e-12)));
    const Power loss = stage_loss(module.loss, modules * module.rating, power.input);
    power.indoor_loss += module.indoor_share.si() * loss;
    power.input += loss;
  };
  if (electrical.pdu) stage(*electrical.pdu);
  if (electrical.ups) stage(*electrical.ups);
  if (electrical.transformer) stage(*electrical.transformer);
  return power;
}

struct ItDesign {
  Time at{};                         // when the power is the most
  Power it{}, liquid{}, air_heat{};  // without losses of the distribution
  VolumeFlow air{};
};

ItDesign it_design(const LoadedSite& loaded) {
  const Site& site = loaded.scenario.site;
  const CoolingSystem& system = site.cooling.system;
  std::vector<ServerDraw> full;  // of one server of each type
  for (const auto& [name, rack] : site.racks)
    full.push_back(rated_draw(rack_as_cooled(rack, system), 100_percent, 100_percent, reference_inlet(system)));
  ItDesign design{.at = loaded.start};
  for (const StandingRacks& standing : standing_racks(loaded, loaded.end)) {
    Power it{}, liquid{};
    VolumeFlow air{};
    for (std::size_t i = 0; i < full.size(); ++i) {
      const double servers = static_cast<double>(standing.counts[i] * site.racks[i].second.servers);
      it += servers * full[i].input.mean;
      liquid += servers * full[i].liquid_heat;
      air += servers * full[i].air_flow;
    }
    for (const auto& [name, service] : loaded.scenario.workload.inference)
      if (service.energy_per_request) it += service.requests.rate * *service.energy_per_request;
    if (!system.has_coolant()) liquid = Power{};
    if (it > design.it) design.at = standing.from;
    design.it = std::max(design.it, it);
    design.liquid = std::max(design.liquid, liquid);
    design.air = std::max(design.air, air);
    design.air_heat = std::max(design.air_heat, it - liquid);
  }
  return design;
}

}  // namespace

Temperature reference_inlet(const CoolingSystem& system) {
  return system.imposed() ? ServerFans{}.reference : system.supply_air();
}

Rack rack_as_cooled(Rack rack, const CoolingSystem& system) {
  if (!system.imposed() && !system.has_coolant()) rack.liquid_share = Share(0);
  return rack;
}

void find_design_heat(LoadedSite& loaded) {
  const Site& site = loaded.scenario.site;
  const ItDesign it = it_design(loaded);
  const Power indoor_loss = through_chain(site, it.it).indoor_loss;
  loaded.design.at = it.at;
  loaded.design.liquid_heat = it.liquid;
  loaded.design.air_heat = it.air_heat + indoor_loss + site.lighting + site.other;
  loaded.design.air_flow = it.air;
}

SizedPlant size_cooling(const LoadedSite& loaded) {
  const CoolingDesign& choice = loaded.scenario.site.cooling.design;
  const DesignConditions& conditions = loaded.weather->design();
  const DesignWeather weather{.dry = air_at_dry_bulb(conditions, parse_design_point(choice.dry_bulb)),
                              .wet = air_at_wet_bulb(conditions, parse_design_point(choice.wet_bulb))};
  const DesignLoad load{
      .liquid = loaded.design.liquid_heat, .air = loaded.design.air_heat, .it_air_flow = loaded.design.air_flow};
  return size_plant(loaded.scenario.site.cooling.system, load, weather, choice.redundancy);
}

void find_design_power(LoadedSite& loaded) {
  const Site& site = loaded.scenario.site;
  const ItDesign it = it_design(loaded);
  if (site.cooling.system.imposed()) {
    loaded.design.cooling = cooling_ratio(site.cooling.system) * it.it + coolant_units(site.cooling.system);
  } else {
    SizedPlant sized = size_cooling(loaded);
    const DesignConditions& conditions = loaded.weather->design();
    for (const Outdoors& outdoors : {air_at_dry_bulb(conditions, parse_design_point(site.cooling.design.dry_bulb)),
                                     air_at_wet_bulb(conditions, parse_design_point(site.cooling.design.wet_bulb))}) {
      sized.plant->start(
          {.liquid = loaded.design.liquid_heat, .air = loaded.design.air_heat, .it_air_flow = loaded.design.air_flow},
          outdoors);
      loaded.design.cooling = std::max(loaded.design.cooling, sized.plant->powers().total());
    }
  }
  if (it.it <= Power{}) return;
  const Power step = 0.01 * it.it;
  const double chain = (through_chain(site, it.it).input - through_chain(site, it.it - step).input) / step;
  loaded.design.grid_per_it = chain + loaded.design.cooling / it.it;
}

}  // namespace wattershed
