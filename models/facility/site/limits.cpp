#include "models/facility/site/limits.hpp"

#include <algorithm>
#include <limits>

#include "models/facility/part/site_tables.hpp"

namespace wattershed {

Limits::Limits(SiteContext& context, const Columns& columns) : context_(context) {
  const auto& given = context.loaded.scenario.limits;
  for (const auto& [name, limit] : given) add(name, limit, columns);
  const std::string connection = context.path("grid.connection");
  const bool says_connection = std::any_of(given.begin(), given.end(), [&](const auto& entry) {
    return entry.second.quantity == "grid_power" && !entry.second.per && entry.second.max == connection;
  });
  if (!context.site().grid.connection || says_connection) return;
  const bool taken =
      std::any_of(given.begin(), given.end(), [](const auto& entry) { return entry.first == "connection"; });
  const Channel& grid = *columns.find("grid_power");
  LimitTarget target;
  target.quantity = grid.quantity;
  target.dimension = grid.quantity->dimension;
  limits_.emplace_back(taken ? "site_connection" : "connection", target, Share{});
  limits_.back().wire(context.simulation, grid.highest.signal, grid.highest.read,
                      context.parameters.at(connection, 0));
}

void Limits::add(const std::string& name, const Limit& limit, const Columns& columns) {
  const LimitTarget target = limit_target(limit, *context_.loaded.document);
  const bool of_column =
      target.kind == LimitKind::level || target.kind == LimitKind::sum || target.kind == LimitKind::mean;
  if (!of_column) return;
  const Channel& column = column_of(name, limit, columns);
  if (target.kind != LimitKind::level) return;
  limits_.emplace_back(name, target, limit.margin);
  const Observed& watched = column.bounded(target.is_maximum);
  limits_.back().wire(context_.simulation, watched.signal, watched.read, bound_of(name, target));
}

const Channel& Limits::column_of(const std::string& name, const Limit& limit, const Columns& columns) const {
  if (const Channel* column = columns.find(limit.quantity)) return *column;
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

// A value, or a value of the scenario that may change.
Signal<double> Limits::bound_of(const std::string& name, const LimitTarget& target) {
  if (!target.path.empty() && context_.parameters.has(target.path)) return context_.parameters.at(target.path, 0);
  return context_.circuit.signal<double>("limit " + name, target.bound);
}

std::vector<LimitVerdict> Limits::verdicts() const {
  std::vector<LimitVerdict> verdicts;
  for (const LimitWatch& limit : limits_) verdicts.push_back(limit.verdict(context_.now()));
  return verdicts;
}

void Limits::months(std::vector<MonthColumn>& columns) {
  for (LimitWatch& limit : limits_)
    columns.push_back({real_column("headroom_" + limit.name(), "1", "least headroom to the limit " + limit.name(),
                                   limit.target().absent_at_zero),
                       [&limit](Time boundary) {
                         return limit.close_month(boundary).value_or(std::numeric_limits<double>::quiet_NaN());
                       }});
}

}  // namespace wattershed
