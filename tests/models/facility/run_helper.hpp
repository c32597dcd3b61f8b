/// Runs a scenario given as text into a file of its own, for tests.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "models/catalog/embedded_catalog.hpp"
#include "models/facility/record/run.hpp"
#include "sim/output/run_reader.hpp"

namespace wattershed::test {

/// A path that no other test uses; the file is removed at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& ending = ".h5") {
    static std::atomic<int> number{0};
    path_ = std::filesystem::temp_directory_path() /
            ("wattershed_test_" + std::to_string(::getpid()) + "_" + std::to_string(number++) + ending);
  }
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline const Catalog& test_catalog() {
  static const Catalog catalog(embedded_catalog());
  return catalog;
}

inline LoadedScenario load_text(const std::string& text, const std::vector<std::string>& sets = {}) {
  return load_scenario_text(text, "test.yaml", test_catalog(), sets);
}

/// A run and its file, opened.
struct TestRun {
  TemporaryFile file;
  RunResult result;
  RunFileReader open() const { return RunFileReader(file.path(), FileOrigin::own); }
  [[nodiscard]] double summary(const std::string& site, const std::string& name) const {
    return open().summary(site, name).value();
  }
};

inline void run_text(TestRun& run, const std::string& text, const std::vector<std::string>& sets = {},
                     std::function<void(Circuit&)> disturb = {}) {
  const LoadedScenario loaded = load_text(text, sets);
  run.result = run_scenario(loaded, {.output = run.file.path(), .disturb = std::move(disturb)});
}

/// A small hall with everything that can leak: racks, the whole chain, water, carbon.
inline const char* const small_hall = R"(
title: a small hall
start: 2027-01-01
duration: 1 day
site:
  name: hall
  grid:
    carbon: 400 g/kWh
    water_intensity: 3 L/kWh
    tariff: {energy: 0.10 USD/kWh, demand: 10 USD/kW/month, water: 3 USD/m3}
  electrical: {pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva}
  cooling: {system: {use: fixed-overhead, overhead: 20 %, wue: 1.5 L/kWh}}
  racks:
    a100:
      server: {accelerator: {max_power: 400 W}, accelerators: 8, idle_power: 1.5 kW, max_power: 6.5 kW}
      servers: 4
      count: 6
  lighting: 2 kW
workload:
  fixed:
    nightly: {accelerators: 64, duration: 6 h, utilisation: 80 %, every: 8 h}
    small: {accelerators: 3, duration: 50 min, power: 600 W, every: 1 h, copies: 4}
  inference:
    chat: {requests: {rate: 5 /s}, energy_per_request: 0.3 Wh}
)";

}  // namespace wattershed::test
