/// A table of the run file: a declared table's buffered rows and the datasets they go to. Only for .cpp files (it
/// includes HDF5).
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/output/declared_table.hpp"
#include "sim/output/hdf5_handle.hpp"

namespace wattershed {

/// One dataset that grows along its first axis, with the rows not yet written. It is open only while it is made or
/// written: an open one takes 30 kB of HDF5's, and many sites have tens of thousands.
class StoredColumn {
 public:
  /// The column must outlive this.
  explicit StoredColumn(const DeclaredTable::Column& column)
      : column_(&column), width_(column.width), is_text_(column.is_text()) {}

  [[nodiscard]] const ColumnSpec& spec() const { return column_->spec; }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] bool is_text() const { return is_text_; }

  void add(double value) { numbers_.push_back(value); }
  void add(std::span<const double> values) { numbers_.insert(numbers_.end(), values.begin(), values.end()); }
  void add(std::string_view text) { texts_.emplace_back(text); }

  /// Creates the empty dataset in `group`.
  Hdf5Handle create(hid_t group, std::size_t chunk_rows);
  [[nodiscard]] Hdf5Handle open(hid_t group) const;
  /// Writes the buffered `count` rows behind the `before` rows that the dataset in `group` has. A chunk that is not full is
  /// stored unpacked unless this is the `last` write: later rows then overwrite it where it stands, with the same
  /// bytes for the rows that it has, so that a kill in the middle of a write leaves every earlier row whole.
  /// After a failed write the dataset is given up without closing it: HDF5 must not touch it again.
  void write(hid_t group, std::size_t before, std::size_t count, bool last);

 private:
  [[nodiscard]] int axes() const { return column_->over_two_axes ? 2 : 1; }
  [[nodiscard]] Hdf5Handle access_properties() const;
  void write_rows(hid_t dataset, std::size_t before, std::size_t count, bool last);
  void grow(hid_t dataset, std::size_t rows);
  void write_packed(hid_t dataset, std::size_t before, std::span<const double> values);
  void write_unpacked(hid_t dataset, std::size_t first_row);
  void write_texts(hid_t dataset, std::size_t before, std::size_t count);

  const DeclaredTable::Column* column_;
  std::size_t width_;  // these two beside the values, for every row looks at them
  bool is_text_;
  std::size_t chunk_rows_ = 0;
  std::vector<double> numbers_;
  std::vector<double> tail_;  // the values of the last chunk, when it is in the file and not full
  std::vector<std::string> texts_;
};

/// Most rows of a chunk: one chunk of every column of every table over time takes at most `most_bytes`, and of all other
/// tables together too.
struct ChunkRows {
  ChunkRows(const std::deque<DeclaredTable>& tables, std::size_t most_bytes);
  std::size_t over_time, other;
};

class RunTable {
 public:
  /// The table must outlive this.
  RunTable(const DeclaredTable& table, const ChunkRows& most);

  [[nodiscard]] const DeclaredTable& declared() const { return *table_; }
  [[nodiscard]] std::size_t rows() const { return table_->rows(); }
  [[nodiscard]] std::size_t buffered() const { return rows() - written_; }
  /// Whether its rows fill whole chunks: a burst that comes now leaves none unpacked.
  [[nodiscard]] bool at_whole_chunk() const { return rows() % chunk_rows_ == 0; }
  /// What a buffered row takes, about.
  [[nodiscard]] std::size_t bytes_a_row() const { return bytes_a_row_; }

  /// Buffers one row: the values of the axis columns, then those declared. It must fit, and is not counted yet.
  void add_row(std::span<const double> axis_values, std::string_view axis_text, std::span<const double> values,
               std::span<const std::string_view> texts);

  /// Creates the datasets in `group`; `shared` is the table whose time this one stands beside.
  void create(hid_t group, const RunTable* shared);
  /// Writes the buffered rows of every column.
  void write(bool last);
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
  Hdf5Handle group_handle_;
};

}  // namespace wattershed
