/// What a kilowatt-hour from the grid costs in money, carbon and water.
///
/// Carbon intensity, energy price and water intensity are constant, dated, or hourly from a CSV; a region of the
/// catalog gives annual values for all three.
///   emissions rate = grid_power · carbon_intensity,  cost rate = grid_power · price      (import; export earns)
///   source water   = ∫ grid_power · water_intensity
/// Source    GHG Protocol scope 2 (location-based); regions in the catalog with their own sources
/// Valid     accounting; not a forecast of what the last kilowatt-hour does (marginal)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/grid/point/frequency_response.hpp"
#include "models/grid/point/grid_point.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

/// A region of the catalog: annual means.
struct Region {
  static constexpr std::string_view catalog_kind = "regions";
  std::string title;
  CarbonIntensity carbon{};          ///< [kg/J]
  std::string boundary = "unknown";  ///< what the intensity counts
  EnergyPrice price{};               ///< [USD/J]
  WaterIntensity water_intensity{};  ///< consumption of power plants [kg/J]
  void visit(Fields& f);
};

/// One column of an hourly CSV (see hourly_series.hpp).
struct HourlyColumn {
  std::optional<FileName> csv;
  std::optional<std::string> column;
  void visit(Fields& f);
};

/// Carbon intensity of the grid: one number, or hourly from a file.
struct CarbonSource : HourlyColumn {
  static constexpr std::string_view short_form = "intensity";
  std::optional<CarbonIntensity> intensity;
  std::string boundary = "unknown";  ///< "life-cycle", "direct", …: an attribute of the column in the run file
  void visit(Fields& f);
};

/// Price of energy: one number, or hourly from a file.
struct PriceSource : HourlyColumn {
  static constexpr std::string_view short_form = "price";
  std::optional<EnergyPrice> price;
  void visit(Fields& f);
};

struct Tariff {
  std::optional<PriceSource> energy;  ///< without it, the region's price
  DemandPrice demand{};               ///< per power and time: charged on each month's highest demand [USD/(W s)]
  Duration demand_interval = std::chrono::minutes(15);
  WaterPrice water = 2_USD_per_m3;  ///< [USD/kg]
  void visit(Fields& f);
};

struct Grid {
  std::optional<Power> connection;  ///< what the site may draw; without it, there is no limit [W]
  std::optional<Region> region;
  std::optional<CarbonSource> carbon;             ///< replaces the region's
  std::optional<WaterIntensity> water_intensity;  ///< replaces the region's [kg/J]
  Tariff tariff;
  std::optional<GridPoint> point;    ///< voltage and strength of the grid where the site hangs on it
  std::optional<GridSystem> system;  ///< the interconnection behind it, for its frequency
  std::optional<std::int64_t> bus;   ///< of `network`, where the site hangs on it
  void visit(Fields& f);
};

}  // namespace wattershed
