// `sites:` against `site:`: each of several sites is, number for number, what it is alone; only the names of its
// paths, and of its random streams, tell that it is one of several.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

#include "models/facility/site/site_model.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// A site and its work, as lines without indentation; `workload` stands for its prefix.
struct Part {
  std::string name, site, workload;
};

// Imposed cooling, the whole chain, jobs, a service, dated values: in UTC.
const Part hall{"hall", R"(grid:
  connection: {2027-01-01: 300 kW, 2027-03-01T18:00: 250 kW}
  carbon: 400 g/kWh
  water_intensity: 3 L/kWh
  tariff: {energy: 0.10 USD/kWh, demand: 10 USD/kW/month, water: 3 USD/m3}
electrical: {pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva}
cooling: {system: {use: fixed-overhead, overhead: 20 %, wue: 1.5 L/kWh}}
racks: {dgx: {use: rack-dgx-h100, count: {2027-01-01: 4, 2027-03-01T12:00: 6}}}
lighting: 2 kW
)",
                R"(fixed:
  nightly: {accelerators: 64, duration: 6 h, utilisation: 80 %, every: 8 h}
  small: {accelerators: 3, duration: 50 min, power: 600 W, every: 1 h, copies: 4}
inference:
  chat: {requests: {rate: 5 /s, daily_swing: 30 %}, energy_per_request: 0.3 Wh}
)"};

// A plant, weather without draws, a training job that never fails, a modelled service: five hours behind.
const Part plant{"plant", R"(location: {time_zone: America/New_York}
weather: {design_day: {of: {climate: ashburn}, dry_bulb: 0.4 %}}
grid: {region: US-VA, tariff: {energy: 0.06 USD/kWh, demand: 12 USD/kW/month}}
electrical: {pdu: pdu-480v, ups: double-conversion-modern}
cooling: {system: {use: dlc-tower, facility_water: 36 degC}}
racks: {dgx: {use: rack-dgx-h100, count: {2027-01-01: 4, 2027-03-01T06:00: 5}}}
)",
                 R"(training:
  base: {llm: llama-3-8b, tokens: 2e+9, accelerators: 64, accelerator_failure_every: none, from: 2027-02-28T21:00}
fixed:
  evening: {accelerators: 8, duration: 2 h, utilisation: 60 %, from: 2027-02-28T20:30, every: 6 h}
inference:
  chat: {llm: llama-3-8b, replicas: {min: 1, max: 6}, requests: {rate: 5 /s, daily_swing: 50 %}}
)"};

std::string indented(const std::string& lines, int by) {
  std::istringstream in(lines);
  std::string out;
  for (std::string line; std::getline(in, line);) out += std::string(static_cast<std::size_t>(by), ' ') + line + "\n";
  return out;
}

std::string head(const std::string& start) { return "title: sites\nstart: " + start + "\nduration: 1 day\n"; }
std::string alone(const Part& part, const std::string& start) {
  return head(start) + "site:\n  name: " + part.name + "\n" + indented(part.site, 2) + "workload:\n" +
         indented(part.workload, 2);
}
std::string together(const std::vector<Part>& parts, const std::string& start) {
  std::string text = head(start) + "sites:\n";
  for (const Part& part : parts)
    text += "  " + part.name + ":\n" + indented(part.site, 4) + "    workload:\n" + indented(part.workload, 6);
  return text;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

/// Every number and text of a site in two files; returns how many columns were compared.
std::size_t check_same_site(const RunFileReader& a, const RunFileReader& b, const std::string& site) {
  std::size_t compared = 0;
  const auto of_site = [&](const std::string& group) {
    return group == site || group.starts_with(site + "/") || group == "summary/" + site;
  };
  std::vector<std::string> groups, others;
  std::copy_if(a.groups().begin(), a.groups().end(), std::back_inserter(groups), of_site);
  std::copy_if(b.groups().begin(), b.groups().end(), std::back_inserter(others), of_site);
  CHECK(groups == others);
  for (const std::string& group : groups) {
    REQUIRE(b.has(group));
    REQUIRE(a.columns(group).size() == b.columns(group).size());
    for (const RunColumn& column : a.columns(group)) {
      const std::string name = column.spec.name;
      CAPTURE(group);
      CAPTURE(name);
      ++compared;
      if (group.starts_with("summary/")) {
        if (column.spec.type != ColumnType::text)
          CHECK(same_bits({*a.summary(site, name)}, {*b.summary(site, name)}));
      } else if (column.spec.type == ColumnType::text) {
        CHECK(a.texts(group, name) == b.texts(group, name));
      } else {
        CHECK(same_bits(a.numbers(group, name), b.numbers(group, name)));
      }
    }
  }
  return compared;
}

const Part small{
    "west", R"(grid: {connection: 300 kW, carbon: 400 g/kWh, water_intensity: 0 L/kWh, tariff: {energy: 0.10 USD/kWh}}
cooling: {system: {use: fixed-overhead, overhead: 20 %}}
racks: {dgx: {use: rack-dgx-h100, count: 4}}
)",
    R"(fixed:
  job: {accelerators: 64, duration: 6 h, utilisation: 80 %}
)"};
Part named(Part part, const std::string& name) {
  part.name = name;
  return part;
}

/// Pearson's correlation.
double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sx += x[i], sy += y[i];
    sxx += x[i] * x[i], syy += y[i] * y[i], sxy += x[i] * y[i];
  }
  return (sxy - sx * sy / n) / std::sqrt((sxx - sx * sx / n) * (syy - sy * sy / n));
}

std::vector<std::string> limits_in(const RunFileReader& run, const std::string& site) {
  return run.has(site + "/limits") ? run.texts(site + "/limits", "limit") : std::vector<std::string>{};
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("two sites in one scenario are, bit for bit, what each is alone") {
    TestRun both, first, second;
    run_text(both, together({hall, plant}, "2027-03-01"));
    run_text(first, alone(hall, "2027-03-01"));
    run_text(second, alone(plant, "2027-02-28T19:00"));  // the same instant
    const RunFileReader run = both.open();
    CHECK(run.sites() == std::vector<std::string>{"hall", "plant"});
    CHECK(check_same_site(run, first.open(), "hall") > 100);
    CHECK(check_same_site(run, second.open(), "plant") > 120);
    CHECK(both.result.events == first.result.events + second.result.events);
    CHECK(both.result.rows == first.result.rows);
    REQUIRE(both.result.balances.size() == 8);
    CHECK(both.result.balances[0].name == "hall: energy");
    CHECK(both.result.balances[7].name == "plant: carbon");
    CHECK(both.result.audits_hold());
    CHECK(run.attributes().time_zone == "UTC");
    CHECK(run.group_text("plant", "time_zone").value() == "America/New_York");
    CHECK_FALSE(first.open().group_text("hall", "time_zone").has_value());
  }

  TEST_CASE("the order of the sites decides the wall clock of the start and nothing else") {
    TestRun one, other;
    run_text(one, together({hall, plant}, "2027-03-01"));
    run_text(other, together({plant, hall}, "2027-02-28T19:00"));
    for (const char* site : {"hall", "plant"}) check_same_site(one.open(), other.open(), site);
    CHECK(other.open().attributes().time_zone == "America/New_York");
  }

  TEST_CASE("one site in `sites` draws what it would draw as `site`; of several, each draws its own") {
    Part failing = small;
    failing.workload = R"(training:
  base: {llm: llama-3-8b, tokens: 40e+9, accelerators: 128, accelerator_failure_every: 10 days}
)";
    TestRun as_site, as_sites, twins;
    run_text(as_site, alone(failing, "2027-01-01"));
    run_text(as_sites, together({failing}, "2027-01-01"));
    check_same_site(as_site.open(), as_sites.open(), "west");
    CHECK(as_site.summary("west", "training_failures") > 3);
    run_text(twins, together({failing, named(failing, "east")}, "2027-01-01"));
    CHECK(twins.summary("west", "training_lost_time") != twins.summary("east", "training_lost_time"));
    CHECK(twins.summary("west", "training_lost_time") != as_site.summary("west", "training_lost_time"));
  }

  TEST_CASE("two sites under one climate have independent weather") {
    Part outdoors = small;
    outdoors.site = "weather: {climate: chicago}\n" + outdoors.site;
    const LoadedScenario loaded = load_text(together({outdoors, named(outdoors, "east")}, "2027-01-15T12:00"));
    std::vector<double> west, east;
    for (std::uint64_t run = 1; run <= 60; ++run) {
      west.push_back(loaded.sites[0].weather_of(run)->at(loaded.start).dry_bulb.si());
      east.push_back(loaded.sites[1].weather_of(run)->at(loaded.start).dry_bulb.si());
    }
    CHECK(std::abs(correlation(west, east)) < 0.39);  // three standard errors
    const LoadedScenario single = load_text(alone(outdoors, "2027-01-15T12:00"));
    CHECK(single.sites[0].weather_of(7)->at(single.start).dry_bulb !=
          loaded.sites[0].weather_of(7)->at(loaded.start).dry_bulb);
  }

  TEST_CASE("an event is in the wall clock of the first site, a dated value in that of its own") {
    Part east = named(small, "east");
    east.site = "location: {time_zone: America/New_York}\n" + east.site;
    const std::string events =
        "events: [{at: 2027-01-01T06:00, set: {sites.east.racks.dgx.count: 3, "
        "sites.west.racks.dgx.count: 2}}]\n";
    const LoadedScenario loaded =
        load_text(together({small, east}, "2027-01-01") + events,
                  {"sites.east.lighting={2027-01-01: 0 W, 2027-01-01T02:00: 1 kW, 2027-01-01T20:00: 2 kW}"});
    REQUIRE(loaded.sites[0].changes.size() == 1);
    CHECK(loaded.sites[0].changes[0].path == "sites.west.racks.dgx.count");
    CHECK(seconds(loaded.sites[0].changes[0].at - loaded.start) == 6 * 3600);
    const LoadedSite& other = loaded.sites.at(1);
    REQUIRE(other.changes.size() == 3);
    CHECK(other.changes[0].path == "sites.east.racks.dgx.count");
    CHECK(seconds(other.changes[0].at - loaded.start) == 6 * 3600);
    CHECK(seconds(other.changes[1].at - loaded.start) == 7 * 3600);
    CHECK(seconds(other.changes[2].at - loaded.start) == 25 * 3600);

    // Over in the east when the run begins in the west: it holds from the start on.
    Part west = small;
    west.site = "location: {time_zone: America/Los_Angeles}\n" + west.site;
    const std::string text = together({west, east}, "2027-01-01");
    const std::string lights = "sites.east.lighting={2027-01-01: 0 W, 2027-01-01T02:00: 1 kW}";
    const LoadedScenario begun = load_text(text, {lights});
    CHECK(begun.sites.at(1).changes.at(0).at == begun.start);
    TestRun run;
    run_text(run, text, {lights});
    CHECK(run.open().numbers("east", "lighting_power").front() == 1000);
  }

  TEST_CASE("a window is in the wall clock of the first site and opens on all") {
    Part east = named(small, "east");
    east.site = "location: {time_zone: America/New_York}\n" + east.site;
    TestRun run;
    run_text(run, together({small, east}, "2027-01-01") +
                      "record: {windows: {w: {at: 2027-01-01T03:00, for: 2 s, every: 100 ms}}}\n");
    const RunFileReader file = run.open();
    for (const char* group : {"west/windows/w", "east/windows/w"}) {
      REQUIRE(file.has(group));
      CHECK(file.rows(group) == 20);
      CHECK(seconds(file.epoch(group) - file.epoch("west")) == 3 * 3600);
    }
  }

  TEST_CASE("a sag is one of the site that it names, by the clock of the first") {
    Part east = named(small, "east");
    east.site = "location: {time_zone: America/New_York}\n" + east.site;
    TestRun run;
    run_text(
        run,
        together({small, east}, "2027-01-01") +
            "fidelity: resolved\nevents: [{at: 2027-01-01T03:00, sag: {voltage: 25 %, for: 15 min}, site: east}]\n");
    const RunFileReader file = run.open();
    CHECK_FALSE(file.has("west", "poi_voltage"));
    const std::vector<double> voltage = file.numbers("east", "poi_voltage");
    for (std::size_t row = 0; row < voltage.size(); ++row) CHECK(voltage[row] == (row == 12 ? 0.25 : 1.0));
  }

  TEST_CASE("paths carry the site: --set, explain, provenance, and the resolved scenario reads back") {
    const std::string text = together({small, named(small, "east")}, "2027-01-01");
    TestRun run, again;
    run_text(run, text, {"sites.east.racks.dgx.count=2", "seed=3"});
    const std::string resolved = run.open().attributes().scenario;
    CHECK(resolved.find("workload:") != std::string::npos);
    CHECK(resolved.find("\nworkload:") == std::string::npos);
    run_text(again, resolved);
    for (const char* site : {"west", "east"}) check_same_site(run.open(), again.open(), site);
    CHECK(run.summary("east", "it_energy") < run.summary("west", "it_energy"));
    const std::vector<std::string> paths = run.open().texts("catalog", "path");
    for (const char* path : {"sites.west.racks.dgx.server.accelerator.max_power", "sites.east.racks.dgx.servers"})
      CHECK(std::count(paths.begin(), paths.end(), path) == 1);
    CHECK(std::none_of(paths.begin(), paths.end(), [](const std::string& p) { return p.starts_with("site."); }));
    const std::vector<std::string> warnings = run.open().texts("warnings", "text");
    CHECK(std::all_of(warnings.begin(), warnings.end(),
                      [](const std::string& w) { return w.starts_with("west: ") || w.starts_with("east: "); }));
    // What is set later drops the alternative, and half a site is none.
    CHECK_THROWS_AS(load_text(text, {"site.name=x"}), InputError);
  }

  TEST_CASE("a limit holds for the site it names, or whose value bounds it, or for all") {
    const std::string limits = R"(limits:
  all: {quantity: it_power, max: 1 MW}
  bound: {quantity: grid_power, max: sites.east.grid.connection, margin: 50 %}
  here: {quantity: it_power, max: 1 kW, site: west}
)";
    TestRun run;
    run_text(run, together({small, named(small, "east")}, "2027-01-01") + limits);
    const RunFileReader file = run.open();
    CHECK(limits_in(file, "west") == std::vector<std::string>{"all", "here", "connection"});
    CHECK(limits_in(file, "east") == std::vector<std::string>{"all", "bound"});
    CHECK(run.result.broken_limits == 1);
    CHECK(file.numbers("west/limits", "time_over")[1] == 86400);
    CHECK(file.has("east/monthly", "headroom_bound"));
  }

  TEST_CASE("a leak is found in the books of every site") {
    TestRun run;
    run_text(run, together({hall, named(hall, "second")}, "2027-03-01"), {}, [](Circuit& circuit) {
      for (const char* signal : {"hall.pdu.0.input", "second.pdu.0.input"})
        circuit.tap<Load>(signal, [](Load load) { return load + Load{5_W, PowerVariance{}}; });
    });
    std::size_t failed = 0;
    for (const Balance& balance : run.result.balances)
      if (balance.failed()) {
        ++failed;
        CHECK((balance.name == "hall: energy" || balance.name == "second: energy"));
      }
    CHECK(failed == 2);
  }

  TEST_CASE("a limit on what a site does not have says which site") {
    const std::string limits = "limits: {warm: {quantity: rack_inlet_temperature, max: 30 degC}}\n";
    const LoadedScenario loaded = load_text(together({small, named(small, "east")}, "2027-01-01") + limits);
    Simulation simulation({.start = loaded.start});
    CHECK_THROWS_WITH_AS(SiteModel(simulation, loaded.sites[1]),
                         doctest::Contains("east: this site has no rack_inlet_temperature"), InputError);
  }
}
