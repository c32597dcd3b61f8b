// The folder of shared grid data and its tables, for tests that skip where it is absent.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace wattershed::test {

inline std::optional<std::filesystem::path> shared_grid() {
  const char* set = std::getenv("WATTERSHED_SHARED");
  const std::filesystem::path root = set ? set : WATTERSHED_SOURCE_DIR "/../shared";
  if (!std::filesystem::exists(root / "data/grid")) return std::nullopt;
  return root / "data/grid";
}

/// The cells of a CSV below its heading.
inline std::vector<std::vector<std::string>> read_cells(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  std::string text;
  std::getline(file, text);
  while (std::getline(file, text)) {
    std::istringstream cells(text);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

/// The same as numbers; 0 for a cell that is none.
inline std::vector<std::vector<double>> read_numbers(const std::filesystem::path& path) {
  std::vector<std::vector<double>> rows;
  for (const std::vector<std::string>& cells : read_cells(path)) {
    rows.emplace_back();
    for (const std::string& cell : cells) rows.back().push_back(std::strtod(cell.c_str(), nullptr));
  }
  return rows;
}

}  // namespace wattershed::test
