#include "analysis/screen/screen.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

#include "analysis/summary/run_figures.hpp"

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

/// The sample with a plant, training, services with tokens, and servers that have a price.
RunSummary coupled() {
  RunSummary run = sample();
  const auto put = [&](const char* name, double value, const char* units) { run.scalars[name] = {value, units, {}}; };
  put("heat_rejected", 1300e9 * 3600, "J");
  put("compressor_energy", 60.5e9 * 3600, "J");
  put("pump_energy", 36.3e9 * 3600, "J");
  put("fan_energy", 24.2e9 * 3600, "J");
  put("economizer_time", 0.6 * 1826 * 86400.0, "s");
  put("partial_economizer_time", 0.11 * 1826 * 86400.0, "s");
  put("it_fan_energy", 34.74e9 * 3600, "J");
  put("it_conversion_loss", 81.06e9 * 3600, "J");
  put("water_consumed", 288e6, "kg");
  put("cost_total", 409e6, "USD");
  put("cost_capital", 300e6, "USD");
  put("cost_water", 51'200, "USD");
  put("tokens_trained", 1.5e13, "token");
  put("training_failures", 412, "1");
  put("training_lost_time", 360'000, "s");
  put("jobs_held", 3, "1");
  put("requests_served", 24'192'000, "1");
  put("tokens_served", 2e12, "token");
  run.users = {{"jobs", 1, 1, 1, 1, 1},
               {"chat", 500e9 * 3600, 600e9 * 3600, 100e6, 240e6, 40e6},
               {"search", 7, 7, 7, 7, 7},
               {"idle", 1, 1, 1, 1, 1}};
  run.services = {{"chat", 2e12}};  // the other is imposed: it has no tokens
  run.thirstiest_day = DaySummary{run.start + std::chrono::hours(24 * 200), 900e3};
  run.limits.push_back({.name = "inlet",
                        .quantity = "rack_inlet_temperature",
                        .units = "K",
                        .allowed = 300.15,
                        .worst = 298.15,
                        .headroom = 0.0067});
  return run;
}

/// Facts may be broken over lines.
std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const char next = c == '\n' ? ' ' : c;
    if (next != ' ' || !line.ends_with(' ')) line += next;
  }
  return line;
}

void check_width(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
  }
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("one screen of at most 80 columns says it all") {
    const std::string text = screen(sample(), {.scenario = "phoenix.yaml", .wall_s = 48});
    check_width(text);
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

  TEST_CASE("a coupled site: cooling, what hides in IT, servers' price, tokens") {
    const std::string text = screen(coupled(), {.scenario = "phoenix.yaml", .wall_s = 48});
    CAPTURE(text);
    check_width(text);
    std::string one_line;  // facts may be broken over lines
    for (const char c : text)
      if (c != '\n' && !(c == ' ' && !one_line.empty() && one_line.back() == ' '))
        one_line += c;
      else if (c == '\n')
        one_line += one_line.empty() || one_line.back() == ' ' ? "" : " ";
    for (const char* fact :
         {// 121 / 1300 GWh of 3.51685 kW a ton
          "cooling 0.327 kW/TR", "economizer 60 % of hours and 11 % in part",
          "compressors 50 %, pumps 30 %, fans 20 %",
          // 1347 / (1158 - 34.74 - 81.06)
          "server fans 3.0 %, conversion 7.0 % (TUE 1.29)", "80 % of it evaporates", "top day 900 m3 on 2027-07-20",
          "409 MUSD: energy 99.0, demand 9.00, water 0.05, servers 300", "3 held back by the connection",
          "trained 1.5e+13 tokens, 412 failures lost 4.17 d", "24,192,000 requests served with 2e+12 output tokens",
          // 600 GWh, 240 kt, 100,000 m3 and 40 MUSD over 2e12 tokens
          "per million output tokens: 300 kWh, 120 kg, 50.0 L; 20.0 USD of energy and water, 204 USD in all",
          "inlet 25.0 degC of 27.0 degC, headroom 2.0 K"}) {
      CAPTURE(std::string(fact));
      CHECK(one_line.find(fact) != std::string::npos);
    }
    CHECK(text.find("have no price") == std::string::npos);
    CHECK(screen(sample(), {.scenario = "p.yaml"}).find("servers have no price") != std::string::npos);
  }

  TEST_CASE("the parts of the money add up to its total") {
    const RunSummary run = coupled();
    double sum = 0;
    for (const char* part : {"cost_energy", "cost_demand", "cost_water", "cost_capital"}) sum += run.value(part);
    CHECK(sum == doctest::Approx(run.value("cost_total")).epsilon(0.01));
  }

  TEST_CASE("figures that a run does not have are absent, never zero or NaN") {
    RunSummary bare = sample();
    for (const char* name : {"pue", "it_energy", "facility_energy", "water_withdrawn", "jobs_submitted", "cost_total",
                             "cost_energy", "cost_demand", "cost_water", "heat_rejected"})
      bare.scalars[name].si = 0;
    const RunFigures figures = run_figures(bare);
    CHECK_FALSE(figures.cooling_per_heat.has_value());
    CHECK_FALSE(figures.economizer_share.has_value());
    CHECK_FALSE(figures.tue.has_value());
    CHECK_FALSE(figures.evaporated_share.has_value());
    CHECK_FALSE(figures.per_token.has_value());
    const std::string text = screen(bare, {.scenario = "p.yaml"});
    CHECK(text.find("nan") == std::string::npos);
    CHECK(text.find("inf") == std::string::npos);
    CHECK(text.find("kW/TR") == std::string::npos);
    CHECK(text.find("TUE") == std::string::npos);
    check_width(text);
  }

  TEST_CASE("programs get the same figures") {
    const std::string json = to_json(coupled());
    for (const char* name : {"cooling_per_heat_rejected", "economizer_share", "tue", "top_day_water",
                             "grid_energy_per_output_token", "\"user\": \"chat\"", "J token-1"}) {
      CAPTURE(std::string(name));
      CHECK(json.find(name) != std::string::npos);
    }
  }

  TEST_CASE("several sites: what they sum to, then each in turn by its own clock") {
    RunSummary east = coupled();
    east.site = "east";
    east.time_zone = "America/New_York";
    const std::vector<RunSummary> sites{coupled(), east};
    const std::string text = screen(sites, {.scenario = "phoenix.yaml", .wall_s = 48});
    check_width(text);
    CHECK(text.find("ALL      2 sites, ") != std::string::npos);
    const std::size_t first = text.find("--- " + sites[0].site + " ("),
                      second = text.find("--- east (America/New_York)");
    REQUIRE(first != std::string::npos);
    REQUIRE(second != std::string::npos);
    CHECK(first < second);
    // Each part is the part of the screen of that site alone, from POWER to LIMITS.
    const std::string alone = screen(sites[1], {.scenario = "phoenix.yaml", .wall_s = 48});
    const std::string part = alone.substr(alone.find("POWER"), alone.find("TRUST") - alone.find("POWER"));
    CHECK(text.find(part, second) != std::string::npos);
    CHECK(text.find("TRUST") == text.rfind("TRUST"));

    RunSummary broken = east;
    broken.scalars["audit_water"] = {2e-4, "1", {}};
    CHECK(screen({sites[0], broken}, {.scenario = "phoenix.yaml"}).find("AUDIT FAILED") != std::string::npos);
  }

  TEST_CASE("several sites as JSON: an object per site, and one site alone as ever") {
    RunSummary east = coupled();
    east.site = "east";
    const std::string one = to_json(coupled()), two = to_json({coupled(), east});
    CHECK(one.find("\"sites\"") == std::string::npos);
    CHECK(one.find("\"site\": \"" + coupled().site + "\"") != std::string::npos);
    CHECK(two.find("\"site\":") == std::string::npos);
    CHECK(two.find("\"east\": {") > two.find("\"sites\": {"));
    CHECK(two.find("\"figures\"") != two.rfind("\"figures\""));
    CHECK(two.find("\"warnings\"") == two.rfind("\"warnings\""));
  }

  TEST_CASE("what went wrong is said") {
    RunSummary run = sample();
    run.complete = false;
    run.limits.front().time_over_s = 5400;
    run.limits.front().broken = true;
    run.scalars["audit_water"] = {2e-4, "1", {}};
    const std::string text = screen(run, {.scenario = "phoenix.yaml"});
    CHECK(text.find("INTERRUPTED") != std::string::npos);
    CHECK(text.find("BROKEN for 90 min") != std::string::npos);
    CHECK(text.find("AUDIT FAILED") != std::string::npos);
  }

  TEST_CASE("a broken limit has the day of its first breach, by the clock of the site") {
    RunSummary run = sample();
    const Time breach = std::chrono::sys_days(std::chrono::year(2030) / 4 / 23) + std::chrono::hours(3);
    run.limits.front().time_over_s = 5400;
    run.limits.front().broken = true;
    run.limits.front().first_breach_s = seconds(breach - run.start);
    CHECK(one_line(screen(run, {.scenario = "p.yaml"})).find("BROKEN for 90 min, first on 2030-04-22") !=
          std::string::npos);
    CHECK(to_json(run).find("\"first_breach\": \"2030-04-23T03:00:00Z\"") != std::string::npos);
    run.time_zone = "UTC";
    CHECK(one_line(screen(run, {.scenario = "p.yaml"})).find("first on 2030-04-23") != std::string::npos);
    run.limits.front().time_over_s = 0;
    run.limits.front().broken = false;
    CHECK(one_line(screen(run, {.scenario = "p.yaml"})).find("first on") == std::string::npos);
    CHECK(to_json(run).find("first_breach") == std::string::npos);
  }

  TEST_CASE("what is left out is counted, over several sites once each") {
    RunSummary west = sample(), east = sample();
    east.site = "east";
    CHECK(one_line(screen(west, {.scenario = "p.yaml"})).find("not modelled") == std::string::npos);
    west.not_modelled = {{"unbalance", "loads by phase"}};
    CHECK(one_line(screen(west, {.scenario = "p.yaml"})).find("; 1 effect not modelled (explain)") !=
          std::string::npos);
    east.not_modelled = {{"unbalance", "loads by phase"}, {"humidity", "humidifiers"}};
    CHECK(one_line(screen({west, east}, {.scenario = "p.yaml"})).find("2 effects not modelled") != std::string::npos);
    CHECK(to_json(west).find("\"needed\": \"loads by phase\"") != std::string::npos);
  }

  TEST_CASE("a limit that is not measurable is said, and none broken of the others") {
    RunSummary run = sample();
    run.limits.push_back({.name = "yearly",
                          .quantity = "pue",
                          .units = "1",
                          .per = "year",
                          .why = "the run holds no whole year of the site's calendar"});
    run.limits.push_back({.name = "thirst",
                          .quantity = "water_withdrawn",
                          .units = "kg",
                          .allowed = 5e6,
                          .worst = 4e6,
                          .headroom = 0.2,
                          .per = "day"});
    run.limits.push_back({.name = "ratio",
                          .quantity = "pue",
                          .units = "1",
                          .allowed = 1.5,
                          .worst = 1.2,
                          .headroom = 0.2,
                          .per = "month"});
    run.limits.push_back({.name = "none",
                          .quantity = "held_jobs",
                          .units = "1",
                          .allowed = 0,
                          .worst = 3,
                          .headroom = -3,
                          .time_over_s = 172800,
                          .first_breach_s = std::nan(""),
                          .per = "run",
                          .broken = true});
    const std::string text = screen(run, {.scenario = "p.yaml"});
    check_width(text);
    for (const char* fact :
         {"yearly NOT MEASURABLE: the run holds no whole year", "1 broken, 1 not measurable",
          "ratio 1.20 of 1.50 by the month, headroom 20 %", "none 3.00 of 0, headroom -3.00 BROKEN for 2 d;",
          "thirst 4,000 m3 of 5,000 m3 a day, headroom 20 %"}) {
      CAPTURE(std::string(fact));
      CHECK(one_line(text).find(fact) != std::string::npos);
    }
    const std::string json = to_json(run);
    CHECK(json.find("\"not_measurable\": \"the run holds no whole year") != std::string::npos);
    CHECK(json.find("\"per\": \"day\"") != std::string::npos);
    CHECK(json.find("null") == std::string::npos);
    run.limits.pop_back();
    CHECK(one_line(screen(run, {.scenario = "p.yaml"})).find("none broken, 1 not measurable") != std::string::npos);
    run.limits = {run.limits[1]};
    CHECK(one_line(screen(run, {.scenario = "p.yaml"})).find("none broken") == std::string::npos);
  }

  TEST_CASE("jobs that wait, and jobs that their trace lost, are said; none is passed over as if it were not there") {
    RunSummary run = sample();
    const auto line = [&] {
      std::string text = screen(run, {.scenario = "p.yaml"});
      check_width(text);
      text = text.substr(text.find("WORK"), text.find("LIMITS") - text.find("WORK"));
      std::string joined;  // broken over lines
      for (const char c : text)
        if (c != '\n' && !(c == ' ' && joined.ends_with(' ')))
          joined += c;
        else if (c == '\n' && !joined.ends_with(' '))
          joined += ' ';
      return joined;
    };
    CHECK(line().find("waiting") == std::string::npos);
    CHECK(line().find("left out") == std::string::npos);
    run.scalars["jobs_waiting"].si = 18;
    run.scalars["jobs_too_large"].si = 2;
    run.scalars["jobs_outside_run"].si = 3000;
    run.scalars["jobs_never_ran"].si = 7;
    CHECK(line().find("982 of 1,002 jobs done, 18 still waiting, mean wait") != std::string::npos);
    CHECK(line().find("2 jobs NEVER STARTED: 2 larger than the site; left out of traces: 3,000 submitted outside of "
                      "the run, 7 that never ran") != std::string::npos);
    run.scalars["held_jobs"].si = 3;  // of those that wait
    run.scalars["held_time"].si = 7200;
    run.scalars["held_accelerator_time"].si = 64 * 9000.0;
    run.scalars["jobs_held"].si = 5;
    run.scalars["jobs_beyond_racks"].si = 1;
    CHECK(
        line().find("2 held back by the connection; 6 jobs NEVER STARTED: 3 held back by the connection (up to 2 h, "
                    "160 accelerator-hours), 3 larger than the site; 14 wait in the queue at the end") !=
        std::string::npos);
    for (const char* name : {"held_jobs", "jobs_held", "jobs_beyond_racks"}) run.scalars[name].si = 0;
    run.scalars["jobs_submitted"].si = run.scalars["jobs_done"].si = run.scalars["jobs_waiting"].si = 0;
    run.scalars["jobs_too_large"].si = 0;
    CHECK(line().find("WORK left out of traces: 3,000 submitted") != std::string::npos);
    CHECK(line().find("LOST") == std::string::npos);
    run = coupled();
    run.scalars["requests_lost"].si = 8'064'000;  // a quarter of all
    run.scalars["draining_time"].si = 5400;
    run.users.back().it_energy_j = 0.12 * run.value("it_energy");  // idle
    for (const char* fact : {"8,064,000 requests LOST, 25 % of all", "idle ones take 12 % of IT energy",
                             "racks taken away held jobs for 1.50 accelerator-hours"}) {
      CAPTURE(std::string(fact));
      CHECK(line().find(fact) != std::string::npos);
    }
  }

  TEST_CASE("gallons and short tons for who wants them") {
    const std::string text = screen(sample(), {.scenario = "phoenix.yaml", .us_units = true});
    CHECK(text.find("Mgal") != std::string::npos);
    CHECK(text.find("short tons") != std::string::npos);
    const std::string more = screen(coupled(), {.scenario = "phoenix.yaml", .us_units = true});
    CHECK(more.find("77.0 degF") != std::string::npos);
    CHECK(more.find(" lb,") != std::string::npos);
    check_width(more);
  }

  TEST_CASE(
      "the trust line names the model that was longest beyond its range, by input and site, and counts the others") {
    RunSummary run = sample();
    const double run_s = seconds(run.end - run.start);
    const auto beyond = [&](const char* model, const char* input, double share) {
      run.validity.push_back({model, input, "1", 0, 1, 2, share * run_s, 0});
    };
    const auto trust = [](const std::vector<RunSummary>& runs) {
      std::string text = screen(runs, {}), flat;
      for (const char c : text.substr(text.find("TRUST")))
        if (c != '\n')
          flat += c;
        else if (!flat.ends_with(' '))
          flat += ' ';
      while (flat.find("  ") != std::string::npos) flat.erase(flat.find("  "), 1);
      return flat;
    };
    beyond("fans", "flow", 0);
    CHECK(trust({run}).find("range") == std::string::npos);
    beyond("chiller curves", "leaving chilled water", 0.2);
    CHECK(trust({run}).find(
              "; outside the range of the chiller curves in 20 % of the time (leaving chilled water); 14 of "
              "61 inputs assumed") != std::string::npos);
    beyond("chiller curves", "entering the condenser", 0.61);
    beyond("cooling tower", "wet bulb", 0.03);
    beyond("water as a fluid", "temperature", 0.05);
    CHECK(trust({run}).find(
              "; outside the range of the chiller curves in 61 % of the time (entering the condenser), of 2 "
              "more for less; 14 of") != std::string::npos);
    RunSummary other = sample();
    other.site = "dublin";
    other.validity.push_back({"training", "jitter", "1", 0, 1, 2, run_s, 0});
    CHECK(trust({run, other})
              .find("; dublin: outside the range of the training in 100 % of the time (jitter), of 3 more "
                    "for less;") != std::string::npos);
  }
}
