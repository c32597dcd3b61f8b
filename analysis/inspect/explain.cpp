#include "analysis/inspect/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "sim/units/units.hpp"

namespace wattershed {
namespace {

/// Steps of a unit by a thousand, for what has no unit of a trade.
std::string in_steps(double si, const char* unit) {
  constexpr const char* prefixes[] = {"", "k", "M", "G"};
  int step = 0;
  for (; step < 3 && std::abs(si) >= 999.5; ++step) si /= 1000;
  return fmt::format("{:.{}f} {}{}", si,
                     std::abs(si) >= 100 || si == 0 ? 0
                     : std::abs(si) >= 10           ? 1
                                                    : 2,
                     prefixes[step], unit);
}

struct Row {
  std::string path, value, note;
};

}  // namespace

std::string derived_text(const ResolvedValue& value) {
  if (value.unit.empty()) return value.text;
  try {
    const double si = parse_number(value.text);
    if (value.unit == "1") return fmt::format("{:.4g}", si);
    if (value.unit == "W" || value.unit == "W/K") return in_steps(si, value.unit.c_str());
    return fmt::format("{:.3g} {}", si, value.unit);
  } catch (const std::invalid_argument&) {
    return value.text + " " + value.unit;
  }
}

std::string explanation(const Document& document) {
  std::string text = document.to_yaml(true);
  std::vector<Row> rows;
  for (const ResolvedValue& value : document.values)
    if (value.origin == Origin::derived && !document.places.contains(value.path))
      rows.push_back({value.path, derived_text(value), value.source});
  if (!rows.empty()) {
    std::size_t path_width = 0, value_width = 0;
    for (const Row& row : rows) {
      path_width = std::max(path_width, row.path.size());
      value_width = std::max(value_width, row.value.size());
    }
    text += "\n# Worked out from it (cannot be set):\n";
    for (const Row& row : rows)
      text += row.note.empty()
                  ? fmt::format("#   {:<{}}  {}\n", row.path, path_width, row.value)
                  : fmt::format("#   {:<{}}  {:>{}}   {}\n", row.path, path_width, row.value, value_width, row.note);
  }
  text += "\n# --set may name any path above, for example --set seed=2.\n# Events and dated values may change:\n";
  for (const std::string& path : document.changeable_paths()) text += fmt::format("#   {}\n", path);
  return text;
}

}  // namespace wattershed
