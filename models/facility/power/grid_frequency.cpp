#include "models/facility/power/grid_frequency.hpp"

#include <string>
#include <utility>

#include "models/facility/part/site_tables.hpp"
#include "models/grid/point/omissions.hpp"
#include "sim/units/units.hpp"

namespace wattershed {

GridFrequency::GridFrequency(SiteContext& context, Signal<Power> grid_power)
    : context_(context),
      watch_(*context.site().grid.system, context.now()),
      domain_(frequency_domain(*context.site().grid.system)),
      tally_(domain_) {
  const Signal<double> heard = context.circuit.signal<double>("frequency has heard");
  context.circuit.model("frequency", {grid_power}, {heard}, [this, grid_power] {
    const Power load = context_.circuit.get(grid_power);
    watch_.change(context_.now(), load);
    const Power deviation = load - watch_.balanced().value_or(load);
    tally_.saw(context_.now(), domain_, {deviation / context_.site().grid.system->size});
  });
}

void GridFrequency::tables(SiteTables& tables) {
  // The first of the three takes the interval, the others read it.
  const SiteQuantity& quantity = *find_site_quantity("poi_frequency");
  const ColumnSpec mean =
      real_column(std::string(quantity.name), unit_of(quantity.dimension), std::string(quantity.long_name));
  tables.recorder().derived(mean, [this](const RecordedRow& row) {
    taken_ = watch_.take(row.end());
    return taken_.mean.si();
  });
  const auto extreme = [&](const char* suffix, const char* method, Frequency FrequencyWatch::Interval::*which) {
    ColumnSpec beside = mean;
    beside.name += suffix;
    beside.cell_methods = method;
    tables.recorder().derived(std::move(beside), [this, which](const RecordedRow&) { return (taken_.*which).si(); });
  };
  extreme("_min", "time: minimum", &FrequencyWatch::Interval::lowest);
  extreme("_max", "time: maximum", &FrequencyWatch::Interval::highest);
}

void GridFrequency::close() {
  watch_.follow(context_.now());
  tally_.close(context_.now());
}

void GridFrequency::stand(GridSideSetup& setup) const {
  FrequencyWatch now = watch_;
  now.follow(context_.now());
  setup.frequency = now.response();
  setup.balanced = now.balanced();
}

void GridFrequency::summarise(SiteSummary& summary) const {
  summary.add("frequency_lowest", watch_.lowest().si());
  summary.add("frequency_highest", watch_.highest().si());
}

std::vector<Omission> GridFrequency::omissions() const { return frequency_omissions(); }

}  // namespace wattershed
