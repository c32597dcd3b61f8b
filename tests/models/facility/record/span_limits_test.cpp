// Limits on what comes together within a day, a month, a year or the run, against sums over the recorded rows.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <map>

#include "models/facility/scenario/quantities.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/units/units.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// Work, and with it power and water, that differs from day to day; from the 20th of January to the 5th of March.
const char* const hall = R"(
title: t
start: 2027-01-20
duration: 44 d
record: {every: 1 h}
site:
  name: hall
  location: {time_zone: America/New_York}
  grid: {carbon: 400 g/kWh, water_intensity: 2 L/kWh, connection: 1 MW, tariff: {energy: 0.1 USD/kWh, water: 2 USD/m3}}
  cooling: {system: {use: fixed-overhead, overhead: 20 %, wue: 2 L/kWh}}
  racks: {dgx: {use: rack-dgx-h100, count: 8}}
workload:
  fixed:
    a: {accelerators: 128, duration: 9 h, utilisation: 90 %, every: 37 h}
    b: {accelerators: 64, duration: 31 h, utilisation: 60 %, every: 3 d}
)";

struct Row {
  double allowed = 0, worst = 0, headroom = 0, first_breach_s = 0, over_s = 0;
  std::string verdict, why, per, units;
};

std::map<std::string, Row> limits_of(const RunFileReader& run) {
  const auto names = run.texts("hall/limits", "limit"), verdicts = run.texts("hall/limits", "verdict"),
             why = run.texts("hall/limits", "why"), per = run.texts("hall/limits", "per"),
             units = run.texts("hall/limits", "units");
  const auto number = [&](const char* column) { return run.numbers("hall/limits", column); };
  const auto allowed = number("allowed"), worst = number("worst"), headroom = number("headroom"),
             first = number("first_breach"), over = number("time_over");
  std::map<std::string, Row> rows;
  for (std::size_t i = 0; i < names.size(); ++i)
    rows[names[i]] = {allowed[i], worst[i], headroom[i], first[i], over[i], verdicts[i], why[i], per[i], units[i]};
  return rows;
}

/// The only limit of a run of the hall, and whether the run counts it as broken or not measurable.
Row limit_of(const std::string& limit, const std::vector<std::string>& sets = {}, const char* text = hall) {
  TestRun run;
  std::vector<std::string> all = sets;
  all.push_back("limits={x: {" + limit + "}}");
  run_text(run, text, all);
  const Row row = limits_of(run.open()).at("x");
  CHECK((run.result.broken_limits > 0) == (row.verdict == "broken"));
  CHECK((run.result.unmeasured_limits > 0) == (row.verdict == "not measurable"));
  CHECK(row.why.empty() == (row.verdict != "not measurable"));
  return row;
}

/// By the first row of each span: what the column sums to over it, and for how long.
struct Span {
  double sum = 0, length_s = 0, it_j = 0;
  Time begin;
};
std::vector<Span> spans_of(const RunFileReader& run, const std::string& column, bool by_month) {
  const TimeZone zone("America/New_York");
  const auto time = run.numbers("hall", "time"), interval = run.numbers("hall", "interval"),
             value = run.numbers("hall", column), it = run.numbers("hall", "it_power");
  std::map<std::chrono::year_month_day, Span> spans;
  for (std::size_t i = 0; i < time.size(); ++i) {
    const Time begin = run.epoch("hall") + from_seconds(time[i]);
    std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(zone.to_local(begin)));
    if (by_month) date = date.year() / date.month() / 1;
    Span& span = spans.try_emplace(date, Span{0, 0, 0, begin}).first->second;
    span.sum += value[i] * interval[i];
    span.it_j += it[i] * interval[i];
    span.length_s += interval[i];
  }
  std::vector<Span> list;
  for (const auto& [date, span] : spans) list.push_back(span);
  return list;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("sums, means and ratios by day and month are those of the recorded rows") {
    TestRun run;
    run_text(
        run, hall,
        {"limits={water: {quantity: water_withdrawn, per: day, max: 2 m3}, "
         "carbon: {quantity: emissions_location, per: month, max: 1 kt}, "
         "energy: {quantity: grid_power, per: day, max: 1 GWh}, mean: {quantity: grid_power, per: day, max: 1 MW}, "
         "pue: {quantity: pue, per: day, max: 1.19}, total: {quantity: grid_energy, max: 1 TWh}, "
         "least: {quantity: it_energy, per: month, min: 1 MWh}}"});
    const RunFileReader file = run.open();
    const auto limits = limits_of(file);
    const auto water = spans_of(file, "water_makeup", false), power = spans_of(file, "grid_power", false),
               carbon = spans_of(file, "emissions_location", true);
    const auto largest = [](const std::vector<Span>& spans) {
      return std::max_element(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.sum < b.sum; });
    };
    CHECK(water.size() == 44);
    CHECK(limits.at("water").worst == doctest::Approx(largest(water)->sum).epsilon(1e-12));
    CHECK(limits.at("water").units == "kg");
    CHECK(limits.at("water").per == "day");
    double over_s = 0;
    const Span* first = nullptr;
    for (const Span& day : water)
      if (day.sum > 2000) {
        over_s += day.length_s;
        if (!first) first = &day;
      }
    REQUIRE(first != nullptr);
    CHECK(limits.at("water").verdict == "broken");
    CHECK(limits.at("water").over_s == doctest::Approx(over_s));
    CHECK(limits.at("water").first_breach_s == seconds(first->begin - file.epoch("hall")));
    REQUIRE(carbon.size() == 3);  // of which February alone is whole
    CHECK(limits.at("carbon").worst == doctest::Approx(carbon[1].sum).epsilon(1e-12));
    CHECK(limits.at("carbon").verdict == "holds");
    CHECK(limits.at("energy").worst == doctest::Approx(largest(power)->sum).epsilon(1e-12));
    CHECK(limits.at("energy").units == "J");
    CHECK(limits.at("mean").worst == doctest::Approx(largest(power)->sum / 86400).epsilon(1e-12));
    CHECK(limits.at("mean").units == "W");
    // Power over IT power of a fixed overhead: the same every day.
    CHECK(limits.at("pue").worst == doctest::Approx(1.2).epsilon(1e-9));
    CHECK(limits.at("pue").verdict == "broken");
    CHECK(limits.at("total").per == "run");
    CHECK(limits.at("total").worst == doctest::Approx(run.summary("hall", "grid_energy")).epsilon(1e-12));
    CHECK(limits.at("least").verdict == "holds");
    CHECK(run.result.broken_limits == 2);
  }

  TEST_CASE("a span that the run holds in part shows what it can, and no more") {
    // Forty-four days hold no year; what they use is below a year's limit, or has passed it already.
    const Row open = limit_of("quantity: grid_energy, per: year, max: 1 TWh");
    CHECK(open.verdict == "not measurable");
    CHECK(open.why.find("no whole year") != std::string::npos);
    CHECK(std::isnan(open.worst));
    CHECK(limit_of("quantity: grid_energy, per: year, max: 1 MWh").verdict == "broken");
    CHECK(limit_of("quantity: grid_energy, per: year, min: 1 MWh").verdict == "holds");
    CHECK(limit_of("quantity: grid_energy, per: year, min: 1 TWh").verdict == "not measurable");
    CHECK(limit_of("quantity: pue, per: year, max: 1.5").verdict == "not measurable");
    CHECK(limit_of("quantity: pue, per: year, max: 1.1").verdict == "not measurable");
    CHECK(limit_of("quantity: pue, max: 1.1").verdict == "broken");
    CHECK(limit_of("quantity: pue, per: run, max: 1.3").verdict == "holds");
    // Six hours hold no day.
    CHECK(limit_of("quantity: water_withdrawn, per: day, max: 1000 m3", {"duration=6 h"}).verdict ==
          "not measurable");
  }

  TEST_CASE("a sum over months or the run has the day on which it passes its limit") {
    TestRun run;
    run_text(
        run, hall,
        {"limits={x: {quantity: grid_energy, max: 30 MWh}, y: {quantity: cost_energy, per: month, max: 1000 USD}}"});
    const RunFileReader file = run.open();
    const auto limits = limits_of(file);
    double sum_j = 0;
    std::optional<double> day_s;
    const TimeZone zone("America/New_York");
    for (const Span& day : spans_of(file, "grid_power", false)) {
      sum_j += day.sum;
      if (sum_j > 30 * 3.6e9 && !day_s) day_s = seconds(day.begin - file.epoch("hall"));
    }
    REQUIRE(day_s.has_value());
    CHECK(*day_s > 86400);
    CHECK(limits.at("x").first_breach_s == *day_s);
    CHECK(limits.at("x").over_s == 44 * 86400 - *day_s);
    // 10 MWh of January, then anew in February.
    double month_usd = 0;
    std::optional<double> first_s;
    for (const Span& day : spans_of(file, "cost_energy", false)) {
      const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(zone.to_local(day.begin)));
      if (date.day() == std::chrono::day(1)) month_usd = 0;
      month_usd += day.sum;
      if (month_usd > 1000 && !first_s) first_s = seconds(day.begin - file.epoch("hall"));
    }
    REQUIRE(first_s.has_value());
    CHECK(limits.at("y").first_breach_s == *first_s);
  }

  TEST_CASE("days of 23 and 25 hours are days") {
    // 14 March 2027: the clock of New York goes forward; a constant load of 1 MW.
    const std::vector<std::string> sets{"start=2027-03-12", "duration=4 d", "workload={}", "site.racks={}",
                                        "site.other=1 MW"};
    std::vector<std::string> all = sets;
    all.push_back(
        "limits={most: {quantity: grid_energy, per: day, max: 24 MWh}, least: {quantity: grid_energy, per: day, min: "
        "24 MWh}}");
    TestRun run;
    run_text(run, hall, all);
    const auto limits = limits_of(run.open());
    CHECK(limits.at("most").verdict == "holds");  // equal holds
    CHECK(limits.at("least").worst == doctest::Approx(23 * 3.6e9));
    CHECK(limits.at("least").verdict == "broken");
    CHECK(limits.at("least").over_s == 23 * 3600);
    CHECK(limits.at("least").first_breach_s == 2 * 86400);
  }

  TEST_CASE("a bound that changes is the one of its span") {
    const std::vector<std::string> sets{
        "start=2027-01-01", "duration=59 d",     "workload={}",
        "site.racks={}",    "site.other=100 kW", "site.grid.connection={2027-01-01: 90 kW, 2027-02-01: 1 MW}"};
    const Row row = limit_of("quantity: grid_power, per: month, max: site.grid.connection", sets);
    CHECK(row.verdict == "broken");
    CHECK(row.allowed == 90e3);
    CHECK(row.over_s == 31 * 86400);
  }

  TEST_CASE("what never had a value is not measurable: ratios without energy, latency without requests") {
    const std::vector<std::string> idle{"workload={}", "site.racks={}", "site.other=1 MW", "duration=3 d"};
    const Row pue = limit_of("quantity: pue, per: day, max: 1.5", idle);
    CHECK(pue.verdict == "not measurable");
    CHECK(pue.why.find("no value") != std::string::npos);
    CHECK(limit_of("quantity: pue, max: 1.5", idle).verdict == "not measurable");
    const auto service = [](const char* rate) {
      return std::vector<std::string>{
          "duration=3 h",
          fmt::format("workload={{inference: {{chat: {{llm: llama-3-8b, replicas: {{max: 4}}, requests: "
                      "{{rate: {} /s}}}}}}}}",
                      rate)};
    };
    CHECK(limit_of("quantity: time_to_first_token, max: 5 s", service("0")).verdict == "not measurable");
    const Row calm = limit_of("quantity: time_to_first_token, max: 5 s", service("2"));
    CHECK(calm.verdict == "holds");
    CHECK(calm.worst > 0);
    CHECK(limit_of("quantity: lost_rate, max: 0 /s", service("2")).verdict == "holds");
    CHECK(limit_of("quantity: lost_share, max: 1 %", service("0")).verdict == "not measurable");
    // Far more than four replicas can serve.
    CHECK(limit_of("quantity: time_to_first_token, max: 5 s", service("5000")).verdict == "broken");
    CHECK(limit_of("quantity: lost_rate, max: 1 /s", service("5000")).verdict == "broken");
    CHECK(limit_of("quantity: lost_share, max: 1 %", service("5000")).verdict == "broken");
    CHECK(limit_of("quantity: requests_lost, per: day, max: 10", service("5000")).verdict == "broken");
  }

  TEST_CASE("a scalar that no part of the site has is refused before the run, where it is written") {
    const std::vector<std::pair<const char*, const char*>> rows{{"ups_transfers", "1"},
                                                                {"held_jobs", "0"},
                                                                {"lost_share", "1 %"},
                                                                {"compressor_energy", "1 MWh"},
                                                                {"compressor_energy, per: day", "1 MWh"}};
    for (const auto& [absent, bound] : rows) {
      CAPTURE(std::string(absent));
      const LoadedScenario loaded = load_text(
          hall, {"site.grid.connection=none", fmt::format("limits={{x: {{quantity: {}, max: {}}}}}", absent, bound)});
      CHECK_THROWS_WITH_AS(check_wiring(loaded), doctest::Contains("this site has no"), InputError);
    }
  }

  TEST_CASE("every scalar that a run writes may be limited in the scenario that wrote it") {
    const std::vector<std::string> site{"duration=3 h", "site.weather={climate: phoenix}",
                                        "site.cooling.system=air-chiller-tower",
                                        "site.grid.point={voltage: 13.8 kV, short_circuit: 60 MVA, x_over_r: 10}",
                                        "workload={fixed: {a: {accelerators: 8, duration: 1 h, utilisation: 50 %}}}"};
    TestRun run;
    run_text(run, hall, site);
    const RunFileReader file = run.open();
    std::size_t limited = 0;
    for (const SiteQuantity& scalar : summary_quantities()) {
      if (!file.summary("hall", std::string(scalar.name))) continue;
      // A column of the same name is the column; its scalar is not asked for.
      if (const SiteQuantity* column = find_site_quantity(scalar.name); column && column->name != "cost_demand")
        continue;
      CAPTURE(std::string(scalar.name));
      std::vector<std::string> sets = site;
      sets.push_back(
          fmt::format("limits={{x: {{quantity: {}, max: {}}}}}", scalar.name, format_exact(1e6, scalar.dimension)));
      CHECK_NOTHROW(check_wiring(load_text(hall, sets)));
      ++limited;
    }
    CHECK(limited > 40);
  }

  TEST_CASE("looking at what a day brought changes nothing: every other dataset is the same bit for bit") {
    const std::vector<std::string> site{"duration=3 d", "site.weather={climate: phoenix}",
                                        "site.cooling.system=air-chiller-tower",
                                        "site.cooling.design={wet_bulb: 0.4 %}"};
    TestRun plain, watched;
    run_text(plain, hall, site);
    std::vector<std::string> all = site;
    all.push_back(
        "limits={x: {quantity: pue, per: day, max: 1.001}, y: {quantity: water_withdrawn, per: month, max: 1 m3}}");
    run_text(watched, hall, all);
    const RunFileReader a = plain.open(), b = watched.open();
    std::size_t values = 0;
    for (const char* group : {"hall", "hall/monthly", "hall/jobs", "hall/validity", "hall/shares"})
      for (const RunColumn& column : a.columns(group)) {
        if (column.spec.type == ColumnType::text) continue;
        const auto before = a.numbers(group, column.spec.name), after = b.numbers(group, column.spec.name);
        CAPTURE(column.spec.name);
        REQUIRE(before.size() == after.size());
        CHECK(std::memcmp(before.data(), after.data(), before.size() * sizeof(double)) == 0);
        values += before.size();
      }
    CHECK(values > 3000);
    CHECK(watched.result.broken_limits == 2);
  }

  TEST_CASE("jobs that never start: held back, too large, or in the queue at the end") {
    const auto with = [](const std::string& work, const std::string& more = {}) {
      std::vector<std::string> sets{"duration=2 d", "workload={fixed: {" + work + "}}"};
      if (!more.empty()) sets.push_back(more);
      return sets;
    };
    const auto run_of = [&](TestRun& run, const std::string& work, const std::string& more = {}) {
      run_text(run, hall, with(work, more));
    };
    TestRun held;
    run_of(held, "big: {accelerators: 256, duration: 1 h, utilisation: 100 %}", "site.grid.connection=150 kW");
    CHECK(held.result.held_jobs == 1);
    CHECK(held.result.too_large_jobs == 0);
    CHECK(held.result.any());
    CHECK(held.summary("hall", "held_jobs") == 1);
    CHECK(held.summary("hall", "held_time") == 2 * 86400);
    CHECK(held.summary("hall", "held_accelerator_time") == 256.0 * 2 * 86400);
    CHECK(held.summary("hall", "jobs_waiting") == 1);
    CHECK(limit_of("quantity: held_jobs, max: 0",
                   with("big: {accelerators: 256, duration: 1 h, utilisation: 100 %}", "site.grid.connection=150 kW"))
              .verdict == "broken");
    CHECK(limit_of("quantity: held_time, max: 1 h",
                   with("big: {accelerators: 256, duration: 1 h, utilisation: 100 %}", "site.grid.connection=150 kW"))
              .verdict == "broken");
    TestRun queue;  // one after the other, a day each, over two days: the third would begin now
    run_of(queue, "long: {accelerators: 256, duration: 1 d, utilisation: 50 %, copies: 4}");
    CHECK(queue.summary("hall", "jobs_waiting") > 0);
    CHECK(queue.result.held_jobs == 0);
    CHECK_FALSE(queue.result.any());
    TestRun shrinks;  // racks go before it is submitted
    run_of(shrinks, "late: {accelerators: 200, duration: 1 h, utilisation: 50 %, from: 2027-01-21}",
           "site.racks.dgx.count={2027-01-20: 8, 2027-01-20T12:00: 2}");
    CHECK(shrinks.result.too_large_jobs == 1);
    CHECK(shrinks.summary("hall", "jobs_beyond_racks") == 1);
  }
}
