// The measured LoRA job (16 nodes of 4 H100, LLaMA-2 70B, 0.2 s) against the scenario that replays it.
//
// The fit sees the dips of the first half alone: two levels, duty, lag, period, jitter. The start-up of 313 s and the
// five holds of 16 s (every 223 s from 1,140 s) are given. Everything else is held against what was measured. The
// upper level is the baseline of those dips, of which the table has one for the whole job.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/waveform/sampled_series.hpp"
#include "analysis/waveform/spectrum.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;

namespace {

constexpr double accelerators = 64, sample_s = 0.2, threshold = 0.05;   // a dip: more than 5 % below its baseline
constexpr double first_hold_s = 1140, hold_every_s = 223, hold_s = 16;  // given

// ---- what was measured ---------------------------------------------------------------------------------------

struct Dip {
  double start_s, end_s, length_s, depth, least_w;  // depth: mean, of the baseline [1]
};

struct Measured {
  double baseline_w = 0;
  Dip start_up{};
  std::vector<Dip> first, second;  // halves by number
  double samples = 0, mean_w = 0, median_w = 0, deviation_w = 0, p95_w = 0;
  std::vector<double> frequencies_hz, densities;  // largest peaks
};

using Row = std::vector<std::string>;

std::vector<Row> rows_of(const std::filesystem::path& path, const std::string& beginning = {}) {
  std::ifstream file(path);
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    if (line.rfind(beginning, 0) != 0) continue;
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

double number(const std::string& cell) { return std::strtod(cell.c_str(), nullptr); }

std::optional<Measured> measured() {
  const char* given = std::getenv("WATTERSHED_SHARED");
  const std::filesystem::path folder =
      std::filesystem::path(given ? given : WATTERSHED_SOURCE_DIR "/../shared") / "data/power";
  const std::filesystem::path table = folder / "h100_llama2_lora_16node_dips.csv";
  if (!std::filesystem::exists(table)) return std::nullopt;
  Measured m;
  std::vector<Dip> dips;
  for (const Row& row : rows_of(table)) {
    m.baseline_w = number(row.at(5));
    dips.push_back({number(row[0]), number(row[1]), number(row[2]), number(row[3]) / 100, number(row[4])});
  }
  m.start_up = dips.front();
  const auto middle = dips.begin() + 1 + (static_cast<std::ptrdiff_t>(dips.size()) - 2) / 2;
  m.first.assign(dips.begin() + 1, middle);
  m.second.assign(middle, dips.end() - 1);  // the last one is the end of the work
  const Row row = rows_of(folder / "h100_workload_stats.csv", "LLaMA2-LoRA (16node)").at(0);
  m.samples = number(row.at(1));
  m.mean_w = accelerators * number(row.at(3));
  m.median_w = accelerators * number(row.at(4));
  m.deviation_w = accelerators * number(row.at(7));
  m.p95_w = accelerators * number(row.at(9));
  for (const Row& peak : rows_of(folder / "h100_dominant_frequencies.csv", "LLaMA2-LoRA 16N")) {
    m.frequencies_hz.push_back(number(peak.at(1)));
    m.densities.push_back(number(peak.at(3)));
  }
  return m;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return quantile(values, 0.5);
}

template <typename Get>
double median_of(const std::vector<Dip>& dips, Get get) {
  std::vector<double> values;
  for (const Dip& dip : dips) values.push_back(get(dip));
  return median(values);
}

// ---- the fit -------------------------------------------------------------------------------------------------

struct Fit {
  double high_w, low_w, lag_s, period_s, low_s, jitter;
};

// A low phase of length l behind a first-order lag, of depth m, lies below a threshold of depth u for
//   length = l + lag·ln((m - u)/u),   mean depth meanwhile = m·(1 - lag·ln(m/u)/length)
Fit fit_of(const std::vector<Dip>& all, double baseline_w) {
  std::vector<Dip> dips;  // holds are given
  for (const Dip& dip : all)
    if (dip.length_s < 10) dips.push_back(dip);
  const auto n = static_cast<double>(dips.size());
  Fit fit{};
  fit.high_w = baseline_w;
  fit.low_w = median_of(dips, [](const Dip& dip) { return dip.least_w; });
  const double full_w = fit.high_w - fit.low_w, under_w = threshold * baseline_w;
  const double depth_w = baseline_w * median_of(dips, [](const Dip& dip) { return dip.depth; });
  double length_s = 0;
  for (const Dip& dip : dips) length_s += dip.length_s / n;
  fit.lag_s = length_s * (1 - depth_w / full_w) / std::log(full_w / under_w);
  fit.low_s = length_s - fit.lag_s * std::log((full_w - under_w) / under_w);
  // Period: least squares through the ends, which the late edge of a long dip does not move.
  double above = 0, below = 0;
  for (std::size_t k = 0; k < dips.size(); ++k) {
    const double from_middle = static_cast<double>(k) - (n - 1) / 2;
    above += from_middle * dips[k].end_s;
    below += from_middle * from_middle;
  }
  fit.period_s = above / below;
  // Jitter: steps of a random walk, each end seen with an error of its own (the samples): of the differences between
  // neighbouring ends, variance + 2·covariance is that of the walk alone.
  std::vector<double> steps;
  double mean_s = 0, variance = 0, covariance = 0;
  for (std::size_t k = 1; k < dips.size(); ++k) steps.push_back(dips[k].end_s - dips[k - 1].end_s);
  const auto count = static_cast<double>(steps.size());
  for (const double step_s : steps) mean_s += step_s / count;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    variance += (steps[k] - mean_s) * (steps[k] - mean_s) / count;
    if (k > 0) covariance += (steps[k] - mean_s) * (steps[k - 1] - mean_s) / (count - 1);
  }
  fit.jitter = std::sqrt(std::max(variance + 2 * covariance, 0.0)) / fit.period_s;
  return fit;
}

// The fitted and the given numbers, laid over the committed scenario.
std::vector<std::string> settings_of(const Fit& fit, const Measured& m) {
  const std::string job = "workload.training.lora.";
  const double start_w = m.baseline_w * (1 - m.start_up.depth), start_s = m.start_up.length_s;
  const double checkpoint_s = hold_s - fit.low_s, every_s = hold_every_s - checkpoint_s;
  const double first_s = first_hold_s + fit.low_s - start_s;
  return {
      fmt::format("site.electrical.lag={:.6f} s", fit.lag_s),
      job + fmt::format("pattern=[{{power: {:.5f} W, for: {:.6f} s}}, "
                        "{{power: {:.5f} W, for: {:.6f} s, activity: communication}}]",
                        fit.high_w / accelerators, fit.period_s - fit.low_s, fit.low_w / accelerators, fit.low_s),
      job + fmt::format("jitter={:.5f} %", 100 * fit.jitter),
      job + fmt::format("start_pattern=[{{power: {:.5f} W, for: {:.6f} s, activity: parked}}]",
                        start_w / accelerators, start_s),
      job + fmt::format("powers.checkpoint={:.5f} W", fit.low_w / accelerators),
      job + fmt::format("checkpoint_time={:.6f} s", checkpoint_s),
      job + fmt::format("checkpoint_every={:.6f} s", every_s),
      job + fmt::format("checkpoint_stagger={:.6f} s", first_s - every_s),
  };
}

// ---- what is simulated ---------------------------------------------------------------------------------------

std::vector<double> simulated(const std::vector<std::string>& sets) {
  const std::filesystem::path file = WATTERSHED_SOURCE_DIR "/scenarios/evidence/lora_16node.yaml";
  const test::TemporaryFile output;
  run_scenario(load_scenario(file, test::test_catalog(), sets), {.output = output.path()});
  return RunFileReader(output.path()).numbers("site/windows/job", "it_power");
}

// The dips of a series as the table of the measured job has them.
std::vector<Dip> dips_of(const std::vector<double>& power_w, double baseline_w) {
  std::vector<Dip> dips;
  for (std::size_t i = 0; i < power_w.size(); ++i) {
    if (power_w[i] >= (1 - threshold) * baseline_w) continue;
    const std::size_t begin = i;
    double sum_w = 0, least_w = power_w[i];
    for (; i < power_w.size() && power_w[i] < (1 - threshold) * baseline_w; ++i) {
      sum_w += power_w[i];
      least_w = std::min(least_w, power_w[i]);
    }
    const auto count = static_cast<double>(i - begin);
    dips.push_back({sample_s * static_cast<double>(begin), sample_s * static_cast<double>(i), sample_s * count,
                    1 - sum_w / count / baseline_w, least_w});
  }
  return dips;
}

struct Figures {
  double mean_w = 0, deviation_w = 0, median_w = 0, p95_w = 0;
};

Figures figures_of(std::vector<double> power_w) {
  Figures f;
  f.mean_w = mean_of(power_w);
  double square = 0;
  for (const double w : power_w) square += (w - f.mean_w) * (w - f.mean_w);
  f.deviation_w = std::sqrt(square / static_cast<double>(power_w.size()));
  std::sort(power_w.begin(), power_w.end());
  f.median_w = quantile(power_w, 0.5);
  f.p95_w = quantile(power_w, 0.95);
  return f;
}

// The bin that stands out within 0.03 Hz around a frequency; nothing when it is one of the outermost.
std::optional<std::size_t> peak_near(const Spectrum& spectrum, double frequency_hz) {
  const auto middle = static_cast<std::size_t>(std::lround(frequency_hz / spectrum.resolution.si()));
  const auto reach = static_cast<std::size_t>(std::lround(0.03 / spectrum.resolution.si()));
  const auto begin = spectrum.density.begin();
  const auto first = begin + static_cast<std::ptrdiff_t>(middle - reach);
  const auto last = begin + static_cast<std::ptrdiff_t>(middle + reach);
  const auto largest = std::max_element(first, last + 1);
  if (largest == first || largest == last) return std::nullopt;
  return static_cast<std::size_t>(largest - begin);
}

// Relative, and on record.
double off(const char* what, double simulated, double measured, double scale, const char* unit) {
  const double error = simulated / measured - 1;
  MESSAGE(fmt::format("{:<28} {:>9.3f} {:>9.3f} {:<6} {:+.1f} %", what, measured / scale, simulated / scale, unit,
                      100 * error));
  return std::abs(error);
}

}  // namespace

TEST_SUITE("evidence") {
  TEST_CASE("a measured LoRA job: fitted to half of its dips, held against all of it") {
    const std::optional<Measured> m = measured();
    if (!m) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    REQUIRE(m->first.size() == 79);
    REQUIRE(m->second.size() == 80);
    const Fit fit = fit_of(m->first, m->baseline_w);
    MESSAGE(fmt::format(
        "fit: {:.1f} and {:.1f} W, lag {:.4f} s, period {:.4f} s, low {:.4f} s ({:.1f} %), jitter "
        "{:.3f} %",
        fit.high_w, fit.low_w, fit.lag_s, fit.period_s, fit.low_s, 100 * fit.low_s / fit.period_s, 100 * fit.jitter));
    const std::vector<double> power_w = simulated(settings_of(fit, *m));
    REQUIRE(power_w.size() == static_cast<std::size_t>(m->samples));

    MESSAGE("                              measured simulated");
    const Figures f = figures_of(power_w);
    CHECK(off("mean", f.mean_w, m->mean_w, 1e3, "kW") <= 0.03);
    CHECK(off("standard deviation", f.deviation_w, m->deviation_w, 1e3, "kW") <= 0.08);
    CHECK(off("P95", f.p95_w, m->p95_w, 1e3, "kW") <= 0.07);
    off("median", f.median_w, m->median_w, 1e3, "kW");

    const Spectrum spectrum = welch({power_w, Frequency(1 / sample_s)}, power_w.size() / 4);
    const double bin_hz = 1 / sample_s / std::floor(static_cast<double>(power_w.size()) / 4);
    REQUIRE(m->frequencies_hz.size() == 3);
    for (const std::size_t which : {1u, 2u}) {
      const double at_hz = m->frequencies_hz[which];
      const std::optional<std::size_t> peak = peak_near(spectrum, at_hz);
      CAPTURE(at_hz);
      REQUIRE(peak);
      const double found_hz = spectrum.frequency(*peak).si();
      off("peak at", found_hz, at_hz, 1, "Hz");
      off("its density", spectrum.density[*peak], m->densities[which], 1e9, "kW2/mHz");
      CHECK(std::abs(found_hz - at_hz) <= bin_hz);
    }
    // Beyond the start-up, the step is the largest of all.
    const auto from = spectrum.density.begin() + std::lround(0.02 / spectrum.resolution.si());
    CHECK(std::max_element(from, spectrum.density.end()) - spectrum.density.begin() ==
          static_cast<std::ptrdiff_t>(*peak_near(spectrum, m->frequencies_hz[1])));

    std::vector<Dip> second;
    for (const Dip& dip : dips_of(power_w, fit.high_w))
      if (dip.start_s > m->first.back().end_s) second.push_back(dip);
    const auto length = [](const Dip& dip) { return dip.length_s; };
    const auto depth = [](const Dip& dip) { return dip.depth; };
    CHECK(off("dips, second half", static_cast<double>(second.size()), static_cast<double>(m->second.size()), 1,
              "") <= 0.1);
    CHECK(off("their median depth", median_of(second, depth), median_of(m->second, depth), 0.01, "%") <= 0.1);
    CHECK(off("their median length", median_of(second, length), median_of(m->second, length), 1, "s") <= 0.1);
    std::vector<double> holds;
    for (const Dip& dip : second)
      if (dip.length_s > 10) holds.push_back(dip.start_s);
    CHECK(holds.size() == 4);
  }

  TEST_CASE("the numbers of the committed scenario are those of the fit") {
    const std::optional<Measured> m = measured();
    if (!m) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    const std::vector<double> fitted = simulated(settings_of(fit_of(m->first, m->baseline_w), *m));
    const std::vector<double> committed = simulated({});
    REQUIRE(fitted.size() == committed.size());
    CHECK(mean_of(committed) == doctest::Approx(mean_of(fitted)).epsilon(2e-4));
    CHECK(figures_of(committed).deviation_w == doctest::Approx(figures_of(fitted).deviation_w).epsilon(1e-3));
  }

  TEST_CASE("with the end of its work, too") {
    const std::optional<Measured> m = measured();
    if (!m) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    // The steps that were over when the work ended: known from the table's last row, which is no dip.
    const Figures f = figures_of(simulated({"workload.training.lora.duration=1670 s"}));
    CHECK(off("mean", f.mean_w, m->mean_w, 1e3, "kW") <= 0.03);
    CHECK(off("standard deviation", f.deviation_w, m->deviation_w, 1e3, "kW") <= 0.08);
    CHECK(off("P95", f.p95_w, m->p95_w, 1e3, "kW") <= 0.07);
  }
}
