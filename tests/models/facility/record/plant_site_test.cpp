// Sites with a cooling plant and weather: books, physics as properties, and input that cannot work.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "tests/models/facility/live_site.hpp"
#include "tests/models/weather/epw_text.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

const char* const kHall = R"(
title: a hall with a plant
start: 2027-05-10
duration: 1 day
record: {every: 1 h}
site:
  name: hall
  weather: {climate: denver}
  grid: {carbon: 400 g/kWh, water_intensity: 2 L/kWh, tariff: {energy: 0.1 USD/kWh, water: 3 USD/m3}}
  electrical: {pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva}
  cooling: {system: {use: air-chiller-tower}}
  racks: {dgx: {use: rack-dgx-h100, count: 20}}
  lighting: 10 kW
workload:
  fixed:
    steady: {accelerators: 480, duration: 2 days, utilisation: 80 %}
    nightly: {accelerators: 160, duration: 5 h, utilisation: 100 %, every: 9 h}
)";

constexpr const char* kSystems[] = {"air-chiller-tower", "dlc-tower", "dlc-dry"};

/// The system with racks that fit it.
std::vector<std::string> with_system(const std::string& system, const std::string& more = {}) {
  std::vector<std::string> sets{"site.cooling.system={use: " + system + more + "}"};
  if (system != "air-chiller-tower") sets.emplace_back("site.racks.dgx={use: gb200-nvl72, count: 9}");
  return sets;
}
std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// An EPW file of a made-up place, written for a test.
class EpwOnDisk {
 public:
  explicit EpwOnDisk(const EpwText& text) : file_(".epw") { std::ofstream(file_.path()) << text.text(); }
  [[nodiscard]] std::string setting() const { return "site.weather={epw: " + file_.path().string() + "}"; }
  [[nodiscard]] std::string path() const { return file_.path().string(); }

 private:
  TemporaryFile file_;
};

EpwText place_with_design() {
  EpwText text;
  text.design = design_2009;
  return text;
}

void check_books(const TestRun& run) {
  for (const Balance& balance : run.result.balances) {
    CAPTURE(balance.to_string());
    CHECK(std::abs(balance.residual()) < 1e-12);
  }
  const RunFileReader file = run.open();
  const auto summary = [&](const char* name) { return file.summary("hall", name).value(); };
  CHECK(summary("pue") >= 1);
  // Heat in = rejected + stored, from the summary; the losses of stages indoors are all within.
  const double in = summary("facility_energy");
  CHECK(std::abs(in - summary("heat_rejected") - summary("heat_stored")) < 1e-9 * in);
  // Water, from the columns of the table.
  const auto total = [&](const char* column) {
    Sum sum;
    for (double value : file.numbers("hall", column)) sum += value * 3600;
    return sum.value();
  };
  const double makeup = total("water_makeup");
  CHECK(std::abs(makeup - total("water_evaporation") - total("water_drift") - total("water_blowdown")) <=
        1e-12 * std::max(makeup, 1.0));
  CHECK(summary("water_withdrawn") == doctest::Approx(makeup).epsilon(1e-12));
  // Parts of cooling power make the whole.
  const double cooling = total("cooling_power");
  CHECK(cooling > 0);
  CHECK(std::abs(cooling - total("cooling_compressor_power") - total("cooling_pump_power") -
                 total("cooling_fan_power")) < 1e-12 * cooling);
  CHECK(total("cdu_power") <= total("cooling_pump_power"));
  const std::vector<double> dry = file.numbers("hall", "dry_bulb"), wet = file.numbers("hall", "wet_bulb");
  for (std::size_t i = 0; i < dry.size(); ++i) CHECK(wet[i] <= dry[i] + 1e-9);
  for (const char* column : {"supply_air_temperature", "return_air_temperature", "rack_inlet_temperature"})
    for (double value : file.numbers("hall", column)) CHECK((value > 273 && value < 350));
}

std::string message_of(const std::vector<std::string>& sets) {
  try {
    load_text(kHall, sets);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("three systems in three kinds of weather keep their books") {
    const EpwOnDisk epw(place_with_design());
    for (const char* system : kSystems)
      for (const std::string& weather :
           {std::string("site.weather={climate: san-francisco}"), epw.setting(),
            std::string("site.weather={design_day: {of: {climate: denver}, dry_bulb: extreme-n20}}")}) {
        CAPTURE(system);
        CAPTURE(weather);
        TestRun run;
        const bool hottest = holds(weather, "extreme-n20");
        run_text(run, kHall,
                 joined(with_system(system, std::string(system) == "dlc-dry" ? ", facility_water: 48 degC" : ""),
                        {weather, "site.cooling.design.wet_bulb=0.4 %",
                         std::string("site.cooling.design.dry_bulb=") + (hottest ? "extreme-n20" : "0.4 %")}));
        check_books(run);
        const RunFileReader file = run.open();
        // A plant sized for this weather misses a set-point only while a step of the load settles.
        CHECK(file.summary("hall", "overloaded_time").value() < 3600);
        if (std::string(system) == "dlc-dry")
          CHECK(file.summary("hall", "water_withdrawn").value() == 0);
        else
          CHECK(file.summary("hall", "water_consumed").value() > 0);
        CHECK((file.has("hall", "coolant_supply_temperature")) == (std::string(system) != "air-chiller-tower"));
      }
  }

  TEST_CASE("a run that is cut within a plant step keeps its books too") {
    TestRun run;
    run_text(run, kHall, {"duration=5000.25 s", "record.every=777 s"});
    for (const Balance& balance : run.result.balances) {
      CAPTURE(balance.to_string());
      CHECK(std::abs(balance.residual()) < 1e-12);
    }
  }

  TEST_CASE("racks cooled by liquid in a hall of air are said to be") {
    TestRun run;
    run_text(run, kHall, {"site.racks.dgx={use: gb200-nvl72, count: 9}"});
    check_books(run);
    bool said = false;
    for (const std::string& text : run.open().texts("warnings", "text"))
      said = said || holds(text, "rack 'dgx' is cooled by liquid, this cooling system has none");
    CHECK(said);
  }

  TEST_CASE("events change set-points while the site runs") {
    struct Change {
      const char *system, *set, *column;
      double before, after;  // of the column, at the end of the hours before and some hours after
      double scale;
    };
    const Change changes[] = {{"dlc-tower", "site.cooling.system.facility_water: 38 degC",
                               "facility_water_supply_temperature", 305.15, 311.15, 0.5},
                              {"dlc-dry", "site.cooling.system.facility_water: 52 degC",
                               "facility_water_supply_temperature", 318.15, 325.15, 0.5},
                              {"air-chiller-tower", "site.cooling.system.supply_air: 27 degC",
                               "supply_air_temperature", 297.15, 300.15, 0.5}};
    for (const Change& change : changes) {
      CAPTURE(change.system);
      TestRun run;
      run_text(
          run, kHall,
          joined(with_system(change.system),
                 {"start=2027-07-10", std::string("events=[{at: 2027-07-10T12:00, set: {") + change.set + "}}]"}));
      check_books(run);
      const std::vector<double> values = run.open().numbers("hall", change.column);
      CHECK(std::abs(values[11] - change.before) < change.scale);
      CHECK(std::abs(values[15] - change.after) < change.scale);
    }
    // Cycles of concentration: the same day, the same evaporation, another blowdown from noon on.
    TestRun plain, changed;
    run_text(plain, kHall);
    run_text(changed, kHall,
             {"events=[{at: 2027-05-10T12:00, set: {site.cooling.system.cycles_of_concentration: 2}}]"});
    check_books(changed);
    CHECK(plain.open().numbers("hall", "water_evaporation") == changed.open().numbers("hall", "water_evaporation"));
    const std::vector<double> before = plain.open().numbers("hall", "water_blowdown"),
                              after = changed.open().numbers("hall", "water_blowdown");
    CHECK(before[10] == after[10]);
    CHECK(after[14] == doctest::Approx(before[14] * 4).epsilon(0.1));  // E/(C − 1) with C 5 and 2, drift apart
  }

  TEST_CASE("input with which no plant works is refused when it is read, with its place") {
    const auto check_refused = [](const std::vector<std::string>& sets, const std::vector<std::string>& parts) {
      const std::string message = message_of(sets);
      CAPTURE(message);
      CHECK(!message.empty());
      for (const std::string& part : parts) CHECK(holds(message, part));
    };
    // Colder than the wet bulb allows with a tower alone, or than the dry bulb with dry coolers.
    check_refused(with_system("dlc-tower", ", facility_water: 18 degC"), {"--set", "facility_water", "wet bulb"});
    check_refused(with_system("dlc-dry", ", facility_water: 30 degC"), {"--set", "facility_water", "dry bulb"});
    check_refused(with_system("air-chiller-tower", ", supply_air: 16 degC"), {"chilled water"});
    // A condition that the weather lacks.
    const EpwOnDisk bare(EpwText{}), full(place_with_design());
    check_refused({bare.setting()}, {"site.cooling.design.dry_bulb", "site.cooling.design.wet_bulb"});
    const std::string extreme = "site.cooling.design={dry_bulb: extreme-n20, wet_bulb: 0.4 %}";
    check_refused({bare.setting(), extreme}, {"--set", "extreme-n20"});
    check_refused({"site.weather={design_day: {of: {epw: " + bare.path() + "}, dry_bulb: 0.4 %}}"},
                  {"--set", "no dry-bulb conditions"});
    check_refused({"site.cooling.design.dry_bulb=0.3 %"}, {"0.3 %"});
    CHECK(message_of({full.setting(), extreme}).empty());
    // A condition that no machine of the plant feels, alone.
    check_refused({full.setting(), "site.cooling.design.dry_bulb=extreme-n20"}, {"acts on nothing", "wet_bulb"});
    CHECK(message_of({full.setting(), "site.cooling.design.wet_bulb=1 %"}).empty());
    // A hole in the file.
    EpwText hole = place_with_design();
    hole.row = [](int hour, std::string row) { return hour > 3000 && hour < 3200 ? std::string() : row; };
    const EpwOnDisk holey(hole);
    check_refused({holey.setting()}, {holey.path()});
    check_refused({"site.weather={epw: /no/such/file.epw}"}, {"/no/such/file.epw"});
    check_refused({"site.weather={climate: atlantis}"}, {"atlantis"});
    // No weather at all.
    CHECK(holds(message_of({"site.weather=none"}), "weather"));
    // A model that fits on no replica of this site.
    check_refused({"workload.inference={chat: {llm: llama-3-405b, requests: {rate: 1 /s}, accelerators: 1}}"},
                  {"chat", "rack 'dgx'"});
    check_refused({"site.racks.dgx.count=0", "workload.fixed={}",
                   "workload.inference={chat: {llm: llama-3-70b, requests: {rate: 1 /s}}}"},
                  {"chat", "accelerators"});
    // Machines that cannot carry the design load.
    check_refused(with_system("air-chiller-tower", ", chillers: 1, chiller_capacity: 50 kW"), {"chiller"});
  }
}

TEST_SUITE("slow") {
  TEST_CASE("a higher set-point never lowers the time of the economizer") {
    struct Sweep {
      const char* system;
      std::vector<std::string> settings;
    };
    const Sweep sweeps[] = {
        {"air-chiller-tower",
         {", supply_air: 18 degC, chilled_water: 10 degC", ", supply_air: 21 degC, chilled_water: 13 degC",
          ", supply_air: 24 degC, chilled_water: 16 degC", ", supply_air: 27 degC, chilled_water: 19 degC"}},
        {"dlc-tower",
         {", chilled_water: 10 degC", ", chilled_water: 14 degC", ", chilled_water: 17 degC",
          ", chilled_water: 20 degC"}},
        {"dlc-dry",
         {", chilled_water: 10 degC", ", chilled_water: 14 degC", ", chilled_water: 17 degC",
          ", chilled_water: 20 degC"}}};
    for (const Sweep& sweep : sweeps)
      for (const char* start : {"2027-01-15", "2027-04-15", "2027-10-10"}) {
        double before_s = 0;
        for (const std::string& more : sweep.settings) {
          CAPTURE(sweep.system);
          CAPTURE(start);
          CAPTURE(more);
          LiveSite live(kHall, joined(with_system(sweep.system, more), {std::string("start=") + start}));
          live.run();
          const double any_s = live.summary("economizer_time") + live.summary("partial_economizer_time");
          CHECK(any_s >= before_s - 120);  // a switch of mode may fall a step or two later
          before_s = any_s;
        }
      }
  }

  TEST_CASE("more load, or fewer cycles of concentration, never take less water") {
    for (const char* system : {"air-chiller-tower", "dlc-tower"}) {
      double before_kg = 0;
      for (const char* utilisation : {"0 %", "25 %", "50 %", "75 %", "100 %"}) {
        CAPTURE(system);
        CAPTURE(utilisation);
        LiveSite live(kHall, joined(with_system(system),
                                    {"start=2027-07-10", "duration=8 h",
                                     std::string("workload.fixed={steady: {accelerators: 640, duration: 2 days, "
                                                 "utilisation: ") +
                                         utilisation + "}}"}));
        live.run();
        const double water_kg = live.total("water_makeup");
        CHECK(water_kg > before_kg);
        before_kg = water_kg;
      }
      before_kg = 0;
      for (const char* cycles : {"15", "8", "5", "3", "2"}) {
        CAPTURE(cycles);
        LiveSite live(kHall, joined(with_system(system, std::string(", cycles_of_concentration: ") + cycles),
                                    {"duration=8 h"}));
        live.run();
        const double water_kg = live.total("water_makeup");
        CHECK(water_kg > before_kg);
        before_kg = water_kg;
      }
    }
  }
}
