#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <stdexcept>

#include "analysis/evidence/evidence.hpp"
#include "sim/base/problem.hpp"
#include "sim/input/yaml.hpp"

namespace wattershed {
namespace {

namespace fs = std::filesystem;

fs::path evidence_folder(const fs::path& program_folder) {
  std::vector<fs::path> candidates{"scenarios/evidence"};
  std::error_code error;
  if (!program_folder.empty())
    for (const char* way : {"scenarios", "../scenarios", "../../scenarios", "../share/wattershed/scenarios"})
      candidates.push_back(program_folder / way / "evidence");
  for (const fs::path& candidate : candidates)
    if (fs::is_directory(candidate, error)) return candidate.lexically_normal();
  throw InputError({}, "no folder scenarios/evidence here or beside the program: name a scenario file");
}

std::vector<fs::path> scenarios_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// Whether a file of the folder above has an `expect` block, by its text: the evidence reads it properly.
bool expects_something(const fs::path& file) {
  const std::string text = read_bytes(file_name(file), scenario_file);
  for (std::string_view rest = text; !rest.empty();)
    if (next_line(rest).starts_with("expect:")) return true;
  return false;
}

/// The folder's scenarios, and those of the folder above that expect something.
std::vector<fs::path> all_evidence(const fs::path& folder) {
  std::vector<fs::path> files = scenarios_in(folder);
  for (const fs::path& file : scenarios_in((folder / "..").lexically_normal()))
    if (expects_something(file)) files.push_back(file);
  return files;
}

/// A scenario file as it is named, or one of the folder of evidence by its name.
fs::path evidence_file(const std::string& name, const fs::path& program_folder) {
  if (fs::is_regular_file(name)) return name;
  std::vector<std::string> known;
  try {
    for (const fs::path& file : all_evidence(evidence_folder(program_folder))) {
      if (file.stem() == name) return file;
      known.push_back(file.stem().string());
    }
  } catch (const InputError& error) {
    throw InputError({}, fmt::format("no scenario '{}': {}", name, error.what()));
  }
  throw InputError({},
                   fmt::format("no scenario '{}' here or in scenarios/evidence{}", name, did_you_mean(name, known)));
}

/// A new folder that goes with its contents.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (fs::temp_directory_path() / "wattershed-evidence-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a folder for the runs: " + pattern);
    path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

std::vector<fs::path> evidence_files(const std::vector<std::string>& names, const fs::path& program_folder) {
  if (names.empty()) return all_evidence(evidence_folder(program_folder));
  std::vector<fs::path> files;
  for (const std::string& name : names) files.push_back(evidence_file(name, program_folder));
  return files;
}

std::vector<EvidenceRow> run_all_evidence(const std::vector<fs::path>& files, const Catalog& catalog) {
  const ScratchFolder scratch;
  std::vector<EvidenceRow> rows;
  for (const fs::path& file : files) {
    const std::vector<EvidenceRow> some = run_evidence(file, catalog, scratch.path());
    if (some.empty())
      throw InputError({file.string(), 0, 0}, "expects nothing: give it an `expect` block, or run it with `run`");
    rows.insert(rows.end(), some.begin(), some.end());
  }
  return rows;
}

bool evidence_holds(const std::vector<EvidenceRow>& rows) {
  return std::all_of(rows.begin(), rows.end(), [](const EvidenceRow& row) {
    return row.problem.empty() && (row.kind == EvidenceKind::explores || row.holds);
  });
}

}  // namespace wattershed
