/// Moments in which the grid's voltage falls: the sags among a scenario's events, as a voltage that they leave.
///
///   retained voltage = the lowest of the sags that stand, of nominal; 1 without any
///
/// Outputs  retained voltage [1]; for a site whose voltage is a network's, meters of it and of the share of time in
///          which a sag stands
#pragma once

#include <vector>

#include "models/facility/part/open_logs.hpp"
#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"

namespace wattershed {

/// Null where the voltage is not that of a network with sags.
struct SagMeters {
  Meter* retained = nullptr;
  Meter* sagging = nullptr;
};

class Sags : public SitePart {
 public:
  /// Whether an event of the scenario lowers the voltage of this site.
  static bool strike(const SiteContext& context);
  explicit Sags(SiteContext& context);

  Signal<double> retained;
  SagMeters meters;

  void start() override;
  void open_log(WaveformLog& log) override;
  void close_log(WaveformLog& log) override { logs_.remove(log); }
  void stand(GridSideSetup& setup) const override { setup.sags = true; }

 private:
  void sag(double left, bool begins);

  SiteContext& context_;
  Signal<double> sagging_;        // 1: a sag stands; invalid: nobody asks
  std::vector<double> standing_;  // what each leaves
  OpenLogs logs_;
};

}  // namespace wattershed
