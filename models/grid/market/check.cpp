#include "models/grid/market/check.hpp"

#include <fmt/format.h>

namespace wattershed {
namespace {

std::optional<std::string> boundary_said_by(const std::string& column) {
  const auto says = [&](std::string_view word) { return column.find(word) != std::string::npos; };
  if (says("direct")) return "direct";
  if (says("lca") || says("lifecycle") || says("life_cycle")) return "life-cycle";
  return std::nullopt;
}

}  // namespace

MarketSeries read_market(const Grid& grid, const std::string& path, const Complaints& complaints) {
  MarketSeries series;
  if (grid.carbon && grid.carbon->csv)
    complaints.collect([&] {
      const std::string& boundary = grid.carbon->boundary;
      const bool unsaid = boundary == "unknown";
      const auto read = [&](CarbonColumn wanted) {
        return read_carbon_csv(*grid.carbon->csv, grid.carbon->column, wanted);
      };
      series.carbon = read(unsaid || boundary.starts_with("direct") ? CarbonColumn::direct
                           : boundary == "life-cycle"               ? CarbonColumn::life_cycle
                                                                    : CarbonColumn::only);
      if (!unsaid) return;
      series.boundary = boundary_said_by(series.carbon->column());
      if (!series.boundary)
        complaints.warn(
            fmt::format("the boundary of the hourly carbon intensity is not given: write {}.carbon.boundary "
                        "(life-cycle, direct, …)",
                        path));
    });
  if (grid.tariff.energy && grid.tariff.energy->csv)
    complaints.collect([&] { series.price = read_price_csv(*grid.tariff.energy->csv, grid.tariff.energy->column); });
  return series;
}

void check_region(const Grid& grid, const Document& document, const std::string& path, const Complaints& complaints) {
  const auto check = [&](const char* key, bool replaced, const char* what) {
    const ResolvedValue* value = document.find(path + ".region." + key);
    if (value && !replaced && value->origin == Origin::catalog && value->kind == ValueKind::assumed)
      complaints.warn(fmt::format("{} of this region is assumed ({}): {}", what, value->text, value->source));
  };
  if (!grid.region) return;
  check("carbon", grid.carbon.has_value(), "the carbon intensity");
  check("price", grid.tariff.energy.has_value(), "the price of energy");
  check("water_intensity", grid.water_intensity.has_value(), "the water intensity");
}

}  // namespace wattershed
