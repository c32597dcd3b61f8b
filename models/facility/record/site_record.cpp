#include "models/facility/record/site_record.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <memory>

#include "models/facility/record/network_watch.hpp"
#include "sim/units/units.hpp"

namespace wattershed {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double since(Time t, Time epoch) { return seconds(t - epoch); }

}  // namespace

SiteRecord::SiteRecord(Simulation& simulation, SiteModel& site, const LoadedScenario& loaded, RunSink& file,
                       NetworkSeat seat)
    : simulation_(simulation),
      site_(site),
      loaded_(loaded),
      file_(file),
      months_(simulation, site, loaded, file),
      recorder_(file, site.name(), loaded.start, loaded.end, loaded.scenario.record.every),
      windows_(simulation, site, loaded, file, seat),
      peak_at_(loaded.start) {
  declare_time_table();
  if (seat.watch && !site.point()) declare_network_voltage(seat);
  declare_other_tables();
  recorder_.declare();
  recorder_.observe(simulation_);
  site_.jobs().on_end([this](const JobRecord& job) { write_job(job); });
}

void SiteRecord::declare_time_table() {
  const auto column_of = [](const SiteQuantity& quantity) {
    ColumnSpec column;
    column.name = quantity.name;
    column.units = unit_of(quantity.dimension);
    column.long_name = quantity.long_name;
    return column;
  };
  for (const Channel& channel : site_.channels()) {
    ColumnSpec column = column_of(*channel.quantity);
    column.attributes = channel.attributes;
    if (channel.quantity->extremes)
      recorder_.mean_and_extremes(column, *channel.meter, "of averaged levels, no waveform peak");
    else
      recorder_.mean(column, *channel.meter);
  }
  recorder_.derived(column_of(*find_site_quantity("cost_demand")),
                    [this](const RecordedRow& row) { return months_.take_charges(row.end()) / row.seconds(); });
  if (FrequencyWatch* watch = site_.frequency()) {
    // The first of the three takes the interval, the others read it.
    const auto taken = std::make_shared<FrequencyWatch::Interval>();
    const ColumnSpec column = column_of(*find_site_quantity("poi_frequency"));
    recorder_.derived(column, [watch, taken](const RecordedRow& row) {
      *taken = watch->take(row.end());
      return taken->mean.si();
    });
    const auto extreme = [&](const char* suffix, const char* method, Frequency FrequencyWatch::Interval::*which) {
      ColumnSpec beside = column;
      beside.name += suffix;
      beside.cell_methods = method;
      recorder_.derived(beside, [taken, which](const RecordedRow&) { return ((*taken).*which).si(); });
    };
    extreme("_min", "time: minimum", &FrequencyWatch::Interval::lowest);
    extreme("_max", "time: maximum", &FrequencyWatch::Interval::highest);
  }
  if (const Channel* voltage = site_.channel("poi_voltage")) {
    const MeterSlot slot = recorder_.watch(*voltage->meter);
    recorder_.on_row([this, slot](const RecordedRow& row) {
      voltage_lowest_ = std::min(voltage_lowest_.value_or(row.minimum(slot)), row.minimum(slot));
      voltage_highest_ = std::max(voltage_highest_.value_or(row.maximum(slot)), row.maximum(slot));
    });
  }
  const MeterSlot grid = recorder_.watch(*site_.channel("grid_power")->meter);
  recorder_.on_row([this, grid](const RecordedRow& row) {
    if (row.maximum(grid) <= peak_w_) return;
    peak_w_ = row.maximum(grid);
    peak_at_ = row.begin();
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
  if (const SiteModel::SagMeters& meters = site_.sag_meters(); meters.retained)
    sags.emplace(recorder_.watch(*meters.retained), recorder_.watch(*meters.sagging));
  const auto range = [seat](const RecordedRow& row) { return seat.watch->site_voltage(seat.place, row.end()); };
  declare("", "time: mean", ", at the mean load", [=](const RecordedRow& row) {
    const double outside = range(row).mean;
    if (!sags) return outside;
    const double rest = 1 - row.mean(sags->second);
    return outside * rest + row.mean(sags->first) - rest;
  });
  const char* levels = ", of averaged levels, no waveform peak";
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

void SiteRecord::declare_other_tables() {
  const std::string site = site_.name();
  const auto real = [](std::string name, std::string units, std::string long_name, bool missing = false) {
    ColumnSpec column;
    column.name = std::move(name);
    column.units = std::move(units);
    column.long_name = std::move(long_name);
    column.allows_missing = missing;
    return column;
  };
  const std::string time_units = "seconds since " + format_utc(loaded_.start);

  job_table_ =
      file_.table(site + "/jobs", text_axis("job", "name of the job"),
                  {real("submitted", time_units, "time of submission"), real("started", time_units, "time of start"),
                   real("ended", time_units, "time of end, or the end of the run if it came first"),
                   real("complete", "1", "1: ended, 0: still running at the end of the run"),
                   real("wait", "s", "time between submission and start"),
                   real("accelerators", "1", "accelerators held"), real("it_energy", "J", "energy at the AC input"),
                   real("grid_energy", "J", "share of grid energy"), real("water", "kg", "share of make-up water"),
                   real("emissions", "kg", "share of emissions, scope 1 and 2 by location, CO2 equivalent"),
                   real("cost", "USD", "share of energy and water cost, without demand charge")});

  share_table_ = file_.table(
      site + "/shares", text_axis("user", "jobs, each service, idle accelerators, and no_it_load: times without any"),
      {real("it_energy", "J", "energy at the AC input"), real("grid_energy", "J", "share of grid energy"),
       real("water", "kg", "share of make-up water"),
       real("emissions", "kg", "share of emissions, scope 1 and 2 by location, CO2 equivalent"),
       real("cost", "USD", "share of energy and water cost, without demand charge")});
  if (!site_.limits().empty())
    limit_table_ = file_.table(
        site + "/limits", text_axis("limit", "name of the limit"),
        {real("allowed", "1", "allowed value when the headroom was least, in the unit of the quantity"),
         real("worst", "1", "value when the headroom was least, in the unit of the quantity"),
         real("headroom", "1", "least headroom, as a share of the allowed value"),
         real("first_breach", "s", "time of the first breach, since the start; missing: never", true),
         real("time_over", "s", "time in breach"), real("is_maximum", "1", "1: an upper bound, 0: a lower bound"),
         text_axis("quantity", "limited quantity"), text_axis("units", "unit of the quantity")});

  if (!site_.service_meters().empty()) declare_services();
  if (loaded_.scenario.record.racks && !site_.rack_meters().empty()) {
    const FixedAxis axis{"rack", "name of the rack", site_.floor().names()};
    recorder_.mean_each(recorder_.beside(site + "/racks", axis), real("power", "W", "power at the AC input"),
                        site_.rack_meters());
  }
}

// Imposed services have no tokens, replicas and latencies: those columns hold zero for them.
void SiteRecord::declare_services() {
  const auto& services = site_.service_meters();
  std::vector<std::string> labels;
  for (const auto& service : services) labels.push_back(service.name);
  const Recorder::SideTable table =
      recorder_.beside(site_.name() + "/services", {"service", "name of the service", labels});
  const auto column = [&](std::string name, std::string units, std::string long_name, auto meter_of) {
    ColumnSpec spec;
    spec.name = std::move(name);
    spec.units = std::move(units);
    spec.long_name = std::move(long_name);
    std::vector<Meter*> meters;
    for (const auto& service : services) meters.push_back(meter_of(service));
    recorder_.mean_each(table, std::move(spec), meters);
  };
  using Meters = SiteModel::ServiceMeters;
  column("request_rate", "s-1", "requests answered", [](const Meters& m) { return m.served; });
  column("power", "W", "power at the AC input", [](const Meters& m) { return m.power; });
  if (site_.services().empty()) return;
  const auto more = [&](const char* key, std::string name, std::string units, std::string long_name) {
    column(std::move(name), std::move(units), std::move(long_name),
           [key](const Meters& m) { return m.more.at(key); });
  };
  more("lost", "lost_rate", "s-1", "requests that gave up waiting");
  more("tokens_in", "prompt_token_rate", "token s-1", "prompt tokens read");
  more("tokens_out", "output_token_rate", "token s-1", "output tokens written");
  more("first_token", "time_to_first_token", "s", "mean time from arrival to the first token");
  more("inter_token", "time_between_tokens", "s", "mean time between output tokens");
  more("end_to_end", "time_of_request", "s", "mean time from arrival to the last token");
  more("replicas_active", "replicas_active", "1", "replicas at work");
  more("replicas_parked", "replicas_parked", "1", "replicas loaded without work");
  more("energy_per_request", "energy_per_request", "J", "energy at the AC input of one request");
  more("energy_per_token", "energy_per_token", "J token-1", "energy at the AC input of one output token");
}

// ---- jobs ----------------------------------------------------------------------------------------------------

void SiteRecord::write_job(const JobRecord& job) {
  const Time start = loaded_.start;
  const std::array values{since(job.submitted, start),
                          since(job.started, start),
                          since(job.ended, start),
                          job.complete ? 1.0 : 0.0,
                          seconds(job.started - job.submitted),
                          static_cast<double>(job.request.accelerators),
                          job.used.it_j,
                          job.used.site[0],
                          job.used.site[1],
                          job.used.site[2],
                          job.used.site[3]};
  file_.append(job_table_, job.request.name, values);
}

// ---- the end -------------------------------------------------------------------------------------------------

std::uint64_t SiteRecord::close(const std::vector<Balance>& balances) {
  if (simulation_.now() < loaded_.end) {  // interrupted
    months_.stop(simulation_.now());
    recorder_.stop(simulation_.now());
    windows_.stop();
  }
  write_shares();
  site_.jobs().close();
  const std::uint64_t broken = write_limits();
  write_summary(balances);
  return broken;
}

void SiteRecord::write_shares() {
  const Time now = simulation_.now();
  const auto write = [this](const std::string& name, const Shares& used) {
    const std::array values{used.it_j, used.site[0], used.site[1], used.site[2], used.site[3]};
    file_.append(share_table_, name, values);
  };
  write("jobs", site_.jobs().used(now));
  for (const Attribution::User& user : site_.attribution().users(now)) write(user.name, user.shares);
}

std::uint64_t SiteRecord::write_limits() {
  std::uint64_t broken = 0;
  for (const LimitWatch& limit : site_.limits()) {
    const LimitWatch::Verdict verdict = limit.verdict(simulation_.now());
    broken += verdict.broken() ? 1 : 0;
    const std::array values{
        verdict.allowed,     verdict.worst,
        verdict.headroom,    verdict.first_breach ? since(*verdict.first_breach, loaded_.start) : kNaN,
        verdict.time_over_s, limit.is_maximum() ? 1.0 : 0.0};
    const std::string units = unit_of(limit.quantity().dimension);
    const std::array<std::string_view, 2> texts{limit.quantity().name, units};
    file_.append(limit_table_, limit.name(), values, texts);
  }
  return broken;
}

void SiteRecord::scalar(std::string_view name, double value) {
  const SiteQuantity* quantity = find_summary_quantity(name);
  assert(quantity);
  std::string long_name(quantity->long_name);
  if (name == "cost_total") long_name += site_.channel("cost_capital") ? ", servers" : "; no hardware";
  file_.summary(site_.name(), std::string(name), value, unit_of(quantity->dimension), long_name);
}

void SiteRecord::write_summary(const std::vector<Balance>& balances) {
  const auto total = [this](std::string_view name) { return site_.total(name); };
  const double it_j = total("it_power"), facility_j = total("facility_power");
  const double scope1 = 0, scope2 = total("emissions_location");  // no generator and no contract yet
  const double demand_usd = months_.total_charges_usd();
  const double capital_usd = total("cost_capital");

  scalar("duration", seconds(simulation_.now() - loaded_.start));
  scalar("it_energy", it_j);
  scalar("facility_energy", facility_j);
  scalar("grid_energy", total("grid_power"));
  scalar("cooling_energy", total("cooling_power"));
  if (const PlantRoom* room = site_.plant_room()) {
    const PlantTotals plant = room->plant().totals();
    scalar("compressor_energy", total("cooling_compressor_power"));
    scalar("pump_energy", total("cooling_pump_power"));
    scalar("fan_energy", total("cooling_fan_power"));
    scalar("heat_rejected", plant.rejected.si());
    scalar("heat_stored", plant.stored.si());
    scalar("economizer_time", room->free_time_s());
    scalar("partial_economizer_time", room->partial_time_s());
    scalar("overloaded_time", total("cooling_overloaded"));
  }
  if (site_.channel("cdu_power")) scalar("cdu_energy", total("cdu_power"));
  scalar("it_fan_energy", total("it_fan_power"));
  scalar("it_conversion_loss", total("it_conversion_loss"));
  scalar("distribution_energy", total("distribution_loss"));
  scalar("building_energy", total("lighting_power") + total("other_power"));
  if (site_.battery()) scalar("battery_loss", site_.battery_loss_j());
  if (site_.channel("generator_power")) scalar("generator_energy", total("generator_power"));
  if (voltage_lowest_) {
    scalar("voltage_lowest", *voltage_lowest_);
    scalar("voltage_highest", *voltage_highest_);
  }
  if (FrequencyWatch* frequency = site_.frequency()) {
    frequency->follow(simulation_.now());
    scalar("frequency_lowest", frequency->lowest().si());
    scalar("frequency_highest", frequency->highest().si());
  }
  if (const UpsBackup* ups = site_.ups()) {
    scalar("ups_transfers", static_cast<double>(ups->machine().events()));
    scalar("ups_locked_out", ups->machine().locked_out() ? 1 : 0);
  }
  scalar("peak_power", peak_w_);
  scalar("peak_time", since(peak_at_, loaded_.start));
  const auto per_it = [it_j](double amount) { return it_j > 0 ? amount / it_j : 0.0; };
  scalar("pue", per_it(facility_j));
  if (site_.has_stage("pdu")) scalar("pue_pdu_output", per_it(facility_j));
  if (site_.has_stage("ups") && it_j > 0) scalar("pue_ups_output", facility_j / (it_j + total("pdu_loss")));
  scalar("wue", per_it(total("water_makeup")));
  scalar("cue", per_it(scope1 + scope2));
  scalar("water_withdrawn", total("water_makeup"));
  scalar("water_consumed", total("water_evaporation") + total("water_drift"));
  scalar("water_source", total("water_source"));
  scalar("emissions_scope1", scope1);
  scalar("emissions_scope2_location", scope2);
  scalar("emissions_scope2_market", scope2);
  scalar("emissions_scope3", total("emissions_embodied"));
  scalar("cost_energy", total("cost_energy"));
  scalar("cost_demand", demand_usd);
  scalar("cost_water", total("cost_water"));
  if (site_.channel("cost_capital")) scalar("cost_capital", capital_usd);
  scalar("cost_total", total("cost_energy") + demand_usd + total("cost_water") + capital_usd);
  scalar("accelerator_time", total("accelerators_busy"));
  const double installed = total("accelerators_installed");
  scalar("utilisation", installed > 0 ? total("accelerators_busy") / installed : 0);
  scalar("jobs_submitted", static_cast<double>(site_.jobs().submitted()));
  scalar("jobs_done", static_cast<double>(site_.jobs().done()));
  scalar("mean_wait", site_.jobs().mean_wait_s());
  if (!site_.service_meters().empty()) scalar("requests_served", site_.requests_served());
  if (!site_.services().empty()) scalar("tokens_served", site_.tokens_served());
  if (!site_.trainings().empty()) {
    scalar("tokens_trained", site_.tokens_trained());
    double failures = 0, lost_s = 0;
    for (const auto& training : site_.trainings()) {
      failures += static_cast<double>(training->failures());
      lost_s += training->lost_s();
    }
    scalar("training_failures", failures);
    scalar("training_lost_time", lost_s);
  }
  if (loaded_.scenario.site.grid.connection) scalar("jobs_held", static_cast<double>(site_.jobs().held()));
  for (const Balance& balance : balances) scalar("audit_" + balance.name, balance.residual());
}

}  // namespace wattershed
