#include "analysis/swing/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "analysis/swing/text.hpp"
#include "sim/base/text.hpp"
#include "sim/calendar/calendar.hpp"

namespace wattershed {
namespace {

/// "15:00:03.120" on the wall clock.
std::string clock(const WindowSwing& window, const TimeZone& zone, TimeSpan at) {
  const LocalTime local = zone.to_local(window.start + from_seconds(at.si()));
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(local - day).count();
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

/// Seconds into the window, in at most 7 columns.
std::string offset(TimeSpan at) {
  const std::string text = fmt::format("{:.3f}", at.si());
  return text.size() <= 7 ? text : text.substr(0, text[6] == '.' ? 6 : 7);
}

std::string limits_table(const WindowSwing& window, const TimeZone& zone) {
  std::string text = fmt::format("{:<21} {:>11} {:>11} {:>6} {:>12} {:>7} {}\n", "LIMITS", "value", "limit", "margin",
                                 "worst at", "after s", "");
  while (text[text.size() - 2] == ' ') text.erase(text.size() - 2, 1);
  std::vector<std::string> remarks;
  for (const SwingCheck& check : window.checks) {
    text += fmt::format("{:<21.21} {:>11} {:>11} ", check_name(check),
                        check.measure.value ? shown(*check.measure.value, check.measure.unit) : "",
                        check.allowed ? shown(*check.allowed, check.measure.unit) : "");
    if (check.verdict == SwingVerdict::unmeasurable)
      text += fmt::format("{}\n", to_string(check.verdict));
    else
      text += fmt::format("{:>6} {:>12} {:>7} {}\n", margin_text(check),
                          check.measure.at ? clock(window, zone, *check.measure.at) : "",
                          check.measure.at ? offset(*check.measure.at) : "", to_string(check.verdict));
    const std::string remark = check.verdict == SwingVerdict::exempt ? check.remark
                               : check.remark.empty()                ? ""
                                                                     : check.measure.name + ": " + check.remark;
    if (!remark.empty() && (remarks.empty() || remarks.back() != remark)) remarks.push_back(remark);
  }
  for (const std::string& remark : remarks) text += wrapped("  ", remark);
  return text;
}

std::string measures_table(const WindowSwing& window, const TimeZone& zone) {
  std::string text = fmt::format("{:<32} {:>11} {:>23} {:>11}\n", "MEASURES", "value", "worst at", "after s");
  for (const SwingMeasure& measure : window.measures)
    if (measure.value)
      text += fmt::format("{:<32} {:>11}", measure.name, shown(*measure.value, measure.unit)) +
              (measure.at ? fmt::format(" {:>23} {:>11}\n", clock(window, zone, *measure.at), offset(*measure.at))
                          : "\n");
  std::string modes;
  for (const Mode& mode : window.modes)
    modes += fmt::format("{}{} Hz {}", modes.empty() ? "" : ", ", figures(mode.frequency.si(), 4),
                         shown(mode.amplitude, MeasureUnit::watt));
  if (!modes.empty()) text += wrapped("tones (amplitude): ", modes);
  return text;
}

/// What cannot be measured, by reason.
std::string unseen_list(const WindowSwing& window) {
  std::vector<std::pair<std::string, std::string>> names_by_reason;
  for (const SwingMeasure& measure : window.measures) {
    if (measure.value) continue;
    const auto same = std::find_if(names_by_reason.begin(), names_by_reason.end(),
                                   [&](const auto& known) { return known.first == measure.why; });
    if (same == names_by_reason.end())
      names_by_reason.emplace_back(measure.why, measure.name);
    else
      same->second += ", " + measure.name;
  }
  std::string text;
  for (const auto& [why, names] : names_by_reason) text += wrapped("  ", names + ": " + why);
  return text.empty() ? text : "NOT MEASURABLE\n" + text;
}

std::string verdict_line(const SwingAnalysis& analysis) {
  std::size_t limits = 0, broken = 0, unseen = 0, assumed = 0;
  for (const WindowSwing& window : analysis.windows)
    for (const SwingCheck& check : window.checks) {
      ++limits;
      broken += check.verdict == SwingVerdict::breach ? 1 : 0;
      unseen += check.verdict == SwingVerdict::unmeasurable ? 1 : 0;
      assumed += check.kind == ValueKind::assumed ? 1 : 0;
    }
  std::string whose = *analysis.limits;
  if (analysis.limits_title) whose += " (" + *analysis.limits_title + ")";
  std::string text = fmt::format("{} {}: {} of {} checks broken",
                                 broken             ? "FAILS"
                                 : analysis.holds() ? "HOLDS"
                                                    : "NOT SHOWN",
                                 whose, broken, limits);
  if (unseen > 0) text += fmt::format(", {} not measurable", unseen);
  text += fmt::format("; {} against numbers that are assumed", assumed);
  if (const std::vector<std::string> open = analysis.not_shown(); !open.empty())
    text += fmt::format("; no window shows {}", fmt::join(open, ", "));
  return text;
}

std::string_view json_word(SwingVerdict verdict) {
  return verdict == SwingVerdict::breach ? "breach" : to_string(verdict);
}

nlohmann::ordered_json json_of(const SwingMeasure& measure, const WindowSwing& window) {
  nlohmann::ordered_json json = {{"measure", measure.name}, {"units", si_unit(measure.unit)}};
  if (!measure.value) {
    json["not_measurable"] = measure.why;
    return json;
  }
  json["value"] = *measure.value;
  if (measure.at) {
    const Time at = window.start + from_seconds(measure.at->si());
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(at);
    const std::string utc = format_utc(std::chrono::floor<std::chrono::seconds>(at));
    json["after_s"] = measure.at->si();
    json["at"] = fmt::format("{}.{:03}Z", utc.substr(0, 19), ms.time_since_epoch().count() % 1000);
  }
  return json;
}

}  // namespace

std::string swing_report(const SwingAnalysis& analysis) {
  std::string text;
  for (const WindowSwing& window : analysis.windows) {
    const TimeZone zone(window.time_zone);
    text += wrapped("", fmt::format("{}  {}/{}: {} at {:g} samples a second",
                                    std::filesystem::path(analysis.run).filename().string(), window.site, window.name,
                                    span_name(window.duration), window.rate.si()));
    text += wrapped("", fmt::format("from {} {} ({})", format_local(zone.to_local(window.start)), zone.name(),
                                    format_utc(window.start)));
    if (analysis.limits) text += "\n" + limits_table(window, zone);
    text += "\n" + measures_table(window, zone);
    if (const std::string unseen = unseen_list(window); !unseen.empty()) text += "\n" + unseen;
    text += "\n";
  }
  for (const std::string& empty : analysis.empty_windows)
    text += wrapped("", empty + ": empty, the run was interrupted before it");
  if (!analysis.limits) return text + "No limits given: --limits NAME or FILE (wattershed catalog limits)\n";
  return text + wrapped("", verdict_line(analysis));
}

std::string swing_json(const SwingAnalysis& analysis) {
  nlohmann::ordered_json json;
  json["file"] = analysis.run;
  if (analysis.limits) {
    json["limits"] = *analysis.limits;
    json["title"] = analysis.limits_title.value_or("");
    json["holds"] = analysis.holds();
    json["not_shown"] = analysis.not_shown();
  }
  if (!analysis.empty_windows.empty()) json["empty_windows"] = analysis.empty_windows;
  json["windows"] = nlohmann::ordered_json::array();
  for (const WindowSwing& window : analysis.windows) {
    nlohmann::ordered_json one;
    one["site"] = window.site;
    one["window"] = window.name;
    one["start"] = format_utc(window.start);
    one["time_zone"] = window.time_zone;
    one["duration_s"] = window.duration.si();
    one["sample_rate_Hz"] = window.rate.si();
    one["measures"] = nlohmann::ordered_json::array();
    for (const SwingMeasure& measure : window.measures) one["measures"].push_back(json_of(measure, window));
    one["modes"] = nlohmann::ordered_json::array();
    for (const Mode& mode : window.modes)
      one["modes"].push_back({{"frequency_Hz", mode.frequency.si()}, {"amplitude_W", mode.amplitude}});
    if (analysis.limits) one["checks"] = nlohmann::ordered_json::array();
    for (const SwingCheck& check : window.checks) {
      nlohmann::ordered_json entry = {{"limit", check.limit}};
      entry.update(json_of(check.measure, window));
      if (check.allowed) entry[check.is_minimum ? "at_least" : "at_most"] = *check.allowed;
      if (check.margin()) entry["margin"] = *check.margin();
      entry["verdict"] = json_word(check.verdict);
      if (!check.remark.empty()) entry["remark"] = check.remark;
      entry["source"] = check.source;
      entry["kind"] = to_string(check.kind);
      one["checks"].push_back(std::move(entry));
    }
    json["windows"].push_back(std::move(one));
  }
  // In ASCII, so that no character steers a terminal; a name that is no UTF-8 is no reason to fail.
  return json.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

std::string spectrum_csv(const SwingAnalysis& analysis) {
  std::string text = "site,window,frequency_hz,density_w2_per_hz\n";
  for (const WindowSwing& window : analysis.windows) {
    if (!window.spectrum) continue;
    const std::string place = csv_field(window.site) + "," + csv_field(window.name);
    for (std::size_t bin = 0; bin < window.spectrum->density.size(); ++bin)
      text += fmt::format("{},{:.9g},{:.9g}\n", place, window.spectrum->frequency(bin).si(),
                          window.spectrum->density[bin]);
  }
  return text;
}

}  // namespace wattershed
