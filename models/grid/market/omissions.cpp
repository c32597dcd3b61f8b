#include "models/grid/market/omissions.hpp"

namespace wattershed {
namespace {

bool emits(const Grid& grid) {
  const bool constant = grid.carbon && grid.carbon->intensity;
  return constant ? *grid.carbon->intensity > CarbonIntensity{} : grid.carbon || grid.region;
}
bool costs(const Grid& grid) {
  const bool constant = grid.tariff.energy && grid.tariff.energy->price;
  return constant ? *grid.tariff.energy->price != EnergyPrice{} : grid.tariff.energy || grid.region;
}

constexpr OmissionRule<Grid> of_market[]{
    {{"marginal emissions: energy has the average intensity of the grid, not what this load makes plants do",
      "a model of the dispatch with and without the site, or marginal intensities"},
     emits},
    {{"scope 2 by the market: contracts, certificates and on-site supply have no part in the emissions",
      "the contracts, hour by hour where they are matched so"},
     emits},
    {{"the market's answer: what the site takes does not move the price that it pays",
      "supply curves of the market, and the site's share of demand"},
     costs},
};

}  // namespace

std::vector<Omission> market_omissions(const Grid& grid) { return touched(of_market, grid); }

}  // namespace wattershed
