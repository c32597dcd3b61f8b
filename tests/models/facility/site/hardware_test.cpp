// Hardware is charged for its life and no longer, and for what is known of it.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>

#include "models/facility/part/rack_positions.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;
using doctest::Approx;

namespace {

std::string site_of(const std::string& racks, const std::string& duration) {
  return "title: t\nstart: 2027-01-01\nduration: " + duration +
         "\nrecord: {every: 1 d}\nsite:\n  name: hall\n  grid: {carbon: 0 g/kWh, water_intensity: 0 L/kWh, tariff: "
         "{energy: 0 USD/kWh}}\n  cooling: {system: {use: fixed-overhead, overhead: 20 %, wue: 0 L/kWh}}\n  racks: "
         "{" +
         racks + "}\n";
}
std::string rack(const std::string& name, const std::string& count, const std::string& more) {
  return name +
         ": {server: {accelerator: {max_power: 400 W}, accelerators: 8, idle_power: 1 kW, max_power: 6 kW, "
         "price: 100 kUSD, " +
         more + "}, servers: 1, count: " + count + "}";
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a server that outlives its life has been charged for it once") {
    TestRun run;
    run_text(run, site_of(rack("a", "3", "embodied: 1 t, life: 4 years"), "5 years"));
    CHECK(run.summary("hall", "cost_capital") == Approx(300e3).epsilon(1e-9));
    CHECK(run.summary("hall", "emissions_scope3") == Approx(3000).epsilon(1e-9));
    const auto rate = run.open().numbers("hall", "cost_capital");
    CHECK(rate.at(4 * 365) == Approx(300e3 / (1461 * 86400.0)));
    CHECK(rate.at(1461) == 0);
    CHECK(rate.back() == 0);
  }

  TEST_CASE("racks that come later live from their own day, and the oldest go first") {
    TestRun run;
    // 2 from 2027, 3 more from 2028, two go in 2030: those of 2027, whose two years had ended.
    run_text(run, site_of(rack("a", "{2027-01-01: 2, 2028-01-01: 5, 2030-01-01: 3}", "embodied: 1 t, life: 2 years"),
                          "4 years"));
    CHECK(run.summary("hall", "cost_capital") == Approx(500e3).epsilon(1e-9));
    CHECK(run.summary("hall", "emissions_scope3") == Approx(5000).epsilon(1e-9));
    // One that goes before its time is charged for as long as it stood.
    TestRun early;
    run_text(early, site_of(rack("a", "{2027-01-01: 1, 2028-01-01: 0}", "embodied: 1 t, life: 2 years"), "4 years"));
    CHECK(early.summary("hall", "cost_capital") == Approx(100e3 * 365 / 731).epsilon(1e-9));
  }

  TEST_CASE("a life of another length ends at its own day") {
    TestRun run;
    run_text(run, site_of(rack("a", "1", "embodied: 1 t, life: 3 years") + ", " +
                              rack("b", "1", "embodied: 1 t, life: 1 years"),
                          "4 years"));
    CHECK(run.summary("hall", "emissions_scope3") == Approx(2000).epsilon(1e-9));
    const auto rate = run.open().numbers("hall", "emissions_embodied");
    CHECK(rate.at(364) == Approx(1000 / (1096 * 86400.0) + 1000 / (365 * 86400.0)).epsilon(1e-6));
    CHECK(rate.at(365) == Approx(1000 / (1096 * 86400.0)).epsilon(1e-6));
  }

  TEST_CASE("scope 3 holds the parts that are known, and is absent where none is") {
    TestRun known;
    run_text(known, site_of("gb200: {use: gb200-nvl72, count: 2}", "30 d"));
    const double share = 30.0 / 1461;
    CHECK(known.summary("hall", "emissions_scope3") >= 2 * 72 * 284 * share * (1 - 1e-9));
    TestRun unknown;
    run_text(unknown, site_of(rack("a", "3", "life: 4 years"), "30 d"));
    CHECK_FALSE(unknown.open().summary("hall", "emissions_scope3").has_value());
    CHECK_FALSE(unknown.open().has("hall", "emissions_embodied"));
    CHECK_FALSE(unknown.open().has("hall/monthly", "emissions_embodied"));
    CHECK_FALSE(unknown.open().summary("hall", "emissions_scope2_market").has_value());  // nobody has a contract
  }

  TEST_CASE("a plant is sized for the racks that stand together") {
    const auto design = [](const std::string& racks, const std::string& duration) {
      return load_text("title: t\nstart: 2027-01-01\nduration: " + duration +
                       "\nsite:\n  weather: {climate: phoenix}\n  grid: {region: US-AZ}\n  cooling: {system: {use: "
                       "dlc-tower, facility_water: 40 degC}}"
                       "\n  racks: {" +
                       racks + "}\n")
          .sites[0]
          .design;
    };
    const std::string one = "a: {use: gb200-nvl72, count: 40}";
    const std::string in_turns =
        "a: {use: gb200-nvl72, count: {2027-01-01: 40, 2028-01-01: 0}}, "
        "b: {use: gb200-nvl72, count: {2027-01-01: 0, 2028-01-01: 40, 2029-01-01: 0}}, "
        "c: {use: gb200-nvl72, count: {2027-01-01: 0, 2029-01-01: 40}}";
    CHECK(design(in_turns, "3 years").liquid_heat == design(one, "3 years").liquid_heat);
    CHECK(design(in_turns, "3 years").air_flow == design(one, "3 years").air_flow);
    CHECK(design(in_turns, "3 years").cooling == design(one, "3 years").cooling);
    // What comes after the end is not built for.
    const std::string growing = "a: {use: gb200-nvl72, count: {2027-01-01: 40, 2029-01-01: 80}}";
    CHECK(design(growing, "1 years").liquid_heat == design(one, "1 years").liquid_heat);
    CHECK(design(growing, "3 years").liquid_heat.si() ==
          doctest::Approx(2 * design(one, "3 years").liquid_heat.si()));
    CHECK(format_utc(design(growing, "3 years").at).substr(0, 10) == "2029-01-01");
  }

  TEST_CASE("so is what feeds them: racks that replace others take their positions") {
    const auto losses = [](const std::string& racks) {
      TestRun run;
      run_text(run,
               "title: t\nstart: 2027-01-01\nduration: 3 years\nrecord: {every: 1 d}\nsite:\n  name: hall\n  grid: "
               "{region: US-AZ}\n  electrical: {pdu: pdu-480v, ups: double-conversion-modern, transformer: "
               "dry-2500kva}\n  cooling: {system: {use: fixed-overhead, overhead: 20 %}}\n  racks: {" +
                   racks +
                   "}\nworkload:\n  fixed: {a: {accelerators: 72, duration: 3 h, utilisation: 100 %, every: 1 d, "
                   "copies: 20}}\n");
      CHECK(run.result.audits_hold());
      const RunFileReader file = run.open();
      return std::array{file.numbers("hall", "pdu_loss"), file.numbers("hall", "ups_loss"),
                        file.numbers("hall", "transformer_loss")};
    };
    const auto one = losses("a: {use: gb200-nvl72, count: 40}");
    const auto in_turns = losses(
        "a: {use: gb200-nvl72, count: {2027-01-01: 40, 2028-01-01: 0}}, "
        "b: {use: gb200-nvl72, count: {2027-01-01: 0, 2028-01-01: 40, 2029-01-01: 0}}, "
        "c: {use: gb200-nvl72, count: {2027-01-01: 0, 2029-01-01: 40}}");
    for (std::size_t stage = 0; stage < one.size(); ++stage) {
      CAPTURE(stage);
      for (const std::size_t day : {200, 500, 900})
        CHECK(in_turns[stage].at(day) == Approx(one[stage].at(day)).epsilon(1e-9));
    }
  }

  TEST_CASE("positions: as many as stand together, whatever the order and the numbers") {
    const auto made = [](const std::vector<StandingRacks>& standing) {
      const std::vector<std::uint32_t> positions = rack_positions(standing, most_of_each(standing));
      return positions.empty() ? 0U : *std::max_element(positions.begin(), positions.end()) + 1;
    };
    CHECK(made({{{}, {3, 2}}}) == 5);
    CHECK(made({{{}, {3, 0}}, {{}, {0, 2}}}) == 3);
    CHECK(made({{{}, {3, 0}}, {{}, {1, 2}}, {{}, {0, 4}}}) == 4);
    CHECK(made({{{}, {0, 0}}}) == 0);
    // Random counts: two racks of one position never stand together, and no position could be saved where types follow
    // each other.
    std::mt19937 random(5);
    for (int round = 0; round < 200; ++round) {
      std::vector<StandingRacks> standing;
      for (int k = 0; k < 5; ++k)
        standing.push_back({{},
                            {static_cast<std::int64_t>(random() % 6), static_cast<std::int64_t>(random() % 6),
                             static_cast<std::int64_t>(random() % 6)}});
      const std::vector<std::int64_t> most = most_of_each(standing);
      const std::vector<std::uint32_t> positions = rack_positions(standing, most);
      for (const StandingRacks& at : standing) {
        std::set<std::uint32_t> taken;
        std::size_t rack = 0;
        for (std::size_t type = 0; type < most.size(); ++type)
          for (std::int64_t number = 0; number < most[type]; ++number, ++rack)
            if (number < at.counts[type]) CHECK(taken.insert(positions[rack]).second);
      }
    }
  }

  TEST_CASE("a job of all accelerators takes those that stand when it is submitted") {
    TestRun run;
    run_text(run,
             site_of(rack("a", "{2027-01-01: 2, 2027-01-11: 5}", "life: 2 years"), "20 d") +
                 "workload:\n  fixed:\n    early: {accelerators: all, duration: 1 d, utilisation: 100 %}\n    late: "
                 "{accelerators: all, duration: 1 d, utilisation: 100 %, from: 2027-01-12}\n");
    const RunFileReader file = run.open();
    const std::vector<double> busy = file.numbers("hall", "accelerators_busy");
    CHECK(busy.at(0) == 16);
    CHECK(busy.at(1) == 0);
    CHECK(busy.at(11) == 40);
  }
}
