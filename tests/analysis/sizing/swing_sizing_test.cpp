// The smallest mitigation of a square wave, whose answer is known in closed form.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analysis/sizing/report.hpp"
#include "analysis/sizing/sizing.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "sim/base/problem.hpp"
#include "sim/units/units.hpp"
#include "tests/sim/output/run_file_fixture.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

constexpr double kAccelerators = 64, kHighW = 700, kLowW = 200;  // an H100 may draw 700 W

const Catalog& catalog() {
  static const Catalog instance(embedded_catalog());
  return instance;
}

/// 64 accelerators in lock-step: 700 W for `high_s`, 200 W for `low_s`.
std::string square_wave(double high_s, double low_s, double low_w = kLowW) {
  return fmt::format(R"(
title: a square wave
start: 2027-01-01
duration: 10 min
record: {{every: 1 min, windows: {{glass: {{at: "2027-01-01T00:02", for: 1 min, every: 10 ms}}}}}}
site:
  name: hall
  grid: {{carbon: 400 g/kWh, water_intensity: 2 L/kWh, tariff: {{energy: 0.1 USD/kWh}}}}
  cooling: {{system: {{use: fixed-overhead, overhead: 20 %}}}}
  racks: {{dgx: {{use: rack-dgx-h100, count: 2}}}}
workload:
  training:
    base: {{flops: 1e+30, accelerators: 64, accelerator_failure_every: none, checkpoint_time: 0 s,
           pattern: [{{power: {} W, for: {} s}}, {{power: {} W, for: {} s, activity: communication}}]}}
)",
                     kHighW, high_s, low_w, low_s);
}

/// A battery in line with its load, without losses and reserve.
const std::vector<std::string> kIdealBattery{
    "site.battery.use=lfp-container",
    "site.battery.response=0 s",
    "site.battery.charge_efficiency=100 %",
    "site.battery.discharge_efficiency=100 %",
    "site.battery.lowest=0 %",
    "site.battery.highest=100 %",
    "site.battery.smoothing={window: 4 s, return_time: 10 min}",
};

struct Sizer {
  TemporaryFolder folder;
  std::filesystem::path scenario;
  explicit Sizer(const std::string& text) : scenario(folder / "square.yaml") { std::ofstream(scenario) << text; }

  [[nodiscard]] static LoadedLimits limits(const std::string& text) {
    return load_swing_limits_text("limits: {" + text + "}", "own.yaml", catalog());
  }
  [[nodiscard]] SwingSizing size(Mitigation mitigation, const std::string& limits_text,
                                 std::vector<std::string> sets = {}) const {
    return size_mitigation({{scenario, std::move(sets), "", ""}, mitigation}, limits(limits_text), catalog());
  }
  [[nodiscard]] bool holds(const std::string& limits_text, std::vector<std::string> sets) const {
    const LoadedLimits loaded = limits(limits_text);
    SwingTrials trials({scenario, {}, "", ""}, loaded, catalog(), {});
    return trials.run(sets, "").analysis.holds();
  }
  /// Highest less lowest grid power as it is [W].
  [[nodiscard]] double swing_w() const {
    const LoadedLimits loaded = limits("ranges: {all: {swing: 1 GW}}");
    SwingTrials trials({scenario, {}, "", ""}, loaded, catalog(), {});
    return *trials.run({}, "").analysis.windows.at(0).checks.at(0).measure.value;
  }
};

double setting_si(const SwingSizing& sizing, const std::string& path) {
  for (const SizingSetting& setting : sizing.settings)
    if (setting.path == path) return parse_any(setting.value).si;
  FAIL("no setting " << path);
  return 0;
}
const CostLine& cost(const SwingSizing& sizing, const std::string& name) {
  for (const CostLine& line : sizing.costs)
    if (line.name == name) return line;
  FAIL("no cost " << name);
  return sizing.costs.front();
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
bool within_80_columns(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.size() > 80) {
      MESSAGE(line);
      return false;
    }
  return true;
}

const char* const kFlat = "ranges: {all: {share: 0.5 %, of: peak}}";

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a battery that flattens a square wave holds dP d (1-d) T and gives (1-d) dP or takes d dP") {
    for (const double high_s : {1.0, 3.0}) {
      CAPTURE(high_s);
      const Sizer sizer(square_wave(high_s, 4 - high_s));
      const SwingSizing sizing = sizer.size(Mitigation::bess, kFlat, kIdealBattery);
      REQUIRE(sizing.verdict == SizingVerdict::found);
      const double swing_w = sizer.swing_w(), duty = high_s / 4;
      // The limit leaves 1 % of the swing, the search stops 2 % above the least.
      CHECK(setting_si(sizing, "site.battery.energy") ==
            doctest::Approx(swing_w * duty * (1 - duty) * 4).epsilon(0.04));
      CHECK(setting_si(sizing, "site.battery.power") ==
            doctest::Approx(swing_w * std::max(duty, 1 - duty)).epsilon(0.04));
      CHECK(sizing.checks.at(0).before.verdict == SwingVerdict::breach);
      CHECK(sizing.checks.at(0).after.verdict == SwingVerdict::pass);
      // Without losses it costs nothing to run; its price is by its energy.
      CHECK(*cost(sizing, "grid energy").change() == doctest::Approx(0).epsilon(1e-9));
      REQUIRE(sizing.capital);
      CHECK(sizing.capital->si() ==
            doctest::Approx(250 / 3.6e6 * setting_si(sizing, "site.battery.energy")).epsilon(1e-6));
      CHECK(sizing.paces.at(0).after_s == sizing.paces.at(0).before_s);
    }
  }

  TEST_CASE("the smallest floor follows from the range that is left") {
    const Sizer sizer(square_wave(1, 3));
    // A quarter of the swing of 500 W: a floor 125 W below 700 W, 82.1 %, on half per cents.
    const std::string limit = fmt::format("ranges: {{all: {{swing: {} W}}}}", sizer.swing_w() / 4);
    const SwingSizing sizing = sizer.size(Mitigation::floor, limit);
    REQUIRE(sizing.verdict == SizingVerdict::found);
    const double floor = setting_si(sizing, "workload.training.base.smoothing.floor");
    const double exact = (kHighW - (kHighW - kLowW) / 4) / kHighW;
    CHECK(floor > exact - 0.005);
    CHECK(floor < exact + 0.01);
    CHECK_FALSE(sizer.holds(limit, {fmt::format("workload.training.base.smoothing.floor={} %", 100 * floor - 0.5)}));
    // It costs what a job costs that draws the floor by itself.
    const Sizer other(square_wave(1, 3, floor * kHighW));
    const LoadedLimits loaded = Sizer::limits(limit);
    SwingTrials trials({other.scenario, {}, "", ""}, loaded, catalog(), {});
    CHECK(cost(sizing, "grid energy").after ==
          doctest::Approx(trials.whole({}, "").value("grid_energy")).epsilon(1e-4));
    CHECK(*cost(sizing, "grid energy").change() > 0.3);
  }

  TEST_CASE("65 J an accelerator flatten half a second of 500 W") {
    const Sizer sizer(square_wave(0.25, 0.25));
    const SwingSizing sizing = sizer.size(Mitigation::capacitor, kFlat);
    REQUIRE(sizing.verdict == SizingVerdict::found);
    const double exact_j = sizer.swing_w() / kAccelerators * 0.25 * 0.5;
    CHECK(exact_j == doctest::Approx(65).epsilon(0.05));
    CHECK(setting_si(sizing, "site.racks.dgx.capacitor.energy") == doctest::Approx(exact_j).epsilon(0.05));
    CHECK(*cost(sizing, "grid energy").change() > 0);
    CHECK_FALSE(sizing.capital);
  }

  TEST_CASE("a battery that answers late cannot keep a narrow range, and the sheet says why") {
    const Sizer sizer(square_wave(1, 3));
    const SwingSizing sizing = sizer.size(Mitigation::bess, kFlat);
    CHECK(sizing.verdict == SizingVerdict::impossible);
    CHECK_FALSE(sizing.holds());
    CHECK(sizing.costs.empty());
    const std::string sheet = sizing_report(sizing);
    CHECK(has(sheet, "after 20 ms"));
    CHECK(has(sheet, "FAILS own.yaml"));
    std::string on_one_line = sheet;
    std::replace(on_one_line.begin(), on_one_line.end(), '\n', ' ');
    CHECK(has(on_one_line, "still broken: range of the window"));
    CHECK(within_80_columns(sheet));
  }

  TEST_CASE("what holds already needs nothing, whatever the scenario has of it") {
    const Sizer sizer(square_wave(1, 3));
    for (const Mitigation mitigation : {Mitigation::bess, Mitigation::floor, Mitigation::capacitor}) {
      const SwingSizing sizing = sizer.size(mitigation, "ranges: {all: {share: 90 %, of: peak}}", kIdealBattery);
      CHECK(sizing.verdict == SizingVerdict::nothing_needed);
      CHECK(sizing.holds());
      CHECK(sizing.trials == 1);
      CHECK(sizing.settings.empty());
      CHECK(has(sizing_report(sizing), "nothing to size"));
    }
  }

  TEST_CASE("a limit that no trial can show is not met, and nothing is tried for it") {
    const Sizer sizer(square_wave(1, 3));
    const SwingSizing sizing = sizer.size(Mitigation::bess, "flicker: {short_term: 0.8}");
    CHECK_FALSE(sizing.holds());
    CHECK(sizing.trials == 1);
    CHECK(sizing.settings.empty());
    REQUIRE(sizing.notes.size() == 1);
    CHECK(has(sizing.notes.front(), "flicker.short_term"));
    CHECK(has(sizing_report(sizing), "not measurable"));
    CHECK(has(sizing_json(sizing), "\"verdict\": \"not measurable\""));
  }

  TEST_CASE("what cannot be asked is refused") {
    const Sizer sizer(square_wave(1, 3));
    const auto refusal = [&](Mitigation mitigation, const std::string& limits, std::vector<std::string> sets = {}) {
      try {
        static_cast<void>(sizer.size(mitigation, limits, std::move(sets)));
      } catch (const InputError& error) {
        return std::string(error.what());
      }
      return std::string("accepted");
    };
    CHECK(has(refusal(Mitigation::bess, kFlat, {"record.windows={}"}), "no windows"));
    CHECK_THROWS_WITH_AS(
        size_mitigation({{sizer.scenario, {}, "", "glas"}, Mitigation::bess}, Sizer::limits(kFlat), catalog()),
        doctest::Contains("square.yaml: has no window 'glas'; did you mean 'glass'"), InputError);
    CHECK(has(refusal(Mitigation::floor, kFlat,
                      {"workload={fixed: {load: {accelerators: 64, duration: 1 h, utilisation: 100 %, from: "
                       "'2027-01-01T00:02:30'}}}"}),
              "no training job"));
  }

  TEST_CASE("the sheet and its JSON, and nothing left behind") {
    const TemporaryFolder scratch;
    const char* const before = getenv("TMPDIR");
    const std::string kept = before ? before : "";
    const Sizer sizer(square_wave(1, 3));
    std::filesystem::create_directory(scratch / "tmp");
    setenv("TMPDIR", (scratch / "tmp").c_str(), 1);
    const SwingSizing sizing = sizer.size(Mitigation::bess, kFlat, kIdealBattery);
    CHECK_THROWS_AS(size_mitigation({{sizer.scenario, {}, "", ""}, Mitigation::bess}, Sizer::limits(kFlat), catalog(),
                                    [](const std::string&) { return false; }),
                    SizingStopped);
    CHECK(std::filesystem::is_empty(scratch / "tmp"));
    if (before)
      setenv("TMPDIR", kept.c_str(), 1);
    else
      unsetenv("TMPDIR");

    const std::string sheet = sizing_report(sizing);
    CHECK(within_80_columns(sheet));
    for (const char* part : {"site.battery.power", "COST, A YEAR", "grid energy", "once", "HOLDS own.yaml"})
      CHECK_MESSAGE(has(sheet, part), part << " is not in\n" << sheet);
    const nlohmann::json json = nlohmann::json::parse(sizing_json(sizing));
    CHECK(json["verdict"] == "found");
    CHECK(json["holds"] == true);
    CHECK(json["settings"].contains("site.battery.energy"));
    CHECK(json["checks"][0]["without"]["verdict"] == "breach");
    CHECK(json["checks"][0]["with"]["margin"].get<double>() >= 0);
    CHECK(json["costs"][0]["quantity"] == "grid energy");
  }
}

TEST_SUITE("slow") {
  TEST_CASE("what a battery with losses adds to the grid is the closed form of storage") {
    const Sizer sizer(square_wave(1, 3));
    std::vector<std::string> sets = kIdealBattery;
    sets[2] = "site.battery.charge_efficiency=90 %";
    const SwingSizing sizing = sizer.size(Mitigation::bess, "ranges: {all: {share: 2 %, of: peak}}", sets);
    REQUIRE(sizing.verdict == SizingVerdict::found);
    const double kappa = 1 / 0.9 - 1, duty = 0.25;
    const double loss_w = duty * (1 - duty) * sizer.swing_w() * kappa / (1 + duty * kappa);
    const CostLine& energy = cost(sizing, "grid energy");
    CHECK((energy.after - energy.before) / sizing.duration_s == doctest::Approx(loss_w).epsilon(0.05));
    CHECK(*cost(sizing, "energy, demand, water bill").change() == doctest::Approx(*energy.change()).epsilon(0.01));
    CHECK(*cost(sizing, "carbon, scope 1 and 2").change() == doctest::Approx(*energy.change()).epsilon(0.01));
  }

  TEST_CASE("the scenario's own mitigation is taken out, others stay") {
    const Sizer sizer(square_wave(1, 3));
    std::vector<std::string> sets = kIdealBattery;
    sets.emplace_back("site.battery.power=1 MW");
    sets.emplace_back("site.battery.energy=1 MWh");
    CHECK(sizer.size(Mitigation::bess, kFlat, sets).verdict == SizingVerdict::found);
    CHECK(sizer.size(Mitigation::floor, kFlat, sets).verdict == SizingVerdict::nothing_needed);
  }

  TEST_CASE("a floor is asked to outlast a long pause") {
    const Sizer sizer(square_wave(4, 12));  // the default delay is 5 s
    const SwingSizing sizing =
        sizer.size(Mitigation::floor, fmt::format("ranges: {{all: {{swing: {} W}}}}", sizer.swing_w() / 4));
    REQUIRE(sizing.verdict == SizingVerdict::found);
    CHECK(setting_si(sizing, "workload.training.base.smoothing.stop_delay") == 60);
  }
}
