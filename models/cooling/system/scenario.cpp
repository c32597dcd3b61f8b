#include "models/cooling/system/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace wattershed {

namespace {

// Below this a dry cooler is no machine that anybody builds.
constexpr TemperatureDelta kLeastDryApproach(3);

std::string degrees(Temperature t) { return fmt::format("{:.1f} degC", t.celsius()); }

// What no size of the machines can cure, in the words of the keys.
std::vector<SizingProblem> impossible(const CoolingSystem& system, const DesignWeather& weather) {
  std::vector<SizingProblem> problems;
  const AirSideParameters& air = system.air;
  if (!(air.chilled_water + TemperatureDelta(1) < air.supply_air))
    problems.push_back(
        {"chilled_water", fmt::format("chilled water of {} cannot make supply air of {}: it must be colder by more "
                                      "than 1 K",
                                      degrees(air.chilled_water), degrees(air.supply_air))});
  const Temperature water = system.liquid.facility_water;
  if (system.type == CoolingType::dlc_tower) {
    const Temperature coldest = weather.wet.wet_bulb + system.tower.approach + system.plate_approach;
    if (water < coldest)
      problems.push_back(
          {"facility_water",
           fmt::format("towers alone cannot make facility water of {}: the design wet bulb of {} with an approach of "
                       "{:.1f} K and {:.1f} K over the plate gives {} at best; raise facility_water",
                       degrees(water), degrees(weather.wet.wet_bulb), system.tower.approach.si(),
                       system.plate_approach.si(), degrees(coldest))});
  } else if (system.type == CoolingType::dlc_dry && water < weather.dry.dry_bulb + kLeastDryApproach) {
    problems.push_back(
        {"facility_water",
         fmt::format("dry coolers alone cannot make facility water of {}: the design dry bulb is {}, and {:.0f} K "
                     "above it is the least; raise facility_water, or use dlc-tower",
                     degrees(water), degrees(weather.dry.dry_bulb), kLeastDryApproach.si())});
  }
  return problems;
}

}  // namespace

void CoolingSystem::visit(Fields& f) {
  f.optional("type", type,
             {.help = "what kind of system this is, and so which keys it has",
              .source = "none: cooling as an imposed overhead",
              .kind = ValueKind::assumed});
  if (imposed()) {
    ImposedOverhead::visit(f);
    return;
  }
  if (type != CoolingType::air_chiller_tower) liquid.visit(f);
  air.visit(f);
  if (type == CoolingType::dlc_tower)
    f.optional("plate_approach", plate_approach,
               {.help = "least difference between facility water supply and tower water at design",
                .above = 0,
                .source = "1.7 to 2.8 K, Lei and Masanet 2022",
                .kind = ValueKind::published,
                .example = "2 K"});
  if (type == CoolingType::dlc_dry)
    f.required("dry_cooler", dry_cooler, {.help = "the dry coolers", .example = "bac-tdfs1238n"});
  else
    tower.visit(f);
}

PlantSettings CoolingSystem::settings() const {
  return {.supply_air = air.supply_air,
          .chilled_water = air.chilled_water,
          .facility_water = liquid.facility_water,
          .cycles_of_concentration = tower.cycles_of_concentration};
}

void CoolingDesign::visit(Fields& f) {
  f.optional("dry_bulb", dry_bulb,
             {.help = "dry-bulb condition that dry coolers and air-cooled condensers are sized for",
              .source = "the strictest annual condition of ASHRAE's tables",
              .kind = ValueKind::assumed,
              .example = "extreme-n20"});
  f.optional("wet_bulb", wet_bulb,
             {.help = "wet-bulb condition that towers are sized for",
              .source = "the strictest annual condition of ASHRAE's tables",
              .kind = ValueKind::assumed,
              .example = "0.4 %"});
  f.optional("redundancy", redundancy,
             {.help = "chillers in reserve",
              .source = "the usual reserve of large sites",
              .kind = ValueKind::assumed,
              .example = "N+1"});
}

void Cooling::visit(Fields& f) {
  f.required("system", system, {.help = "the cooling system", .example = "dlc-tower"});
  if (!system.imposed() || f.written("design")) f.optional("design", design, {.help = "what the plant is sized for"});
  for (const char* key : {"chillers", "towers", "pumps"}) f.later(key, "the failure of single machines");
}

SizedPlant size_plant(const CoolingSystem& system, const DesignLoad& load, const DesignWeather& weather,
                      Redundancy redundancy) {
  assert(!system.imposed());
  SizedPlant sized;
  sized.problems = impossible(system, weather);
  if (!sized.problems.empty()) return sized;
  // A site may have nothing in the air or nothing on liquid, but no machine has no size.
  constexpr Power least(1e3);
  DesignLoad some = load;
  some.air = std::max(load.air, least);
  some.liquid = std::max(load.liquid, least);
  if (system.type == CoolingType::air_chiller_tower) {
    some.air = std::max(load.air + load.liquid, least);
    return size_air_chiller_tower({system.air, system.tower}, some, weather, redundancy);
  }
  LiquidPlantParameters parameters{system.liquid, system.air, std::nullopt, std::nullopt};
  if (system.type == CoolingType::dlc_tower)
    parameters.tower = system.tower;
  else
    parameters.dry_cooler = system.dry_cooler;
  return size_liquid_plant(parameters, some, weather, redundancy);
}

}  // namespace wattershed
