#include "models/facility/power/interconnection.hpp"

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
  std::vector<Signal<Power>> stored;
  if (inputs.battery.power.valid()) stored.push_back(inputs.battery.power);
  if (inputs.ups_battery.valid()) stored.push_back(inputs.ups_battery);
  if (!stored.empty()) stored_ = sum_of(circuit, "all battery power", std::move(stored));
  month_peak_ = &circuit.meter(grid_power);
}

void Interconnection::record(Columns& columns) {
  grid_meter_ = columns.add("grid_power", grid_power).meter;
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
