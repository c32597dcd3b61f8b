#include "models/facility/scenario/limit_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "sim/base/problem.hpp"
#include "sim/units/units.hpp"

namespace wattershed {
namespace {

/// Scalars whose value over a span is what they grow by within it.
constexpr std::array adding_scalars{std::string_view("it_energy"),
                                    std::string_view("facility_energy"),
                                    std::string_view("grid_energy"),
                                    std::string_view("cooling_energy"),
                                    std::string_view("compressor_energy"),
                                    std::string_view("pump_energy"),
                                    std::string_view("fan_energy"),
                                    std::string_view("cdu_energy"),
                                    std::string_view("it_fan_energy"),
                                    std::string_view("it_conversion_loss"),
                                    std::string_view("economizer_time"),
                                    std::string_view("partial_economizer_time"),
                                    std::string_view("overloaded_time"),
                                    std::string_view("distribution_energy"),
                                    std::string_view("building_energy"),
                                    std::string_view("battery_loss"),
                                    std::string_view("generator_energy"),
                                    std::string_view("ups_transfers"),
                                    std::string_view("water_withdrawn"),
                                    std::string_view("water_consumed"),
                                    std::string_view("water_source"),
                                    std::string_view("emissions_scope1"),
                                    std::string_view("emissions_scope2_location"),
                                    std::string_view("emissions_scope3"),
                                    std::string_view("cost_energy"),
                                    std::string_view("cost_water"),
                                    std::string_view("cost_capital"),
                                    std::string_view("cost_demand"),
                                    std::string_view("cost_total"),
                                    std::string_view("accelerator_time"),
                                    std::string_view("draining_time"),
                                    std::string_view("jobs_submitted"),
                                    std::string_view("jobs_done"),
                                    std::string_view("requests_served"),
                                    std::string_view("requests_lost"),
                                    std::string_view("tokens_trained"),
                                    std::string_view("tokens_served"),
                                    std::string_view("training_failures"),
                                    std::string_view("training_lost_time")};

const std::array ratios{
    SummaryRatio{"pue", {"facility_energy"}, {"it_energy"}},
    SummaryRatio{"wue", {"water_withdrawn"}, {"it_energy"}},
    SummaryRatio{"cue", {"emissions_scope1", "emissions_scope2_location"}, {"it_energy"}},
    SummaryRatio{"lost_share", {"requests_lost"}, {"requests_lost", "requests_served"}},
};

bool adds(std::string_view scalar) {
  return std::find(adding_scalars.begin(), adding_scalars.end(), scalar) != adding_scalars.end();
}

/// Columns that are so much a second: their sum over time is an amount.
bool is_rate(const SiteQuantity& column) {
  for (const Dimension rate : {Power::dimension, MassFlow::dimension, CarbonRate::dimension, MoneyRate::dimension})
    if (column.dimension == rate) return true;
  return column.name == "lost_rate";
}

struct Meaning {
  LimitKind kind;
  const SiteQuantity* quantity;
  Dimension dimension;
};

[[noreturn]] void unknown(const std::string& name) {
  std::vector<std::string> names = site_quantity_names();
  for (const SiteQuantity& scalar : summary_quantities()) names.emplace_back(scalar.name);
  const std::string near = did_you_mean(name, names);
  throw LimitFault("quantity",
                   fmt::format("unknown quantity '{}'{}", name,
                               near.empty() ? "; it is a column of the site's time table or a scalar of its "
                                              "summary, for example grid_power or water_withdrawn"
                                            : near));
}

/// What the words may mean; of several the unit of the bound decides.
std::vector<Meaning> meanings_of(const Limit& limit) {
  const SiteQuantity *column = find_site_quantity(limit.quantity), *scalar = find_summary_quantity(limit.quantity);
  if (!column && !scalar) unknown(limit.quantity);
  if (!limit.per) {
    // The demand charge is booked, it has no level.
    if (column && column->name != "cost_demand") return {{LimitKind::level, column, column->dimension}};
    return {{adds(scalar->name) ? LimitKind::growth : LimitKind::whole, scalar, scalar->dimension}};
  }
  if (scalar) {
    if (adds(scalar->name)) return {{LimitKind::growth, scalar, scalar->dimension}};
    if (*limit.per == LimitSpan::run) return {{LimitKind::whole, scalar, scalar->dimension}};
    if (find_summary_ratio(scalar->name)) return {{LimitKind::ratio, scalar, scalar->dimension}};
    if (!column)
      throw LimitFault("per", fmt::format("{} has no value by the {}: leave `per` out", limit.quantity,
                                          enum_names(*limit.per)[static_cast<std::size_t>(*limit.per)]));
  }
  if (column->name == "time_to_first_token")
    throw LimitFault("per", "time_to_first_token is held at every instant: leave `per` out");
  std::vector<Meaning> meanings{{LimitKind::mean, column, column->dimension}};
  if (is_rate(*column))
    meanings.insert(meanings.begin(), {LimitKind::sum, column, column->dimension + TimeSpan::dimension});
  return meanings;
}

double parse_bound(const Meaning& meaning, std::string_view text, std::string_view key) {
  // As for every number of a scenario: a headroom is a quotient by it.
  constexpr double largest = 1e24, smallest = 1e-24;  // [SI]
  const SiteQuantity as_bound{meaning.quantity->name, meaning.dimension, meaning.quantity->long_name};
  try {
    const double si = parse_site_quantity(as_bound, text, key);
    if (std::abs(si) > largest) throw LimitFault(key, fmt::format("{} is beyond any {}", text, as_bound.name));
    if (si != 0 && std::abs(si) < smallest)
      throw LimitFault(key, fmt::format("{} is smaller than any {}; write 0 if none is meant", text, as_bound.name));
    return si;
  } catch (const std::invalid_argument& error) {
    throw LimitFault(key, error.what());
  }
}

LimitTarget made(const Limit& limit, const Meaning& meaning, double bound, std::string path) {
  return {.kind = meaning.kind,
          .span = meaning.kind == LimitKind::level ? std::nullopt : std::optional(limit.per.value_or(LimitSpan::run)),
          .quantity = meaning.quantity,
          .dimension = meaning.dimension,
          .is_maximum = limit.max.has_value(),
          .bound = bound,
          .path = std::move(path),
          .absent_at_zero = meaning.quantity->name == "time_to_first_token"};
}

/// The bound is a value of the scenario.
LimitTarget of_value(const Limit& limit, const ResolvedValue& value, const std::vector<Meaning>& meanings,
                     const std::string& key) {
  const auto fits = [&](const Meaning& m) { return value.is_number && value.unit == unit_of(m.dimension); };
  const auto found = std::find_if(meanings.begin(), meanings.end(), fits);
  if (found == meanings.end())
    throw LimitFault(key, fmt::format("{} is not {}", value.path, describe(meanings.front().dimension)));
  if (value.text == "none" || value.text == "auto")
    throw LimitFault(
        key, fmt::format("{} is not given in this scenario: give it, or write the bound as a number", value.path));
  return made(limit, *found, parse_bound(*found, value.text, key), value.path);
}

}  // namespace

const SummaryRatio* find_summary_ratio(std::string_view name) {
  const auto found =
      std::find_if(ratios.begin(), ratios.end(), [&](const SummaryRatio& r) { return r.name == name; });
  return found == ratios.end() ? nullptr : &*found;
}

LimitTarget limit_target(const Limit& limit, const Document& document) {
  const std::vector<Meaning> meanings = meanings_of(limit);
  const std::string key = limit.max ? "max" : "min";
  const std::string& text = limit.max ? *limit.max : *limit.min;
  if (const ResolvedValue* value = document.find(text)) return of_value(limit, *value, meanings, key);
  const bool path_like = text.find('.') != std::string::npos && text.find(' ') == std::string::npos &&
                         text.find_first_of("0123456789") == std::string::npos;
  if (path_like) {
    std::vector<std::string> paths;
    for (const ResolvedValue& value : document.values)
      if (value.is_number) paths.push_back(value.path);
    throw LimitFault(key, fmt::format("'{}' has no value in this scenario{}", text, did_you_mean(text, paths)));
  }
  std::string fault;
  for (const Meaning& meaning : meanings) {
    try {
      return made(limit, meaning, parse_bound(meaning, text, key), {});
    } catch (const std::invalid_argument& error) {
      if (fault.empty()) fault = error.what();
    }
  }
  throw LimitFault(key, fault);
}

}  // namespace wattershed
