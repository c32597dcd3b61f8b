/// The battery at the point of interconnection, in both fidelities.
///
/// Averaged, it stores nothing on balance: each job that swings brings its cycle, and the battery the loss that
/// smoothing all of them takes (models/electrical/storage_cycle.hpp). Resolved, its control decides every 20 ms under
/// the load that stands, and its powers stand until the next decision.
///
/// Inputs   the site's load at the point of interconnection; the cycles of jobs [W]
/// Outputs  battery power d(stored)/dt, charging positive, and loss of conversion [W]; state of charge [1]
/// Columns  state_of_charge
/// Books    energy out: battery loss
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "models/electrical/storage_cycle.hpp"
#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "sim/kernel/process.hpp"

namespace wattershed {

class SiteBattery : public SitePart {
 public:
  static constexpr Duration period = std::chrono::milliseconds(20);
  explicit SiteBattery(SiteContext& context);

  Signal<Power> power, loss;
  /// Of the excursions of the load, averaged: what smoothing takes [W]; above at least, below at most zero.
  Signal<Power> above_taken, below_taken;
  Signal<double> state_of_charge;
  /// What it smooths, where steps are played: all of the site behind the point of interconnection.
  BackLink<Signal<Load>> load{"load of the site to the battery"};

  /// Averaged: what a job brings at the AC input of the racks; nothing when it rests.
  void swing(std::uint32_t job, std::vector<PowerSegment> cycle);

  [[nodiscard]] std::vector<const OpenLink*> back_links() const override { return {&load}; }
  void record(Columns& columns) override { columns.add("state_of_charge", state_of_charge); }
  void start() override;
  void stand(GridSideSetup& setup) const override;
  void book(Books& books) const override { books.energy.add_out("battery loss", loss_j()); }
  void summarise(SiteSummary& summary) const override { summary.add("battery_loss", loss_j()); }
  void warn(std::vector<Warning>& warnings) const override;
  [[nodiscard]] std::vector<Omission> omissions() const override;
  void close() override;
  [[nodiscard]] std::vector<RangeUse> validity() const override;

 private:
  Process control();
  [[nodiscard]] double loss_j() const { return loss_meter_->integral(context_.now()); }

  SiteContext& context_;
  const Battery& battery_;
  double swing_gain_;  // of IT power on its way to the grid
  const Meter* loss_meter_;
  struct Swing {
    Load load;  // at the point of interconnection
    double period_s = 0;
    StorageCycle cycle;
  };
  std::map<std::uint32_t, Swing> swings_;  // by job
  std::optional<StorageSmoother> smoother_;
  std::optional<ValidityTally> tally_;  // none: it stands idle
};

}  // namespace wattershed
