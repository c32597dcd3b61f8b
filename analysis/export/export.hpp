/// Tables of a run file as CSV: for spreadsheets and for eyes.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/output/run_source.hpp"

namespace wattershed {

struct ExportOptions {
  std::string group;                 ///< "/phoenix", "/phoenix/monthly"; empty: the first site's time table
  std::vector<std::string> columns;  ///< empty: all
};

/// Writes the header row (names with units in brackets) and one row per row of the table, SI as in the file, times as
/// UTC. Calls `write` with pieces of text. Throws InputError for a group or column that is not there.
void export_csv(const RunSource& run, const ExportOptions& options,
                const std::function<void(std::string_view)>& write);
/// The same of a run file.
void export_csv(const std::filesystem::path& run, const ExportOptions& options,
                const std::function<void(std::string_view)>& write);

/// The groups that hold tables.
std::vector<std::string> exportable_groups(const RunSource& run);
std::vector<std::string> exportable_groups(const std::filesystem::path& run);

}  // namespace wattershed
