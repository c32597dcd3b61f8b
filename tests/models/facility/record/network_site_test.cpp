// Sites at buses of a network: voltages against power flows by hand, windows against the linearised network, and what
// is refused.

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <fstream>
#include <numbers>

#include "models/facility/site/site_model.hpp"
#include "models/grid/network/rotor_modes.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;
using namespace std::chrono_literals;

namespace {

Network network_of(const std::string& text) {
  Network network;
  load_document_text("network: " + text, "network.yaml", {.catalog = &test_catalog(), .sets = {}},
                     [&](Fields& f) { f.required("network", network); });
  return network;
}

/// One site of a load that only dated values change; `bus` and more go into its grid.
std::string plain_site(const std::string& grid, const std::string& other, const std::string& more = {}) {
  return "site:\n  grid: {carbon: 400 g/kWh, water_intensity: 2 L/kWh, tariff: {energy: 0.1 USD/kWh}" + grid +
         "}\n  cooling: {system: {use: fixed-overhead, overhead: 10 %}}\n  other: " + other + "\n" + more;
}
const std::string head = "title: a site at a bus\nstart: 2027-01-01\nduration: 4 h\n";

std::string refusal(const std::string& text) {
  try {
    load_text(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}
bool has(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CAPTURE(part);
  return text.find(part) != std::string::npos;
}

PowerFlow flow_with(const GridCase& grid, std::int64_t bus, double p_w, double q_va) {
  GridCase loaded = grid;
  add_load(loaded, bus, Power(p_w), ApparentPower(q_va));
  return solve_power_flow(loaded);
}
std::size_t place(const GridCase& grid, std::int64_t number) {
  for (std::size_t i = 0; i < grid.buses.size(); ++i)
    if (grid.buses[i].number == number) return i;
  return grid.buses.size();
}

/// A training of 25,600 H100 in lock-step behind a bus: about 40 MW, once every `step`.
std::string campus(int bus, const std::string& step, const std::string& indent, const std::string& more = {}) {
  const std::vector<std::string> lines = {
      "grid: {bus: " + std::to_string(bus) +
          ", carbon: 400 g/kWh, water_intensity: 2 L/kWh, tariff: {energy: 0.1 USD/kWh}}",
      "cooling: {system: {use: fixed-overhead, overhead: 10 %}}", "racks: {dgx: {use: rack-dgx-h100, count: 800}}"};
  const std::string work = "{training: {base: {flops: 1e+30, accelerators: 25600, step: " + step +
                           ", checkpoint_time: 0 s, accelerator_failure_every: none" + more + "}}}";
  std::string text;
  for (const std::string& line : lines) text += indent + line + "\n";
  return text + (indent == "  " ? "workload: " : indent + "workload: ") + work + "\n";
}
const std::string swing_head =
    "title: swings\nstart: 2027-01-01\nduration: 4 min\nrecord: {every: 1 min, windows: {glass: {at: "
    "2027-01-01T00:02, for: 60 s, every: 10 ms}}}\nnetwork: {use: new-england-39, damping: 0.25 /s}\n";

/// Amplitude and phase of a column at a whole number of periods in a window.
std::complex<double> phasor(const std::vector<double>& values, int periods) {
  std::complex<double> sum;
  const auto n = static_cast<double>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    sum += values[i] * std::polar(2 / n, -2 * std::numbers::pi * periods * static_cast<double>(i) / n);
  return sum;
}
double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("voltages, loadings and losses of a run are those of a power flow by hand") {
    const GridCase grid = grid_case(network_of("new-england-39"), "39");
    // Half an hour at another level: the mean lies between the levels.
    const std::string loads = "{2027-01-01: 200 MW, 2027-01-01T01:30: 400 MW, 2027-01-01T02:00: 100 MW}";
    for (const int bus : {16, 39}) {
      CAPTURE(bus);
      TestRun run;
      run_text(run, head + "record: {every: 1 h}\nnetwork: new-england-39\n" +
                        plain_site(", bus: " + std::to_string(bus), loads,
                                   "  electrical: {transformer: {use: dry-2500kva, reactive: {}}}\n"));
      const RunFileReader file = run.open();
      const auto power = file.numbers("site", "grid_power"), reactive = file.numbers("site", "reactive_power");
      const auto most = file.numbers("site", "grid_power_max"), least = file.numbers("site", "grid_power_min");
      const auto voltage = file.numbers("site", "poi_voltage"), lowest = file.numbers("site", "poi_voltage_min"),
                 highest = file.numbers("site", "poi_voltage_max");
      const auto losses = file.numbers("network/balance", "losses");
      const auto slack = file.numbers("network/balance", "slack_power");
      const auto all = file.numbers("network/buses", "voltage");
      const auto loading = file.numbers("network/branches", "loading");
      REQUIRE(power.size() == 4);
      CHECK(most[1] / least[1] == doctest::Approx(2).epsilon(0.05));
      for (std::size_t row = 0; row < 4; ++row) {
        CAPTURE(row);
        const PowerFlow flow = flow_with(grid, bus, power[row], reactive[row]);
        REQUIRE(flow.converged);
        CHECK(voltage[row] == doctest::Approx(flow.buses[place(grid, bus)].voltage_pu).epsilon(1e-9));
        CHECK(losses[row] == doctest::Approx(flow.loss_mw * 1e6).epsilon(1e-7));
        for (std::size_t b = 0; b < grid.buses.size(); ++b)
          CHECK(std::abs(all[row * grid.buses.size() + b] - flow.buses[b].voltage_pu) < 1e-9);
        for (std::size_t k = 0; k < grid.branches.size(); ++k)
          CHECK(std::abs(loading[row * grid.branches.size() + k] - flow.branches[k].loading) < 1e-7);
        const double more_w = slack[row] - slack[0];
        CHECK(more_w == doctest::Approx(power[row] - power[0] + losses[row] - losses[0]).epsilon(1e-6));
        CHECK(lowest[row] <= voltage[row]);
        CHECK(highest[row] >= voltage[row]);
      }
      // Bus 39 has a unit that holds its voltage; at bus 16 the extremes are those of the levels.
      const double q_share = reactive[0] / power[0];
      const double heavy = flow_with(grid, bus, most[1], q_share * most[1]).buses[place(grid, bus)].voltage_pu;
      const double light = flow_with(grid, bus, least[1], q_share * least[1]).buses[place(grid, bus)].voltage_pu;
      CHECK(lowest[1] == doctest::Approx(heavy).epsilon(1e-5));
      CHECK(highest[1] == doctest::Approx(light).epsilon(1e-5));
      if (bus == 39)
        CHECK(std::abs(heavy - 1.03) < 1e-9);
      else
        CHECK(light - heavy > 1e-4);
    }
  }

  TEST_CASE("a load that the network cannot carry ends the run, with the time and the loads") {
    TestRun run;
    try {
      run_text(run, head + "network: new-england-39\n" +
                        plain_site(", bus: 16", "{2027-01-01: 20 MW, 2027-01-01T02:00: 9 GW}"));
      FAIL("no collapse");
    } catch (const VoltageCollapse& error) {
      CHECK(has(error.what(), "2027-01-01T02:15"));
      CHECK(has(error.what(), "'site' at 9000 MW"));
    }
    CHECK(!std::filesystem::exists(run.file.path()));
  }

  TEST_CASE("while a sag stands, the voltage of a site at a bus is what it leaves") {
    TestRun run;
    run_text(run, head +
                      "fidelity: resolved\nrecord: {every: 1 h}\nnetwork: new-england-39\n"
                      "events: [{at: 2027-01-01T01:30, sag: {voltage: 50 %, for: 6 min}}]\n" +
                      plain_site(", bus: 16", "100 MW"));
    const RunFileReader file = run.open();
    const auto mean = file.numbers("site", "poi_voltage"), lowest = file.numbers("site", "poi_voltage_min");
    CHECK(mean[0] > 1);
    CHECK(lowest[0] == doctest::Approx(mean[0]).epsilon(1e-9));
    CHECK(mean[1] == doctest::Approx(0.9 * mean[0] + 0.1 * 0.5).epsilon(1e-9));
    CHECK(lowest[1] == 0.5);
    CHECK(mean[2] == doctest::Approx(mean[0]).epsilon(1e-9));
    CHECK(run.summary("site", "voltage_lowest") == 0.5);
    CHECK(run.summary("site", "voltage_highest") == doctest::Approx(mean[0]).epsilon(1e-9));
  }

  TEST_CASE("what does not fit a network is refused with its place") {
    const std::string at = plain_site(", bus: 16", "20 MW");
    const std::string windows = "record: {windows: {w: {at: 2027-01-01T01:00, for: 1 s}}}\n";
    CHECK(refusal(head + "network: new-england-39\n" + at) == "accepted");
    CHECK(has(refusal(head + "network: new-england-39\n" + plain_site(", bus: 99", "20 MW")), "there is no bus 99"));
    const std::string nowhere = refusal(head + at);
    CHECK(has(nowhere, "a bus of which network?"));
    // A case file has no machines: enough for intervals, not for windows. Its bus 30 is isolated.
    const TemporaryFile case_file(".m");
    std::ofstream(case_file.path()) << R"(function mpc = tiny
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [ 10 3 0 0 0 0 1 1.02 5 345 1 1.1 .9; 20 1 50 10 0 0 1 1 0 345 1 1.1 .9; 30 4 1 1 0 0 1 1 0 345 1 1.1 .9; ];
mpc.gen = [10 20 0 100 -100 1.02 100 1 200 0; ];
mpc.branch = [ 10 20 0.01 0.1 0.02 0 0 0 0 0 1 -360 360; ];
)";
    const std::string tiny = "network: {case: " + case_file.path().string();
    const std::string at_20 = plain_site(", bus: 20", "20 MW");
    CHECK(refusal(head + tiny + "}\n" + at_20) == "accepted");
    CHECK(has(refusal(head + tiny + "}\n" + plain_site(", bus: 30", "20 MW")), "is isolated"));
    CHECK(has(refusal(head + windows + tiny + "}\n" + at_20), "need the machines of"));
    const std::string machine = ", machines: {a: {bus: 10, inertia: 4 s, transient_reactance: 0.2}";
    CHECK(refusal(head + windows + tiny + machine + "}}\n" + at_20) == "accepted");
    CHECK(has(refusal(head + windows + tiny + machine + ", b: {bus: 20, inertia: 4 s, transient_reactance: 0.2}}}\n" +
                      at_20),
              "machine 2 stands at bus 20"));
  }

  TEST_CASE("a step at the network's mode swings it as the linearised network says, one away from it less") {
    const Network network = network_of("{use: new-england-39, damping: 0.25 /s}");
    const std::vector<Machine> machines = machines_of(network);
    double at_mode = 0;
    for (const int periods : {37, 48}) {  // in the window of 60 s: 0.617 Hz, a mode, and 0.8 Hz
      CAPTURE(periods);
      TestRun run;
      const double hertz = periods / 60.0;
      run_text(run, swing_head + "site:\n" + campus(20, std::to_string(1 / hertz) + " s", "  "));
      const RunFileReader file = run.open();
      const std::string glass = "site/windows/glass";
      const auto power = file.numbers(glass, "grid_power"), frequency = file.numbers(glass, "poi_frequency");
      const auto voltage = file.numbers(glass, "poi_voltage"), reactive = file.numbers(glass, "reactive_power");
      REQUIRE(power.size() == 6000);
      GridCase grid = grid_case(network, "39");
      add_load(grid, 20, Power(mean(power)), ApparentPower(mean(reactive)));
      const PowerFlow rest = solve_power_flow(grid);
      const std::vector<NetworkSite> site = {{place(grid, 20), Power(mean(power)), ApparentPower(mean(reactive))}};
      const LinearRotorSwing linear(reduce_network(grid, rest, machines, site));
      const RotorResponse response = linear.response(Frequency(hertz), 0);
      const double drawn = std::abs(phasor(power, periods)), swung = std::abs(phasor(frequency, periods));
      CHECK(drawn > 3e6);
      CHECK(swung / drawn == doctest::Approx(std::abs(response.site_hz[0])).epsilon(0.02));
      CHECK(std::abs(phasor(voltage, periods)) / drawn ==
            doctest::Approx(std::abs(response.site_voltage[0])).epsilon(0.05));
      CHECK(std::abs(mean(frequency) - 60) < 0.002);
      if (periods == 37)
        at_mode = swung / drawn;
      else
        CHECK(at_mode > 10 * swung / drawn);
    }
  }

  TEST_CASE("two campuses swing one network together: each hears both") {
    const std::string step = "1.6216216 s";
    const std::string both = swing_head + "sites:\n  north:\n" + campus(20, step, "    ") + "  south:\n" +
                             campus(38, step, "    ", ", stagger: 0.4 s");
    TestRun together, north, south;
    run_text(together, both);
    // The other one stands still at its mean power.
    const std::string still = "0.001 s";
    run_text(north, both, {"sites.south.workload.training.base.step=" + still});
    run_text(south, both, {"sites.north.workload.training.base.step=" + still});
    for (const std::string site : {"north", "south"}) {
      CAPTURE(site);
      const auto at = [&](const TestRun& run, const std::string& column) {
        return phasor(run.open().numbers(site + "/windows/glass", column), 37);
      };
      for (const std::string column : {"poi_frequency", "poi_voltage"}) {
        CAPTURE(column);
        const auto sum = at(north, column) + at(south, column), all = at(together, column);
        CHECK(std::abs(all - sum) < 0.02 * std::abs(all));
        CHECK(std::abs(at(site == "north" ? south : north, column)) > 0.02 * std::abs(all));
      }
    }
  }

  TEST_CASE("an interrupted run closes the windows of all sites of a network") {
    const LoadedScenario loaded = load_text(swing_head + "sites:\n  north:\n" + campus(20, "1.6 s", "    ") +
                                            "  south:\n" + campus(38, "1.6 s", "    "));
    const TemporaryFile path;
    const Time end = loaded.start + 150s;
    const RunResult result =
        run_scenario(loaded, {.output = path.path(), .progress = [&](const Progress& at) { return at.now < end; }});
    CHECK(result.interrupted);
    const RunFileReader file(path.path());
    const auto north = file.numbers("north/windows/glass", "poi_frequency");
    CHECK(std::abs(static_cast<double>(north.size()) - 3000) < 50);
    CHECK(file.numbers("south/windows/glass", "poi_voltage").size() == north.size());
    CHECK(file.numbers("network/balance", "losses").size() == 3);
  }
}
