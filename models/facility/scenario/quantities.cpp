#include "models/facility/scenario/quantities.hpp"

#include <algorithm>

#include "sim/units/units.hpp"

namespace wattershed {

const std::vector<SiteQuantity>& site_quantities() {
  constexpr Dimension count{}, temperature{.temperature = 1};
  static const std::vector<SiteQuantity> list{
      {"it_power", Power::dimension, "IT power, at the AC input of the equipment", true},
      {"it_fan_power", Power::dimension, "fans of the servers, within IT power"},
      {"it_conversion_loss", Power::dimension, "loss of the servers' and racks' power supplies, within IT power"},
      {"pdu_loss", Power::dimension, "loss of the power distribution units"},
      {"ups_loss", Power::dimension, "loss of the uninterruptible power supplies"},
      {"transformer_loss", Power::dimension, "loss of the transformers"},
      {"distribution_loss", Power::dimension, "distribution loss, between the point of interconnection and the loads",
       true},
      {"cooling_power", Power::dimension, "cooling power, at the motor inputs of the plant", true},
      {"cooling_compressor_power", Power::dimension, "chillers, within cooling power"},
      {"cooling_pump_power", Power::dimension, "pumps with those of the coolant units, within cooling power"},
      {"cooling_fan_power", Power::dimension, "fans of rooms, towers and coolers, within cooling power"},
      {"cdu_power", Power::dimension, "pumps and controls of the coolant units, within cooling power"},
      {"lighting_power", Power::dimension, "lighting"},
      {"other_power", Power::dimension, "other loads of the building"},
      {"facility_power", Power::dimension, "facility power: IT, losses, cooling, lighting, other", true},
      {"grid_power", Power::dimension, "grid power at the point of interconnection, import positive", true},
      {"battery_power", Power::dimension, "power into stored energy of batteries, charging positive", true},
      {"state_of_charge", count, "state of charge of the battery at the point of interconnection"},
      {"generator_power", Power::dimension, "power of the generators"},
      {"ups_off_grid", count, "share of the load behind the UPS that is not on the grid"},
      {"reactive_power", ApparentPower::dimension, "reactive power at the point of interconnection, lagging positive",
       true},
      {"poi_voltage", count, "voltage at the point of interconnection, of nominal", true},
      {"poi_frequency", Frequency::dimension, "frequency of the interconnection", true},
      {"heat_rejected", Power::dimension, "heat that leaves the site; of a plant, the mean of its step before"},
      {"water_makeup", MassFlow::dimension, "water taken in"},
      {"water_evaporation", MassFlow::dimension, "water evaporated"},
      {"water_drift", MassFlow::dimension, "water lost as droplets"},
      {"water_blowdown", MassFlow::dimension, "water drained to keep the concentration of minerals"},
      {"water_source", MassFlow::dimension, "water consumed on site and by the power plants behind grid power"},
      {"emissions_location", CarbonRate::dimension,
       "greenhouse gas, scope 1 and scope 2 by location, CO2 equivalent"},
      {"emissions_embodied", CarbonRate::dimension,
       "embodied carbon of hardware, spread over its life, CO2 equivalent"},
      {"cost_energy", MoneyRate::dimension, "cost of grid energy"},
      {"cost_demand", MoneyRate::dimension, "demand charge, booked in the last interval of its month"},
      {"cost_water", MoneyRate::dimension, "cost of make-up water"},
      {"cost_capital", MoneyRate::dimension, "price of the servers, spread over their life"},
      {"carbon_intensity", CarbonIntensity::dimension, "carbon intensity of grid power, CO2 equivalent"},
      {"price", EnergyPrice::dimension, "price of grid energy"},
      {"dry_bulb", temperature, "dry bulb of the outdoor air"},
      {"wet_bulb", temperature, "wet bulb of the outdoor air"},
      {"supply_air_temperature", temperature, "air supplied to the racks' room"},
      {"return_air_temperature", temperature, "air that comes back from the racks"},
      {"rack_inlet_temperature", temperature, "air at the racks' inlets"},
      {"chilled_water_supply_temperature", temperature, "chilled water to the air coils"},
      {"chilled_water_return_temperature", temperature, "chilled water from the air coils"},
      {"facility_water_supply_temperature", temperature, "facility water to the coolant units"},
      {"facility_water_return_temperature", temperature, "facility water from the coolant units"},
      {"coolant_supply_temperature", temperature, "coolant to the cold plates"},
      {"coolant_return_temperature", temperature, "coolant from the cold plates"},
      {"condenser_water_supply_temperature", temperature, "condenser water from the towers"},
      {"condenser_water_return_temperature", temperature, "condenser water to the towers"},
      {"economizer", count, "1: no chiller runs, 0.5: economizer and chillers, 0: chillers alone"},
      {"cooling_overloaded", count, "1: a set-point has been missed by over 1 K for ten minutes or more"},
      {"queue_length", count, "jobs waiting"},
      {"utilisation", count, "accelerators that jobs hold over accelerators installed"},
      {"accelerators_busy", count, "accelerators that jobs hold"},
      {"accelerators_installed", count, "accelerators installed"},
      {"lost_rate", Frequency::dimension, "requests of modelled services that gave up waiting"},
      {"time_to_first_token", TimeSpan::dimension,
       "mean time from arrival to the first token, of the service where it is longest; 0: nothing is served"},
  };
  return list;
}

const std::vector<SiteQuantity>& summary_quantities() {
  constexpr Dimension count{};
  static const std::vector<SiteQuantity> list{
      {"duration", TimeSpan::dimension, "simulated time"},
      {"it_energy", Energy::dimension, "energy at the AC input of the IT equipment"},
      {"facility_energy", Energy::dimension, "energy that the site used"},
      {"grid_energy", Energy::dimension, "energy drawn at the point of interconnection"},
      {"cooling_energy", Energy::dimension, "energy of the cooling plant"},
      {"compressor_energy", Energy::dimension, "energy of the chillers"},
      {"pump_energy", Energy::dimension, "energy of pumps, with those of the coolant units"},
      {"fan_energy", Energy::dimension, "energy of fans of rooms, towers and coolers"},
      {"cdu_energy", Energy::dimension, "energy of pumps and controls of the coolant units"},
      {"it_fan_energy", Energy::dimension, "energy of the servers' fans, within IT energy"},
      {"it_conversion_loss", Energy::dimension, "loss of the servers' and racks' power supplies, within IT energy"},
      {"heat_rejected", Energy::dimension, "heat that left the site"},
      {"heat_stored", Energy::dimension, "heat in loops and rooms at the end, against the start"},
      {"economizer_time", TimeSpan::dimension, "time without chillers"},
      {"partial_economizer_time", TimeSpan::dimension, "time with economizer and chillers"},
      {"overloaded_time", TimeSpan::dimension,
       "time in which the cooling plant had missed a set-point by over 1 K for ten minutes or more"},
      {"distribution_energy", Energy::dimension, "energy lost in distribution"},
      {"building_energy", Energy::dimension, "energy of lighting and other loads"},
      {"battery_loss", Energy::dimension, "loss of the battery at the point of interconnection, within distribution"},
      {"generator_energy", Energy::dimension, "energy of the generators; their fuel is not counted"},
      {"voltage_lowest", count,
       "lowest voltage at the point of interconnection, of nominal, phases of steps included; 0: no voltage carries "
       "the highest"},
      {"voltage_highest", count, "highest voltage at the point of interconnection, of nominal"},
      {"frequency_lowest", Frequency::dimension, "lowest frequency of the interconnection"},
      {"frequency_highest", Frequency::dimension, "highest frequency of the interconnection"},
      {"ups_transfers", count, "sags that made the UPS transfer to their batteries"},
      {"ups_locked_out", count, "1: the UPS locked out, 0: they did not"},
      {"peak_power", Power::dimension, "highest grid power, phases of steps included"},
      {"peak_time", TimeSpan::dimension, "start of the recorded interval with the peak, since the start"},
      {"peak_level", Power::dimension, "highest level of grid power, phases of steps averaged"},
      {"peak_jobs", count, "jobs that swing in the interval of the peak: with several, it is a bound"},
      {"pue", count, "facility energy over IT energy; absent without IT energy"},
      {"pue_pdu_output", count, "facility energy over energy at the PDU outputs"},
      {"pue_ups_output", count, "facility energy over energy at the UPS outputs"},
      {"wue", WaterIntensity::dimension, "make-up water over IT energy; absent without IT energy"},
      {"cue", CarbonIntensity::dimension,
       "scope 1 and 2 (location) over IT energy, CO2 equivalent; absent without IT energy"},
      {"water_withdrawn", Mass::dimension, "water taken in on site"},
      {"water_consumed", Mass::dimension, "water evaporated and drifted on site"},
      {"water_source", Mass::dimension, "water of the site and of the power plants behind grid energy"},
      {"emissions_scope1", Carbon::dimension, "own fuel, CO2 equivalent"},
      {"emissions_scope2_location", Carbon::dimension, "grid energy by location, CO2 equivalent"},
      {"emissions_scope2_market", Carbon::dimension, "grid energy by contract, where there is one, CO2 equivalent"},
      {"emissions_scope3", Carbon::dimension,
       "embodied carbon of the hardware of which it is known, the simulated share of its life, CO2 equivalent"},
      {"cost_energy", Money::dimension, "cost of grid energy"},
      {"cost_demand", Money::dimension, "demand charges; a month in part pays its share"},
      {"cost_water", Money::dimension, "cost of make-up water"},
      {"cost_capital", Money::dimension, "price of the servers, the simulated share of their life"},
      {"cost_total", Money::dimension, "energy, demand, water"},
      {"accelerator_time", TimeSpan::dimension, "accelerators held by jobs, summed over time"},
      {"draining_time", TimeSpan::dimension,
       "accelerators held by jobs in racks that were taken away, summed over time"},
      {"utilisation", count, "accelerators held by jobs over accelerators installed or in racks that drain"},
      {"jobs_submitted", count, "jobs submitted"},
      {"jobs_done", count, "jobs that ended"},
      {"jobs_waiting", count, "jobs that still waited at the end"},
      {"mean_wait", TimeSpan::dimension,
       "mean time between submission and start of all jobs submitted; to the end for those that still waited"},
      {"jobs_outside_run", count, "jobs of traces that are submitted before the start or after the end"},
      {"jobs_too_large", count, "jobs of traces that are larger than the site"},
      {"jobs_never_ran", count, "jobs of traces without a run time or without processors"},
      {"requests_served", count, "requests answered"},
      {"requests_lost", count, "requests of modelled services that gave up waiting"},
      {"tokens_trained", Tokens::dimension, "tokens of training steps done and kept"},
      {"tokens_served", Tokens::dimension, "output tokens of the services"},
      {"training_failures", count, "failures of training jobs"},
      {"training_lost_time", TimeSpan::dimension, "work of training jobs that failures threw away"},
      {"jobs_held", count, "jobs that the connection held back at least once"},
      {"jobs_beyond_racks", count, "jobs that never started, larger than the racks that stood at the end"},
      {"held_jobs", count, "jobs that never started, held back by the connection at the end"},
      {"held_time", TimeSpan::dimension, "longest wait of a job that never started, held back by the connection"},
      {"held_accelerator_time", TimeSpan::dimension,
       "accelerators of jobs that never started, held back by the connection, times their wait"},
      {"lost_share", count, "requests that gave up waiting, of all that were answered or lost"},
      {"audit_energy", count, "relative residual of the energy balance"},
      {"audit_heat", count, "relative residual of the heat balance"},
      {"audit_water", count, "relative residual of the water balance"},
      {"audit_carbon", count, "relative residual of the carbon balance"},
  };
  return list;
}

namespace {
const SiteQuantity* find_in(const std::vector<SiteQuantity>& list, std::string_view name) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const SiteQuantity& q) { return q.name == name; });
  return at == list.end() ? nullptr : &*at;
}
}  // namespace

const SiteQuantity* find_site_quantity(std::string_view name) { return find_in(site_quantities(), name); }
const SiteQuantity* find_summary_quantity(std::string_view name) { return find_in(summary_quantities(), name); }

double parse_site_quantity(const SiteQuantity& quantity, std::string_view text, std::string_view key) {
  if (quantity.dimension == Dimension{.temperature = 1}) return parse<Temperature>(text, key).si();
  return parse_si(text, quantity.dimension, key);
}

std::vector<std::string> site_quantity_names() {
  std::vector<std::string> names;
  for (const SiteQuantity& quantity : site_quantities()) names.emplace_back(quantity.name);
  return names;
}

}  // namespace wattershed
