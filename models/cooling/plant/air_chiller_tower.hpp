/// Air to the racks, chilled water, water-cooled chillers, towers, and a waterside economizer: `air-chiller-tower`.
///
///   room air → coils → chilled water → [economizer plate → chillers] → condenser water → towers → outdoor air
///
/// The plate stands in series upstream of the chillers on both sides: tower water takes up its heat first and goes on
/// to the condensers. With chillers alone the towers hold the design approach above the wet bulb, but not below
/// `condenser_water_least`; with the economizer on, the temperature at which it carries everything, or the coldest.
/// Inputs, outputs, books   plant.hpp; parts: air_side.hpp, tower_loop.hpp
/// Valid     sized parts in parallel count as one, chillers apart; no freezing, no humidity control
#pragma once

#include "models/cooling/plant/air_side.hpp"
#include "models/cooling/plant/plant.hpp"
#include "models/cooling/plant/tower_loop.hpp"

namespace wattershed {

struct AirChillerTowerParameters {
  AirSideParameters air;
  TowerLoopParameters tower;
};

class AirChillerTower final : public Plant {
 public:
  /// Throws SizingError or InputError when a part cannot be sized.
  AirChillerTower(const AirChillerTowerParameters& parameters, const DesignLoad& load, const DesignWeather& weather,
                  Redundancy redundancy);

  [[nodiscard]] PlantTotals totals() const override { return books_.totals(); }
  [[nodiscard]] std::vector<ValidityTally> tallies() const override;
  void add_ratings(std::vector<Rating>& ratings) const;

 private:
  void reset() override { air_.reset(); }
  void decide(double seconds, const PlantDemand& demand, const Outdoors& outdoors) override;
  void advance(double seconds, const PlantLoad& load) override;
  void open_books() override { books_.open(); }
  /// Keeps what its models were asked: `tallies` in their order.
  void look(const Outdoors& outdoors, Conductance source_flow);

  HeatBooks books_;
  AirSide air_;
  TowerLoop tower_;
  HeatExchanger plate_;
  Temperature condenser_water_least_;
  TemperatureDelta approach_{};
  double cycles_now_ = 5;  // during the running step
};

/// Sizes the plant, or says why it cannot be.
SizedPlant size_air_chiller_tower(const AirChillerTowerParameters& parameters, const DesignLoad& load,
                                  const DesignWeather& weather, Redundancy redundancy);

}  // namespace wattershed
