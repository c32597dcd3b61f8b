/// A table of the run file: a declared table's buffered rows and the datasets they go to. Only for .cpp files (it
/// includes HDF5).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/output/declared_table.hpp"
#include "sim/output/hdf5_handle.hpp"

namespace wattershed {

/// One dataset that grows along its first axis, with the rows not yet written.
class StoredColumn {
 public:
  /// The column must outlive this.
  explicit StoredColumn(const DeclaredTable::Column& column)
      : column_(&column), width_(column.width), is_text_(column.is_text()) {}

  [[nodiscard]] const ColumnSpec& spec() const { return column_->spec; }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] bool is_text() const { return is_text_; }
  [[nodiscard]] hid_t dataset() const { return dataset_.get(); }

  void add(double value) { numbers_.push_back(value); }
  void add(std::span<const double> values) { numbers_.insert(numbers_.end(), values.begin(), values.end()); }
  void add(std::string_view text) { texts_.emplace_back(text); }

  /// Creates the empty dataset in `group`.
  void create(hid_t group, std::size_t chunk_rows);
  /// Writes the buffered `count` rows behind the `before` rows that the dataset has. A chunk that is not full is
  /// stored unpacked unless this is the `last` write: later rows then overwrite it where it stands, with the same
  /// bytes for the rows that it has, so that a kill in the middle of a write leaves every earlier row whole.
  void write(std::size_t before, std::size_t count, bool last);
  void attach(std::size_t axis, hid_t scale);
  /// Gives the dataset up without closing it: after a failed write HDF5 must not touch it again.
  void forget() { dataset_.release(); }
  void close() { dataset_.reset(); }

 private:
  [[nodiscard]] int axes() const { return column_->over_two_axes ? 2 : 1; }
  void grow(std::size_t rows);
  void write_packed(std::size_t before, std::span<const double> values);
  void write_unpacked(std::size_t first_row);
  void write_texts(std::size_t before, std::size_t count);

  const DeclaredTable::Column* column_;
  std::size_t width_;  // these two beside the values, for every row looks at them
  bool is_text_;
  Hdf5Handle dataset_;
  std::size_t chunk_rows_ = 0;
  std::vector<double> numbers_;
  std::vector<double> tail_;  // the values of the last chunk, when it is in the file and not full
  std::vector<std::string> texts_;
};

class RunTable {
 public:
  /// The table must outlive this.
  explicit RunTable(const DeclaredTable& table);

  [[nodiscard]] const DeclaredTable& declared() const { return *table_; }
  [[nodiscard]] std::size_t rows() const { return table_->rows(); }
  [[nodiscard]] std::size_t buffered() const { return rows() - written_; }
  /// Whether enough rows are buffered, at a whole chunk.
  [[nodiscard]] bool due(std::size_t most_rows, std::size_t most_bytes) const;

  /// Buffers one row: the values of the axis columns, then those declared. It must fit, and is not counted yet.
  void add_row(std::span<const double> axis_values, std::string_view axis_text, std::span<const double> values,
               std::span<const std::string_view> texts);

  /// Creates the datasets in `group`; `shared` is the table whose time this one stands beside.
  void create(hid_t group, const RunTable* shared);
  [[nodiscard]] std::vector<StoredColumn>& columns() { return columns_; }
  /// Counts the buffered rows as written; the columns have been.
  void written() { written_ = rows(); }
  void forget();
  void close();

 private:
  void link_time(hid_t group, const RunTable& shared);
  void write_group_attributes(hid_t group) const;

  const DeclaredTable* table_;
  std::vector<StoredColumn> columns_;
  std::size_t axis_columns_;  // how many of them make the axis
  std::size_t chunk_rows_, bytes_a_row_ = 0;
  std::size_t written_ = 0;
  Hdf5Handle group_handle_, second_scale_, bound_scale_;
};

}  // namespace wattershed
