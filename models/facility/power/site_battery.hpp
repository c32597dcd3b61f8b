/// The battery at the point of interconnection, in both fidelities.
///
/// Averaged, it stores nothing on balance: each job that swings brings its cycle, and the battery the loss that
/// smoothing all of them takes (models/electrical/storage_cycle.hpp). Resolved, its control decides every 20 ms under
/// the load that stands, and its powers stand until the next decision.
///
/// Inputs   the site's load at the point of interconnection; the cycles of jobs [W]
/// Outputs  battery power d(stored)/dt, charging positive, and loss of conversion [W]; state of charge [1]
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "models/electrical/storage_cycle.hpp"
#include "sim/kernel/circuit.hpp"
#include "sim/kernel/process.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

class SiteBattery {
 public:
  static constexpr Duration period = std::chrono::milliseconds(20);
  SiteBattery(Simulation& simulation, const Battery& battery);

  Signal<Power> power, loss;
  Signal<double> state_of_charge;
  [[nodiscard]] const Battery& battery() const { return battery_; }

  /// Averaged: what a job brings to the point of interconnection; nothing when it rests.
  void swing(std::uint32_t job, std::span<const PowerSegment> cycle);
  /// Resolved: decides again and again under this load, forever.
  Process control(Signal<Load> load);
  /// Time without enough power or energy, of a resolved run [s].
  [[nodiscard]] double saturated_s() const { return smoother_ ? smoother_->tally().saturated_s : 0.0; }

 private:
  Simulation& simulation_;
  Battery battery_;
  std::map<std::uint32_t, StorageCycle> cycles_;  // by job
  std::optional<StorageSmoother> smoother_;
};

}  // namespace wattershed
