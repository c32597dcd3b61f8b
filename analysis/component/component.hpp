/// One model over a table of states, to hold it against a data sheet.
///
/// The states are a CSV (sim/input/csv_table.hpp) whose column names carry their units (columns.hpp). Every
/// output of the model becomes a column `sim_` + the name that it has in the file, or our own name and unit; other
/// columns pass through. A state outside the model's validity gets empty fields and is counted in a warning.
/// Design constants come from settings (PATH=VALUE) and the catalog.
/// Errors  InputError with file and line: an unknown model or path, a missing column, a cell that is no number
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/input/catalog.hpp"
#include "sim/input/csv_table.hpp"

namespace wattershed {

/// How far one output lies from the file's column, in the column's unit, over the rows that have both.
struct Deviation {
  std::string column;
  std::size_t rows = 0;
  double largest = 0, mean = 0;
  int largest_line = 0;           ///< of the file
  bool has_relative = true;       ///< not for temperatures, whose zero is a convention
  std::size_t relative_rows = 0;  ///< those with a value other than zero
  double largest_relative = 0, mean_relative = 0;
};

struct ComponentResult {
  CsvTable states;
  std::vector<std::string> sim_names;
  std::vector<double> values;  ///< rows × outputs, in the units of their columns; NaN stands for an empty field
  std::vector<std::string> warnings;
  std::vector<Deviation> deviations;  ///< only when asked for
};

std::vector<std::string> component_names();

/// Evaluates the model of that name. With `compare`, throws InputError when the file has no column to compare with.
ComponentResult evaluate_component(const std::string& name, const std::string& states,
                                   const std::vector<std::string>& sets, const Catalog& catalog, bool compare);
/// The states with our columns behind theirs; calls `write` with pieces of text.
void write_component_csv(const ComponentResult& result, const std::function<void(std::string_view)>& write);
/// A line per output, for people.
std::string deviation_table(const std::vector<Deviation>& deviations);

}  // namespace wattershed
