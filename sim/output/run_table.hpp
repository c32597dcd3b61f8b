/// A table of the run file: buffered rows and the datasets they go to. Only for .cpp files (it includes HDF5).
///
/// A table is a list of stored columns that all have the same number of rows: first those of its axis (`time`,
/// `interval`, `time_bnds`, or one axis column, or none when it stands beside another table), then those declared.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/output/hdf5_handle.hpp"
#include "sim/output/run_column.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// One dataset that grows along its first axis, with the rows not yet written.
class StoredColumn {
 public:
  /// `width` elements a row, along a second axis when `axes` is 2.
  StoredColumn(ColumnSpec spec, int axes, std::size_t width) : spec_(std::move(spec)), axes_(axes), width_(width) {}

  [[nodiscard]] const ColumnSpec& spec() const { return spec_; }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] bool is_text() const { return spec_.type == ColumnType::text; }
  [[nodiscard]] hid_t dataset() const { return dataset_.get(); }

  void add(double value) { numbers_.push_back(value); }
  void add(std::span<const double> values) { numbers_.insert(numbers_.end(), values.begin(), values.end()); }
  void add(std::string_view text) { texts_.emplace_back(text); }

  /// Creates the empty dataset in `group`; `on_time` says whether cell_methods applies.
  void create(hid_t group, std::size_t chunk_rows, bool on_time);
  /// Writes the buffered `count` rows behind the `before` rows that the dataset has. A chunk that is not full is
  /// stored unpacked unless this is the `last` write: later rows then overwrite it where it stands, with the same
  /// bytes for the rows that it has, so that a kill in the middle of a write leaves every earlier row whole.
  void write(std::size_t before, std::size_t count, bool last);
  void attach(std::size_t axis, hid_t scale);
  /// Gives the dataset up without closing it: after a failed write HDF5 must not touch it again.
  void forget() { dataset_.release(); }
  void close() { dataset_.reset(); }

 private:
  ColumnSpec spec_;
  int axes_;
  std::size_t width_;
  Hdf5Handle dataset_;
  void grow(std::size_t rows);
  void write_packed(std::size_t before, std::span<const double> values);
  void write_unpacked(std::size_t first_row);
  void write_texts(std::size_t before, std::size_t count);

  std::size_t chunk_rows_ = 0;
  std::vector<double> numbers_;
  std::vector<double> tail_;  // the values of the last chunk, when it is in the file and not full
  std::vector<std::string> texts_;
};

class RunTable {
 public:
  enum class Axis { time, beside, numeric, text, row };

  RunTable(std::string group, Axis axis, std::optional<ColumnSpec> axis_column, std::vector<ColumnSpec> columns,
           std::optional<FixedAxis> second);

  [[nodiscard]] const std::string& group() const { return group_; }
  [[nodiscard]] Axis axis() const { return axis_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t buffered() const { return rows_ - written_; }
  /// Whether enough rows are buffered, at a whole chunk.
  [[nodiscard]] bool due(std::size_t most_rows, std::size_t most_bytes) const;

  // Time tables: the second that `time` counts from, and the parent of a table beside another.
  Time epoch{};
  int parent = -1;

  /// One row: the values of the axis columns, then those declared; throws std::logic_error when they do not fit.
  void add_row(std::span<const double> axis_values, std::string_view axis_text, std::span<const double> values,
               std::span<const std::string_view> texts);

  /// Creates the datasets in `group`; `shared` is the table whose time this one stands beside.
  void create(hid_t group, const RunTable* shared);
  [[nodiscard]] std::vector<StoredColumn>& columns() { return columns_; }
  /// Counts the buffered rows as written; the columns have been.
  void written() { written_ = rows_; }
  void forget();
  void close();

 private:
  [[nodiscard]] std::string axis_name() const;
  void link_time(hid_t group, const RunTable& shared);
  void write_group_attributes(hid_t group) const;

  std::string group_;
  Axis axis_;
  std::optional<FixedAxis> second_;
  std::vector<StoredColumn> columns_;
  std::size_t axis_columns_ = 0;  // how many of them make the axis
  std::size_t values_a_row_ = 0, texts_a_row_ = 0;
  std::size_t chunk_rows_ = 0, bytes_a_row_ = 0;
  std::size_t rows_ = 0, written_ = 0;
  Hdf5Handle group_handle_, second_scale_, bound_scale_;
};

}  // namespace wattershed
