#include "analysis/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

namespace wattershed {
namespace {

constexpr std::size_t kWidth = 80;
constexpr double kLitresPerGallon = 3.785411784;
constexpr double kKilogramsPerShortTon = 907.18474;

/// Three figures, thousands separated: 1,347 / 57.6 / 0.31.
std::string figures(double value) {
  const double size = std::abs(value);
  if (size != 0 && (size < 1e-3 || size >= 1e9)) return fmt::format("{:.3g}", value);
  const int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
  std::string text = fmt::format("{:.{}f}", value, decimals);
  const std::size_t point = text.find('.');
  const std::size_t first = text[0] == '-' ? 1 : 0;
  for (std::size_t at = point == std::string::npos ? text.size() : point; at > first + 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

struct Scaled {
  double value;
  const char* unit;
};

/// A value in the largest of the units that keeps it above one.
Scaled scale(double si, std::initializer_list<std::pair<double, const char*>> units) {
  Scaled best{si / units.begin()->first, units.begin()->second};
  for (const auto& [factor, name] : units)
    if (std::abs(si) >= factor) best = {si / factor, name};
  return best;
}
std::string show(const Scaled& scaled) { return figures(scaled.value) + " " + scaled.unit; }
Scaled power(double w) { return scale(w, {{1, "W"}, {1e3, "kW"}, {1e6, "MW"}, {1e9, "GW"}}); }
Scaled energy(double j) { return scale(j, {{3.6e3, "Wh"}, {3.6e6, "kWh"}, {3.6e9, "MWh"}, {3.6e12, "GWh"}}); }
Scaled carbon(double kg, bool us) {
  if (us) return scale(kg, {{0.45359237, "lb"}, {kKilogramsPerShortTon, "short tons"}});
  return scale(kg, {{1e-3, "g"}, {1, "kg"}, {1e3, "t"}, {1e6, "kt"}, {1e9, "Mt"}});
}
Scaled water(double kg, bool us) {
  if (us)
    return scale(kg, {{kLitresPerGallon, "gal"}, {kLitresPerGallon * 1e3, "kgal"}, {kLitresPerGallon * 1e6, "Mgal"}});
  return scale(kg, {{1, "L"}, {1e3, "m3"}});
}
Scaled money(double usd) { return scale(usd, {{1, "USD"}, {1e6, "MUSD"}, {1e9, "billion USD"}}); }

std::string bar(double share) {
  return std::string(static_cast<std::size_t>(std::lround(std::max(0.0, share) * 12)), '#');
}

std::string percent(double share) {
  return fmt::format("{:.{}f} %", share * 100, std::abs(share) < 0.1 && share != 0 ? 1 : 0);
}

std::string span(double s) {
  if (s < 120) return fmt::format("{:.3g} s", s);
  if (s < 7200) return fmt::format("{:.3g} min", s / 60);
  if (s < 172800) return fmt::format("{:.3g} h", s / 3600);
  return fmt::format("{} d",
                     s / 86400 == std::floor(s / 86400) ? fmt::format("{:.0f}", s / 86400) : figures(s / 86400));
}

std::string month_name(Time t, const TimeZone& zone) {
  static constexpr const char* names[] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(zone.to_local(t)));
  return names[static_cast<unsigned>(date.month()) - 1];
}

/// Lines under a heading, wrapped at commas and semicolons so that none is wider than the screen.
class Page {
 public:
  void line(const std::string& heading, const std::string& text) {
    std::string rest = text, lead = fmt::format("{:<9}", heading);
    while (lead.size() + rest.size() > kWidth) {
      const std::size_t room = kWidth - lead.size();
      std::size_t cut = std::string::npos;
      for (const char* mark : {"; ", ", ", " "}) {
        cut = rest.rfind(mark, room - 1);
        if (cut != std::string::npos && cut > room / 3) {
          if (mark[0] != ' ') ++cut;
          break;
        }
      }
      if (cut == std::string::npos) break;
      text_ += lead + rest.substr(0, cut) + "\n";
      rest.erase(0, rest.find_first_not_of(' ', cut));
      lead = std::string(9, ' ');
    }
    text_ += lead + rest + "\n";
  }
  void raw(const std::string& text) { text_ += text + "\n"; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// One unit for the line: that of the peak.
std::string power_line(const RunSummary& run, const TimeZone& zone) {
  const double peak_w = run.value("peak_power"), mean_w = run.value("grid_energy") / run.value("duration");
  const Scaled peak = power(peak_w);
  const double unit_w = peak.value != 0 ? peak_w / peak.value : 1;
  std::string text = "peak " + show(peak);
  for (const LimitSummary& limit : run.limits)
    if (limit.quantity == "grid_power" && limit.is_maximum) {
      text += " of " + figures(limit.allowed / unit_w);
      break;
    }
  if (run.has("peak_time")) {
    const Time at = run.start + from_seconds(run.value("peak_time"));
    text += " on " + format_local(zone.to_local(at));
  }
  return text + fmt::format(", mean {}, load factor {}", figures(mean_w / unit_w),
                            percent(peak_w > 0 ? mean_w / peak_w : 0));
}

std::string energy_line(const RunSummary& run) {
  const double all = run.value("facility_energy");
  std::string text = show(energy(all)) + ":";
  if (all <= 0) return text + " none used";
  const auto part = [&](const char* label, const char* name) {
    const double share = run.value(name) / all;
    if (share > 0.0005)
      text += fmt::format("{} {} {}{}{}", text.back() == ':' ? "" : ",", label, bar(share),
                          bar(share).empty() ? "" : " ", percent(share));
  };
  part("IT", "it_energy");
  part("cooling", "cooling_energy");
  part("losses", "distribution_energy");
  part("other", "building_energy");
  return text;
}

std::string pue_line(const RunSummary& run, const TimeZone& zone) {
  if (run.value("pue") <= 0) return "PUE is not defined: no IT energy";
  std::string text = fmt::format("PUE {:.3f}", run.value("pue"));
  const MonthSummary* worst = nullptr;
  const auto pue_of = [](const MonthSummary& m) {
    const double it = m.values.count("it_energy") ? m.values.at("it_energy") : 0;
    return it > 0 ? m.values.at("facility_energy") / it : 0;
  };
  for (const MonthSummary& m : run.months)
    if (!worst || pue_of(m) > pue_of(*worst)) worst = &m;
  if (worst && run.months.size() > 1)
    text += fmt::format(" ({} {:.2f})", month_name(worst->start, zone), pue_of(*worst));
  return text;
}

std::string work_line(const RunSummary& run) {
  const double submitted = run.value("jobs_submitted");
  std::string text;
  if (submitted > 0)
    text = fmt::format("{} of {} jobs done, mean wait {}, accelerators {} busy", figures(run.value("jobs_done")),
                       figures(submitted), span(run.value("mean_wait")), percent(run.value("utilisation")));
  if (run.value("requests_served") > 0)
    text += (text.empty() ? "" : "; ") + figures(run.value("requests_served")) + " requests served";
  return text.empty() ? "none" : text;
}

std::string limits_line(const RunSummary& run) {
  std::string text;
  std::size_t broken = 0;
  for (const LimitSummary& limit : run.limits) {
    const bool is_power = limit.units == "W";
    const auto value = [&](double si) {
      return is_power ? show(power(si)) : figures(si) + (limit.units == "1" ? "" : " " + limit.units);
    };
    text += fmt::format("{}{} {} of {}, headroom {}", text.empty() ? "" : "; ", limit.name, value(limit.worst),
                        value(limit.allowed), percent(limit.headroom));
    if (limit.time_over_s > 0) {
      ++broken;
      text += fmt::format(" BROKEN for {}", span(limit.time_over_s));
    }
  }
  if (text.empty()) return "none given";
  return text + (broken ? fmt::format("; {} broken", broken) : ", none broken");
}

std::string trust_line(const RunSummary& run) {
  double worst = 0;
  for (const char* audit : {"audit_energy", "audit_heat", "audit_water", "audit_carbon"})
    worst = std::max(worst, std::abs(run.value(audit)));
  std::string text = worst > 1e-9 ? fmt::format("AUDIT FAILED: residual {:.2g}", worst)
                     : worst > 0  ? fmt::format("audits < {:.0e}", std::pow(10, std::ceil(std::log10(worst))))
                                  : "audits close exactly";
  text += fmt::format("; {} of {} inputs assumed", run.assumed_inputs, run.inputs);
  if (!run.warnings.empty())
    text += fmt::format("; {} warning{} (--verbose)", run.warnings.size(), run.warnings.size() == 1 ? "" : "s");
  return text;
}

}  // namespace

std::string screen(const RunSummary& run, const ScreenOptions& options) {
  const TimeZone zone(run.time_zone);
  const bool us = options.us_units;
  const double it_kwh = run.value("it_energy") / 3.6e6;
  Page page;
  std::string head = fmt::format("{} .. {} {}, {}", format_local(zone.to_local(run.start)).substr(0, 10),
                                 format_local(zone.to_local(run.end)).substr(0, 10), run.time_zone,
                                 span(seconds(run.end - run.start)));
  if (options.wall_s > 0) head += fmt::format("   {:.2g} s", options.wall_s);
  head += fmt::format(", seed {}", run.seed);
  if (options.scenario.size() + 3 + head.size() <= kWidth)
    page.raw(options.scenario + "   " + head);
  else
    page.raw(options.scenario.substr(0, kWidth) + "\n" + head);
  if (!run.complete) page.raw("INTERRUPTED: what follows holds up to the end given above");
  page.line("POWER", power_line(run, zone));
  page.line("ENERGY", energy_line(run));
  page.line("", pue_line(run, zone));

  std::string water_text = show(water(run.value("water_withdrawn"), us)) + " on site";
  if (it_kwh > 0) {
    const double unit = us ? kLitresPerGallon : 1;
    const char* name = us ? "gal/kWh" : "L/kWh";
    water_text += fmt::format(" = {} {}, {} with power plants", figures(run.value("water_withdrawn") / it_kwh / unit),
                              name, figures(run.value("water_source") / it_kwh / unit));
  }
  page.line("WATER", water_text);

  std::string carbon_text =
      show(carbon(run.value("emissions_scope2_location"), us)) + " location-based (" + run.boundary + ")";
  if (run.value("emissions_scope1") > 0)
    carbon_text += ", " + show(carbon(run.value("emissions_scope1"), us)) + " own fuel";
  if (run.value("emissions_scope3") > 0)
    carbon_text += ", " + show(carbon(run.value("emissions_scope3"), us)) + " hardware";
  page.line("CARBON", carbon_text);

  std::string money_text =
      fmt::format("{}: energy {}", show(money(run.value("cost_total"))), show(money(run.value("cost_energy"))));
  if (run.value("cost_demand") > 0) money_text += ", demand " + show(money(run.value("cost_demand")));
  money_text += ", water " + show(money(run.value("cost_water")));
  page.line("MONEY", money_text);
  page.line("WORK", work_line(run));
  page.line("LIMITS", limits_line(run));
  page.line("TRUST", trust_line(run));
  if (options.verbose)
    for (const WarningSummary& warning : run.warnings)
      page.line("", warning.text + (warning.count > 1 ? fmt::format(" ({} times)", warning.count) : ""));
  page.line("NEXT", fmt::format("wattershed export {} ({})", run.file.string(),
                                show(scale(static_cast<double>(run.file_bytes),
                                           {{1, "B"}, {1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}}))));
  return page.text();
}

std::string to_json(const RunSummary& run) {
  nlohmann::ordered_json json;
  json["file"] = run.file.string();
  json["title"] = run.title;
  json["site"] = run.site;
  json["start"] = format_utc(run.start);
  json["end"] = format_utc(run.end);
  json["time_zone"] = run.time_zone;
  json["seed"] = run.seed;
  json["run"] = run.run;
  json["complete"] = run.complete;
  for (const auto& [name, scalar] : run.scalars)
    json["summary"][name] = {{"value", scalar.si}, {"units", scalar.units}};
  json["limits"] = nlohmann::ordered_json::array();
  for (const LimitSummary& limit : run.limits)
    json["limits"].push_back({{"name", limit.name},
                              {"quantity", limit.quantity},
                              {"units", limit.units},
                              {"allowed", limit.allowed},
                              {"worst", limit.worst},
                              {"headroom", limit.headroom},
                              {"time_over_s", limit.time_over_s},
                              {"broken", limit.time_over_s > 0}});
  json["inputs"] = {{"total", run.inputs}, {"assumed", run.assumed_inputs}};
  json["warnings"] = nlohmann::ordered_json::array();
  for (const WarningSummary& warning : run.warnings)
    json["warnings"].push_back({{"text", warning.text}, {"count", warning.count}});
  return json.dump(2);
}

}  // namespace wattershed
