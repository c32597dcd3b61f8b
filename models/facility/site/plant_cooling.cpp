#include "models/facility/site/plant_cooling.hpp"

#include <memory>
#include <utility>

#include "models/cooling/system/omissions.hpp"
#include "models/facility/scenario/cooling_design.hpp"
#include "models/weather/omissions.hpp"

namespace wattershed {
namespace {

/// The set-point of that key [SI].
double setting_of(const PlantSettings& settings, const std::string& key) {
  if (key == "supply_air") return settings.supply_air.si();
  if (key == "chilled_water") return settings.chilled_water.si();
  if (key == "facility_water") return settings.facility_water.si();
  return settings.cycles_of_concentration;
}

// Set-points that the scenario gives as numbers may change during the run.
std::unique_ptr<Plant> plant_with_settings(SiteContext& context) {
  SizedPlant sized = size_cooling(context.loaded);
  for (const char* key : {"supply_air", "chilled_water", "facility_water", "cycles_of_concentration"})
    if (const ResolvedValue* value =
            context.loaded.document->find(context.path(std::string("cooling.system.") + key)))
      if (value->is_number) context.parameters.at(value->path, setting_of(sized.plant->settings, key));
  return std::move(sized.plant);
}

}  // namespace

PlantCooling::PlantCooling(SiteContext& context)
    : context_(context),
      room_(context.simulation, plant_with_settings(context), *context.weather, context.parameters,
            context.path("cooling.system.")) {
  out = {.power = room_.cooling,
         .makeup = context.circuit.signal<MassFlow>("water_makeup"),
         .rejected = room_.rejected,
         .dry_bulb = room_.dry_bulb};
  context.circuit.model(
      "make-up of the site", {room_.makeup}, {out.makeup},
      [&circuit = context.circuit, in = room_.makeup, to = out.makeup] { circuit.set(to, circuit.get(in)); });
}

void PlantCooling::record(Columns& columns) {
  meters_.record_power(columns, room_.cooling);
  compressors_ = columns.add("cooling_compressor_power", room_.compressors).meter;
  pumps_ = columns.add("cooling_pump_power", room_.pumps).meter;
  fans_ = columns.add("cooling_fan_power", room_.fans).meter;
  meters_.record_units(columns, room_.cdu_pumps);
  meters_.record_water(columns, out.makeup, room_.evaporation, room_.drift, room_.blowdown);
  columns.add("dry_bulb", room_.dry_bulb);
  columns.add("wet_bulb", room_.wet_bulb);
  columns.add("supply_air_temperature", room_.supply_air);
  columns.add("return_air_temperature", room_.return_air);
  columns.add("rack_inlet_temperature", room_.rack_inlet);
  columns.add("chilled_water_supply_temperature", room_.chilled_water_supply);
  columns.add("chilled_water_return_temperature", room_.chilled_water_return);
  const auto add_if = [&](const char* name, Signal<Temperature> signal) {
    if (signal.valid()) columns.add(name, signal);
  };
  add_if("facility_water_supply_temperature", room_.facility_water_supply);
  add_if("facility_water_return_temperature", room_.facility_water_return);
  add_if("coolant_supply_temperature", room_.coolant_supply);
  add_if("coolant_return_temperature", room_.coolant_return);
  add_if("condenser_water_supply_temperature", room_.condenser_water_supply);
  add_if("condenser_water_return_temperature", room_.condenser_water_return);
  columns.add("economizer", room_.economizer);
  overloaded_ = columns.add("cooling_overloaded", room_.overloaded).meter;
}

void PlantCooling::start() {
  room_.follow(heat.get());
  if (context_.resolved()) room_.follow_means();
  room_.on_inlet(inlet.get());
  context_.simulation.spawn(room_.run(), "cooling plant");
}

void PlantCooling::book(Books& books) const {
  meters_.book(books, context_.now());
  const PlantTotals plant = room_.plant().totals();
  books.heat.add_out("rejected by the plant", plant.rejected.si());
  books.heat.add_out("stored in loops and rooms", plant.stored.si());
}

void PlantCooling::summarise(SiteSummary& summary) const {
  const Time now = context_.now();
  meters_.summarise(summary, now);
  const PlantTotals plant = room_.plant().totals();
  summary.add("compressor_energy", compressors_->integral(now));
  summary.add("pump_energy", pumps_->integral(now));
  summary.add("fan_energy", fans_->integral(now));
  summary.add("heat_rejected", plant.rejected.si());
  summary.add("heat_stored", plant.stored.si());
  summary.add("economizer_time", room_.free_time_s());
  summary.add("partial_economizer_time", room_.partial_time_s());
  summary.add("overloaded_time", overloaded_->integral(now));
}

std::vector<RangeUse> PlantCooling::validity() const {
  std::vector<RangeUse> all;
  for (const ValidityTally& tally : room_.tallies()) all.insert(all.end(), tally.uses().begin(), tally.uses().end());
  return all;
}

void PlantCooling::warn(std::vector<Warning>& warnings) const {
  add_warning(warnings, "the cooling plant missed a set-point by over 1 K for ten minutes or more",
              room_.overloads());
}

std::vector<Omission> PlantCooling::omissions() const {
  constexpr double year_s = 365.25 * 86400;
  std::vector<Omission> all = cooling_omissions(context_.site().cooling);
  const double years = seconds(context_.loaded.end - context_.loaded.start) / year_s;
  const std::vector<Omission> outdoors = weather_omissions(*context_.site().weather, years);
  all.insert(all.end(), outdoors.begin(), outdoors.end());
  return all;
}

}  // namespace wattershed
