// The time that a run says its models were outside of their ranges, against a count over what it recorded.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

struct Use {
  double low = 0, high = 0, worst = 0, outside_s = 0, first_s = 0;
};

std::map<std::string, Use> uses_of(const RunFileReader& run) {
  const auto models = run.texts("hall/validity", "model"), inputs = run.texts("hall/validity", "input");
  const auto low = run.numbers("hall/validity", "low"), high = run.numbers("hall/validity", "high"),
             worst = run.numbers("hall/validity", "worst"), outside = run.numbers("hall/validity", "time_outside"),
             first = run.numbers("hall/validity", "first");
  std::map<std::string, Use> uses;
  for (std::size_t i = 0; i < models.size(); ++i)
    uses[models[i] + ": " + inputs[i]] = {low[i], high[i], worst[i], outside[i], first[i]};
  return uses;
}

// Recorded every minute, when the plant decides: each row is one state.
std::string hall(const std::string& cooling, const std::string& climate, const std::string& start = "2027-01-10") {
  return "title: t\nstart: " + start +
         "\nduration: 3 d\nrecord: {every: 1 min}\nsite:\n  name: hall\n  weather: "
         "{climate: " +
         climate + "}\n  grid: {region: US-AZ}\n  cooling: {system: " + cooling +
         "}\n  racks: {dgx: {use: rack-dgx-h100, count: 20}}\nworkload:\n  fixed:\n    day: {accelerators: 320, "
         "duration: 9 h, utilisation: 90 %, every: 1 d}\n";
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("time outside of the chillers' range is that in which they run, of a tower's no more than its air's") {
    for (const char* climate : {"denver", "chicago", "phoenix"})
      for (const char* cooling : {"air-chiller-tower", "{use: dlc-tower, facility_water: 40 degC}",
                                  "{use: air-chiller-tower, chilled_water: 16 degC}"}) {
        CAPTURE(std::string(climate));
        CAPTURE(std::string(cooling));
        TestRun run;
        run_text(run, hall(cooling, climate));
        const RunFileReader file = run.open();
        const auto uses = uses_of(file);
        const auto wet = file.numbers("hall", "wet_bulb");
        const Use& tower = uses.at("cooling tower: wet bulb");
        // The tower stands idle in some minutes, which no column shows: no more than the rows whose air lies outside.
        double rows = 0, coldest = 400;
        for (const double k : wet) {
          rows += k < tower.low || k > tower.high;
          coldest = std::min(coldest, k);
        }
        CHECK(tower.outside_s <= rows * 60);
        if (rows == 0) CHECK(std::isnan(tower.worst));
        if (tower.outside_s > 0) CHECK(tower.worst >= coldest);

        TestRun summer;
        run_text(summer, hall(cooling, climate, "2027-07-10"));
        const RunFileReader hot = summer.open();
        const auto summer_uses = uses_of(hot);
        const Use& chilled = summer_uses.at("chiller curves: leaving chilled water");
        const bool warm = std::string(cooling).find("16 degC") != std::string::npos;
        const LoadedScenario loaded = load_text(hall(cooling, climate));
        const double wanted_k = loaded.sites[0].scenario.site.cooling.system.air.chilled_water.si();
        const bool beyond = wanted_k < chilled.low || wanted_k > chilled.high;
        const auto compressors = hot.numbers("hall", "cooling_compressor_power");
        double running = 0;
        if (warm) REQUIRE(*std::max_element(compressors.begin(), compressors.end()) > 0);
        for (const double power_w : compressors) running += power_w > 0 ? 60 : 0;
        // A set-point beyond the curves is outside whenever a chiller runs, and at no other time.
        CHECK(chilled.outside_s == (beyond ? running : 0));
        CHECK((beyond || !warm));
        if (warm) CHECK(chilled.worst == doctest::Approx(289.15));
      }
  }

  TEST_CASE("time outside of water's range equals a count over the recorded rows") {
    for (const char* water : {"40 degC", "58 degC", "59.9 degC"}) {
      CAPTURE(std::string(water));
      TestRun run;
      run_text(run, hall(std::string("{use: dlc-tower, facility_water: ") + water + "}", "denver"),
               {"site.racks={gb200: {use: gb200-nvl72, count: 5}}"});
      const RunFileReader file = run.open();
      const Use use = uses_of(file).at("water as a fluid: temperature");
      double outside_s = 0, worst = 0;
      // Of all loops: which water is too cold or too warm does not matter.
      std::vector<bool> outside(file.rows("hall"));
      for (const char* loop : {"facility_water_return_temperature", "coolant_return_temperature",
                               "chilled_water_supply_temperature", "condenser_water_supply_temperature"}) {
        const auto temperatures = file.numbers("hall", loop);
        for (std::size_t i = 0; i < temperatures.size(); ++i) {
          outside[i] = outside[i] || temperatures[i] < use.low || temperatures[i] > use.high;
          worst = std::max(worst, temperatures[i]);
        }
      }
      for (const bool row : outside) outside_s += row ? 60 : 0;
      CHECK(use.outside_s == outside_s);
      CHECK((outside_s > 0) == (std::string(water) != "40 degC"));
      if (outside_s > 0) CHECK(use.worst == doctest::Approx(worst));
    }
  }

  TEST_CASE("a plant's ranges stand in the explanation") {
    const LoadedScenario loaded = load_text(hall("air-chiller-tower", "denver"));
    const ResolvedValue* value = loaded.document->find("site.cooling.valid.cooling_tower.wet_bulb");
    REQUIRE(value != nullptr);
    CHECK(value->text == "-10 to 35 degC");
  }
}
