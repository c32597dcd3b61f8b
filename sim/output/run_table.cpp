#include "sim/output/run_table.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>

namespace wattershed {

namespace {

constexpr std::size_t chunk_elements = 16'384;
constexpr std::size_t text_chunk_rows = 512;
constexpr unsigned deflate_level = 1;  // level 4 gains 2 % of size on the prototype's waveform

hid_t file_type_of(const ColumnSpec& spec) {
  switch (spec.type) {
    case ColumnType::integer:
      return H5T_STD_I64LE;
    case ColumnType::flags:
      return H5T_STD_U8LE;
    default:
      return spec.single_precision ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

void write_column_attributes(hid_t dataset, const ColumnSpec& spec) {
  if (spec.type != ColumnType::text) write_attribute(dataset, "units", spec.units);
  write_attribute(dataset, "long_name", spec.long_name);
  if (!spec.cell_methods.empty()) write_attribute(dataset, "cell_methods", spec.cell_methods);
  if (spec.allows_missing) write_flag_attribute(dataset, "allows_missing", 1);
  if (spec.type == ColumnType::flags) {
    write_attribute(dataset, "flag_values", std::span<const unsigned char>(spec.flag_values));
    write_attribute(dataset, "flag_meanings", joined(spec.flag_meanings));
  }
  for (const auto& [name, value] : spec.attributes) write_attribute(dataset, name, value);
}

void make_scale(hid_t dataset, const std::string& name) {
  hdf5_checked(H5DSset_scale(dataset, name.c_str()), "axis " + name);
}

/// A scale of fixed size: labels of a second axis.
Hdf5Handle label_scale(hid_t group, const FixedAxis& axis) {
  const hsize_t size = axis.labels.size();
  const Hdf5Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose, "space of " + axis.name);
  const Hdf5Handle type = text_type();
  const Hdf5Handle properties = creation_properties(H5P_DATASET_CREATE);
  Hdf5Handle dataset(
      H5Dcreate2(group, axis.name.c_str(), type.get(), space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
      H5Dclose, "axis " + axis.name);
  std::vector<const char*> texts;
  for (const std::string& label : axis.labels) texts.push_back(label.c_str());
  hdf5_checked(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()), axis.name);
  write_attribute(dataset.get(), "long_name", axis.long_name);
  make_scale(dataset.get(), axis.name);
  return dataset;
}

/// The second axis of `time_bnds`: 0 is the start and 1 the end.
Hdf5Handle bound_scale(hid_t group) {
  const hsize_t size = 2;
  const Hdf5Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose, "space of bound");
  const Hdf5Handle properties = creation_properties(H5P_DATASET_CREATE);
  Hdf5Handle dataset(
      H5Dcreate2(group, "bound", H5T_STD_U8LE, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), H5Dclose,
      "axis bound");
  const std::array<unsigned char, 2> values{0, 1};
  hdf5_checked(H5Dwrite(dataset.get(), H5T_NATIVE_UCHAR, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "bound");
  write_column_attributes(dataset.get(), bound_axis());
  make_scale(dataset.get(), "bound");
  return dataset;
}

void attach_scale(const Hdf5Handle& column, unsigned axis, const Hdf5Handle& scale) {
  hdf5_checked(H5DSattach_scale(column.get(), scale.get(), axis), "axis");
}

void hard_link(hid_t from, hid_t to, const std::string& name) {
  hdf5_checked(H5Lcreate_hard(from, name.c_str(), to, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), "link " + name);
}

std::size_t row_bytes(const DeclaredTable& table) {
  constexpr std::size_t text = 48, number = 8;
  std::size_t bytes = 0;
  for (const DeclaredTable::Column& column : table.columns())
    bytes += column.width * (column.is_text() ? text : number);
  return bytes;
}

bool is_over_time(const DeclaredTable& table) {
  return table.axis() == DeclaredTable::Axis::time || table.axis() == DeclaredTable::Axis::beside;
}

const std::array<const char*, 4> time_names{"time", "interval", "time_bnds", "bound"};

}  // namespace

ChunkRows::ChunkRows(const std::deque<DeclaredTable>& tables, std::size_t most_bytes) {
  std::size_t timed_row = 1, other_row = 1;
  for (const DeclaredTable& each : tables) (is_over_time(each) ? timed_row : other_row) += row_bytes(each);
  over_time = std::bit_floor(std::max<std::size_t>(most_bytes / timed_row, 1));
  other = std::bit_floor(std::max<std::size_t>(most_bytes / other_row, 1));
}

// ---- one column ----------------------------------------------------------------------------------------------

/// No cache: a chunk is written whole, or where it stands. The default would keep a megabyte a column.
Hdf5Handle StoredColumn::access_properties() const {
  Hdf5Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose, spec().name);
  hdf5_checked(H5Pset_chunk_cache(access.get(), 0, 0, 0), spec().name);
  return access;
}

Hdf5Handle StoredColumn::create(hid_t group, std::size_t chunk_rows) {
  // Texts are kept as references, which pack badly and must stay in place: small chunks without a filter.
  chunk_rows_ = is_text_ ? std::min(chunk_rows, text_chunk_rows) : chunk_rows;
  const std::array<hsize_t, 2> size{0, width_}, most{H5S_UNLIMITED, width_}, chunk{chunk_rows_, width_};
  const Hdf5Handle space(H5Screate_simple(axes(), size.data(), most.data()), H5Sclose, "space of " + spec().name);
  const Hdf5Handle properties = creation_properties(H5P_DATASET_CREATE);
  hdf5_checked(H5Pset_chunk(properties.get(), axes(), chunk.data()), spec().name);
  if (!is_text_) {
    hdf5_checked(H5Pset_shuffle(properties.get()), spec().name);
    hdf5_checked(H5Pset_deflate(properties.get(), deflate_level), spec().name);
  }
  const Hdf5Handle access = access_properties();
  const Hdf5Handle text = text_type();
  const hid_t type = is_text_ ? text.get() : file_type_of(spec());
  Hdf5Handle dataset(
      H5Dcreate2(group, spec().name.c_str(), type, space.get(), H5P_DEFAULT, properties.get(), access.get()),
      H5Dclose, "column " + spec().name);
  write_column_attributes(dataset.get(), spec());
  return dataset;
}

Hdf5Handle StoredColumn::open(hid_t group) const {
  const Hdf5Handle access = access_properties();
  return {H5Dopen2(group, spec().name.c_str(), access.get()), H5Dclose, "column " + spec().name};
}

void StoredColumn::write(hid_t group, std::size_t before, std::size_t count, bool last) {
  if (count == 0) return;
  Hdf5Handle dataset = open(group);
  try {
    write_rows(dataset.get(), before, count, last);
  } catch (...) {
    dataset.release();
    throw;
  }
}

void StoredColumn::write_rows(hid_t dataset, std::size_t before, std::size_t count, bool last) {
  grow(dataset, before + count);
  if (is_text_) return write_texts(dataset, before, count);
  std::span<const double> values = numbers_;
  const auto take = [&](std::size_t rows) {
    const std::span<const double> taken = values.first(rows * width_);
    values = values.subspan(taken.size());
    return taken;
  };
  if (!tail_.empty()) {
    const std::size_t in_tail = tail_.size() / width_;
    const std::span<const double> more = take(std::min(chunk_rows_ - in_tail, count));
    tail_.insert(tail_.end(), more.begin(), more.end());
    write_unpacked(dataset, before - in_tail);
    before += more.size() / width_;
    if (tail_.size() == chunk_rows_ * width_) tail_.clear();
  }
  const std::size_t left = values.size() / width_;
  const std::size_t packed = last ? left : left / chunk_rows_ * chunk_rows_;
  if (packed > 0) write_packed(dataset, before, take(packed));
  if (!values.empty()) {
    tail_.assign(values.begin(), values.end());
    write_unpacked(dataset, before + packed);
  }
  numbers_.clear();
}

void StoredColumn::grow(hid_t dataset, std::size_t rows) {
  const std::array<hsize_t, 2> whole{rows, width_};
  hdf5_checked(H5Dset_extent(dataset, whole.data()), spec().name);
}

void StoredColumn::write_packed(hid_t dataset, std::size_t before, std::span<const double> values) {
  const std::array<hsize_t, 2> start{before, 0}, block{values.size() / width_, width_};
  const Hdf5Handle in_file(H5Dget_space(dataset), H5Sclose, spec().name);
  hdf5_checked(H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, start.data(), nullptr, block.data(), nullptr),
               spec().name);
  const Hdf5Handle in_memory(H5Screate_simple(axes(), block.data(), nullptr), H5Sclose, spec().name);
  hdf5_checked(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, in_memory.get(), in_file.get(), H5P_DEFAULT, values.data()),
               spec().name);
}

void StoredColumn::write_unpacked(hid_t dataset, std::size_t first_row) {
  constexpr std::uint32_t no_shuffle_no_deflate = 0b11;
  // Converted in place, from doubles to the type in the file; the rows to come are zero until they do.
  std::vector<double> chunk(chunk_rows_ * width_);
  std::copy(tail_.begin(), tail_.end(), chunk.begin());
  const hid_t type = file_type_of(spec());
  hdf5_checked(H5Tconvert(H5T_NATIVE_DOUBLE, type, chunk.size(), chunk.data(), nullptr, H5P_DEFAULT), spec().name);
  const std::array<hsize_t, 2> start{first_row, 0};
  hdf5_checked(H5Dwrite_chunk(dataset, H5P_DEFAULT, no_shuffle_no_deflate, start.data(),
                              chunk.size() * H5Tget_size(type), chunk.data()),
               spec().name);
}

void StoredColumn::write_texts(hid_t dataset, std::size_t before, std::size_t count) {
  const hsize_t start = before, block = count;
  const Hdf5Handle in_file(H5Dget_space(dataset), H5Sclose, spec().name);
  hdf5_checked(H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, &start, nullptr, &block, nullptr), spec().name);
  const Hdf5Handle in_memory(H5Screate_simple(1, &block, nullptr), H5Sclose, spec().name);
  std::vector<const char*> pointers;
  pointers.reserve(texts_.size());
  for (const std::string& text : texts_) pointers.push_back(text.c_str());
  const Hdf5Handle type = text_type();
  hdf5_checked(H5Dwrite(dataset, type.get(), in_memory.get(), in_file.get(), H5P_DEFAULT, pointers.data()),
               spec().name);
  texts_.clear();
}

// ---- a table -------------------------------------------------------------------------------------------------

RunTable::RunTable(const DeclaredTable& table, const ChunkRows& most)
    : table_(&table), axis_columns_(table.axis_columns().size()), bytes_a_row_(row_bytes(table)) {
  const std::size_t width = table.second() ? table.second()->labels.size() : 1;
  chunk_rows_ = std::bit_floor(std::max<std::size_t>(chunk_elements / width, 1));
  chunk_rows_ = std::min(chunk_rows_, is_over_time(table) ? most.over_time : most.other);
  for (const DeclaredTable::Column& column : table.columns()) columns_.emplace_back(column);
}

void RunTable::add_row(std::span<const double> axis_values, std::string_view axis_text,
                       std::span<const double> values, std::span<const std::string_view> texts) {
  std::size_t next = 0;
  for (std::size_t c = 0; c < axis_columns_; ++c) {
    if (columns_[c].is_text()) {
      columns_[c].add(axis_text);
    } else if (columns_[c].width() == 1) {
      columns_[c].add(axis_values[next++]);
    } else {
      columns_[c].add(axis_values.subspan(next, columns_[c].width()));
      next += columns_[c].width();
    }
  }
  next = 0;
  std::size_t next_text = 0;
  for (std::size_t c = axis_columns_; c < columns_.size(); ++c) {
    StoredColumn& column = columns_[c];
    if (column.is_text()) {
      column.add(texts[next_text++]);
    } else if (column.width() == 1) {
      column.add(values[next++]);
    } else {
      column.add(values.subspan(next, column.width()));
      next += column.width();
    }
  }
}

void RunTable::create(hid_t group, const RunTable* shared) {
  group_handle_ = Hdf5Handle(H5Gopen2(group, ".", H5P_DEFAULT), H5Gclose, "group " + table_->group());
  write_group_attributes(group);
  if (shared != nullptr) link_time(group, *shared);
  std::vector<Hdf5Handle> axis;
  for (std::size_t c = 0; c < axis_columns_; ++c) axis.push_back(columns_[c].create(group, chunk_rows_));
  if (axis_columns_ > 0) make_scale(axis.front().get(), table_->axis_name());
  const Hdf5Handle scale =
      shared != nullptr ? shared->columns_.front().open(shared->group_handle_.get()) : columns_.front().open(group);
  if (table_->axis() == DeclaredTable::Axis::time) {
    const Hdf5Handle bound = bound_scale(group);
    attach_scale(axis[1], 0, scale);
    attach_scale(axis[2], 0, scale);
    attach_scale(axis[2], 1, bound);
  }
  const std::optional<FixedAxis>& second = table_->second();
  const Hdf5Handle second_scale = second ? label_scale(group, *second) : Hdf5Handle();
  for (std::size_t c = axis_columns_; c < columns_.size(); ++c) {
    const Hdf5Handle column = columns_[c].create(group, chunk_rows_);
    attach_scale(column, 0, scale);
    if (second) attach_scale(column, 1, second_scale);
  }
}

void RunTable::write(bool last) {
  const std::size_t count = buffered();
  if (count == 0) return;
  for (StoredColumn& column : columns_) column.write(group_handle_.get(), written_, count, last);
  written_ = rows();
}

void RunTable::link_time(hid_t group, const RunTable& shared) {
  for (const char* name : time_names) hard_link(shared.group_handle_.get(), group, name);
}

/// NeXus, for H5Web: which column to draw over which axes.
void RunTable::write_group_attributes(hid_t group) const {
  const DeclaredTable::Column* const drawn = table_->drawn();
  if (drawn == nullptr) {
    write_attribute(group, "NX_class", std::string("NXcollection"));
    return;
  }
  write_attribute(group, "NX_class", std::string("NXdata"));
  write_attribute(group, "signal", drawn->spec.name);
  std::vector<std::string> axes{table_->axis_name()};
  if (table_->second()) axes.push_back(table_->second()->name);
  write_attribute(group, "axes", std::span<const std::string>(axes));
}

void RunTable::forget() { group_handle_.release(); }

void RunTable::close() { group_handle_.reset(); }

}  // namespace wattershed
