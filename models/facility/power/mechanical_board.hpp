/// The board that cooling and the building hang on: lighting, other loads, and machines of the building that are no
/// cooling.
///
///   mechanical = cooling + lighting + other,     other = as written + Σ further machines
///
/// Inputs   power of the cooling [W]; further machines of the building [W]
/// Outputs  the board's load; lighting and other [W]
/// Columns  lighting_power, other_power
/// Books    energy out: lighting_power, other_power; heat in: the same
#pragma once

#include <vector>

#include "models/facility/part/feeder.hpp"
#include "models/facility/part/open_logs.hpp"
#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"

namespace wattershed {

class MechanicalBoard : public SitePart {
 public:
  struct Inputs {
    Signal<Power> cooling;
    std::vector<Signal<Power>> machines;  ///< counted as other power
    Power machines_design{};              ///< that they draw at most, together
  };
  MechanicalBoard(SiteContext& context, Inputs inputs);

  Signal<double> lighting, other;  ///< [W]
  Feeder feeder;

  void record(Columns& columns) override;
  void open_log(WaveformLog& log) override;
  void close_log(WaveformLog& log) override { logs_.remove(log); }
  void book(Books& books) const override;
  void summarise(SiteSummary& summary) const override;

 private:
  SiteContext& context_;
  const Meter* lighting_meter_ = nullptr;
  const Meter* other_meter_ = nullptr;
  OpenLogs logs_;
};

}  // namespace wattershed
