/// A table of text from a CSV file, as people and spreadsheets write it.
///
/// Accepted  `#` comment lines anywhere, blank lines, one header row, LF or CRLF, a byte-order mark, fields in double
///           quotes (with commas, line breaks, and "" for a quote), spaces around a field
/// Refused   no header, a row with more or fewer fields than the header, a name that stands twice, a quote that does
///           not end, over 256 MiB: InputError with file and line, up to 20 problems at once
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/problem.hpp"

namespace wattershed {

struct CsvRow {
  int line = 0;  ///< where it begins, from 1
  std::vector<std::string> cells;
};

struct CsvTable {
  std::string file;  ///< its name in messages
  int header_line = 0;
  std::vector<std::string> names;
  std::vector<CsvRow> rows;  ///< each with as many cells as there are names

  /// Which column has exactly that name.
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view name) const;
  /// The cell as a finite number. Throws InputError at its line.
  [[nodiscard]] double number(std::size_t row, std::size_t column) const;
  [[nodiscard]] Place place(std::size_t row) const { return {file, rows[row].line, 0}; }
};

/// Reads a file; `name` is what messages call it.
CsvTable read_csv(const std::filesystem::path& path, const std::string& name);
/// Reads a text already in memory.
CsvTable parse_csv(std::string_view text, const std::string& name);

}  // namespace wattershed
