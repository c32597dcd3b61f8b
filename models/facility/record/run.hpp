/// One run of a scenario: its sites wired to one circuit, simulated with one clock, recorded in one sink, audited
/// each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "models/accounting/balance.hpp"
#include "models/facility/record/site_faults.hpp"
#include "models/facility/scenario/load_scenario.hpp"
#include "sim/base/omission.hpp"
#include "sim/kernel/circuit.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

/// Where a run stands, for a progress bar.
struct Progress {
  Time now{}, start{}, end{};
  std::uint64_t events = 0;
};

struct RunOptions {
  std::filesystem::path output{};  ///< of the run file, where there is one
  std::uint64_t run = 0;           ///< number of the replication: another run, other draws
  std::string program_version{};
  std::string git_hash{};
  std::string created{};  ///< UTC wall clock, for the record
  /// Only for tests: what disturbs the circuit, said before anything is wired (Circuit::tap).
  std::function<void(Circuit&)> disturb{};
  CircuitOptions circuit{};  ///< only for tests: another order of evaluation
  /// Called now and then; false interrupts the run.
  std::function<bool(const Progress&)> progress{};
};

/// How it ended, and what did not hold in it.
struct RunResult : SiteFaults {
  bool interrupted = false;
  std::vector<Balance> balances;  ///< of every site; with several, named "west: energy"
  std::uint64_t events = 0;
  std::size_t rows = 0;
  [[nodiscard]] bool audits_hold() const {
    for (const Balance& balance : balances)
      if (balance.failed()) return false;
    return true;
  }
};

/// Runs and writes the run file. Throws InputError when the output cannot be written, DiskError when the disk is full
/// (the unfinished file is removed). A failed audit is in the result, and the file is kept.
RunResult run_scenario(const LoadedScenario& loaded, const RunOptions& options);
/// The same into any sink, which is finished, or abandoned where this throws; no file is made. Of the options
/// `output` is not looked at.
RunResult run_scenario(const LoadedScenario& loaded, const RunOptions& options, RunSink& sink);

/// Wires the sites as a run does, and lets go of them: throws what a run would throw before its first instant.
void check_wiring(const LoadedScenario& loaded);

/// An effect that the scenario of a site touches and the program leaves out.
struct SiteOmission {
  std::string site;
  Omission omission;
};
/// Those of all sites, in their order: what /not_modelled of the run's file will hold. Throws as `check_wiring`.
std::vector<SiteOmission> omissions_of(const LoadedScenario& loaded);

/// What a sink of this run should say of it.
RunAttributes run_attributes(const LoadedScenario& loaded, const RunOptions& options);

}  // namespace wattershed
