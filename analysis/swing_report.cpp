#include "analysis/swing_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/csv_field.hpp"

namespace wattershed {
namespace {

constexpr std::size_t page_width = 80;

/// So many figures, never in powers of ten within what grids have.
std::string figures(double value, int count) {
  if (value == 0) return "0";
  const double rounded =
      std::stod(fmt::format("{:.{}e}", value, count - 1));  // 9.9999 has two figures before the point
  const int before = static_cast<int>(std::floor(std::log10(std::abs(rounded)))) + 1;
  if (before > 6 || before < -4) return fmt::format("{:.{}g}", value, count);
  return fmt::format("{:.{}f}", value, std::max(0, count - before));
}

/// In W, kW, MW or GW, with something after it ("/s"). What rounding leaves in a file of float32 is zero.
std::string scaled(double si, int count, const char* per) {
  constexpr double least = 1;  // [W]
  const double size = std::abs(si);
  if (size < least) return std::string("0 MW") + per;
  if (size < 0.99995e3) return figures(si, 3) + " W" + per;
  if (size < 0.99995e6) return figures(si / 1e3, count) + " kW" + per;
  return size < 0.99995e9 ? figures(si / 1e6, count) + " MW" + per : figures(si / 1e9, count) + " GW" + per;
}

/// A value with its unit, in at most 11 columns.
std::string shown(double si, MeasureUnit unit) {
  constexpr double least_share = 1e-6;
  switch (unit) {
    case MeasureUnit::watt:
      return scaled(si, 4, "");
    case MeasureUnit::watt_per_second:
      return scaled(si, 3, "/s");
    case MeasureUnit::watt_per_minute:
      return scaled(si * 60, 3, "/min");
    case MeasureUnit::share:
      return figures(std::abs(si) < least_share ? 0 : si * 100, 4) + " %";
    case MeasureUnit::plain:
      return figures(si, 3);
    case MeasureUnit::hertz:
      return fmt::format("{:.4f} Hz", si);
    case MeasureUnit::hertz_per_second:
      return figures(si, 3) + " Hz/s";
  }
  return {};
}

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

/// Words in lines of at most 80 columns, the first behind `head`, the others behind as many blanks.
std::string wrapped(std::string head, const std::string& text) {
  const std::size_t indent = head.size();
  std::string out, line = std::move(head);
  std::size_t from = 0;
  bool first = true;
  while (from < text.size()) {
    const std::size_t end = std::min(text.find(' ', from), text.size());
    const std::string word = text.substr(from, end - from);
    if (!first && line.size() + 1 + word.size() > page_width) {
      out += line + "\n";
      line = std::string(indent, ' ');
      first = true;
    }
    line += (first ? "" : " ") + word.substr(0, page_width - indent);
    first = false;
    from = end + 1;
  }
  return out + line + "\n";
}

std::string margin_text(const SwingCheck& check) {
  if (!check.margin()) return "";
  const double margin = *check.margin(), size = std::abs(margin);
  if (size < 9.995) return fmt::format("{:.0f} %", margin * 100);
  return size < 999.5 ? fmt::format("{:.0f} x", margin) : margin < 0 ? "<-999x" : ">999 x";
}

std::string limits_table(const WindowSwing& window, const TimeZone& zone) {
  std::string text = fmt::format("{:<21} {:>11} {:>11} {:>6} {:>12} {:>7} {}\n", "LIMITS", "value", "limit", "margin",
                                 "worst at", "after s", "");
  while (text[text.size() - 2] == ' ') text.erase(text.size() - 2, 1);
  std::vector<std::string> remarks;
  for (const SwingCheck& check : window.checks) {
    const std::string name =
        check.measure.name + (check.is_minimum && check.measure.unit == MeasureUnit::plain ? ", least" : "");
    text += fmt::format("{:<21.21} {:>11} {:>11} {:>6} {:>12} {:>7} {}\n", name,
                        check.measure.value ? shown(*check.measure.value, check.measure.unit) : "",
                        shown(check.allowed, check.measure.unit), margin_text(check),
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
  std::size_t limits = 0, broken = 0, assumed = 0;
  for (const WindowSwing& window : analysis.windows)
    for (const SwingCheck& check : window.checks) {
      ++limits;
      broken += check.verdict == SwingVerdict::breach ? 1 : 0;
      assumed += check.kind == ValueKind::assumed ? 1 : 0;
    }
  std::string whose = *analysis.limits;
  if (analysis.limits_title) whose += " (" + *analysis.limits_title + ")";
  return fmt::format("{} {}: {} of {} checks broken; {} against numbers that are assumed", broken ? "FAILS" : "HOLDS",
                     whose, broken, limits, assumed);
}

std::string_view json_word(SwingVerdict verdict) {
  switch (verdict) {
    case SwingVerdict::breach:
      return "breach";
    case SwingVerdict::untested:
      return "untested";
    default:
      return to_string(verdict);
  }
}

nlohmann::ordered_json json_of(const SwingMeasure& measure, const WindowSwing& window) {
  nlohmann::ordered_json json = {{"measure", measure.name}, {"units", si_unit(measure.unit)}};
  if (!measure.value) {
    json[measure.untested ? "untested" : "not_measurable"] = measure.why;
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
    text += wrapped("", fmt::format("{}  {}/{}: {} at {:g} samples a second", analysis.file.filename().string(),
                                    window.site, window.name, span_name(window.duration), window.rate.si()));
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
  json["file"] = analysis.file.string();
  if (analysis.limits) {
    json["limits"] = *analysis.limits;
    json["title"] = analysis.limits_title.value_or("");
    json["holds"] = analysis.holds();
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
      entry[check.is_minimum ? "at_least" : "at_most"] = check.allowed;
      if (check.margin()) entry["margin"] = *check.margin();
      entry["verdict"] = json_word(check.verdict);
      if (!check.remark.empty()) entry["remark"] = check.remark;
      entry["source"] = check.source;
      entry["kind"] = to_string(check.kind);
      one["checks"].push_back(std::move(entry));
    }
    json["windows"].push_back(std::move(one));
  }
  return json.dump(2);
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
