// A CSV of the shared reference data: comment lines, one header row, then rows by column name.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace wattershed::test {

using Row = std::map<std::string, std::string>;

inline double number(const Row& row, const std::string& column) { return std::stod(row.at(column)); }

/// No rows, and a message by which the test counts as skipped, where the shared data is absent.
inline std::vector<Row> shared_table(const char* name) {
  const char* given = std::getenv("WATTERSHED_SHARED");
  const std::filesystem::path folder = given != nullptr
                                           ? std::filesystem::path(given)
                                           : std::filesystem::path(WATTERSHED_SOURCE_DIR) / ".." / "shared";
  const std::filesystem::path path = folder / "data" / "cooling" / name;
  std::vector<Row> rows;
  if (!std::filesystem::exists(path)) {
    MESSAGE("skipped: shared data absent");
    return rows;
  }
  std::ifstream file(path);
  std::vector<std::string> header;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> cells;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
    if (header.empty()) {
      header = cells;
      continue;
    }
    REQUIRE(cells.size() == header.size());
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = cells[i];
  }
  REQUIRE(!rows.empty());
  return rows;
}

}  // namespace wattershed::test
