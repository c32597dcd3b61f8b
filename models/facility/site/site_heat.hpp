/// What a site uses, and where the heat of it goes.
///
///   facility_power = IT + distribution loss + cooling + lighting + other            in this order
///   to the coolant   liquid share of the IT, where the cooling has a coolant
///   to the rooms     the rest of the IT + losses indoors + lighting + other
///   rejected         by a plant, and losses outdoors at once; without a plant, what is used
///
/// Inputs   powers [W], the racks' share of heat to liquid [W] and air flow [m3/s], heat that the plant rejects [W]
/// Outputs  facility power [W]; the heat that a plant is to follow
/// Columns  facility_power, heat_rejected
/// Books    heat out: losses outdoors, or without a plant all of it
#pragma once

#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/facility/site/plant_room.hpp"

namespace wattershed {

class SiteHeat : public SitePart {
 public:
  struct Inputs {
    Signal<Power> it, liquid;  ///< IT power; heat of the racks that liquid carries
    Signal<Load> load;         ///< of the site: how far the steps of jobs swing it
    Signal<double> air_flow;   ///< through the racks
    Signal<Power> distribution_loss, outdoor_loss, cooling;
    Signal<double> lighting, other;
    Signal<Power> plant_rejected;  ///< invalid: no plant
  };
  SiteHeat(SiteContext& context, const Inputs& inputs);

  Signal<Power> facility_power;
  PlantRoom::Heat heat;  ///< invalid signals without a plant

  void record(Columns& columns) override;
  void book(Books& books) const override;
  void summarise(SiteSummary& summary) const override;

 private:
  void add_plant_heat(const Inputs& inputs);

  SiteContext& context_;
  bool has_plant_;
  Signal<Power> rejected_;
  Extent<Power> extent_;
  const Meter* outdoor_meter_;
  const Meter* facility_meter_ = nullptr;
  const Meter* rejected_meter_ = nullptr;
};

}  // namespace wattershed
