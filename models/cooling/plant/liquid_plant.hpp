/// Direct liquid cooling with what remains in the air: `dlc-tower` and `dlc-dry`.
///
///   tower   cold plates → CDUs → facility water → plate → tower water → towers
///           room air → coils → chilled water → [economizer plate → chillers] → tower water
///   dry     cold plates → CDUs → facility water → dry coolers
///           room air → coils → chilled water → [free-cooling dry coolers → air-cooled chillers]
///
/// Tower: the fans hold tower water at the warmer of design approach over wet bulb and `condenser_water_least`,
/// colder when the plate or the economizer needs it; facility water beside the plate holds its set-point. Dry: the
/// fans hold facility water at its set-point, with water passing by when the air is cold. No water is used.
/// Inputs, outputs, books   plant.hpp; parts: liquid_side.hpp, air_side.hpp, tower_loop.hpp
/// Valid     sized parts in parallel count as one, chillers apart; no glycol, so that coils in air below 0 degC would
///           freeze (`unfrozen_domain`): they go on as if they did not; no humidity control
#pragma once

#include <optional>
#include <string_view>

#include "models/cooling/machines/dry_cooler.hpp"
#include "models/cooling/plant/air_side.hpp"
#include "models/cooling/plant/liquid_side.hpp"
#include "models/cooling/plant/plant.hpp"
#include "models/cooling/plant/tower_loop.hpp"

namespace wattershed {

/// Where water stands in coils outdoors.
inline constexpr Domain<1> unfrozen_domain{"dry coolers without glycol",
                                           {{{"dry bulb", "K", 273.15, 333.15}}},
                                           "water freezes; up to the air of weather files"};

struct LiquidPlantParameters {
  LiquidSideParameters liquid;
  AirSideParameters air;
  std::optional<TowerLoopParameters> tower;  ///< one of the two
  std::optional<DryCooler> dry_cooler;
};

class LiquidPlant final : public Plant {
 public:
  /// Throws SizingError or InputError when a part cannot be sized.
  LiquidPlant(const LiquidPlantParameters& parameters, const DesignLoad& load, const DesignWeather& weather,
              Redundancy redundancy);

  [[nodiscard]] PlantTotals totals() const override { return books_.totals(); }
  [[nodiscard]] std::vector<ValidityTally> tallies() const override;
  void add_ratings(std::vector<Rating>& ratings) const;

 private:
  void reset() override { air_.reset(); }
  void decide(double seconds, const PlantDemand& demand, const Outdoors& outdoors) override;
  void advance(double seconds, const PlantLoad& load) override;
  void open_books() override { books_.open(); }
  void decide_wet(double seconds, const Outdoors& outdoors);
  void decide_dry(double seconds, const Outdoors& outdoors);
  /// Keeps what its models were asked: `tallies` in their order.
  void look(const Outdoors& outdoors);

  HeatBooks books_;
  LiquidSide liquid_;
  AirSide air_;
  int rejection_flow_ = -1;  // out of the facility water
  // wet
  std::optional<TowerLoop> tower_;
  HeatExchanger plate_, economizer_;
  Conductance plate_flow_{};  // of tower water to the plate, the rest goes to economizer and condensers
  Temperature condenser_water_least_;
  TemperatureDelta approach_{};
  double cycles_now_ = 5;
  // dry
  DryCooler cooler_, free_cooler_;
  CoolerSetting cooler_setting_, free_setting_;
};

SizedPlant size_liquid_plant(const LiquidPlantParameters& parameters, const DesignLoad& load,
                             const DesignWeather& weather, Redundancy redundancy);

}  // namespace wattershed
