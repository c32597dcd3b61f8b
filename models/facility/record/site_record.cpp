#include "models/facility/record/site_record.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <functional>
#include <limits>

#include "models/facility/record/network_watch.hpp"
#include "sim/units/units.hpp"

namespace wattershed {
namespace {

constexpr const char* phases_included = "phases of steps included (several jobs: all at once, a bound)";

}  // namespace

SiteRecord::SiteRecord(Simulation& simulation, SiteModel& site, const LoadedSite& loaded, RunSink& file,
                       NetworkSeat seat)
    : simulation_(simulation),
      site_(site),
      loaded_(loaded),
      file_(file),
      months_(simulation, site, loaded, file),
      recorder_(file, site.name(), loaded.start, loaded.end, loaded.scenario.record.every),
      windows_(simulation, site, loaded, file, seat),
      span_limits_(simulation, site, loaded, [this] { return scalars(); }),
      peak_at_(loaded.start) {
  declare_time_table();
  if (seat.watch && !site_.grid().point) declare_network_voltage(seat);
  declare_validity();
  recorder_.declare();
  recorder_.observe(simulation_);
}

void SiteRecord::declare_time_table() {
  const auto column_of = [](const SiteQuantity& quantity) {
    ColumnSpec column;
    column.name = quantity.name;
    column.units = unit_of(quantity.dimension);
    column.long_name = quantity.long_name;
    return column;
  };
  for (const Channel& channel : site_.columns().all()) {
    ColumnSpec column = column_of(*channel.quantity);
    column.attributes = channel.attributes;
    if (channel.quantity->extremes)
      recorder_.mean_and_extremes(column, *channel.meter, {*channel.lowest.meter, *channel.highest.meter},
                                  channel.has_extent ? phases_included : "of levels, without phases of steps");
    else
      recorder_.mean(column, *channel.meter);
  }
  recorder_.derived(column_of(*find_site_quantity("cost_demand")),
                    [this](const RecordedRow& row) { return months_.take_charges(row.end()) / row.seconds(); });
  SiteTables tables(file_, recorder_, site_.name(), loaded_.start);
  site_.tables(tables);
  limit_table_.emplace(loaded_, file_);
  if (const Channel* voltage = site_.columns().find("poi_voltage")) {
    const MeterSlot low = recorder_.watch(*voltage->lowest.meter), high = recorder_.watch(*voltage->highest.meter);
    recorder_.on_row([this, low, high](const RecordedRow& row) {
      voltage_lowest_ = std::min(voltage_lowest_.value_or(row.minimum(low)), row.minimum(low));
      voltage_highest_ = std::max(voltage_highest_.value_or(row.maximum(high)), row.maximum(high));
    });
  }
  const Channel& grid = *site_.columns().find("grid_power");
  const MeterSlot levels = recorder_.watch(*grid.meter), highest = recorder_.watch(*grid.highest.meter);
  const MeterSlot swinging = recorder_.watch(*site_.outputs().jobs_that_swing);
  recorder_.on_row([this, levels, highest, swinging](const RecordedRow& row) {
    peak_level_w_ = std::max(peak_level_w_, row.maximum(levels));
    if (row.maximum(highest) <= peak_w_) return;
    peak_w_ = row.maximum(highest);
    peak_at_ = row.begin();
    jobs_at_peak_ = row.maximum(swinging);
  });
}

// Outside of sags the network's voltage at the mean load, within them what they leave.
void SiteRecord::declare_network_voltage(const NetworkSeat& seat) {
  const SiteQuantity& quantity = *find_site_quantity("poi_voltage");
  const auto declare = [&](const std::string& suffix, const std::string& method, const std::string& meaning,
                           std::function<double(const RecordedRow&)> value) {
    ColumnSpec column;
    column.name = std::string(quantity.name) + suffix;
    column.units = unit_of(quantity.dimension);
    column.long_name = std::string(quantity.long_name) + meaning;
    column.cell_methods = method;
    return recorder_.derived(column, std::move(value));
  };
  std::optional<std::pair<MeterSlot, MeterSlot>> sags;
  if (const SagMeters& meters = site_.outputs().sags; meters.retained)
    sags.emplace(recorder_.watch(*meters.retained), recorder_.watch(*meters.sagging));
  const auto range = [seat](const RecordedRow& row) { return seat.watch->site_voltage(seat.place, row.end()); };
  declare("", "time: mean", ", at the mean load", [=](const RecordedRow& row) {
    const double outside = range(row).mean;
    if (!sags) return outside;
    const double rest = 1 - row.mean(sags->second);
    return outside * rest + row.mean(sags->first) - rest;
  });
  const std::string levels = std::string(", ") + phases_included;
  const RecordedColumn lowest = declare("_min", "time: minimum", levels, [=](const RecordedRow& row) {
    const double retained = sags ? row.minimum(sags->first) : 1.0;
    return retained < 1 ? std::min(retained, range(row).lowest) : range(row).lowest;
  });
  const RecordedColumn highest =
      declare("_max", "time: maximum", levels, [=](const RecordedRow& row) { return range(row).highest; });
  recorder_.on_row([this, lowest, highest](const RecordedRow& row) {
    voltage_lowest_ = std::min(voltage_lowest_.value_or(row.value(lowest)), row.value(lowest));
    voltage_highest_ = std::max(voltage_highest_.value_or(row.value(highest)), row.value(highest));
  });
}

// ---- the end -------------------------------------------------------------------------------------------------

SiteFaults SiteRecord::close(const std::vector<Balance>& balances) {
  if (simulation_.now() < loaded_.end) {  // interrupted
    months_.stop(simulation_.now());
    recorder_.stop(simulation_.now());
    windows_.stop();
  }
  site_.finish();
  span_limits_.close();
  std::vector<LimitVerdict> verdicts = site_.limit_verdicts();
  for (LimitVerdict& verdict : span_limits_.verdicts()) verdicts.push_back(std::move(verdict));
  SiteFaults faults;
  for (const LimitVerdict& verdict : verdicts) {
    faults.broken_limits += verdict.broken ? 1 : 0;
    faults.unmeasured_limits += verdict.measured() ? 0 : 1;
  }
  const SpanLimits::Scalars at_end = scalars();
  const auto jobs = [&](std::string_view name) {
    const auto found = at_end.find(name);
    return found == at_end.end() ? 0 : static_cast<std::uint64_t>(found->second);
  };
  faults.held_jobs = jobs("held_jobs");
  faults.too_large_jobs = jobs("jobs_too_large") + jobs("jobs_beyond_racks");
  limit_table_->write(std::move(verdicts));
  write_validity();
  write_summary(balances);
  return faults;
}

void SiteRecord::declare_validity() {
  validity_ =
      file_.table(site_.name() + "/validity", row_axis(),
                  {real_column("low", "1", "lowest value that the model was made for, in the unit of the input"),
                   real_column("high", "1", "highest value that it was made for"),
                   real_column("worst", "1", "value farthest outside; missing: it never was", true),
                   real_column("time_outside", "s", "time in which the input of any state that stood lay outside"),
                   real_column("first", "s", "when it first did, since the start; missing: never", true),
                   text_axis("model", "the model"), text_axis("input", "its input"),
                   text_axis("units", "unit of the input"), text_axis("source", "where the range comes from")});
}

void SiteRecord::write_validity() {
  constexpr double never = std::numeric_limits<double>::quiet_NaN();
  for (const auto& part : site_.parts())
    for (const RangeUse& use : part->validity()) {
      const std::array values{use.low, use.high, use.worst.value_or(never), seconds(use.outside),
                              use.first ? seconds(*use.first - loaded_.start) : never};
      const std::array<std::string_view, 4> texts{use.model, use.input, use.unit, use.source};
      file_.append(validity_, values, texts);
    }
}

// Each by the list of all of them, so that a file has them in one order whatever parts a site has.
void SiteRecord::write_summary(const std::vector<Balance>& balances) {
  SpanLimits::Scalars values = scalars();
  for (const Balance& balance : balances) values.emplace("audit_" + balance.name, balance.residual());
  for (const SiteQuantity& quantity : summary_quantities()) {
    const auto found = values.find(quantity.name);
    if (found == values.end()) continue;
    std::string long_name(quantity.long_name);
    if (quantity.name == "cost_total")
      long_name += site_.columns().find("cost_capital") ? ", servers" : "; no hardware";
    if (quantity.name == "emissions_scope2_location" || quantity.name == "cue")
      for (const auto& [name, boundary] : site_.columns().find("carbon_intensity")->attributes)
        if (name == "boundary") long_name += ", factors: " + boundary;
    file_.summary(site_.name(), std::string(quantity.name), found->second, unit_of(quantity.dimension), long_name);
    values.erase(found);
  }
  assert(values.empty());  // every scalar has its place in the list
}

SpanLimits::Scalars SiteRecord::scalars() const {
  SpanLimits::Scalars values;
  const SiteSummary of_parts = site_.summary();
  for (const auto& [name, value] : of_parts.scalars()) values.emplace(name, value);
  add_site_scalars(values);
  return values;
}

// What only the whole site can tell: its peak, its ratios, what it cost in all.
void SiteRecord::add_site_scalars(SpanLimits::Scalars& values) const {
  const auto total = [this](std::string_view name) { return site_.columns().total(name); };
  const double it_j = total("it_power"), facility_j = total("facility_power");
  const double demand_usd = months_.total_charges_usd();
  // What is worth nothing without IT energy is absent then, not 0.
  const auto add_per_it = [&values, it_j](const char* name, double amount) {
    if (it_j > 0) values[name] = amount / it_j;
  };
  values["duration"] = seconds(simulation_.now() - loaded_.start);
  if (voltage_lowest_) {
    values["voltage_lowest"] = *voltage_lowest_;
    values["voltage_highest"] = *voltage_highest_;
  }
  values["peak_power"] = peak_w_;
  values["peak_level"] = peak_level_w_;
  values["peak_jobs"] = jobs_at_peak_;
  values["peak_time"] = seconds(peak_at_ - loaded_.start);
  add_per_it("pue", facility_j);
  if (site_.columns().find("pdu_loss")) add_per_it("pue_pdu_output", facility_j);
  if (site_.columns().find("ups_loss") && it_j > 0)
    values["pue_ups_output"] = facility_j / (it_j + total("pdu_loss"));
  add_per_it("wue", total("water_makeup"));
  add_per_it("cue", values.at("emissions_scope1") + values.at("emissions_scope2_location"));
  values["cost_demand"] = demand_usd;
  values["cost_total"] = total("cost_energy") + demand_usd + total("cost_water") + total("cost_capital");
}

}  // namespace wattershed
