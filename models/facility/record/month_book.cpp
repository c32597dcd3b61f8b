#include "models/facility/record/month_book.hpp"

#include <algorithm>
#include <array>

#include "sim/calendar/calendar.hpp"

namespace wattershed {
namespace {

/// Monthly totals: column, the channel that it integrates, unit of the total, meaning.
struct Total {
  const char* name;
  const char* channel;
  const char* units;
  const char* long_name;
};
constexpr std::array<Total, 9> kTotals{{
    {"it_energy", "it_power", "J", "energy at the AC input of the IT equipment"},
    {"facility_energy", "facility_power", "J", "energy that the site used"},
    {"grid_energy", "grid_power", "J", "energy drawn at the point of interconnection"},
    {"water_withdrawn", "water_makeup", "kg", "water taken in"},
    {"water_evaporation", "water_evaporation", "kg", "water evaporated"},
    {"emissions_location", "emissions_location", "kg",
     "greenhouse gas, scope 1 and scope 2 by location, CO2 equivalent"},
    {"emissions_embodied", "emissions_embodied", "kg",
     "embodied carbon of hardware, spread over its life, CO2 equivalent"},
    {"cost_energy", "cost_energy", "USD", "cost of grid energy"},
    {"cost_water", "cost_water", "USD", "cost of make-up water"},
}};

}  // namespace

MonthBook::MonthBook(Simulation& simulation, SiteModel& site, const LoadedSite& loaded, RunSink& file)
    : site_(site),
      loaded_(loaded),
      file_(file),
      grid_(site.columns().find("grid_power")->meter),
      parts_(site.months()),
      month_begin_(loaded.start),
      demand_since_(loaded.start) {
  std::vector<ColumnSpec> columns;
  for (const Total& total : kTotals) {
    const Channel* channel = site.columns().find(total.channel);
    if (!channel) continue;
    totals_.push_back({channel->meter});
    columns.push_back(real_column(total.name, total.units, total.long_name));
  }
  columns.push_back(real_column("peak_power", "W", "highest grid power, phases of steps included"));
  columns.push_back(real_column("demand", "W", "highest mean grid power over the tariff's metering interval"));
  columns.push_back(real_column("cost_demand", "USD", "demand charge"));
  for (const MonthColumn& of_part : parts_) columns.push_back(of_part.column);
  table_ = file_.table(
      site_.name() + "/monthly",
      real_column("month", "seconds since " + format_utc(loaded_.start), "start of the month, local calendar"),
      columns);
  simulation.observe(next_entry(), [this](Time t) {
    while (demand_since_ < loaded_.end && next_entry() <= t) book(next_entry());
    return demand_since_ < loaded_.end ? next_entry() : Time::max();
  });
}

// The next end of a metering interval, of a month or of the run. Intervals lie on whole multiples since 1970, so that
// 15 min means :00, :15, :30, :45.
Time MonthBook::next_entry() const {
  const Duration interval = loaded_.scenario.site.grid.tariff.demand_interval;
  const Time demand(interval * (demand_since_.time_since_epoch() / interval + 1));
  return std::min({demand, next_month(month_begin_, site_.zone()), loaded_.end});
}

// All values stood up to `t`: ends the metering interval, and the month if it ends here.
void MonthBook::book(Time t) {
  const double energy_j = grid_->integral(t);
  if (t > demand_since_) demand_.interval(Power((energy_j - demand_energy_j_) / seconds(t - demand_since_)));
  demand_energy_j_ = energy_j;
  demand_since_ = t;
  if (t == next_month(month_begin_, site_.zone()) || t == loaded_.end) end_month(t);
}

void MonthBook::end_month(Time boundary) {
  if (boundary <= month_begin_) return;
  std::vector<double> values;
  for (RunningTotal& total : totals_) {
    const double now = total.meter->integral(boundary);
    values.push_back(now - total.before);
    total.before = now;
  }
  values.push_back(site_.outputs().month_peak->close(boundary).maximum);
  values.push_back(demand_.peak().si());
  const Time begin = month_start(month_begin_, site_.zone()), end = next_month(month_begin_, site_.zone());
  const Share covered(seconds(boundary - month_begin_) / seconds(end - begin));
  const DemandPrice price(site_.parameters().value(loaded_.site_prefix + "grid.tariff.demand"));
  const double usd = demand_.end_month(price, covered).si();
  unbooked_.push_back({boundary, usd});
  total_usd_ += usd;
  values.push_back(usd);
  for (const MonthColumn& of_part : parts_) values.push_back(of_part.close(boundary));
  file_.append(table_, seconds(begin - loaded_.start), values);
  month_begin_ = boundary;
}

void MonthBook::stop(Time now) {
  book(now);
  end_month(now);
}

double MonthBook::take_charges(Time t) {
  double usd = 0;
  while (!unbooked_.empty() && unbooked_.front().boundary <= t) {
    usd += unbooked_.front().usd;
    unbooked_.pop_front();
  }
  return usd;
}

}  // namespace wattershed
