// Power swings of a run's windows, on waveforms whose measures are known, against limits a little above and below.
#include "analysis/swing/swing.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <sstream>

#include "analysis/swing/report.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "sim/base/problem.hpp"
#include "tests/analysis/swing/swing_run.hpp"
#include "tests/analysis/waveform/waveform.hpp"
#include "tests/sim/output/run_file_fixture.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

const Catalog& catalog() {
  static const Catalog instance(embedded_catalog());
  return instance;
}

LoadedLimits limits_of(const std::string& text) {
  return load_swing_limits_text("limits: {" + text + "}", "own.yaml", catalog());
}

SwingAnalysis analysed(const std::vector<SyntheticWindow>& windows, const std::optional<LoadedLimits>& limits = {},
                       const SwingQuestion& question = {}) {
  const TemporaryFolder folder;
  write_windows(folder / "run.h5", windows);
  return analyse_swing(folder / "run.h5", question, limits ? &*limits : nullptr);
}

std::string refusal(const std::vector<SyntheticWindow>& windows, const std::optional<LoadedLimits>& limits = {},
                    const SwingQuestion& question = {}) {
  try {
    analysed(windows, limits, question);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

const SwingMeasure& measure(const WindowSwing& window, const std::string& name) {
  for (const SwingMeasure& each : window.measures)
    if (each.name == name) return each;
  FAIL("no measure " << name);
  return window.measures.front();
}
double value(const WindowSwing& window, const std::string& name) {
  CAPTURE(name);
  const SwingMeasure& found = measure(window, name);
  REQUIRE(found.value);
  return *found.value;
}
double at(const WindowSwing& window, const std::string& name) {
  CAPTURE(name);
  const SwingMeasure& found = measure(window, name);
  REQUIRE(found.at);
  return found.at->si();
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
/// As it would be on one endless line.
std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const char next = c == '\n' ? ' ' : c;
    if (next != ' ' || (!line.empty() && line.back() != ' ')) line += next;
  }
  return line;
}
bool within_80_columns(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.size() > 80) {
      MESSAGE(line);
      return false;
    }
  return true;
}

/// 80 MW, from 30 s on rising to 100 MW within 2 s, at 70 s falling at once.
double plateau(double t) {
  if (t < 30 || t >= 70) return 80e6;
  return t < 32 ? 80e6 + 10e6 * (t - 30) : 100e6;
}
SyntheticWindow plateau_window() {
  SyntheticWindow window;
  window.rate = 100;
  window.grid_power = sampled(120, 100, plateau);
  return window;
}

/// Everything that a window may have, for two minutes at 500 samples a second.
SyntheticWindow full_window() {
  SyntheticWindow window;
  window.rate = 500;
  window.single_precision = false;
  window.nominal_frequency = 60;
  window.grid_power = sampled(120, 500, [](double t) { return 80e6 + 3e6 * cosine(0.5, t) + 1e6 * cosine(12, t); });
  window.reactive_power = sampled(120, 500, [](double t) { return t < 50 ? 20e6 : 60e6; });
  window.poi_voltage = sampled(120, 500, [](double t) { return t >= 40 && t < 60 ? 0.96 : t >= 100 ? 1.01 : 1.0; });
  window.poi_frequency = sampled(120, 500, [](double t) {
    return t < 20 ? 60 : t < 20.4 ? 60 - (t - 20) : t < 100 ? 59.6 : 60.2;
  });
  return window;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("powers, ramps and ranges of a plateau, and when they are worst") {
    const SwingAnalysis analysis = analysed({plateau_window()});
    REQUIRE(analysis.windows.size() == 1);
    const WindowSwing& window = analysis.windows.front();
    CHECK(window.start == window_start);
    CHECK(value(window, "peak power") == 100e6);
    CHECK(at(window, "peak power") == doctest::Approx(32));
    CHECK(value(window, "least power") == 80e6);
    CHECK(value(window, "mean power") == doctest::Approx(80e6 + 20e6 * 39 / 120).epsilon(1e-4));
    CHECK(value(window, "range of the window") == 20e6);
    CHECK(value(window, "range within 1 s") == 20e6);
    CHECK(at(window, "range within 1 s") == doctest::Approx(70));  // where it falls
    CHECK(value(window, "ramp up over 0.1 s") == doctest::Approx(10e6).epsilon(1e-6));
    CHECK(value(window, "ramp up over 10 s") == doctest::Approx(2e6).epsilon(1e-6));
    CHECK(value(window, "ramp down over 0.1 s") == doctest::Approx(200e6).epsilon(1e-6));
    CHECK(at(window, "ramp down over 0.1 s") == doctest::Approx(69.9).epsilon(1e-9));
    CHECK(value(window, "ramp down over 1 min") == doctest::Approx(20e6 / 60).epsilon(1e-6));
    CHECK(!measure(window, "ramp up over 5 min").value);
    CHECK(!measure(window, "ramp up over 15 min").why.empty());
  }

  TEST_CASE("swings and energy by band, and the tones in them") {
    const SwingAnalysis analysis =
        analysed({full_window()}, {}, {.site = {}, .window = {}, .bands = {parse_band("0.3-20")}});
    const WindowSwing& window = analysis.windows.front();
    CHECK(value(window, "0.1-1 Hz swing") == doctest::Approx(6e6).epsilon(0.01));
    CHECK(value(window, "7-100 Hz swing") == doctest::Approx(2e6).epsilon(0.01));
    CHECK(value(window, "1-2.5 Hz swing") < 0.02e6);
    CHECK(value(window, "0.1-1 Hz energy") == doctest::Approx(0.9).epsilon(0.01));
    CHECK(value(window, "7-100 Hz energy") == doctest::Approx(0.1).epsilon(0.01));
    CHECK(value(window, "0.3-20 Hz energy") == doctest::Approx(1).epsilon(0.01));
    REQUIRE(window.modes.size() >= 2);
    CHECK(window.modes[0].frequency.si() == doctest::Approx(0.5).epsilon(0.01));
    CHECK(window.modes[0].amplitude == doctest::Approx(3e6).epsilon(0.01));
    CHECK(window.modes[1].frequency.si() == doctest::Approx(12).epsilon(0.001));
    CHECK(window.modes[1].amplitude == doctest::Approx(1e6).epsilon(0.01));
    const std::string csv = spectrum_csv(analysis);
    CHECK(csv.starts_with("site,window,frequency_hz,density_w2_per_hz\nsite,glass,0,"));
  }

  TEST_CASE("voltage, frequency and power factor") {
    const SwingAnalysis analysis = analysed({full_window()});
    const WindowSwing& window = analysis.windows.front();
    CHECK(value(window, "lowest voltage") == doctest::Approx(0.96));
    CHECK(at(window, "lowest voltage") == doctest::Approx(40));
    CHECK(value(window, "highest voltage") == doctest::Approx(1.01));
    CHECK(value(window, "rapid voltage dmax") == doctest::Approx(0.04).epsilon(1e-3));
    CHECK(value(window, "steady voltage dc") == doctest::Approx(0.04).epsilon(1e-3));
    CHECK(at(window, "steady voltage dc") == doctest::Approx(40).epsilon(1e-3));
    CHECK(value(window, "frequency nadir") == doctest::Approx(59.6));
    CHECK(value(window, "frequency zenith") == doctest::Approx(60.2));
    CHECK(value(window, "RoCoF over 0.5 s") == doctest::Approx(0.6 / 0.5).epsilon(1e-6));
    CHECK(at(window, "RoCoF over 0.5 s") == doctest::Approx(99.5).epsilon(1e-6));
    // The least active power beside 60 MVAr: 3 and 1 MW below the mean, nearly.
    CHECK(value(window, "power factor") == doctest::Approx(76e6 / std::hypot(76e6, 60e6)).epsilon(1e-3));
    CHECK(!measure(window, "flicker Pst").value);
    CHECK(has(measure(window, "flicker Pst").why, "600 s"));
  }

  TEST_CASE("flicker of rectangular changes that the standard gives Pst = 1") {
    // IEC 61000-4-15 ed. 2, table 5, 120 V: 39 changes a minute of 1.040 %.
    SyntheticWindow window;
    window.rate = 130;
    window.nominal_frequency = 60;
    window.poi_voltage = sampled(600, 130, [](double t) { return 1 + 0.0104 * (square(39.0 / 120, 0.5, t) - 0.5); });
    window.grid_power.assign(window.poi_voltage.size(), 50e6);
    const LoadedLimits loose = limits_of("flicker: {short_term: 1.05}"),
                       tight = limits_of("flicker: {short_term: 0.95}");
    const SwingAnalysis analysis = analysed({window}, loose);
    CHECK(value(analysis.windows.front(), "flicker Pst") == doctest::Approx(1).epsilon(0.03));
    CHECK(analysis.holds());
    CHECK(!analysed({window}, tight).holds());
    const SwingAnalysis longer = analysed({window}, limits_of("flicker: {long_term: 0.6}"));
    CHECK_FALSE(longer.holds());
    CHECK(has(one_line(swing_report(longer)), "Plt needs a record of 7200 s"));
    window.nominal_frequency = 16.7;
    CHECK(has(one_line(swing_report(analysed({window}, loose))), "mains of 50 and 60 Hz"));
  }

  TEST_CASE("each limit holds a little above its measure and breaks a little below") {
    // Over 0.1 s, tones of 3 and 1 MW change by 2 A sin(pi f 0.1 s) at most.
    const double ramp =
        (6 * std::sin(std::numbers::pi * 0.05) + 2 * std::abs(std::sin(std::numbers::pi * 1.2))) / 0.1;
    const struct {
      const char* limit;
      double measured;  // in the unit of the limit
      const char* unit;
      bool is_minimum;
    } cases[] = {
        {"ramps: {{x: {{rate: {}, over: 0.1 s, direction: up}}}}", ramp, "MW/s", false},
        {"ramps: {{x: {{share: {}, of: connection, over: 0.1 s, direction: down}}}}", ramp, "%/s", false},
        {"ranges: {{x: {{swing: {}}}}}", 8, "MW", false},
        {"ranges: {{x: {{share: {}, within: 10 s}}}}", 800 / 84.0, "%", false},
        {"bands: {{x: {{from: 0.1 Hz, to: 2 Hz, energy_share: {}}}}}", 90, "%", false},
        {"bands: {{x: {{from: 0.1 Hz, to: 2 Hz, swing: {}}}}}", 6, "MW", false},
        {"bands: {{x: {{from: 0.1 Hz, to: 2 Hz, share: {}, of: connection}}}}", 6, "%", false},
        {"voltage: {{lowest: {}}}", 96, "%", true},
        {"voltage: {{highest: {}}}", 101, "%", false},
        {"voltage: {{rapid_change: {}}}", 4, "%", false},
        {"voltage: {{steady_change: {}}}", 4, "%", false},
        {"frequency: {{deviation: {}}}", 0.4, "Hz", false},
        {"frequency: {{lowest: {}}}", 59.6, "Hz", true},
        {"frequency: {{highest: {}}}", 60.2, "Hz", false},
        {"frequency: {{rate_of_change: {}, over: 250 ms}}", 2.4, "Hz/s", false},
        {"power_factor: {{least: {}}}", 0.785, "", true},
    };
    SyntheticWindow window = full_window();
    window.connection = 100e6;
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    write_windows(path, {window});
    for (const auto& each : cases) {
      CAPTURE(each.limit);
      for (const double factor : {0.95, 1.05}) {
        CAPTURE(factor);
        const double close = each.measured > 50 && each.unit[0] != 'M' ? 1 + (factor - 1) / 50 : factor;
        const std::string number = fmt::format("{:.6f} {}", each.measured * close, each.unit);
        const LoadedLimits limits = limits_of(fmt::format(fmt::runtime(each.limit), number));
        const SwingAnalysis analysis = analyse_swing(path, {}, &limits);
        REQUIRE(analysis.windows.front().checks.size() == 1);
        const SwingCheck& check = analysis.windows.front().checks.front();
        const bool should_hold = each.is_minimum ? factor < 1 : factor > 1;
        CHECK(analysis.holds() == should_hold);
        CHECK((check.verdict == SwingVerdict::pass) == should_hold);
        CHECK((check.margin().value() > 0) == should_hold);
        CHECK(check.is_minimum == each.is_minimum);
      }
    }
  }

  TEST_CASE("a measure that is the limit, as far as single precision knows, holds") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    for (const double voltage : {0.9, 0.95, 0.7, 0.35, 1.1}) {
      CAPTURE(voltage);
      SyntheticWindow window;
      window.rate = 100;
      window.grid_power = sampled(10, 100, [](double) { return 80e6; });
      window.poi_voltage = sampled(10, 100, [&](double t) { return t < 5 ? 1.0 : voltage; });
      write_windows(path, {window});
      const auto holds = [&](double limit) {
        const LoadedLimits limits =
            limits_of(fmt::format("voltage: {{{}: {:.9f} %}}", voltage < 1 ? "lowest" : "highest", 100 * limit));
        return analyse_swing(path, {}, &limits).holds();
      };
      CHECK(holds(voltage));
      const double further = voltage < 1 ? 1 : -1;
      CHECK_FALSE(holds(voltage + further * 1e-6));
      CHECK(holds(voltage - further * 1e-6));
    }
  }

  TEST_CASE("what a window cannot see is listed, and a limit of it is not measurable and does not hold") {
    SyntheticWindow window;
    window.rate = 10;
    window.grid_power = sampled(20, 10, [](double t) { return 50e6 + 1e6 * sine(0.5, t); });
    const SwingAnalysis analysis = analysed({window});
    for (const char* name : {"flicker Pst", "ramp up over 1 min", "7-100 Hz swing", "7-100 Hz energy",
                             "0.1-1 Hz swing", "lowest voltage", "frequency nadir", "power factor"}) {
      CAPTURE(name);
      const SwingMeasure& unseen = measure(analysis.windows.front(), name);
      if (std::string(name) == "0.1-1 Hz swing") {
        CHECK(!unseen.value);  // two cycles of 0.1 Hz
        CHECK(has(unseen.why, "three cycles"));
      }
      CHECK(!unseen.value);
      CHECK(!unseen.why.empty());
    }
    CHECK(value(analysis.windows.front(), "1-2.5 Hz energy") < 0.01);
    const SwingAnalysis held = analysed(
        {window}, limits_of("ranges: {x: {share: 5 %, of: connection}}, "
                            "bands: {b: {from: 1 Hz, to: 20 Hz, energy_share: 20 %}}, "
                            "ramps: {fast: {rate: 1 GW/s, over: 0.1 s}, slow: {rate: 1 GW/s, over: 1 min}}, "
                            "flicker: {short_term: 0.8}, voltage: {lowest: 90 %, rapid_change: 3 %}, "
                            "frequency: {lowest: 59 Hz, rate_of_change: 1 Hz/s}, power_factor: {least: 0.9}, "
                            "ride_through: {curve: semi-f47}"));
    CHECK_FALSE(held.holds());
    const auto& checks = held.windows.front().checks;
    REQUIRE(checks.size() == 13);  // a ramp has two
    for (const SwingCheck& check : checks) {
      CAPTURE(check.limit);
      CHECK(check.verdict == SwingVerdict::unmeasurable);
      CHECK_FALSE(check.remark.empty());
      CHECK_FALSE(check.margin().has_value());
    }
    CHECK(held.not_shown().size() == 11);
    const std::string sheet = swing_report(held);
    CAPTURE(sheet);
    CHECK(within_80_columns(sheet));
    for (const char* part :
         {"not measurable", "no limit named connection", "at least 50 are needed", "no poi_voltage",
          "no poi_frequency", "no reactive_power", "0.1 s is 1 samples of 0.1 s: record at least two",
          "it takes more than 1 min", "NOT SHOWN own.yaml: 0 of 13 checks broken, 13 not measurable",
          "no window shows site: bands.b.energy_share"}) {
      CAPTURE(part);
      CHECK(has(one_line(sheet), part));
    }
    const auto json = nlohmann::json::parse(swing_json(held));
    CHECK(json["holds"] == false);
    CHECK(json["not_shown"].size() == 11);
    for (const auto& check : json["windows"][0]["checks"]) {
      CHECK(check["verdict"] == "not measurable");
      CHECK_FALSE(check.contains("margin"));
    }
    CHECK(has(refusal({window}, {}, {.site = {}, .window = {}, .bands = {parse_band("1-20")}}), "--band 1-20"));
  }

  TEST_CASE("which windows: by site, by name, or none at all") {
    SyntheticWindow one = plateau_window(), two = plateau_window();
    two.site = "other";
    two.name = "lens";
    CHECK(analysed({one, two}).windows.size() == 2);
    CHECK(analysed({one, two}, {}, {.site = "other", .window = {}, .bands = {}}).windows.front().name == "lens");
    CHECK(analysed({one, two}, {}, {.site = {}, .window = "glass", .bands = {}}).windows.front().site == "site");
    CHECK(has(refusal({one, two}, {}, {.site = {}, .window = "glas", .bands = {}}), "did you mean 'glass'?"));
    CHECK(has(refusal({one, two}, {}, {.site = "sit", .window = {}, .bands = {}}), "did you mean 'site'?"));
    CHECK(has(refusal({}), "record: {windows:"));
    one.grid_power.resize(1);
    CHECK(has(refusal({one}), "nothing to measure"));
    const SwingAnalysis reached = analysed({one, two});  // as an interrupted run leaves them
    CHECK(reached.windows.size() == 1);
    CHECK(reached.empty_windows == std::vector<std::string>{"site/glass"});
    CHECK(has(swing_report(reached), "site/glass: empty"));
    two.grid_power.clear();
    CHECK(has(refusal({one, two}), "none of its windows"));
  }

  TEST_CASE("small loads are exempt, small swings negligible") {
    SyntheticWindow window = plateau_window();
    const LoadedLimits large = limits_of("applies_from: 110 MW, ranges: {x: {swing: 1 MW}}");
    const SwingAnalysis exempt = analysed({window}, large);
    CHECK(exempt.windows.front().checks.front().verdict == SwingVerdict::exempt);
    CHECK(exempt.holds());
    CHECK(has(swing_report(exempt), "the limits apply from 110 MW"));
    window.connection = 120e6;
    CHECK(!analysed({window}, large).holds());
    CHECK(!analysed({full_window()},
                    limits_of("bands: {b: {from: 0.1 Hz, to: 1 Hz, energy_share: 20 %, negligible: 5 MW}}"))
               .holds());
    const SwingAnalysis calm = analysed(
        {full_window()}, limits_of("bands: {b: {from: 0.1 Hz, to: 1 Hz, energy_share: 20 %, negligible: 7 MW}}"));
    CHECK(calm.holds());
    CHECK(has(swing_report(calm), "is negligible"));
  }

  TEST_CASE("ride-through: kept, lost, and nothing to ride through") {
    SyntheticWindow window;
    window.rate = 200;
    window.poi_voltage = sampled(60, 200, [](double t) { return t >= 20 && t < 20.1 ? 0.3 : 1.0; });
    window.grid_power = sampled(60, 200, [](double t) { return t < 20 ? 50e6 : t < 20.8 ? 10e6 : 46e6; });
    const LoadedLimits eased = limits_of("ride_through: {curve: ercot-large-electronic-load, keeps: 91 %}");
    const LoadedLimits tight =
        limits_of("ride_through: {curve: ercot-large-electronic-load, keeps: 93 %, after: 500 ms}");
    const LoadedLimits shallow = limits_of("ride_through: {curve: semi-f47}");
    const SwingAnalysis held = analysed({window}, eased);
    CHECK(held.holds());
    CHECK(*held.windows.front().checks.front().measure.value == doctest::Approx(0.92).epsilon(1e-6));
    CHECK(held.windows.front().checks.front().measure.at->si() == doctest::Approx(20));
    CHECK(!analysed({window}, tight).holds());
    const SwingAnalysis open = analysed({window}, shallow);  // deeper than that curve goes
    CHECK_FALSE(open.holds());
    CHECK(open.windows.front().checks.front().verdict == SwingVerdict::unmeasurable);
    CHECK(has(swing_report(open), "0 of 1 sags and swells could be judged"));
    CHECK(has(swing_json(open), "\"not measurable\""));
    SyntheticWindow calm = window;
    calm.poi_voltage.assign(calm.grid_power.size(), 1.0);
    CHECK(has(one_line(swing_report(analysed({calm}, eased))), "no sag or swell is in the window"));
    SyntheticWindow coarse = window;  // a sag of 100 ms between samples of 1 s
    coarse.rate = 1;
    coarse.poi_voltage = sampled(60, 1, [](double t) { return t >= 20 && t < 21 ? 0.93 : 1.0; });
    coarse.grid_power = sampled(60, 1, [](double) { return 50e6; });
    CHECK(has(one_line(swing_report(analysed({coarse}, eased))), "sags of 150 ms, a sample is 1000 ms"));
    CHECK(has(one_line(swing_report(analysed({coarse}, limits_of("voltage: {lowest: 90 %}")))),
              "means over 1 s hide what is shorter"));
    window.poi_voltage.clear();
    CHECK(has(swing_report(analysed({window}, eased)), "no poi_voltage"));
  }

  TEST_CASE("a voltage change that the window does not hold is not measurable, and never 0 and pass") {
    const LoadedLimits limits = limits_of("voltage: {rapid_change: 2.5 %, steady_change: 2.5 %}");
    const auto window_of = [](auto voltage, auto power) {
      SyntheticWindow window;
      window.rate = 500;
      window.nominal_frequency = 60;
      window.grid_power = sampled(60, 500, power);
      window.poi_voltage = sampled(60, 500, voltage);
      return window;
    };
    const auto steady = [](double) { return 1.0; };
    const auto swinging = [](double t) { return 0.98 + 0.01 * cosine(0.91, t); };
    const auto power = [](double t) { return 250e6 + 50e6 * cosine(0.91, t); };
    const auto verdicts = [&](const SyntheticWindow& window) {
      const SwingAnalysis analysis = analysed({window}, limits);
      const auto& checks = analysis.windows.front().checks;
      return std::pair(checks.at(0).verdict, checks.at(1).verdict);
    };
    using enum SwingVerdict;
    // A training that steps from end to end: 100 MW peak to peak at 0.91 Hz.
    const SyntheticWindow training = window_of(swinging, power);
    CHECK(verdicts(training) == std::pair(unmeasurable, unmeasurable));
    CHECK(has(one_line(swing_report(analysed({training}, limits))), "rapid voltage dmax: the voltage never rests"));
    // A load that stands still changes nothing.
    CHECK(verdicts(window_of(steady, [](double) { return 250e6; })) == std::pair(unmeasurable, unmeasurable));
    // The same training behind something that flattens it: seen, and within.
    const SyntheticWindow flat = window_of([](double t) { return 1 + 5e-4 * cosine(0.91, t); }, power);
    CHECK(verdicts(flat) == std::pair(pass, pass));
    CHECK(value(analysed({flat}).windows.front(), "rapid voltage dmax") == doctest::Approx(1e-3).epsilon(0.02));
    // It begins within the window, and does not come to rest again: 3 % of deviation, no next steady state.
    const SyntheticWindow begins = window_of([&](double t) { return t < 20 ? 1.0 : swinging(t); },
                                             [&](double t) { return t < 20 ? 0.0 : power(t); });
    CHECK(verdicts(begins) == std::pair(breach, unmeasurable));
    // It pauses: a change there and back.
    const SyntheticWindow pauses = window_of([&](double t) { return t < 20 || t > 40 ? 1.0 : swinging(t); }, power);
    CHECK(verdicts(pauses) == std::pair(breach, pass));
  }

  TEST_CASE("a share of no swings is no share") {
    SyntheticWindow window = plateau_window();
    window.grid_power = sampled(120, 100, [](double) { return 80e6; });
    const char* band = "bands: {{b: {{from: 0.1 Hz, to: 1 Hz, energy_share: 20 %{}}}}}";
    CHECK_FALSE(analysed({window}, limits_of(fmt::format(fmt::runtime(band), ""))).holds());
    CHECK(analysed({window}, limits_of(fmt::format(fmt::runtime(band), ", negligible: 1 MW"))).holds());
  }

  TEST_CASE("a limit that one window cannot show holds where another window of the site shows it") {
    const LoadedLimits limits = limits_of("ranges: {x: {swing: 21 MW, within: 1 min}}");
    SyntheticWindow whole = plateau_window(), brief = plateau_window();
    brief.name = "brief";
    brief.grid_power.resize(1000);
    CHECK(analysed({whole}, limits).holds());
    const SwingAnalysis alone = analysed({brief}, limits);
    CHECK_FALSE(alone.holds());
    CHECK(alone.not_shown() == std::vector<std::string>{"site: ranges.x.swing"});
    const SwingAnalysis both = analysed({whole, brief}, limits);
    CHECK(both.holds());
    CHECK(has(swing_report(both), "HOLDS own.yaml: 0 of 2 checks broken, 1 not measurable"));
    brief.site = "other";
    CHECK_FALSE(analysed({whole, brief}, limits).holds());
    // A window that an interrupted run did not reach was asked for, and shows nothing.
    brief.site = "site";
    brief.grid_power.clear();
    CHECK_FALSE(analysed({whole, brief}, limits).holds());
    CHECK(has(swing_report(analysed({whole, brief}, limits)), "NOT SHOWN"));
  }

  TEST_CASE("the sheet: 80 columns, wall clock and seconds of the worst case, no NaN; JSON says the same") {
    SyntheticWindow window = full_window();
    window.time_zone = "America/Phoenix";
    window.site = "a-site-with-a-name-that-is-longer-than-any-site-should-have-in-a-scenario-of-ours";
    window.connection = 100e6;
    const LoadedLimits limits = limits_of(
        "title: a utility, ranges: {x: {swing: 1 MW}}, ramps: {m: {rate: 9999 MW/min, over: 1 min}}, voltage: "
        "{lowest: "
        "90 %}, power_factor: {least: {value: 0.7, source: a contract, kind: published}}");
    const SwingAnalysis analysis = analysed({window}, limits);
    const std::string sheet = swing_report(analysis);
    CAPTURE(sheet);
    CHECK(within_80_columns(sheet));
    CHECK(!has(sheet, "nan"));
    CHECK(has(sheet, "2029-07-18 15:00 America/Phoenix (2029-07-18T22:00:00Z)"));
    CHECK(has(sheet, "15:00:40.000  40.000 pass"));
    CHECK(has(sheet, "BREACH"));
    CHECK(has(sheet, "FAILS own.yaml (a utility): 1 of 5 checks broken; 4 against numbers that are"));
    CHECK(has(sheet, "flicker Pst, flicker Plt: Pst needs a record of 600 s"));
    const auto json = nlohmann::json::parse(swing_json(analysis));
    CHECK(json["holds"] == false);
    const auto& checks = json["windows"][0]["checks"];
    REQUIRE(checks.size() == 5);
    CHECK(checks[2]["limit"] == "ranges.x.swing");
    CHECK(checks[2]["verdict"] == "breach");
    CHECK(checks[2]["margin"].get<double>() == doctest::Approx(-7).epsilon(0.01));
    CHECK(checks[3]["at"] == "2029-07-18T22:00:40.000Z");
    CHECK(checks[4]["source"] == "a contract");
    CHECK(checks[4]["kind"] == "published");
    CHECK(json["windows"][0]["measures"].size() == analysis.windows.front().measures.size());
  }

  TEST_CASE("the sheet keeps its columns from kilowatts to gigawatts") {
    const LoadedLimits limits = limits_of(
        "ramps: {s: {rate: 123.456 MW/s, over: 0.1 s}, m: {rate: 0.123456 MW/min, over: 1 min}}, ranges: {x: {swing: "
        "1.23456 MW}}, bands: {b: {from: 0.123456 Hz, to: 99.9999 Hz, energy_share: 20 %}}");
    for (const double scale : {1e-9, 1e-6, 1e-4, 1e-3, 0.0123456, 1.0, 11.9, 12.5, 1e2, 1e4}) {
      CAPTURE(scale);
      SyntheticWindow window = full_window();
      for (double& power : window.grid_power) power *= scale;
      CHECK(within_80_columns(swing_report(analysed({window}, limits))));
    }
  }

  TEST_CASE("a constant load, no load, and two samples have no NaN either") {
    for (const double power_w : {50e6, 0.0, -1e6})
      for (const double length : {120.0, 0.02}) {
        SyntheticWindow window;
        window.rate = 100;
        window.nominal_frequency = 50;
        window.grid_power = sampled(length, 100, [&](double) { return power_w; });
        window.reactive_power = sampled(length, 100, [](double) { return 0.0; });
        window.poi_voltage = sampled(length, 100, [](double) { return 1.0; });
        window.poi_frequency = sampled(length, 100, [](double) { return 50.0; });
        const SwingAnalysis analysis = analysed({window});
        for (const std::string& text : {swing_report(analysis), swing_json(analysis)}) {
          CHECK(!has(text, "nan"));
          CHECK(!has(text, "NaN"));
          CHECK(!has(text, "null"));
          CHECK(!has(text, "inf"));
        }
      }
  }

  TEST_CASE("a band as the command line writes it") {
    CHECK(parse_band("0.1-20").low == Frequency(0.1));
    CHECK(parse_band("1-2.5").high == Frequency(2.5));
    for (const char* wrong : {"", "5", "5-", "-5", "20-1", "0-1", "1-1", "1-nan", "1-inf", "1-2x", "a-b"})
      CHECK_THROWS_AS(parse_band(wrong), InputError);
  }
}
