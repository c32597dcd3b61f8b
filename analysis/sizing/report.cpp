#include "analysis/sizing/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "analysis/swing/text.hpp"

namespace wattershed {
namespace {

constexpr double year_s = 365.25 * 86400;

const char* name_of(Mitigation mitigation) {
  switch (mitigation) {
    case Mitigation::bess:
      return "battery";
    case Mitigation::floor:
      return "power floor";
    case Mitigation::capacitor:
      return "rack capacitor";
  }
  return "";
}

std::string scaled(double value, double unit, const char* small, const char* thousand, const char* million) {
  const double size = std::abs(value / unit);
  if (size >= 1e6) return figures(value / unit / 1e6, 5) + " " + million;
  if (size >= 1e3) return figures(value / unit / 1e3, 5) + " " + thousand;
  return figures(value / unit, 5) + " " + small;
}

/// A quantity that runs up over time.
std::string amount(const CostLine& line, double value) {
  if (line.units == "J") return scaled(value, 3.6e9, "MWh", "GWh", "TWh");
  if (line.units == "kg" && line.name.starts_with("water"))
    return scaled(value, 1e3, "m3", "thousand m3", "million m3");
  if (line.units == "kg") return scaled(value, 1e3, "t", "kt", "Mt");
  if (line.units == "USD") return scaled(value, 1, "USD", "kUSD", "MUSD");
  return fmt::format("{:.5g}", value);
}

std::string change_text(std::optional<double> change) {
  if (!change) return "";
  return std::abs(*change) < 5e-6 ? "0 %" : fmt::format("{:+.3f} %", 100 * *change);
}

std::string settings_list(const SwingSizing& sizing) {
  std::string text = sizing.verdict == SizingVerdict::found ? "SIZE\n" : "WHAT CAME NEAREST\n";
  for (const SizingSetting& setting : sizing.settings)
    text += wrapped("  ", fmt::format("{}: {}", setting.path, setting.value));
  return text;
}

std::string limits_table(const SwingSizing& sizing) {
  std::string text, place;
  const bool one = sizing.verdict == SizingVerdict::nothing_needed;
  for (const SizedCheck& check : sizing.checks) {
    if (const std::string here = check.site + "/" + check.window; here != place) {
      text += fmt::format("{}{:<21} {:>11} {:>11} {:>6}", place.empty() ? "" : "\n", "LIMITS", "limit",
                          one ? "value" : "without", "margin");
      text += one ? "  " : fmt::format(" {:>11} {:>6}  ", "with", "margin");
      text = text.substr(0, text.find_last_not_of(' ') + 1) + "\n" + wrapped("", here);
      place = here;
    }
    const auto value_of = [](const SwingCheck& of) {
      return of.measure.value ? shown(*of.measure.value, of.measure.unit) : std::string();
    };
    text += fmt::format("{:<21.21} {:>11} {:>11} {:>6}", check_name(check.before),
                        check.after.allowed ? shown(*check.after.allowed, check.after.measure.unit) : "",
                        value_of(check.before), margin_text(check.before));
    const bool seen = check.after.verdict != SwingVerdict::unmeasurable;
    if (!one && seen) text += fmt::format(" {:>11} {:>6}", value_of(check.after), margin_text(check.after));
    text += fmt::format(" {}\n", to_string(check.after.verdict));
  }
  return text;
}

std::string costs_table(const SwingSizing& sizing) {
  const double years = sizing.duration_s / year_s;
  std::string text =
      fmt::format("{:<27} {:>17} {:>17} {:>12}\n", "COST, A YEAR AT THIS RATE", "without", "with", "change");
  for (const CostLine& line : sizing.costs)
    text += fmt::format("{:<27} {:>17} {:>17} {:>12}\n", line.name, amount(line, line.before / years),
                        amount(line, line.after / years), change_text(line.change()));
  for (const JobPace& pace : sizing.paces)
    text += fmt::format("{:<27} {:>17} {:>17} {:>12}\n", fmt::format("step of {:.19}", pace.job),
                        fmt::format("{:.5g} s", pace.before_s), fmt::format("{:.5g} s", pace.after_s),
                        change_text(pace.after_s / pace.before_s - 1));
  const auto once = [&](const char* name, const std::string& value) {
    text += fmt::format("{:<27} {:>17} {:>17} {:>12}\n", name, "", value, "once");
  };
  if (sizing.capital) once("price", scaled(sizing.capital->si(), 1, "USD", "kUSD", "MUSD"));
  if (sizing.embodied) once("carbon of making it", scaled(sizing.embodied->si(), 1e3, "t", "kt", "Mt"));
  if (!sizing.capital) text += fmt::format("no price is known for this {}\n", name_of(sizing.mitigation));
  return text;
}

std::string verdict_line(const SwingSizing& sizing) {
  std::string whose = sizing.limits;
  if (!sizing.limits_title.empty()) whose += " (" + sizing.limits_title + ")";
  const char* what = name_of(sizing.mitigation);
  switch (sizing.verdict) {
    case SizingVerdict::nothing_needed:
      return fmt::format("HOLDS {} without a {}: nothing to size", whose, what);
    case SizingVerdict::found:
      return fmt::format("HOLDS {} with the smallest {} of {} trials", whose, what, sizing.trials);
    case SizingVerdict::impossible:
      break;
  }
  std::string text = fmt::format("FAILS {}: no {} of {} trials is enough; still broken:", whose, what, sizing.trials);
  const char* separator = " ";
  for (const SizedCheck& check : sizing.checks) {
    if (check.after.verdict == SwingVerdict::unmeasurable) {
      text += fmt::format("{}{} of {} (not measurable: {})", separator, check_name(check.after),
                          check.site + "/" + check.window, check.after.remark);
      separator = ", ";
    }
    if (check.after.verdict != SwingVerdict::breach) continue;
    text += fmt::format("{}{} of {} ({} of {} allowed, {} over)", separator, check_name(check.after),
                        check.site + "/" + check.window, shown(*check.after.measure.value, check.after.measure.unit),
                        shown(*check.after.allowed, check.after.measure.unit),
                        fmt::format("{:.3g} %", -100 * check.after.margin().value_or(0)));
    separator = ", ";
  }
  return text;
}

const char* json_word(SizingVerdict verdict) {
  switch (verdict) {
    case SizingVerdict::nothing_needed:
      return "nothing needed";
    case SizingVerdict::found:
      return "found";
    case SizingVerdict::impossible:
      break;
  }
  return "impossible";
}

nlohmann::ordered_json json_of(const SwingCheck& check) {
  nlohmann::ordered_json json;
  if (check.measure.value) json["value"] = *check.measure.value;
  if (check.allowed) json[check.is_minimum ? "at_least" : "at_most"] = *check.allowed;
  if (check.margin()) json["margin"] = *check.margin();
  json["verdict"] = check.verdict == SwingVerdict::breach ? "breach" : to_string(check.verdict);
  if (!check.remark.empty()) json["remark"] = check.remark;
  return json;
}

}  // namespace

std::string sizing_report(const SwingSizing& sizing) {
  std::string text = wrapped("", fmt::format("{}: the smallest {} that keeps {}",
                                             std::filesystem::path(sizing.scenario).filename().string(),
                                             name_of(sizing.mitigation), sizing.limits)) +
                     "\n";
  if (!sizing.settings.empty()) text += settings_list(sizing) + "\n";
  text += limits_table(sizing) + "\n";
  if (!sizing.costs.empty()) text += costs_table(sizing) + "\n";
  for (const std::string& note : sizing.notes) text += wrapped("note: ", note);
  return text + wrapped("", verdict_line(sizing));
}

std::string sizing_json(const SwingSizing& sizing) {
  nlohmann::ordered_json json;
  json["scenario"] = sizing.scenario;
  json["size"] = mitigation_name(sizing.mitigation);
  json["limits"] = sizing.limits;
  json["title"] = sizing.limits_title;
  json["holds"] = sizing.holds();
  json["verdict"] = json_word(sizing.verdict);
  json["trials"] = sizing.trials;
  json["settings"] = nlohmann::ordered_json::object();
  for (const SizingSetting& setting : sizing.settings) json["settings"][setting.path] = setting.value;
  json["checks"] = nlohmann::ordered_json::array();
  for (const SizedCheck& check : sizing.checks)
    json["checks"].push_back({{"site", check.site},
                              {"window", check.window},
                              {"limit", check.after.limit},
                              {"measure", check.after.measure.name},
                              {"units", si_unit(check.after.measure.unit)},
                              {"without", json_of(check.before)},
                              {"with", json_of(check.after)}});
  if (!sizing.costs.empty()) json["duration_s"] = sizing.duration_s;
  json["costs"] = nlohmann::ordered_json::array();
  for (const CostLine& line : sizing.costs) {
    nlohmann::ordered_json cost = {
        {"quantity", line.name}, {"units", line.units}, {"without", line.before}, {"with", line.after}};
    if (line.change()) cost["change"] = *line.change();
    json["costs"].push_back(std::move(cost));
  }
  if (sizing.capital) json["price_USD"] = sizing.capital->si();
  if (sizing.embodied) json["embodied_kg"] = sizing.embodied->si();
  json["steps"] = nlohmann::ordered_json::array();
  for (const JobPace& pace : sizing.paces)
    json["steps"].push_back({{"job", pace.job}, {"without_s", pace.before_s}, {"with_s", pace.after_s}});
  json["notes"] = sizing.notes;
  // In ASCII, so that no character steers a terminal; a name that is no UTF-8 is no reason to fail.
  return json.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace wattershed
