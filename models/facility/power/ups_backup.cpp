#include "models/facility/power/ups_backup.hpp"

#include <algorithm>

namespace wattershed {

UpsBackup::UpsBackup(Simulation& simulation, const RideThrough& settings, Power rating)
    : on_grid(simulation.circuit().signal<double>("share of the UPS on the grid", 1)),
      on_battery(simulation.circuit().signal<double>("share of the UPS on battery", 0)),
      on_generator(simulation.circuit().signal<double>("share of the UPS on generators", 0)),
      refilling(simulation.circuit().signal<double>("refilling of the UPS batteries", 0)),
      simulation_(simulation),
      rating_(rating),
      machine_(settings, simulation.now()) {}

void UpsBackup::voltage_changed(double voltage) {
  const Time now = simulation_.now();
  tell_load();
  voltage_ = voltage;
  machine_.voltage_changed(now, voltage);
  machine_.wake(now);
  publish();
}

void UpsBackup::load_changed() {
  tell_load();
  publish();
}

void UpsBackup::wake() {
  tell_load();
  machine_.wake(simulation_.now());
  publish();
}

void UpsBackup::tell_load() {
  if (!load_.valid()) return;
  load_share_ = std::max(simulation_.circuit().get(load_).mean / rating_, 0.0);
  machine_.load_changed(simulation_.now(), load_share_);
}

void UpsBackup::publish() {
  Circuit& circuit = simulation_.circuit();
  circuit.set(on_grid, machine_.grid_share());
  circuit.set(on_battery, machine_.battery_share());
  circuit.set(on_generator, machine_.generator_share());
  circuit.set(refilling, machine_.recharge_share());
  tally_.saw(simulation_.now(), ride_through_domain, {machine_.battery_share() > 0 ? load_share_ : 0.0, voltage_});
  if (const bool fed = machine_.dropped_share() == 0; listener_ && fed != fed_) {
    fed_ = fed;
    listener_(fed_);
  }
  simulation_.cancel(alarm_);
  if (const std::optional<Time> next = machine_.next_wake())
    alarm_ = simulation_.at(std::max(*next, simulation_.now()), [this] { wake(); });
}

}  // namespace wattershed
