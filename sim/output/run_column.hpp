/// What a column of the run file is: name, unit, meaning, type. The words of sim/output/run_file.md as a struct.
///
/// Values are SI; `units` comes from the type (`unit_of<Power>()`) wherever there is one, so that it cannot disagree
/// with the number. Sources: CF conventions 1.8 (units, long_name, cell_methods, flag_values, flag_meanings).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace wattershed {

/// real: float64 (or float32); integer: int64; text: UTF-8; flags: one byte that stands for a word.
enum class ColumnType { real, integer, text, flags };

using TextAttributes = std::vector<std::pair<std::string, std::string>>;

/// One column of a table, or the axis of a table.
struct ColumnSpec {
  std::string name;                         ///< snake_case, without a unit
  std::string units;                        ///< "W", "kg s-1", "1"; left empty for text
  std::string long_name;                    ///< one line for people
  std::string cell_methods = "time: mean";  ///< also "time: minimum", "time: point", "time: sum"; only on time axes
  ColumnType type = ColumnType::real;
  bool single_precision = false;           ///< float32 in the file
  bool allows_missing = false;             ///< of `real`: NaN is a value; else what is not finite is refused
  std::vector<std::string> flag_meanings;  ///< one word a flag, for `flags`
  std::vector<std::uint8_t> flag_values;   ///< 0, 1, 2, … when left empty
  TextAttributes attributes;               ///< further attributes of the dataset ("boundary": "life-cycle")
};

/// The second axis of a table over (`time`, something named): racks, services. Its labels are known from the start.
struct FixedAxis {
  std::string name;
  std::string long_name;
  std::vector<std::string> labels;  ///< at least one
};

/// The second axis of `time_bnds`.
inline ColumnSpec bound_axis() {
  ColumnSpec axis;
  axis.name = "bound";
  axis.units = "1";
  axis.long_name = "0: start of the interval, 1: its end";
  axis.cell_methods = "";
  axis.type = ColumnType::integer;
  return axis;
}
/// An axis that counts its rows 0, 1, 2, …: for tables of text.
inline ColumnSpec row_axis() {
  ColumnSpec axis;
  axis.name = "row";
  axis.units = "1";
  axis.long_name = "row number";
  axis.cell_methods = "";
  axis.type = ColumnType::integer;
  return axis;
}
/// An axis of names: limits, jobs.
inline ColumnSpec text_axis(std::string name, std::string long_name) {
  ColumnSpec axis;
  axis.name = std::move(name);
  axis.long_name = std::move(long_name);
  axis.cell_methods = "";
  axis.type = ColumnType::text;
  return axis;
}

}  // namespace wattershed
