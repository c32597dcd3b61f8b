/// A table as it is declared: its axis, its columns, and what a row of it must be. Where its rows go is the sink's.
///
/// A table is a list of columns that all have the same number of rows: first those of its axis (`time`, `interval`,
/// `time_bnds`, or one axis column, or none when it stands beside another table), then those declared. What a
/// declaration leaves out is filled in: units "1", the name as long_name, flag values 0, 1, 2, …
///
/// Errors  std::logic_error for a second axis without labels, text over two axes, flags without a word each, and rows
///         that do not fit
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/output/run_column.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

class DeclaredTable {
 public:
  enum class Axis { time, beside, numeric, text, row };
  struct Column {
    ColumnSpec spec;
    std::size_t width = 1;  ///< elements a row: the labels of the second axis
    bool over_two_axes = false;
    [[nodiscard]] bool is_text() const { return spec.type == ColumnType::text; }
  };

  /// Over `time` [s since the second of `epoch`], and over a second axis.
  static DeclaredTable over_time(std::string group, Time epoch, std::vector<ColumnSpec> columns,
                                 std::optional<FixedAxis> second);
  /// A row for every row of the table of that index, whose time it shares.
  static DeclaredTable beside(int parent, std::string group, std::vector<ColumnSpec> columns,
                              std::optional<FixedAxis> second);
  /// Over an axis of numbers, of texts, or one that counts (`row_axis()`).
  static DeclaredTable over(std::string group, ColumnSpec axis, std::vector<ColumnSpec> columns);

  [[nodiscard]] const std::string& group() const { return group_; }
  [[nodiscard]] Axis axis() const { return axis_; }
  [[nodiscard]] std::string axis_name() const;
  [[nodiscard]] const std::optional<FixedAxis>& second() const { return second_; }
  [[nodiscard]] int parent() const { return parent_; }  ///< -1: none
  [[nodiscard]] Time epoch() const { return epoch_; }

  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] std::span<const Column> axis_columns() const { return {columns_.data(), axis_columns_}; }
  [[nodiscard]] std::span<const Column> declared_columns() const {
    return std::span(columns_).subspan(axis_columns_);
  }
  /// What a program draws first: the first column declared that is not text.
  [[nodiscard]] const Column* drawn() const;

  /// Rows it was given.
  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Throws std::logic_error unless the next row may be these values and texts, without those of the axis.
  void check_row(std::span<const double> values, std::span<const std::string_view> texts) const;
  void count_row() { ++rows_; }

 private:
  DeclaredTable(std::string group, Axis axis, std::vector<Column> axis_columns, std::vector<ColumnSpec> columns,
                std::optional<FixedAxis> second);
  void check_integers(const Column& column, std::span<const double> values) const;

  std::string group_;
  Axis axis_;
  std::optional<FixedAxis> second_;
  int parent_ = -1;
  Time epoch_{};
  std::vector<Column> columns_;
  std::size_t axis_columns_;  // how many of them make the axis
  std::size_t values_a_row_ = 0, texts_a_row_ = 0;
  std::size_t rows_ = 0;
};

}  // namespace wattershed
