/// Cooling by a plant of parts, stepped by its own process (plant_room.hpp).
///
/// Outputs  power of the plant [W], make-up water [kg/s], heat that leaves it [W]
/// Columns  powers, water and temperatures of the plant, the outdoor air, economizer, cooling_overloaded
/// Books    energy out and heat in: cooling_power; heat out: rejected by the plant, stored in loops and rooms; water
#pragma once

#include <functional>

#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/facility/site/cooling_outputs.hpp"
#include "models/facility/site/plant_room.hpp"

namespace wattershed {

class PlantCooling : public SitePart {
 public:
  explicit PlantCooling(SiteContext& context);

  CoolingOutputs out;
  BackLink<PlantRoom::Heat> heat{"heat of the site to the plant"};
  BackLink<std::function<void(Temperature)>> inlet{"air of the plant to the racks"};

  [[nodiscard]] std::vector<const OpenLink*> back_links() const override { return {&heat, &inlet}; }
  [[nodiscard]] const Plant& plant() const { return room_.plant(); }

  void record(Columns& columns) override;
  void start() override;
  void close() override { room_.close(); }
  void book(Books& books) const override;
  void summarise(SiteSummary& summary) const override;
  [[nodiscard]] std::vector<RangeUse> validity() const override;
  [[nodiscard]] std::vector<Omission> omissions() const override;
  void warn(std::vector<Warning>& warnings) const override;

 private:
  SiteContext& context_;
  PlantRoom room_;
  CoolingMeters meters_;
  const Meter* compressors_ = nullptr;
  const Meter* pumps_ = nullptr;
  const Meter* fans_ = nullptr;
  const Meter* overloaded_ = nullptr;
};

}  // namespace wattershed
