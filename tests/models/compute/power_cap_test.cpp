#include "models/compute/power_cap.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>

#include "catalog_entry.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

Accelerator part(Power max_power, std::optional<Power> parked = {}) {
  Accelerator accelerator;
  accelerator.max_power = max_power;
  accelerator.parked_power = parked;
  return accelerator;
}

struct SweepPoint {
  double limit_w = 0, epoch_s = 0, power_w = 0;
};

/// The sweeps of one GPU over its power limit, by training job; highest limit first. Empty where the data is absent.
std::map<std::string, std::vector<SweepPoint>> sweeps(const char* name) {
  const char* given = std::getenv("WATTERSHED_SHARED");
  const std::filesystem::path folder = given != nullptr
                                           ? std::filesystem::path(given)
                                           : std::filesystem::path(WATTERSHED_SOURCE_DIR) / ".." / "shared";
  std::map<std::string, std::vector<SweepPoint>> jobs;
  std::ifstream file(folder / "data" / "power" / name);
  if (!file) {
    MESSAGE("skipped: shared data absent");
    return jobs;
  }
  std::string line;
  std::getline(file, line);
  REQUIRE(line == "dataset,network,batch_size,optimizer,power_limit,time_per_epoch,average_power");
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
    if (cells.size() < 7 || cells[5].empty() || cells[6].empty()) continue;
    const SweepPoint point{std::stod(cells[4]), std::stod(cells[5]), std::stod(cells[6])};
    if (std::isfinite(point.epoch_s) && point.epoch_s > 0 && point.power_w > 0)
      jobs[cells[0] + cells[1] + "/" + cells[2] + "/" + cells[3]].push_back(point);
  }
  for (auto& [job, points] : jobs)
    std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.limit_w > b.limit_w; });
  return jobs;
}

struct Deviations {
  std::vector<double> time;   // of the law over the measurement, less one
  std::vector<double> power;  // of the cap over the measured power, less one
};

/// Every cap that binds: at least 3 % below what the job draws at the highest limit.
Deviations deviations(const char* name, const Accelerator& accelerator) {
  Deviations result;
  for (const auto& [job, points] : sweeps(name)) {
    const SweepPoint& free = points.front();
    if (free.limit_w != accelerator.max_power.si()) continue;
    for (const SweepPoint& point : points) {
      if (point.limit_w >= 0.97 * free.power_w) continue;
      const CappedActivity law = capped(accelerator, Activity::compute, Power(free.power_w), Power(point.limit_w));
      result.time.push_back(law.slowdown * free.epoch_s / point.epoch_s - 1);
      result.power.push_back(law.power.si() / point.power_w - 1);
    }
  }
  return result;
}

double mean_size(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0, [](double sum, double v) { return sum + std::abs(v); }) /
         static_cast<double>(values.size());
}

double quantile_of_size(std::vector<double> values, double q) {
  for (double& v : values) v = std::abs(v);
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a cap above the power changes nothing") {
    const Accelerator h100 = read_struct<Accelerator>("h100-sxm");
    const CappedActivity free = capped(h100, Activity::compute, Power(630), Power(630));
    CHECK(free.power == Power(630));
    CHECK(free.slowdown == 1.0);
  }

  TEST_CASE("a lower cap never draws more and never runs faster") {
    const Accelerator h100 = read_struct<Accelerator>("h100-sxm");
    for (const Activity activity : {Activity::compute, Activity::prefill, Activity::decode, Activity::communication,
                                    Activity::optimizer, Activity::checkpoint, Activity::bubble}) {
      const Power power = activity_power(h100, activity);
      CappedActivity before = capped(h100, activity, power, Power(800));
      for (double cap_w = 799; cap_w > 0; cap_w -= 1) {
        const CappedActivity now = capped(h100, activity, power, Power(cap_w));
        REQUIRE(now.power <= before.power);
        REQUIRE(now.slowdown >= before.slowdown);
        REQUIRE(now.slowdown < 6);
        before = now;
      }
    }
  }

  TEST_CASE("a cap that can be met is met, one that cannot leaves the power of the slowest clock") {
    const Accelerator h100 = read_struct<Accelerator>("h100-sxm");
    CHECK(capped(h100, Activity::compute, Power(630), Power(400)).power == Power(400));
    const CappedActivity deep = capped(h100, Activity::compute, Power(630), Power(50));
    CHECK(deep.power.si() == doctest::Approx(121.7 + 0.055 * (630 - 121.7)));
    CHECK(deep.slowdown == doctest::Approx(1 + 0.5 * 9));
  }

  TEST_CASE("what draws no more than parked is not slowed, nor lowered") {
    const Accelerator h100 = read_struct<Accelerator>("h100-sxm");
    for (const double cap_w : {110.0, 100.0, 20.0}) {
      const CappedActivity result = capped(h100, Activity::compute, Power(105), Power(cap_w));
      CHECK(result.power == Power(105));
      CHECK(result.slowdown == 1.0);
    }
  }

  TEST_CASE("communication and checkpoints lose power, not speed") {
    const Accelerator h100 = read_struct<Accelerator>("h100-sxm");
    const CappedActivity result = capped(h100, Activity::communication, Power(315), Power(250));
    CHECK(result.power == Power(250));
    CHECK(result.slowdown == 1.0);
  }

  TEST_CASE("published trade-offs") {
    // Samsi 2023, LLM inference on A100 of 250 W: mean power × 0.72, time +6.7 %, energy −23 %.
    const Accelerator a100 = part(Power(250));
    const CappedActivity samsi = capped(a100, Activity::decode, Power(250), Power(0.722 * 250));
    CHECK(samsi.slowdown == doctest::Approx(1.067).epsilon(0.01));
    CHECK(samsi.slowdown * samsi.power.si() / 250 == doctest::Approx(0.77).epsilon(0.01));
    // POLCA 2024: power −20 % for about 10 % of training speed, at most 7 % of inference.
    const Accelerator h100 = read_struct<Accelerator>("h100-sxm");
    CHECK(capped(h100, Activity::compute, Power(630), Power(504)).slowdown == doctest::Approx(1.10).epsilon(0.01));
    CHECK(capped(h100, Activity::decode, Power(420), Power(336)).slowdown < 1.07);
    // Splitwise: H100 from 700 to 350 W costs decode almost nothing.
    CHECK(capped(h100, Activity::decode, activity_power(h100, Activity::decode), Power(350)).slowdown < 1.05);
  }
}

TEST_SUITE("evidence") {
  TEST_CASE("measured sweeps of the power limit") {
    // V100 of 250 W; A40 of 300 W, whose least power at work in these sweeps is 80 W.
    const Deviations v100 = deviations("zeus_power_limit_v100.csv", part(Power(250)));
    const Deviations a40 = deviations("zeus_power_limit_a40.csv", part(Power(300), Power(75)));
    if (v100.time.empty() || a40.time.empty()) return;
    CHECK(v100.time.size() == 188);
    CHECK(a40.time.size() == 180);
    for (const auto* each : {&v100, &a40})
      MESSAGE("time: mean deviation " << 100 * mean_size(each->time) << " %, 90 % within "
                                      << 100 * quantile_of_size(each->time, 0.9) << " %; power: mean "
                                      << 100 * mean_size(each->power) << " %");
    CHECK(mean_size(v100.time) < 0.07);
    CHECK(quantile_of_size(v100.time, 0.9) < 0.20);
    CHECK(mean_size(a40.time) < 0.14);
    CHECK(quantile_of_size(a40.time, 0.9) < 0.35);
    // Average power stays below the limit: between steps the GPU waits for its host.
    CHECK(mean_size(v100.power) < 0.15);
    CHECK(mean_size(a40.power) < 0.15);
  }
}
