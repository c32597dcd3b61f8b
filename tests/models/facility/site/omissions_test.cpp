// What a scenario touches and the program leaves out: each effect where it is asked for, and nowhere else.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// Nothing but a building that draws power which costs and emits nothing.
const char* const bare = R"(
title: t
start: 2027-01-01
duration: 1 h
site:
  name: hall
  grid: {carbon: 0 g/kWh, water_intensity: 0 L/kWh, tariff: {energy: 0 USD/kWh}}
  cooling: {system: {use: fixed-overhead, overhead: 20 %}}
  other: 1 MW
)";

std::set<std::string> effects_of(const std::vector<std::string>& sets) {
  std::set<std::string> effects;
  for (const auto& [site, omission] : omissions_of(load_text(bare, sets))) {
    CHECK(site == "hall");
    CHECK(effects.insert(std::string(omission.effect)).second);  // none twice
  }
  return effects;
}

bool tells(const std::vector<std::string>& sets, const std::string& begin) {
  const std::set<std::string> effects = effects_of(sets);
  return std::any_of(effects.begin(), effects.end(), [&](const std::string& e) { return e.starts_with(begin); });
}

using Sets = std::vector<std::string>;
Sets operator+(Sets a, const Sets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const Sets windows{"record.windows={glass: {at: 2027-01-01T00:10, for: 10 s}}"};
const Sets racks{"site.racks={dgx: {use: rack-dgx-h100, count: 4}}"};
const Sets liquid{"site.racks={gb200: {use: gb200-nvl72, count: 2}}"};
const Sets ups{"site.electrical.ups=double-conversion-modern"};
const Sets climate{"site.weather={climate: phoenix}"};
const Sets plant = climate + racks + Sets{"site.cooling.system=air-chiller-tower"};
const Sets sags = racks + ups +
                  Sets{"fidelity=resolved", "site.electrical.ups.ride_through={}",
                       "events=[{at: 2027-01-01T00:10, sag: {voltage: 25 %, for: 66 ms}}]"};
const Sets training = racks + Sets{"workload.training={base: {llm: llama-3-8b, tokens: 1e+12, accelerators: 32}}"};
const Sets fixed = racks + Sets{"workload.fixed={a: {accelerators: 8, duration: 1 h, utilisation: 50 %}}"};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("an effect is told where the scenario touches it, and not where it does not") {
    struct Row {
      const char* effect;
      Sets with, without;
    };
    const std::vector<Row> rows{
        {"harmonics", ups, {}},
        {"unbalance", {"site.electrical.pdu=pdu-480v"}, {}},
        {"paths of the distribution that stand by", ups, {"site.electrical.pdu=pdu-480v"}},
        {"failures and repairs in the distribution", ups, {}},
        {"control of the UPS above 20 Hz", ups + windows, ups},
        {"ageing", {"site.battery=lfp-container"}, {}},
        {"control of the battery's converter",
         windows + Sets{"site.battery={use: lfp-container, power: 1 MW, energy: 1 MWh, smoothing: {}}"},
         {"site.battery={use: lfp-container, power: 1 MW, energy: 1 MWh, smoothing: {}}"}},
        {"starting of generators", sags + Sets{"site.electrical.ups.ride_through.generator_start=15 s"}, sags},
        {"the load's answer to voltage",
         {"site.grid.point={voltage: 25 kV, short_circuit: 60 MVA, x_over_r: 8}"},
         {}},
        {"the network behind the point",
         {"site.grid.point={voltage: 25 kV, short_circuit: 60 MVA, x_over_r: 8}"},
         sags},
        {"voltage control and redispatch", {"network=western-9", "site.grid.bus=5"}, sags},
        {"protection", sags, {"site.grid.point={voltage: 25 kV, short_circuit: 60 MVA, x_over_r: 8}"}},
        {"shape of a sag", sags, {"network=western-9", "site.grid.bus=5"}},
        {"frequency moved by others", {"site.grid.system=ercot"}, {}},
        {"marginal emissions", {"site.grid.carbon=400 g/kWh"}, {}},
        {"the market's answer", {"site.grid.tariff.energy=0.1 USD/kWh"}, {}},
        {"cooling's answer to weather", {}, plant},
        {"humidity of the rooms", plant, climate},
        {"failures of the plant's machines", plant, climate},
        {"machines that stand by", plant, plant + Sets{"site.cooling.design.redundancy=N"}},
        {"bringing and treating", plant, {}},
        {"bringing and treating",
         {"site.cooling.system.wue=1 L/kWh"},
         climate + liquid + Sets{"site.cooling.system={use: dlc-dry, facility_water: 52 degC}"}},
        {"weather that monthly normals", plant, climate},
        {"warming of the climate", plant + Sets{"duration=6 years", "record.every=1 d"}, plant},
        {"hardware that protects itself", plant, racks},
        {"leakage of the chips",
         climate + liquid + Sets{"site.cooling.system={use: dlc-tower, facility_water: 36 degC}"}, plant},
        {"differences between accelerators", racks, {}},
        {"storage and network outside", racks, {}},
        {"embodied carbon and price of building", racks, {}},
        {"failures of accelerators and nodes under training",
         training + Sets{"workload.training.base.accelerator_failure_every=none"}, training},
        {"jobs in each other's way", training, fixed},
        {"failures of nodes under jobs of a given length", fixed, training},
        {"swings of jobs of a given length", fixed + windows, fixed},
        {"single requests",
         racks + Sets{"workload.inference={c: {llm: llama-3-8b, requests: {rate: 1 /s}}}"},
         {"workload.inference={c: {energy_per_request: 1 Wh, requests: {rate: 1 /s}}}"}},
        {"latency and losses of services with an energy",
         {"workload.inference={c: {energy_per_request: 1 Wh, requests: {rate: 1 /s}}}"},
         racks},
    };
    for (const Row& row : rows) {
      CAPTURE(std::string(row.effect));
      CHECK(tells(row.with, row.effect));
      CHECK_FALSE(tells(row.without, row.effect));
    }
  }

  TEST_CASE("the file of a run has a row for each, whole sentences on one line, and nothing else") {
    TestRun run;
    run_text(run, bare, plant + ups);
    const RunFileReader file = run.open();
    const auto sites = file.texts("not_modelled", "site"), effects = file.texts("not_modelled", "effect"),
               needed = file.texts("not_modelled", "needed");
    const auto told = omissions_of(load_text(bare, plant + ups));
    REQUIRE(effects.size() == told.size());
    CHECK(told.size() > 15);
    for (std::size_t i = 0; i < told.size(); ++i) {
      CHECK(sites[i] == "hall");
      CHECK(effects[i] == told[i].omission.effect);
      CHECK(needed[i] == told[i].omission.needed);
      for (const std::string& text : {effects[i], needed[i]}) {
        CAPTURE(text);
        CHECK(text.size() > 10);
        CHECK(text.size() < 120);
        CHECK(text.find('\n') == std::string::npos);
      }
    }
    CHECK(file.sites() == std::vector<std::string>{"hall"});
  }

  TEST_CASE("a site may not be named as that table") {
    CHECK_THROWS_WITH_AS(load_text(bare, {"site.name=not_modelled"}), doctest::Contains("reserved"), InputError);
  }
}
