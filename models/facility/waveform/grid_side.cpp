#include "models/facility/waveform/grid_side.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace wattershed {

GridSide::GridSide(GridSideSetup setup, const WaveformLog& log, double begin_s, double every_s)
    : setup_(std::move(setup)),
      retained_{log.outside("retained_voltage"), 1},
      refilling_{log.outside("refilling"), 0},
      from_grid_{log.outside("refilling_from_grid"), 0},
      origin_(log.origin()),
      begin_s_(begin_s),
      every_s_(every_s),
      step_(from_seconds(every_s)) {}

void GridSide::run(const WaveformBlock& block, const std::function<void(std::size_t, const GridSideSample&)>& sink) {
  for (std::size_t i = 0; i < block.grid_w.size(); ++i) {
    const double at_s = begin_s_ + static_cast<double>(block.first + i) * every_s_;
    const double ends_s = at_s + every_s_, retained = retained_.mean(at_s, ends_s);
    GridSideSample sample;
    sample.facility_w = block.facility_w[i];
    sample.battery_w = block.battery_w[i] + refilling_.mean(at_s, ends_s);
    sample.grid_w = block.grid_w[i] + from_grid_.mean(at_s, ends_s);
    const double load_w = sample.grid_w;
    if (setup_.battery) {
      if (!smoother_) smoother_.emplace(*setup_.battery, step_, Power(load_w), setup_.state_of_charge);
      const StorageFlow flow = smoother_->step(Power(load_w));
      sample.grid_w = flow.grid.si();
      sample.battery_w += flow.battery.si();
      sample.facility_w += flow.loss.si();
      sample.state_of_charge = smoother_->state_of_charge();
    }
    if (setup_.reactive) {
      const double mechanical_w = block.mechanical_w[i];
      sample.reactive_va =
          setup_.reactive->at({Power(load_w - mechanical_w), PowerVariance{}}, Power(mechanical_w)).si();
    }
    if (setup_.impedance) sample.voltage = setup_.impedance->voltage(sample.grid_w, sample.reactive_va);
    if (retained < 1) {
      const bool stands = setup_.impedance && sample.voltage > 0;
      sample.voltage = stands ? std::min(sample.voltage, retained) : retained;
    } else if (sample.voltage <= 0) {
      throw VoltageCollapse(collapse_text(origin_ + from_seconds(at_s), Power(sample.grid_w),
                                          ApparentPower(sample.reactive_va), setup_.impedance->short_circuit));
    }
    if (setup_.frequency) {
      if (!setup_.balanced) setup_.balanced = Power(sample.grid_w);
      setup_.frequency->advance(Power(sample.grid_w) - *setup_.balanced, step_);
      sample.frequency_hz = setup_.frequency->frequency().si();
    }
    sink(block.first + i, sample);
  }
}

}  // namespace wattershed
