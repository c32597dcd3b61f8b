/// The cooling system of a site as a scenario names it: an imposed overhead, or one of the plants.
///
///   cooling:
///     system: {use: dlc-tower, facility_water: 40 degC, cycles_of_concentration: 5}
///     design: {dry_bulb: extreme-n20, wet_bulb: 0.4 %, redundancy: N+1}
///
/// `type` decides which keys the system has; the catalog's entries give it. Set-points and all other keys stand flat
/// beside it. Machines are sized from the design load and the design weather, or given and checked.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "models/cooling/plant/air_chiller_tower.hpp"
#include "models/cooling/plant/liquid_plant.hpp"
#include "models/cooling/system/imposed_overhead.hpp"

namespace wattershed {

enum class CoolingType { imposed, air_chiller_tower, dlc_tower, dlc_dry };
constexpr std::array<std::string_view, 4> enum_names(CoolingType) {
  return {"imposed", "air-chiller-tower", "dlc-tower", "dlc-dry"};
}

/// `pue`, `overhead` and `wue` (of ImposedOverhead) hold when the type is `imposed`.
struct CoolingSystem : ImposedOverhead {
  static constexpr std::string_view catalog_kind = "cooling-systems";
  CoolingType type = CoolingType::imposed;
  AirSideParameters air;
  TowerLoopParameters tower;
  LiquidSideParameters liquid;
  DryCooler dry_cooler;
  TemperatureDelta plate_approach{2};
  void visit(Fields& f);

  /// An overhead, and not built from parts.
  [[nodiscard]] bool imposed() const { return type == CoolingType::imposed; }
  /// Whether cold plates find a coolant; without it, all heat goes to the air.
  [[nodiscard]] bool has_coolant() const { return type == CoolingType::dlc_tower || type == CoolingType::dlc_dry; }
  [[nodiscard]] Temperature supply_air() const { return air.supply_air; }
  /// The set-points as written.
  [[nodiscard]] PlantSettings settings() const;
};

/// The weather to size for, as conditions of the site's weather ("0.4 %", "extreme-n20"), and the reserve.
struct CoolingDesign {
  std::string dry_bulb = "0.4 %";
  std::string wet_bulb = "0.4 %";
  Redundancy redundancy = Redundancy::n_plus_1;
  void visit(Fields& f);
};

struct Cooling {
  CoolingSystem system;
  CoolingDesign design;
  void visit(Fields& f);
};

/// Sizes the plant of a system that is not imposed. Problems name the key of the system that they are about.
SizedPlant size_plant(const CoolingSystem& system, const DesignLoad& load, const DesignWeather& weather,
                      Redundancy redundancy);

}  // namespace wattershed
