#include "analysis/screen.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace wattershed;

namespace {

RunSummary sample() {
  RunSummary run;
  run.file = "phoenix.h5";
  run.file_bytes = 38'000'000;
  run.title = "Phoenix";
  run.site = "phoenix";
  run.time_zone = "America/Phoenix";
  run.boundary = "life-cycle";
  run.complete = true;
  run.start = std::chrono::sys_days(std::chrono::year(2027) / 1 / 1) + std::chrono::hours(7);
  run.end = run.start + std::chrono::hours(24 * 1826);
  const auto put = [&](const char* name, double value, const char* units) { run.scalars[name] = {value, units, {}}; };
  put("duration", 1826 * 86400.0, "s");
  put("it_energy", 1158e9 * 3600, "J");
  put("facility_energy", 1347e9 * 3600, "J");
  put("grid_energy", 1347e9 * 3600, "J");
  put("cooling_energy", 121e9 * 3600, "J");
  put("distribution_energy", 68e9 * 3600, "J");
  put("peak_power", 57.6e6, "W");
  put("peak_time", 3600, "s");
  put("pue", 1347.0 / 1158, "1");
  put("water_withdrawn", 360e6, "kg");
  put("water_source", 7e9, "kg");
  put("emissions_scope2_location", 529e6, "kg");
  put("emissions_scope3", 12e6, "kg");
  put("cost_total", 109e6, "USD");
  put("cost_energy", 99e6, "USD");
  put("cost_demand", 9e6, "USD");
  put("cost_water", 1e6, "USD");
  put("jobs_submitted", 1000, "1");
  put("jobs_done", 982, "1");
  put("audit_energy", 3e-13, "1");
  run.limits.push_back({.name = "connection",
                        .quantity = "grid_power",
                        .units = "W",
                        .allowed = 58.2e6,
                        .worst = 57.6e6,
                        .headroom = 0.0103});
  run.inputs = 61;
  run.assumed_inputs = 14;
  run.warnings.push_back({"the price of this region is assumed", 2});
  return run;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("one screen of at most 80 columns says it all") {
    const std::string text = screen(sample(), {.scenario = "phoenix.yaml", .wall_s = 48});
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      CHECK(line.size() <= 80);
    }
    for (const char* fact :
         {"peak 57.6 MW of 58.2 on", "2027-01-01 01:00", "1,347 GWh", "86 %", "PUE 1.163", "360,000 m3",
          "0.311 L/kWh", "529 kt", "12.0 kt hardware", "109 MUSD", "982 of 1,000 jobs", "headroom 1.0 %",
          "none broken", "audits < 1e-12", "14 of 61 inputs assumed", "1 warning (--verbose)", "38.0 MB"}) {
      CAPTURE(std::string(fact));
      CHECK(text.find(fact) != std::string::npos);
    }
    CHECK(text.find("region is assumed") == std::string::npos);
    CHECK(screen(sample(), {.scenario = "p.yaml", .verbose = true}).find("is assumed (2 times)") !=
          std::string::npos);
  }

  TEST_CASE("what went wrong is said") {
    RunSummary run = sample();
    run.complete = false;
    run.limits.front().time_over_s = 5400;
    run.scalars["audit_water"] = {2e-4, "1", {}};
    const std::string text = screen(run, {.scenario = "phoenix.yaml"});
    CHECK(text.find("INTERRUPTED") != std::string::npos);
    CHECK(text.find("BROKEN for 90 min") != std::string::npos);
    CHECK(text.find("AUDIT FAILED") != std::string::npos);
  }

  TEST_CASE("gallons and short tons for who wants them") {
    const std::string text = screen(sample(), {.scenario = "phoenix.yaml", .us_units = true});
    CHECK(text.find("Mgal") != std::string::npos);
    CHECK(text.find("short tons") != std::string::npos);
  }
}
