#include "analysis/summary/run_figures.hpp"

#include <algorithm>

namespace wattershed {

RunFigures run_figures(const RunSummary& run) {
  RunFigures figures;
  const auto ratio = [&](std::string_view part, std::string_view whole) -> std::optional<double> {
    if (!run.has(part) || !(run.value(whole) > 0)) return std::nullopt;
    return run.value(part) / run.value(whole);
  };
  figures.cooling_per_heat = ratio("cooling_energy", "heat_rejected");
  figures.economizer_share = ratio("economizer_time", "duration");
  figures.partial_share = ratio("partial_economizer_time", "duration");
  figures.compressor_share = ratio("compressor_energy", "cooling_energy");
  figures.pump_share = ratio("pump_energy", "cooling_energy");
  figures.fan_share = ratio("fan_energy", "cooling_energy");
  if (run.value("water_withdrawn") > 0) figures.evaporated_share = ratio("water_consumed", "water_withdrawn");

  // Servers without parts know neither.
  const double fans_j = run.value("it_fan_energy"), conversion_j = run.value("it_conversion_loss");
  const double chips_j = run.value("it_energy") - fans_j - conversion_j;
  if (fans_j + conversion_j > 0 && chips_j > 0) {
    figures.server_fan_share = ratio("it_fan_energy", "it_energy");
    figures.conversion_share = ratio("it_conversion_loss", "it_energy");
    figures.tue = run.value("facility_energy") / chips_j;
  }

  PerToken per;
  for (const ServiceSummary& service : run.services) {
    const auto user = std::find_if(run.users.begin(), run.users.end(),
                                   [&](const UserSummary& u) { return u.name == service.name; });
    if (user == run.users.end()) continue;
    per.tokens += service.output_tokens;
    per.grid_energy_j += user->grid_energy_j;
    per.water_kg += user->water_kg;
    per.emissions_kg += user->emissions_kg;
    per.energy_and_water_usd += user->cost_usd;
  }
  if (per.tokens > 0) {
    double work_j = 0;
    for (const UserSummary& user : run.users)
      if (user.name != "idle" && user.name != "no_it_load") work_j += user.grid_energy_j;
    per.full_usd = work_j > 0 ? run.value("cost_total") * per.grid_energy_j / work_j : 0;
    per.has_servers = run.has("cost_capital");
    for (double* amount :
         {&per.grid_energy_j, &per.water_kg, &per.emissions_kg, &per.energy_and_water_usd, &per.full_usd})
      *amount /= per.tokens;
    figures.per_token = per;
  }
  return figures;
}

}  // namespace wattershed
