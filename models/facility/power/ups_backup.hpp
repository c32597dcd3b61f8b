/// The UPS of a site in time: what the voltage of the grid makes them do, as shares of their load.
///
/// All modules see the same voltage and do the same (models/electrical/ups_ride_through.hpp). Between the events of
/// the state machine its shares are constant, so that they are signals.
///
/// Inputs   voltage at the point of interconnection [1]; the load behind the UPS
/// Outputs  shares of that load on grid, battery and generator [1]; power that refills the battery [1, of rating]
#pragma once

#include <functional>

#include "models/electrical/ups_ride_through.hpp"
#include "sim/kernel/circuit.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

class UpsBackup {
 public:
  UpsBackup(Simulation& simulation, const RideThrough& settings, Power rating);

  Signal<double> on_grid, on_battery, on_generator, refilling;
  [[nodiscard]] Power rating() const { return rating_; }
  /// The load at the inputs of the UPS.
  void follow(Signal<Load> load) { load_ = load; }
  void voltage_changed(double voltage);
  /// To be called when the load changes while it stands on the battery, which lasts the longer the less it is.
  void load_changed();
  /// Called when the load is no longer fed (false), and when it is again (true).
  void on_power(std::function<void(bool)> listener) { listener_ = std::move(listener); }
  [[nodiscard]] const UpsRideThrough& machine() const { return machine_; }
  [[nodiscard]] ValidityTally& tally() { return tally_; }
  [[nodiscard]] const ValidityTally& tally() const { return tally_; }

 private:
  void wake();
  void tell_load();
  void publish();

  Simulation& simulation_;
  Power rating_;
  UpsRideThrough machine_;
  ValidityTally tally_{ride_through_domain};
  double voltage_ = 1, load_share_ = 0;  // as the machine was told
  Signal<Load> load_;
  std::function<void(bool)> listener_;
  EventHandle alarm_;
  bool fed_ = true;
};

}  // namespace wattershed
