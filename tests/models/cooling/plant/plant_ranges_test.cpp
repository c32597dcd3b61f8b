// What a plant says that its models were asked: in the order of its tallies, marked where it lies outside, whatever the
// load and the weather.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

#include "plant_fixture.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

// The place of a model among a plant's tallies; -1: it has none.
int place_of(const std::vector<ValidityTally>& tallies, const std::string& model) {
  const auto at = std::find_if(tallies.begin(), tallies.end(),
                               [&](const ValidityTally& tally) { return tally.uses().front().model == model; });
  return at == tallies.end() ? -1 : static_cast<int>(at - tallies.begin());
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a plant's models are asked in the order of their tallies and marked by their ranges, in any state") {
    std::mt19937_64 random(5);
    const auto between = [&](double low, double high) {
      return std::uniform_real_distribution<double>(low, high)(random);
    };
    for (const CoolingType type : all_types) {
      const auto plant = make_plant(type);
      const std::vector<ValidityTally> tallies = plant->tallies();
      std::vector<int> outside(tallies.size());
      plant->start(demand_of(type, 0.7), outdoors(20, 0.5));
      for (int i = 0; i < 400; ++i) {
        const double dry_c = between(-30, 48), share = i % 5 == 0 ? 0 : between(0, 1.6);
        const Outdoors air = outdoors(dry_c, between(0.1, 1), between(45e3, 103e3));
        steps(*plant, 3, 60, demand_of(type, share), air);
        REQUIRE(plant->seen().size() == tallies.size());
        for (std::size_t k = 0; k < tallies.size(); ++k) {
          const SeenState& seen = plant->seen()[k];
          const auto& uses = tallies[k].uses();
          CAPTURE(uses.front().model);
          // A machine that stands idle is asked nothing.
          const bool may_rest = uses.front().model == "chiller curves" || uses.front().model == "cooling tower";
          for (std::size_t j = 0; j < uses.size(); ++j) {
            const bool beyond = !(seen.at[j] >= uses[j].low && seen.at[j] <= uses[j].high);
            if (!may_rest || seen.outside != 0) CHECK((seen.outside >> j & 1) == (beyond ? 1U : 0U));
          }
          outside[k] += seen.outside != 0;
        }
        const auto at = [&](const char* model) -> const SeenState& {
          return plant->seen()[static_cast<std::size_t>(place_of(tallies, model))];
        };
        CHECK(at("moist air").at == std::array{air.dry_bulb.si(), air.pressure.si()});
        const PlantReadings& readings = plant->readings();
        double coldest_k = readings.chilled_water_supply.si(), hottest_k = coldest_k;
        for (const auto& water :
             {readings.facility_water_return, readings.coolant_return, readings.condenser_water_supply})
          if (water) {
            coldest_k = std::min(coldest_k, water->si());
            hottest_k = std::max(hottest_k, water->si());
          }
        CHECK((at("water as a fluid").outside != 0) == (coldest_k < 278.15 || hottest_k > 333.15));
        if (type == CoolingType::dlc_dry) CHECK((at("dry coolers without glycol").outside != 0) == (dry_c < 0));
        if (type != CoolingType::air_chiller_tower && share > 1) CHECK(at("pumps").outside == 1);
      }
      for (const char* model : {"chiller curves", "room fans", "pumps", "moist air"}) {
        CAPTURE(std::string(model));
        CHECK(outside[static_cast<std::size_t>(place_of(tallies, model))] > 0);
      }
      CHECK((place_of(tallies, "cooling tower") < 0) == (type == CoolingType::dlc_dry));
    }
  }
}
