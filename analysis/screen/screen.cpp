#include "analysis/screen/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "analysis/screen/limits_line.hpp"
#include "analysis/screen/shown.hpp"
#include "analysis/screen/work_lines.hpp"
#include "analysis/summary/run_figures.hpp"
#include "sim/calendar/calendar.hpp"

namespace wattershed {
namespace {

constexpr std::size_t kWidth = 80;
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
  // The steps of several jobs need not come to their highest phases together.
  std::string text = (run.value("peak_jobs") > 1 ? "peak at most " : "peak ") + show(peak);
  for (const LimitSummary& limit : run.limits)
    if (limit.quantity == "grid_power" && limit.is_maximum && limit.per.empty() && limit.measured()) {
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

/// PUE with its worst month, cooling per heat, hours without chillers, and whether the plant kept up.
std::string pue_line(const RunSummary& run, const RunFigures& of_run, const TimeZone& zone) {
  std::string text = "PUE is not defined: no IT energy";
  if (run.value("pue") > 0) {
    text = fmt::format("PUE {:.3f}", run.value("pue"));
    const MonthSummary* worst = nullptr;
    const auto pue_of = [](const MonthSummary& m) {
      const double it = m.values.count("it_energy") ? m.values.at("it_energy") : 0;
      return it > 0 ? m.values.at("facility_energy") / it : 0;
    };
    for (const MonthSummary& m : run.months)
      if (!worst || pue_of(m) > pue_of(*worst)) worst = &m;
    if (worst && run.months.size() > 1)
      text += fmt::format(" ({} {:.2f})", month_name(worst->start, zone), pue_of(*worst));
  }
  if (of_run.cooling_per_heat)
    text += fmt::format(", cooling {} kW/TR", figures(*of_run.cooling_per_heat * kWattPerTon / 1000));
  if (of_run.economizer_share) {
    text += fmt::format(", economizer {} of hours", percent(*of_run.economizer_share));
    if (of_run.partial_share.value_or(0) > 0) text += fmt::format(" and {} in part", percent(*of_run.partial_share));
  }
  if (run.value("overloaded_time") > 0)
    text += fmt::format("; set-points MISSED for {}", span(run.value("overloaded_time")));
  return text;
}

/// Where the cooling power goes, and what hides within IT.
std::string parts_line(const RunFigures& of_run) {
  std::string text;
  const auto part = [&](const char* name, const std::optional<double>& share) {
    if (share.value_or(0) > 0.0005)
      text += fmt::format("{}{} {}", text.empty() ? "of cooling: " : ", ", name, percent(*share));
  };
  part("compressors", of_run.compressor_share);
  part("pumps", of_run.pump_share);
  part("fans", of_run.fan_share);
  if (of_run.tue)
    text += fmt::format("{}of IT: server fans {}, conversion {} (TUE {:.2f})", text.empty() ? "" : "; ",
                        percent(*of_run.server_fan_share), percent(*of_run.conversion_share), *of_run.tue);
  return text;
}

std::string water_line(const RunSummary& run, const RunFigures& of_run, const TimeZone& zone, bool us) {
  const double it_kwh = run.value("it_energy") / 3.6e6;
  std::string text = show(water(run.value("water_withdrawn"), us)) + " on site";
  if (it_kwh > 0) {
    const double unit = us ? kLitresPerGallon : 1;
    const char* name = us ? "gal/kWh" : "L/kWh";
    text += fmt::format(" = {} {}, {} with power plants", figures(run.value("water_withdrawn") / it_kwh / unit), name,
                        figures(run.value("water_source") / it_kwh / unit));
  }
  // Where all of it evaporates, by imposition, there is nothing to say.
  if (of_run.evaporated_share && *of_run.evaporated_share < 0.9995)
    text += fmt::format("; {} of it evaporates", percent(*of_run.evaporated_share));
  if (run.thirstiest_day)
    text += fmt::format("; top day {} on {}", show(water(run.thirstiest_day->water_kg, us)),
                        format_local(zone.to_local(run.thirstiest_day->start)).substr(0, 10));
  return text;
}

// One unit for the line: that of the total. A part too small for it has its own.
std::string money_line(const RunSummary& run) {
  const double total_usd = run.value("cost_total");
  const Scaled total = money(total_usd);
  const double unit_usd = total.value != 0 ? total_usd / total.value : 1;
  std::string text = show(total) + ":";
  const auto part = [&](const char* label, const char* name) {
    const double usd = run.value(name), value = std::abs(usd / unit_usd);
    const std::string amount = value >= 1 || usd == 0 ? figures(usd / unit_usd)
                               : value >= 0.01        ? fmt::format("{:.2f}", usd / unit_usd)
                                                      : show(money(usd));
    text += fmt::format("{} {} {}", text.back() == ':' ? "" : ",", label, amount);
  };
  part("energy", "cost_energy");
  if (run.value("cost_demand") > 0) part("demand", "cost_demand");
  part("water", "cost_water");
  if (run.has("cost_capital"))
    part("servers", "cost_capital");
  else
    text += "; servers have no price";
  return text;
}

// What the site did to its point of interconnection, and the grid to the site; empty where neither is known.
std::string grid_line(const RunSummary& run) {
  std::vector<std::string> parts;
  if (run.has("voltage_lowest"))
    parts.push_back(fmt::format("voltage {:.1f} to {:.1f} % of nominal", 100 * run.value("voltage_lowest"),
                                100 * run.value("voltage_highest")));
  if (run.has("frequency_lowest"))
    parts.push_back(
        fmt::format("frequency {:.3f} to {:.3f} Hz", run.value("frequency_lowest"), run.value("frequency_highest")));
  if (run.value("ups_transfers") > 0)
    parts.push_back(fmt::format("UPS transferred {} times{}", count(run.value("ups_transfers")),
                                run.value("ups_locked_out") > 0 ? " and locked out" : ""));
  if (run.value("generator_energy") > 0) parts.push_back("generators " + show(energy(run.value("generator_energy"))));
  if (run.has("battery_loss")) parts.push_back("battery lost " + show(energy(run.value("battery_loss"))));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// Models that ran outside of what they were made for: the one that did so for the largest part of its site's time, by
/// the input that did, and how many more there are. All of them are in the file.
std::string beyond_ranges(const std::vector<RunSummary>& sites) {
  struct Beyond {
    const RunSummary* site;
    const ValiditySummary* use;
    double share;
  };
  std::vector<Beyond> models;  // each once a site
  for (const RunSummary& site : sites) {
    std::map<std::string, Beyond> longest;
    for (const ValiditySummary& use : site.validity) {
      if (!(use.time_outside_s > 0)) continue;
      const Beyond found{&site, &use, use.time_outside_s / seconds(site.end - site.start)};
      const auto [at, first] = longest.emplace(use.model, found);
      if (!first && found.share > at->second.share) at->second = found;
    }
    for (const auto& [model, found] : longest) models.push_back(found);
  }
  const auto worst = std::max_element(models.begin(), models.end(),
                                      [](const Beyond& a, const Beyond& b) { return a.share < b.share; });
  if (worst == models.end()) return {};
  std::string text = fmt::format("; {}outside the range of the {} in {} of the time ({})",
                                 sites.size() > 1 ? worst->site->site + ": " : "", worst->use->model,
                                 percent(worst->share), worst->use->input);
  if (models.size() > 1) text += fmt::format(", of {} more for less", models.size() - 1);
  return text;
}

/// How many effects the scenario touches that are left out; of several sites an effect counts once.
std::string not_modelled(const std::vector<RunSummary>& sites) {
  std::set<std::string_view> effects;
  for (const RunSummary& site : sites)
    for (const OmissionSummary& omission : site.not_modelled) effects.insert(omission.effect);
  if (effects.empty()) return "";
  return fmt::format("; {} effect{} not modelled (explain)", effects.size(), effects.size() == 1 ? "" : "s");
}

std::string trust_line(const std::vector<RunSummary>& sites) {
  const RunSummary& run = sites.front();
  double worst = 0;
  for (const RunSummary& site : sites)
    for (const char* audit : {"audit_energy", "audit_heat", "audit_water", "audit_carbon"})
      worst = std::max(worst, std::abs(site.value(audit)));
  std::string text = worst > 1e-9 ? fmt::format("AUDIT FAILED: residual {:.2g}", worst)
                     : worst > 0  ? fmt::format("audits < {:.0e}", std::pow(10, std::ceil(std::log10(worst))))
                                  : "audits close exactly";
  text += beyond_ranges(sites);
  text += fmt::format("; {} of {} inputs assumed", run.assumed_inputs, run.inputs);
  text += not_modelled(sites);
  if (!run.warnings.empty())
    text += fmt::format("; {} warning{} (--verbose)", run.warnings.size(), run.warnings.size() == 1 ? "" : "s");
  return text;
}

void head_lines(Page& page, const RunSummary& run, const ScreenOptions& options) {
  const TimeZone zone(run.time_zone);
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
}

void site_lines(Page& page, const RunSummary& run, bool us) {
  const TimeZone zone(run.time_zone);
  const RunFigures of_run = run_figures(run);
  page.line("POWER", power_line(run, zone));
  page.line("ENERGY", energy_line(run));
  page.line("", pue_line(run, of_run, zone));
  if (const std::string parts = parts_line(of_run); !parts.empty()) page.line("", parts);
  page.line("WATER", water_line(run, of_run, zone, us));

  std::string carbon_text =
      show(carbon(run.value("emissions_scope2_location"), us)) + " location-based (" + run.boundary + ")";
  if (run.value("emissions_scope1") > 0)
    carbon_text += ", " + show(carbon(run.value("emissions_scope1"), us)) + " own fuel";
  if (run.value("emissions_scope3") > 0)
    carbon_text += ", " + show(carbon(run.value("emissions_scope3"), us)) + " hardware";
  page.line("CARBON", carbon_text);

  page.line("MONEY", money_line(run));
  const std::vector<std::string> work = work_lines(run, of_run, us);
  for (std::size_t i = 0; i < work.size(); ++i) page.line(i == 0 ? "WORK" : "", work[i]);
  if (const std::string grid = grid_line(run); !grid.empty()) page.line("GRID", grid);
  page.line("LIMITS", limits_line(run, us));
}

/// What several sites sum to. Their peaks do not come at one time: they have no sum.
std::string sum_line(const std::vector<RunSummary>& sites, bool us) {
  const auto sum = [&](const char* name) {
    double all = 0;
    for (const RunSummary& site : sites) all += site.value(name);
    return all;
  };
  std::string text = fmt::format("{} sites, {}", sites.size(), show(energy(sum("facility_energy"))));
  if (sum("it_energy") > 0) text += fmt::format(", PUE {:.3f}", sum("facility_energy") / sum("it_energy"));
  return text + fmt::format("; {}; {} location-based; {}", show(water(sum("water_withdrawn"), us)),
                            show(carbon(sum("emissions_scope2_location"), us)), show(money(sum("cost_total"))));
}

void last_lines(Page& page, const std::vector<RunSummary>& sites, const ScreenOptions& options) {
  const RunSummary& run = sites.front();
  page.line("TRUST", trust_line(sites));
  if (options.verbose)
    for (const WarningSummary& warning : run.warnings)
      page.line("", warning.text + (warning.count > 1 ? fmt::format(" ({} times)", warning.count) : ""));
  if (!options.cases.empty()) page.line("CASES", options.cases);
  if (run.file.empty()) return;
  page.line("NEXT", fmt::format("wattershed export {} ({})", run.file.string(),
                                show(file_size(static_cast<double>(run.file_bytes)))));
}

}  // namespace

std::string screen(const RunSummary& run, const ScreenOptions& options) {
  return screen(std::vector<RunSummary>{run}, options);
}

std::string screen(const std::vector<RunSummary>& sites, const ScreenOptions& options) {
  Page page;
  head_lines(page, sites.front(), options);
  if (sites.size() > 1) page.line("ALL", sum_line(sites, options.us_units));
  for (const RunSummary& site : sites) {
    if (sites.size() > 1) page.raw(fmt::format("--- {} ({})", site.site, site.time_zone));
    site_lines(page, site, options.us_units);
  }
  if (sites.size() > 1) page.raw("---");
  last_lines(page, sites, options);
  return page.text();
}

}  // namespace wattershed
