/// What can be told of `site.grid` alone: its hourly files, and what a region had to assume.
#pragma once

#include <optional>
#include <string>

#include "models/grid/market/hourly_series.hpp"
#include "models/grid/market/scenario.hpp"
#include "sim/input/complaints.hpp"
#include "sim/input/document.hpp"

namespace wattershed {

/// The hourly files of a grid, read.
struct MarketSeries {
  std::optional<HourlySeries> carbon, price;
  std::optional<std::string> boundary;  ///< of the carbon, where the file says what the scenario does not
};

/// Reads the files that `grid` names; `path` is that of the grid. Files that cannot be read are complained of.
MarketSeries read_market(const Grid& grid, const std::string& path, const Complaints& complaints);

/// Warns of each annual value that nothing replaces and that the catalog had to assume for this region.
void check_region(const Grid& grid, const Document& document, const std::string& path, const Complaints& complaints);

}  // namespace wattershed
