/// A table of text from a CSV file, as people and spreadsheets write it.
///
/// Accepted  `#` comment lines anywhere, blank lines, one header row, LF or CRLF, a byte order mark, fields in double
///           quotes (with commas, line breaks, and "" for a quote), blanks around a field
/// Refused   what `plain_text` refuses; no header, a row with more or fewer fields than the header, a name that
///           stands twice, a quote that does not end: InputError with file and line, up to 20 problems at once
/// Places    a fault of a cell has its line and column, one of a row or of the header its line
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/problem.hpp"
#include "sim/input/text_file.hpp"

namespace wattershed {

struct CsvCell {
  std::string text;
  int line = 0, column = 0;  ///< where it begins, from 1
};

struct CsvTable {
  std::string file;  ///< its name in messages
  int header_line = 0;
  std::vector<std::string> names;
  std::vector<std::vector<CsvCell>> rows;  ///< each with as many cells as there are names, at least one

  /// Which column has exactly that name.
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::size_t row, std::size_t column) const { return rows[row][column].text; }
  /// The cell as a finite number. Throws InputError at its place.
  [[nodiscard]] double number(std::size_t row, std::size_t column) const;

  [[nodiscard]] Place header_place() const { return {file, header_line, 0}; }
  /// Where a row begins.
  [[nodiscard]] int line(std::size_t row) const { return rows[row].front().line; }
  [[nodiscard]] Place place(std::size_t row) const { return {file, line(row), 0}; }
  [[nodiscard]] Place place(std::size_t row, std::size_t column) const {
    return {file, rows[row][column].line, rows[row][column].column};
  }
};

/// Reads a file.
CsvTable read_csv(const FileName& file, const TextKind& kind);
/// Reads a text already in memory; `file` is its name in messages.
CsvTable parse_csv(std::string_view text, const std::string& file);

}  // namespace wattershed
