// The screen's facts for programs.

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/screen/screen.hpp"
#include "analysis/summary/run_figures.hpp"

namespace wattershed {
namespace {

nlohmann::ordered_json figures_of(const RunSummary& run) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  const RunFigures figures = run_figures(run);
  const auto put = [&](const char* name, const std::optional<double>& value, const char* units = "1") {
    if (value) json[name] = {{"value", *value}, {"units", units}};
  };
  put("cooling_per_heat_rejected", figures.cooling_per_heat);
  put("economizer_share", figures.economizer_share);
  put("partial_economizer_share", figures.partial_share);
  put("compressor_share_of_cooling", figures.compressor_share);
  put("pump_share_of_cooling", figures.pump_share);
  put("fan_share_of_cooling", figures.fan_share);
  put("server_fan_share_of_it", figures.server_fan_share);
  put("conversion_share_of_it", figures.conversion_share);
  put("tue", figures.tue);
  put("water_consumed_share", figures.evaporated_share);
  if (run.thirstiest_day) {
    put("top_day_water", run.thirstiest_day->water_kg, "kg");
    json["top_day_water"]["day"] = format_utc(run.thirstiest_day->start);
  }
  if (figures.per_token) {
    put("grid_energy_per_output_token", figures.per_token->grid_energy_j, "J token-1");
    put("water_per_output_token", figures.per_token->water_kg, "kg token-1");
    put("emissions_per_output_token", figures.per_token->emissions_kg, "kg token-1");
    put("energy_and_water_cost_per_output_token", figures.per_token->energy_and_water_usd, "USD token-1");
    put(figures.per_token->has_servers ? "full_cost_per_output_token" : "cost_without_servers_per_output_token",
        figures.per_token->full_usd, "USD token-1");
  }
  return json;
}

void put_site(nlohmann::ordered_json& json, const RunSummary& run) {
  for (const auto& [name, scalar] : run.scalars)
    json["summary"][name] = {{"value", scalar.si}, {"units", scalar.units}};
  json["figures"] = figures_of(run);
  json["shares"] = nlohmann::ordered_json::array();
  for (const UserSummary& user : run.users)
    json["shares"].push_back({{"user", user.name},
                              {"it_energy_J", user.it_energy_j},
                              {"grid_energy_J", user.grid_energy_j},
                              {"water_kg", user.water_kg},
                              {"emissions_kg", user.emissions_kg},
                              {"cost_USD", user.cost_usd}});
  json["validity"] = nlohmann::ordered_json::array();
  for (const ValiditySummary& use : run.validity) {
    json["validity"].push_back({{"model", use.model},
                                {"input", use.input},
                                {"units", use.units},
                                {"low", use.low},
                                {"high", use.high},
                                {"time_outside_s", use.time_outside_s}});
    if (use.time_outside_s > 0) {
      json["validity"].back()["worst"] = use.worst;
      json["validity"].back()["first"] = format_utc(run.start + from_seconds(use.first_s));
    }
  }
  json["not_modelled"] = nlohmann::ordered_json::array();
  for (const OmissionSummary& omission : run.not_modelled)
    json["not_modelled"].push_back({{"effect", omission.effect}, {"needed", omission.needed}});
  json["limits"] = nlohmann::ordered_json::array();
  for (const LimitSummary& limit : run.limits) {
    nlohmann::ordered_json entry = {{"name", limit.name}, {"quantity", limit.quantity}, {"units", limit.units}};
    if (!limit.per.empty()) entry["per"] = limit.per;
    if (limit.measured()) {
      entry.update({{"allowed", limit.allowed},
                    {"worst", limit.worst},
                    {"headroom", limit.headroom},
                    {"time_over_s", limit.time_over_s}});
      if (limit.broken && std::isfinite(limit.first_breach_s))
        entry["first_breach"] = format_utc(run.start + from_seconds(limit.first_breach_s));
    } else {
      entry["not_measurable"] = limit.why;
    }
    entry["broken"] = limit.broken;
    json["limits"].push_back(std::move(entry));
  }
}

}  // namespace

std::string to_json(const RunSummary& run) { return to_json(std::vector<RunSummary>{run}); }

std::string to_json(const std::vector<RunSummary>& sites) {
  const RunSummary& run = sites.front();
  nlohmann::ordered_json json;
  if (!run.file.empty()) json["file"] = run.file.string();
  json["title"] = run.title;
  if (sites.size() == 1) json["site"] = run.site;
  json["start"] = format_utc(run.start);
  json["end"] = format_utc(run.end);
  json["time_zone"] = run.time_zone;
  json["seed"] = run.seed;
  json["run"] = run.run;
  json["complete"] = run.complete;
  if (sites.size() == 1) put_site(json, run);
  if (sites.size() > 1)
    for (const RunSummary& site : sites) {
      nlohmann::ordered_json& one = json["sites"][site.site];
      one["time_zone"] = site.time_zone;
      put_site(one, site);
    }
  json["inputs"] = {{"total", run.inputs}, {"assumed", run.assumed_inputs}};
  json["warnings"] = nlohmann::ordered_json::array();
  for (const WarningSummary& warning : run.warnings)
    json["warnings"].push_back({{"text", warning.text}, {"count", warning.count}});
  // In ASCII, so that no character steers a terminal; a name that is no UTF-8 is no reason to fail.
  return json.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace wattershed
