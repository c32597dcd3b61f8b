#include "models/facility/quantities.hpp"

#include <algorithm>

namespace wattershed {

const std::vector<SiteQuantity>& site_quantities() {
  constexpr Dimension count{};
  static const std::vector<SiteQuantity> list{
      {"it_power", Power::dimension, "power at the AC input of the IT equipment", true},
      {"pdu_loss", Power::dimension, "loss of the power distribution units"},
      {"ups_loss", Power::dimension, "loss of the uninterruptible power supplies"},
      {"transformer_loss", Power::dimension, "loss of the transformers"},
      {"distribution_loss", Power::dimension, "loss between the point of interconnection and the loads", true},
      {"cooling_power", Power::dimension, "motor inputs of the cooling plant", true},
      {"lighting_power", Power::dimension, "lighting"},
      {"other_power", Power::dimension, "other loads of the building"},
      {"facility_power", Power::dimension, "all that the site uses: IT, losses, cooling, lighting, other", true},
      {"grid_power", Power::dimension, "drawn at the point of interconnection, import positive", true},
      {"heat_rejected", Power::dimension, "heat that leaves the site"},
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
      {"carbon_intensity", CarbonIntensity::dimension, "carbon intensity of grid power, CO2 equivalent"},
      {"price", EnergyPrice::dimension, "price of grid energy"},
      {"queue_length", count, "jobs waiting"},
      {"utilisation", count, "accelerators that jobs hold over accelerators installed"},
      {"accelerators_busy", count, "accelerators that jobs hold"},
      {"accelerators_installed", count, "accelerators installed"},
  };
  return list;
}

const SiteQuantity* find_site_quantity(std::string_view name) {
  const auto& list = site_quantities();
  const auto at = std::find_if(list.begin(), list.end(), [&](const SiteQuantity& q) { return q.name == name; });
  return at == list.end() ? nullptr : &*at;
}

std::vector<std::string> site_quantity_names() {
  std::vector<std::string> names;
  for (const SiteQuantity& quantity : site_quantities()) names.emplace_back(quantity.name);
  return names;
}

}  // namespace wattershed
