// The time that a run says its models were outside, recounted from its recorded rows: exactly, with the worst value and
// the first time. Every row is one state: whatever changes does so on whole minutes, and all is recorded every minute.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/compute/server_draw.hpp"
#include "models/facility/scenario/cooling_design.hpp"
#include "models/facility/scenario/model_ranges.hpp"
#include "tests/models/facility/random_scenario.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

using Values = std::vector<double>;
constexpr double not_asked = 1e300;

struct Rows {
  const RunFileReader& file;
  const LoadedScenario& loaded;
  [[nodiscard]] Values operator[](const std::string& column) const { return file.numbers("hall", column); }
  [[nodiscard]] Values in(const std::string& table, const std::string& column) const {
    return file.numbers("hall/" + table, column);
  }
  [[nodiscard]] const LoadedSite& site() const { return loaded.sites[0]; }
  [[nodiscard]] std::size_t count() const { return file.rows("hall"); }
};

Values each(std::size_t count, const std::function<double(std::size_t)>& value) {
  Values values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = value(i);
  return values;
}

struct Recount {
  const char* name;
  std::string text;
  std::string model, input;
  std::function<Values(const Rows&)> recount;
};

std::string hall(const std::string& start, const std::string& site, const std::string& workload) {
  return "title: t\nstart: " + start +
         "\nduration: 2 d\nrecord: {every: 1 min, racks: true}\nsite:\n  name: hall\n  grid:\n    carbon: 300 g/kWh\n"
         "    water_intensity: 2 L/kWh\n    tariff: {energy: 0.1 USD/kWh}\n" +
         site + "workload:\n" + workload;
}

const std::string imposed_cooling = "  cooling: {system: {use: fixed-overhead, overhead: 20 %, wue: 0 L/kWh}}\n";
const std::string one_dgx = "  racks: {dgx: {use: rack-dgx-h100, count: 1}}\n";
const std::string nine_hours = "  fixed: {day: {accelerators: 32, duration: 9 h, utilisation: 90 %, every: 13 h}}\n";
// Per accelerator far above what the server draws at most.
const std::string too_much = "  fixed: {day: {accelerators: 32, duration: 9 h, power: 2.5 kW, every: 13 h}}\n";

// The inlet that the racks are told: by the quarter of a kelvin, when it has moved by more than that.
Values told_inlets(const Rows& rows) {
  Values told = rows["rack_inlet_temperature"];
  double last = 0;
  for (double& k : told) {
    if (std::abs(k - last) > 0.25) last = std::round(k / 0.25) * 0.25;
    k = last;
  }
  return told;
}

// By the file that a service is alone in.
Values while_active(const Rows& rows, double value) {
  const Values active = rows.in("services", "replicas_active");
  return each(active.size(), [&](std::size_t i) { return active[i] > 0 ? value : not_asked; });
}

Values while_busy(const Rows& rows, double value) {
  const Values busy = rows["accelerators_busy"];
  return each(busy.size(), [&](std::size_t i) { return busy[i] > 0 ? value : not_asked; });
}

std::vector<Recount> cases() {
  const std::string plant = "  weather: {climate: chicago}\n  cooling: {system: ";
  const std::string mixed_racks =
      "  racks: {dgx: {use: rack-dgx-h100, count: 4}, gb200: {use: gb200-nvl72, count: 4}}\n";
  const std::string chain =
      "  electrical: {pdu: {rating: 50 kW, loss: {no_load: 0.4 %, proportional: 0 %, square: 1.6 %}}, ups: {use: "
      "double-conversion-modern, rating: 60 kW, power_factor: double-conversion}, transformer: {use: dry-2500kva, "
      "rating: "
      "70 kW}}\n";
  const auto ups_output = [](const Rows& rows) {
    const Values it = rows["it_power"], pdu = rows["pdu_loss"];
    return each(it.size(), [=](std::size_t i) { return (it[i] + pdu[i]) / 60e3; });
  };
  return {
      {"coils freeze", hall("2027-01-10", plant + "dlc-dry}\n" + mixed_racks, nine_hours),
       "dry coolers without glycol", "dry bulb", [](const Rows& rows) { return rows["dry_bulb"]; }},
      {"water of any loop",
       hall("2027-01-10", plant + "{use: dlc-tower, facility_water: 55 degC}}\n" + mixed_racks, nine_hours),
       "water as a fluid", "temperature",
       [](const Rows& rows) {
         Values farthest(rows.count(), 300);
         const Bound& bound = water_domain.bounds[0];
         for (const char* loop : {"facility_water_return_temperature", "coolant_return_temperature",
                                  "chilled_water_supply_temperature", "condenser_water_supply_temperature"}) {
           const Values k = rows[loop];
           for (std::size_t i = 0; i < k.size(); ++i) farthest[i] = bound.farther(farthest[i], k[i]);
         }
         return farthest;
       }},
      {"air so thin",
       hall("2027-07-01",
            "  weather: {climate: {use: chicago, elevation: 5700 m}}\n  cooling: {system: "
            "air-chiller-tower}\n" +
                one_dgx,
            nine_hours),
       "moist air", "pressure",
       [](const Rows& rows) {
         return each(rows.count(), [&](std::size_t i) {
           return rows.site().weather->at(rows.site().start + i * std::chrono::minutes(1)).pressure.si();
         });
       }},
      {"wet bulbs of a winter",
       hall("2027-01-10", plant + "{use: dlc-tower, facility_water: 40 degC}}\n" + mixed_racks, nine_hours),
       "moist air", "dry bulb", [](const Rows& rows) { return rows["dry_bulb"]; }},
      {"inlets like ovens",
       hall("2027-07-01",
            plant +
                "{use: air-chiller-tower, supply_air: 44.6 degC, chilled_water: "
                "20 degC}}\n" +
                one_dgx,
            nine_hours),
       "server fans", "inlet air", told_inlets},
      {"a PDU overloaded", hall("2027-01-01", imposed_cooling + one_dgx + chain, too_much), "PDU", "load over rating",
       [](const Rows& rows) {
         const Values rack = rows.in("racks", "power");
         return each(rack.size(), [=](std::size_t i) { return rack[i] / 50e3; });
       }},
      {"a UPS overloaded", hall("2027-01-01", imposed_cooling + one_dgx + chain, too_much), "UPS", "load over rating",
       ups_output},
      {"transformers overloaded", hall("2027-01-01", imposed_cooling + one_dgx + chain, too_much), "transformer",
       "load over rating",
       [=](const Rows& rows) {
         // Of the racks and of the mechanical board, which has one of its own.
         const Values ups = ups_output(rows), loss = rows["ups_loss"], cooling = rows["cooling_power"];
         return each(ups.size(),
                     [=](std::size_t i) { return std::max((ups[i] * 60e3 + loss[i]) / 70e3, cooling[i] / 70e3); });
       }},
      {"a weak grid", hall("2027-01-01", imposed_cooling + one_dgx + chain, too_much), "load of constant power",
       "voltage at the point of interconnection", [](const Rows& rows) { return rows["poi_voltage"]; }},
      {"reactive power beyond ratings", hall("2027-01-01", imposed_cooling + one_dgx + chain, too_much),
       "reactive power", "load over rating",
       [](const Rows& rows) {
         // Without transformers the racks' feed is what the grid gives beside cooling.
         const Values grid = rows["grid_power"], cooling = rows["cooling_power"];
         return each(grid.size(), [=](std::size_t i) { return (grid[i] - cooling[i]) / 60e3; });
       }},
      {"a system too small", hall("2027-01-01", imposed_cooling + one_dgx, too_much), "frequency response",
       "change of load over the system",
       [](const Rows& rows) {
         const Values grid = rows["grid_power"];
         return each(grid.size(), [=](std::size_t i) { return (grid[i] - grid[0]) / 4e6; });
       }},
      {"more than a server can draw", hall("2027-01-01", imposed_cooling + one_dgx, too_much),
       "servers at an imposed power", "power between idle and full work",
       [](const Rows& rows) {
         const Rack& rack = rows.site().scenario.site.racks[0].second;
         const Temperature inlet = reference_inlet(rows.site().scenario.site.cooling.system);
         const double servers = static_cast<double>(rack.servers), idle = idle_draw(rack, inlet).input.mean.si(),
                      full = rated_draw(rack, Share(1), Share(1), inlet).input.mean.si();
         const Values power = rows["it_power"], busy = rows["accelerators_busy"];
         return each(power.size(), [=](std::size_t i) {
           return busy[i] > 0 ? (power[i] / servers - idle) / (full - idle) : not_asked;
         });
       }},
      {"supplies below their points",
       hall("2027-01-01", imposed_cooling + "  racks: {nvl: {use: gb200-nvl72, count: 1, shelf_supplies: 120}}\n",
            "  fixed: {day: {accelerators: 72, duration: 9 h, utilisation: 90 %, every: 13 h}}\n"),
       "power supplies of 10 to 100 % load", "load over rating",
       [](const Rows& rows) {
         // What the rack takes behind its shelf is its input without the shelf's loss; all trays do the same.
         const Values it = rows["it_power"], loss = rows["it_conversion_loss"];
         const Rack& rack = rows.site().scenario.site.racks[0].second;
         const double rating = rack.shelf->rating->si() * static_cast<double>(rack.shelf_supplies);
         return each(it.size(), [=](std::size_t i) { return (it[i] - loss[i]) / rating; });
       }},
      {"prompts nobody measured",
       hall("2027-01-01", imposed_cooling + one_dgx,
            "  inference: {chat: {llm: llama-3-8b, requests: {rate: 3 /s, daily_swing: 100 %}, prompt_tokens: 12000, "
            "replicas: {min: 0}}}\n"),
       "serving of language models", "prompt tokens", [](const Rows& rows) { return while_active(rows, 12'000); }},
      {"a utilisation nobody reached",
       hall("2027-01-01", imposed_cooling + one_dgx,
            "  training: {base: {flops: 1e24, accelerators: 32, mfu: 60 %, from: 2027-01-01T05:07, "
            "accelerator_failure_every: none}}\n"),
       "training", "model FLOP utilisation", [](const Rows& rows) { return while_busy(rows, 0.6); }},
      {"a cap below all measured",
       hall("2027-01-01", imposed_cooling + one_dgx,
            "  training: {base: {flops: 1e24, accelerators: 32, from: 2027-01-01T05:07, power_cap: 200 W, "
            "accelerator_failure_every: none}}\n"),
       "power cap", "cap over thermal design power", [](const Rows& rows) { return while_busy(rows, 200.0 / 700); }},
      {"a battery that returns within a step",
       hall("2027-01-01",
            imposed_cooling + one_dgx +
                "  battery: {use: lfp-container, power: 100 kW, energy: 100 kWh, smoothing: {return_time: 10 s}}\n",
            "  training: {base: {flops: 1e24, accelerators: 32, step: 8 s, from: 2027-01-01T05:07, "
            "accelerator_failure_every: none, checkpoint_every: 1 h, checkpoint_time: 0 s}}\n"),
       "battery on average", "cycle over return time", [](const Rows& rows) { return while_busy(rows, 0.8); }},
  };
}

// Keys of `grid` that only some cases have.
std::vector<std::string> sets_of(const std::string& name) {
  if (name == "a weak grid") return {"site.grid.point={voltage: 13.8 kV, short_circuit: 0.6 MVA, x_over_r: 10}"};
  if (name == "reactive power beyond ratings")
    return {"site.grid.point={voltage: 13.8 kV, short_circuit: 60 MVA, x_over_r: 10}",
            "site.electrical.transformer=none"};
  if (name == "a system too small") return {"site.grid.system={use: anderson-mirheydar-60, size: 4 MW}"};
  return {};
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE(
      "time outside, worst value and first time equal a recount of recorded rows, in a scenario for each subject") {
    std::size_t beyond = 0;
    for (const Recount& one : cases()) {
      CAPTURE(std::string(one.name));
      const LoadedScenario loaded = load_text(one.text, sets_of(one.name));
      TestRun run;
      run.result = run_scenario(loaded, {.output = run.file.path()});
      const RunFileReader file = run.open();
      const auto models = file.texts("hall/validity", "model"), inputs = file.texts("hall/validity", "input");
      std::size_t row = 0;
      while (row < models.size() && !(models[row] == one.model && inputs[row] == one.input)) ++row;
      REQUIRE(row < models.size());
      const Bound bound{"", "", file.numbers("hall/validity", "low")[row],
                        file.numbers("hall/validity", "high")[row]};
      const Values values = one.recount({file, loaded});
      REQUIRE(values.size() == file.rows("hall"));
      double outside_s = 0, worst = not_asked, first = -1;
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] == not_asked || (values[i] >= bound.low && values[i] <= bound.high)) continue;
        outside_s += 60;
        if (first < 0) first = 60 * static_cast<double>(i);
        worst = worst == not_asked ? values[i] : bound.farther(worst, values[i]);
      }
      CHECK(file.numbers("hall/validity", "time_outside")[row] == outside_s);
      if (outside_s > 0) {
        ++beyond;
        CHECK(outside_s < 2 * 86400 + 1);
        CHECK(file.numbers("hall/validity", "first")[row] == first);
        CHECK(file.numbers("hall/validity", "worst")[row] == doctest::Approx(worst).epsilon(1e-9));
      } else {
        CHECK(std::isnan(file.numbers("hall/validity", "worst")[row]));
        CHECK(std::isnan(file.numbers("hall/validity", "first")[row]));
      }
    }
    CHECK(beyond >= 13);  // of them most are outside for some of the time
  }

  TEST_CASE("an overloaded UPS counts while its battery carries the load, the sag while it stands, to the second") {
    const LoadedScenario loaded =
        load_text(hall("2027-01-01",
                       imposed_cooling + one_dgx +
                           "  electrical: {ups: {use: double-conversion-modern, rating: 60 kW, ride_through: "
                           "{detection: 1 s, return_delay: 5 s, walk_in: 0 s, return_policy: automatic}}}\n",
                       too_much),
                  {"fidelity=resolved", "duration=5 min", "record={every: 1 s}",
                   "events=[{at: \"2027-01-01T00:02\", sag: {voltage: 50 %, for: 30 s}}]"});
    TestRun run;
    run.result = run_scenario(loaded, {.output = run.file.path()});
    const RunFileReader file = run.open();
    const auto models = file.texts("hall/validity", "model"), inputs = file.texts("hall/validity", "input");
    const auto outside = file.numbers("hall/validity", "time_outside"),
               worst = file.numbers("hall/validity", "worst");
    const Values off_grid = file.numbers("hall", "ups_off_grid"), voltage = file.numbers("hall", "poi_voltage");
    const Values it = file.numbers("hall", "it_power"), loss = file.numbers("hall", "ups_loss");
    double carried_s = 0, sag_s = 0, highest = 0;
    for (std::size_t i = 0; i < off_grid.size(); ++i) {
      sag_s += voltage[i] < 0.9 ? 1 : 0;
      if (off_grid[i] == 0) continue;
      carried_s += 1;
      highest = std::max(highest, (it[i] + loss[i]) / 60e3);
    }
    REQUIRE(highest > 1.1);
    CHECK(sag_s == 30);
    CHECK(carried_s == 34);
    std::size_t found = 0;
    for (std::size_t i = 0; i < models.size(); ++i) {
      if (models[i] == "UPS in sags" && inputs[i] == "load on battery over rating") {
        CHECK(outside[i] == carried_s);
        CHECK(worst[i] == doctest::Approx(highest));
        ++found;
      }
      if (models[i] == "load of constant power") {
        CHECK(outside[i] == sag_s);
        CHECK(worst[i] == 0.5);
        ++found;
      }
    }
    CHECK(found == 2);
  }

  TEST_CASE("explain lists the ranges that the run counts, no more and no fewer, in random scenarios") {
    for (std::uint64_t number = 0; number < 25; ++number) {
      CAPTURE(number);
      const LoadedScenario loaded = load_text(RandomScenario(number).text());
      TestRun run;
      run.result = run_scenario(loaded, {.output = run.file.path()});
      const RunFileReader file = run.open();
      const std::string name = loaded.sites[0].scenario.site.name, table = name + "/validity";
      using Row = std::tuple<std::string, std::string, double, double, std::string>;
      std::multiset<Row> counted, explained;
      const auto models = file.texts(table, "model"), inputs = file.texts(table, "input"),
                 sources = file.texts(table, "source");
      const auto low = file.numbers(table, "low"), high = file.numbers(table, "high");
      for (std::size_t i = 0; i < models.size(); ++i)
        counted.emplace(models[i], inputs[i], low[i], high[i], sources[i]);
      const auto add = [&](const RangeUse& use) {
        explained.emplace(use.model, use.input, use.low, use.high, use.source);
      };
      for (const SiteRange& range : model_ranges(loaded.sites[0])) add(range.use);
      if (!loaded.sites[0].scenario.site.cooling.system.imposed())
        for (const ValidityTally& tally : size_cooling(loaded.sites[0]).plant->tallies())
          for (const RangeUse& use : tally.uses()) add(use);
      CHECK(counted == explained);
      // A row a kind and input.
      std::set<std::pair<std::string, std::string>> once;
      for (std::size_t i = 0; i < models.size(); ++i) CHECK(once.emplace(models[i], inputs[i]).second);
      for (const double s : file.numbers(table, "time_outside")) CHECK((s >= 0 && s <= 86400));
    }
  }
}
