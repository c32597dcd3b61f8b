#include "models/facility/site/limits.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "models/facility/part/site_tables.hpp"
#include "sim/units/units.hpp"

namespace wattershed {

Limits::Limits(SiteContext& context, const Columns& columns) : context_(context) {
  const auto& given = context.loaded.scenario.limits;
  for (const auto& [name, limit] : given) add(name, limit, columns);
  const std::string connection = context.path("grid.connection");
  const bool says_connection = std::any_of(given.begin(), given.end(), [&](const auto& entry) {
    return entry.second.quantity == "grid_power" && entry.second.max == connection;
  });
  if (!context.site().grid.connection || says_connection) return;
  const bool taken =
      std::any_of(given.begin(), given.end(), [](const auto& entry) { return entry.first == "connection"; });
  const Channel& grid = *columns.find("grid_power");
  limits_.emplace_back(taken ? "site_connection" : "connection", *grid.quantity, true, Share{});
  limits_.back().wire(context.simulation, grid.highest.signal, grid.highest.read,
                      context.parameters.at(connection, 0));
}

void Limits::add(const std::string& name, const Limit& limit, const Columns& columns) {
  const Channel* quantity = columns.find(limit.quantity);
  if (!quantity) {
    const Grid& grid = context_.site().grid;
    const bool afterwards =
        (grid.bus && limit.quantity == "poi_voltage") || (grid.system && limit.quantity == "poi_frequency");
    const Document& document = *context_.loaded.document;
    throw InputError(document.problem(
        document.find("limits." + name + ".quantity")->place,
        context_.loaded.label() +
            (afterwards
                 ? "of " + limit.quantity + " the end of an interval tells: no limit can watch it"
                 : "this site has no " + limit.quantity + ": the part that it belongs to is not in the scenario")));
  }
  const bool is_maximum = limit.max.has_value();
  const Signal<double> bound = bound_of(name, is_maximum ? *limit.max : *limit.min, *quantity->quantity);
  limits_.emplace_back(name, *quantity->quantity, is_maximum, limit.margin);
  const Observed& watched = quantity->bounded(is_maximum);
  limits_.back().wire(context_.simulation, watched.signal, watched.read, bound);
}

// A value, or a value of the scenario that may change.
Signal<double> Limits::bound_of(const std::string& name, const std::string& text, const SiteQuantity& quantity) {
  const ResolvedValue* path = context_.loaded.document->find(text);
  if (path && context_.parameters.has(text)) return context_.parameters.at(text, 0);
  return context_.circuit.signal<double>("limit " + name,
                                         parse_site_quantity(quantity, path ? path->text : text, "limits." + name));
}

std::uint64_t Limits::broken() const {
  return static_cast<std::uint64_t>(std::count_if(limits_.begin(), limits_.end(), [&](const LimitWatch& limit) {
    return limit.verdict(context_.now()).broken();
  }));
}

void Limits::tables(SiteTables& tables) {
  if (limits_.empty()) return;
  sink_ = &tables.sink();
  table_ = sink_->table(
      tables.path("limits"), text_axis("limit", "name of the limit"),
      {real_column("allowed", "1", "allowed value when the headroom was least, in the unit of the quantity"),
       real_column("worst", "1", "value when the headroom was least, in the unit of the quantity"),
       real_column("headroom", "1", "least headroom, as a share of the allowed value"),
       real_column("first_breach", "s", "time of the first breach, since the start; missing: never", true),
       real_column("time_over", "s", "time in breach"),
       real_column("is_maximum", "1", "1: an upper bound, 0: a lower bound"),
       text_axis("quantity", "limited quantity"), text_axis("units", "unit of the quantity")});
}

void Limits::months(std::vector<MonthColumn>& columns) {
  for (LimitWatch& limit : limits_)
    columns.push_back({real_column("headroom_" + limit.name(), "1", "least headroom to the limit " + limit.name()),
                       [&limit](Time boundary) { return limit.close_month(boundary); }});
}

void Limits::finish() {
  for (const LimitWatch& limit : limits_) {
    const LimitWatch::Verdict verdict = limit.verdict(context_.now());
    const double never = std::numeric_limits<double>::quiet_NaN();
    const std::array values{
        verdict.allowed,     verdict.worst,
        verdict.headroom,    verdict.first_breach ? seconds(*verdict.first_breach - context_.loaded.start) : never,
        verdict.time_over_s, limit.is_maximum() ? 1.0 : 0.0};
    const std::string units = unit_of(limit.quantity().dimension);
    const std::array<std::string_view, 2> texts{limit.quantity().name, units};
    sink_->append(table_, limit.name(), values, texts);
  }
}

}  // namespace wattershed
