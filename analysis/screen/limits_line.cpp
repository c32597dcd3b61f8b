#include "analysis/screen/limits_line.hpp"

#include <fmt/format.h>

#include <cmath>

#include "analysis/screen/shown.hpp"
#include "sim/calendar/calendar.hpp"

namespace wattershed {
namespace {

/// In a unit of the trade where its quantity has one.
std::string value_text(const LimitSummary& limit, double si, bool us) {
  if (limit.units == "K") return temperature(si, us);
  if (limit.units == "W") return show(power(si));
  if (limit.units == "J") return show(energy(si));
  if (limit.units == "USD") return show(money(si));
  if (limit.units == "kg") return show(limit.quantity.starts_with("water") ? water(si, us) : carbon(si, us));
  if (limit.units == "s") return span(si);
  return figures(si) + (limit.units == "1" ? "" : " " + limit.units);
}

std::string one_limit(const RunSummary& run, const LimitSummary& limit, bool us) {
  if (!limit.measured()) return fmt::format("{} NOT MEASURABLE: {}", limit.name, limit.why);
  // A share of a point on the temperature scale says nothing.
  const double left = limit.is_maximum ? limit.allowed - limit.worst : limit.worst - limit.allowed;
  const std::string headroom = limit.allowed == 0   ? value_text(limit, left, us)  // of nothing there is no share
                               : limit.units != "K" ? percent(limit.headroom)
                               : us                 ? fmt::format("{:.1f} degF", left * 1.8)
                                                    : fmt::format("{:.1f} K", left);
  std::string text = fmt::format("{} {} of {}", limit.name, value_text(limit, limit.worst, us),
                                 value_text(limit, limit.allowed, us));
  const bool amount = limit.units == "J" || limit.units == "kg" || limit.units == "USD" || limit.units == "token";
  if (!limit.per.empty() && limit.per != "run") text += (amount ? " a " : " by the ") + limit.per;
  text += ", headroom " + headroom;
  if (!limit.broken) return text;
  text += " BROKEN for " + span(limit.time_over_s);
  if (!std::isfinite(limit.first_breach_s)) return text;
  const Time at = run.start + from_seconds(limit.first_breach_s);
  return text + ", first on " + format_local(TimeZone(run.time_zone).to_local(at)).substr(0, 10);
}

}  // namespace

std::string limits_line(const RunSummary& run, bool us) {
  if (run.limits.empty()) return "none given";
  std::string text;
  std::size_t broken = 0, unseen = 0;
  for (const LimitSummary& limit : run.limits) {
    text += (text.empty() ? "" : "; ") + one_limit(run, limit, us);
    broken += limit.broken ? 1 : 0;
    unseen += limit.measured() ? 0 : 1;
  }
  text += broken ? fmt::format("; {} broken", broken) : unseen < run.limits.size() ? ", none broken" : "";
  return unseen ? text + fmt::format(", {} not measurable", unseen) : text;
}

}  // namespace wattershed
