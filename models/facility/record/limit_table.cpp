#include "models/facility/record/limit_table.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "models/facility/part/site_tables.hpp"

namespace wattershed {

LimitTable::LimitTable(const LoadedSite& loaded, RunSink& file) : loaded_(loaded), file_(file) {
  if (loaded.scenario.limits.empty() && !loaded.scenario.site.grid.connection) return;
  table_ = file.table(
      loaded.scenario.site.name + "/limits", text_axis("limit", "name of the limit"),
      {real_column("allowed", "1",
                   "allowed value when the headroom was least, in the unit of the quantity; missing: not measurable",
                   true),
       real_column("worst", "1", "value when the headroom was least, in the unit of the quantity", true),
       real_column("headroom", "1", "least headroom, as a share of the allowed value", true),
       real_column("first_breach", "s",
                   "time of the first breach, since the start; missing: never, or known of the whole run alone",
                   true),
       real_column("time_over", "s", "time in breach"),
       real_column("is_maximum", "1", "1: an upper bound, 0: a lower bound"),
       text_axis("quantity", "limited quantity"), text_axis("units", "unit of the quantity"),
       text_axis("per", "within what it is held: day, month, year, run; empty: at every instant"),
       text_axis("verdict", "holds, broken or not measurable"),
       text_axis("why", "why it is not measurable; empty: it is")});
}

void LimitTable::write(std::vector<LimitVerdict> verdicts) {
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  const auto& given = loaded_.scenario.limits;
  const auto place_of = [&](const LimitVerdict& verdict) {
    return std::find_if(given.begin(), given.end(), [&](const auto& entry) { return entry.first == verdict.name; });
  };
  std::stable_sort(verdicts.begin(), verdicts.end(),
                   [&](const LimitVerdict& a, const LimitVerdict& b) { return place_of(a) < place_of(b); });
  for (const LimitVerdict& verdict : verdicts) {
    const bool seen = verdict.measured();
    const std::array values{seen ? verdict.allowed : missing,
                            seen ? verdict.worst : missing,
                            seen ? verdict.headroom : missing,
                            verdict.first_breach ? seconds(*verdict.first_breach - loaded_.start) : missing,
                            verdict.time_over_s,
                            verdict.is_maximum ? 1.0 : 0.0};
    const std::array<std::string_view, 5> texts{verdict.quantity, verdict.units, verdict.per,
                                                !seen            ? "not measurable"
                                                : verdict.broken ? "broken"
                                                                 : "holds",
                                                verdict.why};
    file_.append(table_, verdict.name, values, texts);
  }
}

}  // namespace wattershed
