/// The frequency of the interconnection while the site's load changes (models/grid/point/frequency_watch.hpp).
///
/// Inputs   grid power [W]
/// Columns  poi_frequency with its extremes, worked out at the end of each recorded interval
#pragma once

#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/grid/point/frequency_watch.hpp"

namespace wattershed {

class GridFrequency : public SitePart {
 public:
  /// Precondition: the scenario gives the grid's system.
  GridFrequency(SiteContext& context, Signal<Power> grid_power);

  void tables(SiteTables& tables) override;
  void stand(GridSideSetup& setup) const override;
  void close() override;
  [[nodiscard]] std::vector<RangeUse> validity() const override { return tally_.uses(); }
  void summarise(SiteSummary& summary) const override;
  [[nodiscard]] std::vector<Omission> omissions() const override;

 private:
  SiteContext& context_;
  FrequencyWatch watch_;
  Domain<1> domain_;
  ValidityTally tally_;
  FrequencyWatch::Interval taken_{};  // of the row that is being written
};

}  // namespace wattershed
