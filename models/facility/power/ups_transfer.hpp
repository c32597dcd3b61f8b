/// UPS that leave the grid in a sag: between the UPS and what feeds them stands the share of the load that the grid
/// still carries, and what refills their batteries (ups_backup.hpp). Resolved runs only, where the UPS say how they
/// ride through.
///
///   load above = load · share on the grid + refilling from the grid · rating
///   battery    = refilling · rating − share on battery · load
///
/// Inputs   the feeders at the inputs of the UPS
/// Outputs  the feeders above; battery power of the UPS [W]
/// Columns  generator_power, ups_off_grid
/// Books    energy in: generators
#pragma once

#include <functional>
#include <vector>

#include "models/facility/part/feeder.hpp"
#include "models/facility/part/open_logs.hpp"
#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/facility/power/ups_backup.hpp"

namespace wattershed {

class UpsTransfer : public SitePart {
 public:
  /// Whether the UPS of this site do that.
  static bool stands_in(const SiteContext& context, const std::vector<Feeder>& feeders);
  UpsTransfer(SiteContext& context, std::vector<Feeder> below);

  std::vector<Feeder> feeders;
  Signal<Power> battery;  ///< d(stored)/dt, charging positive [W]

  BackLink<Signal<double>> voltage{"voltage at the point of interconnection to the UPS"};
  BackLink<std::function<void(bool fed)>> fed{"the UPS to the racks that they feed"};

  [[nodiscard]] std::vector<const OpenLink*> back_links() const override { return {&voltage, &fed}; }
  void record(Columns& columns) override;
  /// Closes `voltage`: what the UPS see from now on.
  void follow_voltage(Signal<double> at_point);
  void start() override;
  void open_log(WaveformLog& log) override;
  void close_log(WaveformLog& log) override { logs_.remove(log); }
  void stand(GridSideSetup& setup) const override { setup.ups = true; }
  void close() override { backup_.tally().close(context_.now()); }
  [[nodiscard]] std::vector<RangeUse> validity() const override { return backup_.tally().uses(); }
  void book(Books& books) const override;
  void summarise(SiteSummary& summary) const override;
  void warn(std::vector<Warning>& warnings) const override;
  [[nodiscard]] std::vector<Omission> omissions() const override;

 private:
  void add_transfers();
  void follow_load(Signal<Load> all);

  SiteContext& context_;
  UpsBackup backup_;
  Signal<double> refilling_;  // of the batteries from the grid, of rating
  Signal<Power> generator_;
  Signal<double> off_grid_;
  const Meter* generated_ = nullptr;
  OpenLogs logs_;
};

}  // namespace wattershed
