#include "models/facility/power/interconnection.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/facility/part/signal_sum.hpp"

namespace wattershed {

Interconnection::Interconnection(SiteContext& context, const Inputs& inputs)
    : grid_power(context.circuit.signal<Power>("grid_power")), context_(context) {
  Circuit& circuit = context.circuit;
  if (!inputs.battery.power.valid()) {
    circuit.model("point of interconnection", {inputs.load}, {grid_power},
                  [&circuit, in = inputs.load, out = grid_power] { circuit.set(out, circuit.get(in).mean); });
  } else {
    circuit.model("point of interconnection", {inputs.load, inputs.battery.power, inputs.battery.loss}, {grid_power},
                  [&circuit, in = inputs.load, battery = inputs.battery, out = grid_power] {
                    circuit.set(out, circuit.get(in).mean + circuit.get(battery.power) + circuit.get(battery.loss));
                  });
  }
  add_extent(inputs);
  std::vector<Signal<Power>> stored;
  if (inputs.battery.power.valid()) stored.push_back(inputs.battery.power);
  if (inputs.ups_battery.valid()) stored.push_back(inputs.ups_battery);
  if (!stored.empty()) stored_ = sum_of(circuit, "all battery power", std::move(stored));
  month_peak_ = &circuit.meter(extent.highest);
}

void Interconnection::add_extent(const Inputs& inputs) {
  Circuit& circuit = context_.circuit;
  extent = {circuit.signal<Power>("highest grid power"), circuit.signal<Power>("lowest grid power")};
  std::vector<AnySignal> of{grid_power, inputs.load};
  const bool has_battery = inputs.battery.above_taken.valid();
  if (has_battery) of.insert(of.end(), {inputs.battery.above_taken, inputs.battery.below_taken});
  circuit.model("extent of grid power", of, {extent.highest, extent.lowest},
                [this, &circuit, load = inputs.load, battery = inputs.battery, has_battery] {
                  const Load swings = circuit.get(load);
                  Power above = swings.above, below = swings.below;
                  if (has_battery) {
                    above = std::max(Power{}, above - circuit.get(battery.above_taken));
                    below = std::min(Power{}, below - circuit.get(battery.below_taken));
                  }
                  circuit.set(extent.highest, circuit.get(grid_power) + above);
                  circuit.set(extent.lowest, circuit.get(grid_power) + below);
                });
}

void Interconnection::record(Columns& columns) {
  grid_meter_ = columns.add("grid_power", grid_power, extent).meter;
  if (stored_.valid()) stored_meter_ = columns.add("battery_power", stored_).meter;
}

void Interconnection::book(Books& books) const {
  books.energy.add_in("grid", grid_meter_->integral(context_.now()));
  if (stored_meter_) books.energy.add_out("stored in batteries", stored_meter_->integral(context_.now()));
}

void Interconnection::summarise(SiteSummary& summary) const {
  summary.add("grid_energy", grid_meter_->integral(context_.now()));
}

}  // namespace wattershed
