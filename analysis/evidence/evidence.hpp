/// Published numbers held against runs: every scenario with an `expect` block is run, case by case.
///
/// A row holds when the simulated value is within its tolerance of the printed one, or rounds to it (half a unit of
/// the last printed digit). `closes` follows from published inputs, `imposed` returns an input and shows the
/// plumbing, `predicts` is our physics; `explores` shows a direction and is not judged.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "models/facility/scenario/scenario.hpp"
#include "sim/input/catalog.hpp"

namespace wattershed {

struct EvidenceRow {
  std::string scenario;  ///< stem of the file
  std::string name;      ///< of the expectation, with its case: "energy (t5)"
  EvidenceKind kind{};
  std::string published;  ///< as printed: "1287 MWh"
  double published_si = 0;
  double simulated_si = 0;
  std::string simulated;  ///< in the unit of the published number
  double tolerance = 0;
  std::string source;
  std::string problem;  ///< why there is no simulated value
  [[nodiscard]] double ratio() const { return simulated_si / published_si; }
  bool holds = false;
};

/// Half a unit of the last digit of a printed number ("7.5 MWh" → 0.05, "1287 MWh" → 0.5), in the number's own unit.
double half_last_digit(std::string_view printed);

/// Runs one scenario's expectations. Run files go to `scratch` and are removed. Throws InputError.
std::vector<EvidenceRow> run_evidence(const std::filesystem::path& scenario, const Catalog& catalog,
                                      const std::filesystem::path& scratch);

/// Scenarios by file or by name in the folder of evidence; all of that folder without names. The folder is
/// scenarios/evidence below the current one, beside or above the program's, or installed under share/. Throws
/// InputError when there is none.
std::vector<std::filesystem::path> evidence_files(const std::vector<std::string>& names,
                                                  const std::filesystem::path& program_folder);
/// Runs them one after the other in a folder of its own. Throws InputError, also when one expects nothing.
std::vector<EvidenceRow> run_all_evidence(const std::vector<std::filesystem::path>& files, const Catalog& catalog);
/// Every judged row holds and every row could be evaluated.
bool evidence_holds(const std::vector<EvidenceRow>& rows);

/// The rows as a table: published, simulated, ratio, tolerance, verdict.
std::string evidence_table(const std::vector<EvidenceRow>& rows);

}  // namespace wattershed
