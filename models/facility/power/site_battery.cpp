#include "models/facility/power/site_battery.hpp"

#include <vector>

namespace wattershed {

SiteBattery::SiteBattery(Simulation& simulation, const Battery& battery)
    : power(simulation.circuit().signal<Power>("battery_power")),
      loss(simulation.circuit().signal<Power>("battery loss")),
      state_of_charge(simulation.circuit().signal<double>(
          "state of charge", battery.smoothing ? battery.smoothing->state_of_charge.si() : 1.0)),
      simulation_(simulation),
      battery_(battery) {}

void SiteBattery::swing(std::uint32_t job, std::span<const PowerSegment> cycle) {
  if (!battery_.smoothing) return;
  if (cycle.empty())
    cycles_.erase(job);
  else
    cycles_.insert_or_assign(job, storage_cycle(cycle, battery_));
  Power sum{};
  if (cycles_.size() == 1) {
    sum = cycles_.begin()->second.loss;
  } else if (!cycles_.empty()) {
    std::vector<StorageCycle> all;
    for (const auto& [id, one] : cycles_) all.push_back(one);
    sum = combined(all, battery_).loss;
  }
  simulation_.circuit().set(loss, sum);
}

Process SiteBattery::control(Signal<Load> load) {
  if (!battery_.smoothing) co_return;
  Circuit& circuit = simulation_.circuit();
  co_await simulation_.settled();
  const double period_s = seconds(period);
  smoother_.emplace(battery_, period, circuit.get(load).mean);
  while (true) {
    const StorageFlow flow = smoother_->decide(circuit.get(load).mean, period_s);
    circuit.set(power, flow.battery);
    circuit.set(loss, flow.loss);
    co_await simulation_.delay(period);
    smoother_->advance(period_s);
    circuit.set(state_of_charge, smoother_->state_of_charge());
  }
}

}  // namespace wattershed
