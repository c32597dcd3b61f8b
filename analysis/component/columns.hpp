/// Columns of a table of states by the quantity they hold: a stem that names it and an ending that is its unit.
///
///   T_drybulb_C, T_drybulb_K     the dry bulb          P_fan_W, P_fan_kW     the fan's power
///   rh_frac, RH, RH_pct          relative humidity     m_water_kg_s          the flow of water
///
/// A model lists the stems that it understands; which units there are follows from the kind of quantity. A column of
/// another name is left alone, with a warning where it is one slip of the finger away from one that is missing.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/input/csv_table.hpp"

namespace wattershed {

/// States, or curve sets of machines.
inline constexpr TextKind table_file{"table", 256U << 20U};

enum class ColumnKind {
  temperature,
  pressure,
  power,
  mass_flow,
  conductance,
  ratio,
  humidity_ratio,
  enthalpy,
  density,
  specific_volume,
  water_use,
};

/// A quantity of a model: what people call it, and the stems of the names that it may have, our own first.
struct Column {
  std::string_view what;
  ColumnKind kind;
  std::array<std::string_view, 4> stems{};  ///< the rest is empty
};

/// The name that a column has by itself: its first stem with the first unit of its kind.
std::string default_name(const Column& column);

/// A column of a file: where it is, and SI = factor · number + offset.
struct FoundColumn {
  std::size_t index = 0;
  double factor = 1, offset = 0;
  [[nodiscard]] double to_si(double number) const { return factor * number + offset; }
  [[nodiscard]] double from_si(double si) const { return (si - offset) / factor; }
};
/// The factor and offset of the column's default name.
FoundColumn default_unit(const Column& column);

class StateColumns {
 public:
  /// `table` must outlive it.
  explicit StateColumns(const CsvTable& table) : table_(table) {}

  /// The file's column of that quantity. Throws InputError when two columns hold it.
  std::optional<FoundColumn> find(const Column& column);
  /// The same; throws InputError at the header when there is none, with the name that was perhaps meant.
  FoundColumn need(const Column& column);
  /// A column of text.
  std::optional<std::size_t> find_text(std::string_view name);

  /// The cell in SI units. Throws InputError at its line when it is not a number.
  [[nodiscard]] double si(std::size_t row, const FoundColumn& column) const {
    return column.to_si(table_.number(row, column.index));
  }
  [[nodiscard]] const std::string& text(std::size_t row, std::size_t index) const { return table_.text(row, index); }
  [[nodiscard]] const CsvTable& table() const { return table_; }
  /// A sentence for each column that nobody asked for and that is near one that was not there.
  [[nodiscard]] std::vector<std::string> near_misses() const;

 private:
  const CsvTable& table_;
  std::vector<std::string> missing_;  // names that were looked for in vain
  std::vector<std::size_t> used_;
};

}  // namespace wattershed
