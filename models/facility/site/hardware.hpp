/// Hardware, spread over its life: embodied carbon and price of the servers that stand.
///
///   rate = Σ over rack types of servers standing · (embodied | price) / life
///
/// Inputs   the racks that stand (floor.hpp)
/// Columns  emissions_embodied; cost_capital where every server has a price
#pragma once

#include "models/facility/hall/floor.hpp"
#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"

namespace wattershed {

class Hardware : public SitePart {
 public:
  Hardware(SiteContext& context, const Floor& floor);

  /// After racks came or went.
  void update();

  void record(Columns& columns) override;
  void summarise(SiteSummary& summary) const override;

 private:
  SiteContext& context_;
  const Floor& floor_;
  Signal<CarbonRate> embodied_;
  Signal<MoneyRate> capital_;
  const Meter* embodied_meter_ = nullptr;
  const Meter* capital_meter_ = nullptr;  // null: a price is not known
};

}  // namespace wattershed
