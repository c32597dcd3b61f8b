/// What the accounts of grid energy leave out, by what a scenario knows of it.
///
/// Inputs   the site's grid: carbon, price, water of power plants
/// Outputs  the effects left out that these touch, each with what would be needed
#pragma once

#include <vector>

#include "models/grid/market/scenario.hpp"
#include "sim/base/omission.hpp"

namespace wattershed {

std::vector<Omission> market_omissions(const Grid& grid);

}  // namespace wattershed
