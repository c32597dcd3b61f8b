// The screen, `explain` and `export` over a run of a site with weather, a plant, training and services.

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "analysis/export/export.hpp"
#include "analysis/inspect/explain.hpp"
#include "analysis/screen/screen.hpp"
#include "analysis/summary/run_figures.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;

namespace {

const char* const coupled = R"(
title: everything at once
start: 2027-07-01
duration: 60 h
record: {every: 1 h}
site:
  name: hall
  weather: {climate: phoenix}
  grid:
    connection: 600 kW
    carbon: {intensity: 400 g/kWh, boundary: life-cycle}
    water_intensity: 2 L/kWh
    tariff: {energy: 0.05 USD/kWh, demand: 10 USD/kW/month, water: 2 USD/m3}
  electrical: {pdu: pdu-480v, ups: double-conversion-modern}
  cooling: {system: {use: dlc-tower, facility_water: 36 degC}}
  racks: {dgx: {use: rack-dgx-h100, count: 4}}
workload:
  training:
    base: {llm: llama-3-8b, tokens: 20e+9, accelerators: 64}
  inference:
    chat: {llm: llama-3-8b, replicas: {min: 1, max: 20}, requests: {rate: 20 /s, daily_swing: 50 %}}
limits:
  inlet: {quantity: rack_inlet_temperature, max: 27 degC}
)";

struct CoupledRun {
  CoupledRun() { test::run_text(run_, coupled); }
  [[nodiscard]] const std::filesystem::path& path() const { return run_.file.path(); }

 private:
  test::TestRun run_;
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("what the screen says of a coupled run is what its file holds") {
    const CoupledRun run;
    const RunSummary summary = read_summary(run.path(), FileOrigin::own);
    CHECK(summary.value("cost_total") == doctest::Approx(summary.value("cost_energy") + summary.value("cost_demand") +
                                                         summary.value("cost_water") + summary.value("cost_capital"))
                                             .epsilon(1e-12));
    double grid_j = 0, water_kg = 0;
    for (const UserSummary& user : summary.users) {
      grid_j += user.grid_energy_j;
      water_kg += user.water_kg;
    }
    CHECK(grid_j == doctest::Approx(summary.value("grid_energy")).epsilon(1e-9));
    CHECK(water_kg == doctest::Approx(summary.value("water_withdrawn")).epsilon(1e-9));
    REQUIRE(summary.services.size() == 1);
    CHECK(summary.services[0].output_tokens == doctest::Approx(summary.value("tokens_served")).epsilon(1e-9));

    // Three wall-clock days of 24, 24 and 12 hourly rows.
    const RunFileReader reader(run.path(), FileOrigin::own);
    const std::vector<double> makeup = reader.numbers("hall", "water_makeup");
    REQUIRE(makeup.size() == 60);
    double most_kg = 0;
    std::size_t most_day = 0;
    for (std::size_t day = 0; day < 3; ++day) {
      double kg = 0;
      for (std::size_t row = 24 * day; row < std::min<std::size_t>(24 * day + 24, 60); ++row)
        kg += 3600 * makeup[row];
      if (kg <= most_kg) continue;
      most_kg = kg;
      most_day = day;
    }
    REQUIRE(summary.thirstiest_day.has_value());
    CHECK(summary.thirstiest_day->water_kg == doctest::Approx(most_kg).epsilon(1e-12));
    CHECK(summary.thirstiest_day->start == summary.start + static_cast<int>(most_day) * std::chrono::hours(24));

    const RunFigures figures = run_figures(summary);
    REQUIRE(figures.per_token.has_value());
    CHECK(*figures.tue > summary.value("pue"));
    CHECK(*figures.compressor_share + *figures.pump_share + *figures.fan_share == doctest::Approx(1).epsilon(1e-9));
    CHECK(*figures.economizer_share + *figures.partial_share <= 1);

    for (const bool us : {false, true}) {
      const std::string text = screen(summary, {.scenario = "coupled.yaml", .wall_s = 1.5, .us_units = us});
      CAPTURE(text);
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
      for (const char* fact : {"kW/TR", "economizer", "TUE", "evaporates", "top day", "servers", "trained",
                               "output tokens", "per million output tokens", us ? "degF" : "degC"}) {
        CAPTURE(std::string(fact));
        CHECK(text.find(fact) != std::string::npos);
      }
      CHECK(text.find("nan") == std::string::npos);
    }
  }

  TEST_CASE("every table of a coupled run can be exported") {
    const CoupledRun run;
    const std::vector<std::string> groups = exportable_groups(run.path());
    for (const char* group :
         {"/hall", "/hall/monthly", "/hall/jobs", "/hall/shares", "/hall/limits", "/hall/services", "/catalog"}) {
      CAPTURE(std::string(group));
      CHECK(std::find(groups.begin(), groups.end(), group) != groups.end());
      std::string csv;
      export_csv(run.path(), {.group = group, .columns = {}}, [&](std::string_view part) { csv += part; });
      CHECK(std::count(csv.begin(), csv.end(), '\n') > 1);
      CHECK(csv.find("nan") == std::string::npos);  // a missing value is an empty cell
    }
  }

  TEST_CASE("explain prints what was worked out, and reads back to the same scenario") {
    const LoadedScenario loaded = test::load_text(coupled);
    const std::string text = explanation(*loaded.document);
    for (const char* part :
         {"# Worked out from it", "site.cooling.chillers.installed", "with redundancy", "site.cooling.towers.heat",
          " kW   at the wet-bulb condition", " kg/s   from the design"}) {
      CAPTURE(std::string(part));
      CHECK(text.find(part) != std::string::npos);
    }
    CHECK(text.find("daily_max: [19.5 degC, 21.0 degC,") != std::string::npos);  // a list on one line
    const LoadedScenario again = test::load_text(text);
    CHECK(again.document->to_yaml(false) == loaded.document->to_yaml(false));
  }

  TEST_CASE("derived values as people write them") {
    const auto text = [](const char* value, const char* unit) {
      ResolvedValue derived;
      derived.text = value;
      derived.unit = unit;
      return derived_text(derived);
    };
    CHECK(text("1234567", "W") == "1.23 MW");
    CHECK(text("999.6", "W") == "1.00 kW");
    CHECK(text("123456", "W/K") == "123 kW/K");
    CHECK(text("56.0512", "kg/s") == "56.1 kg/s");
    CHECK(text("3", "1") == "3");
    CHECK(text("America/Phoenix", "") == "America/Phoenix");
    CHECK(text("0", "W") == "0 W");
  }
}
