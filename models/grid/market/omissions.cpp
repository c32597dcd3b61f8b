#include "models/grid/market/omissions.hpp"

namespace wattershed {
namespace {

bool has_carbon(const Grid& grid) { return grid.carbon || grid.region; }

constexpr OmissionRule<Grid> of_market[]{
    {{"marginal emissions: energy has the average intensity of the grid, not what this load makes plants do",
      "a model of the dispatch with and without the site, or marginal intensities"},
     has_carbon},
    {{"scope 2 by the market: contracts, certificates and on-site supply have no part in the emissions",
      "the contracts, hour by hour where they are matched so"},
     has_carbon},
    {{"the market's answer: what the site takes does not move the price that it pays",
      "supply curves of the market, and the site's share of demand"},
     [](const Grid& grid) { return grid.tariff.energy || grid.region; }},
};

}  // namespace

std::vector<Omission> market_omissions(const Grid& grid) { return touched(of_market, grid); }

}  // namespace wattershed
