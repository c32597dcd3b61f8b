#include "sim/output/run_table.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <stdexcept>

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

void write_column_attributes(hid_t dataset, const ColumnSpec& spec, bool on_time) {
  if (spec.type != ColumnType::text) {
    write_attribute(dataset, "units", spec.units.empty() ? std::string("1") : spec.units);
  }
  write_attribute(dataset, "long_name", spec.long_name.empty() ? spec.name : spec.long_name);
  const bool averages = spec.type == ColumnType::real || spec.type == ColumnType::integer;
  if (on_time && averages && !spec.cell_methods.empty()) write_attribute(dataset, "cell_methods", spec.cell_methods);
  if (spec.allows_missing) write_flag_attribute(dataset, "allows_missing", 1);
  if (spec.type == ColumnType::flags) {
    std::vector<unsigned char> values = spec.flag_values;
    for (std::size_t i = values.size(); i < spec.flag_meanings.size(); ++i) {
      values.push_back(static_cast<unsigned char>(i));
    }
    write_attribute(dataset, "flag_values", std::span<const unsigned char>(values));
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
  write_attribute(dataset.get(), "long_name", axis.long_name.empty() ? axis.name : axis.long_name);
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
  write_attribute(dataset.get(), "units", std::string("1"));
  write_attribute(dataset.get(), "long_name", std::string("0: start of the interval, 1: its end"));
  make_scale(dataset.get(), "bound");
  return dataset;
}

void hard_link(hid_t from, hid_t to, const std::string& name) {
  hdf5_checked(H5Lcreate_hard(from, name.c_str(), to, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), "link " + name);
}

const std::array<const char*, 4> time_names{"time", "interval", "time_bnds", "bound"};

}  // namespace

// ---- one column ----------------------------------------------------------------------------------------------

void StoredColumn::create(hid_t group, std::size_t chunk_rows, bool on_time) {
  // Texts are kept as references, which pack badly and must stay in place: small chunks without a filter.
  chunk_rows_ = is_text() ? std::min(chunk_rows, text_chunk_rows) : chunk_rows;
  const std::array<hsize_t, 2> size{0, width_}, most{H5S_UNLIMITED, width_}, chunk{chunk_rows_, width_};
  const Hdf5Handle space(H5Screate_simple(axes_, size.data(), most.data()), H5Sclose, "space of " + spec_.name);
  const Hdf5Handle properties = creation_properties(H5P_DATASET_CREATE);
  hdf5_checked(H5Pset_chunk(properties.get(), axes_, chunk.data()), spec_.name);
  if (!is_text()) {
    hdf5_checked(H5Pset_shuffle(properties.get()), spec_.name);
    hdf5_checked(H5Pset_deflate(properties.get(), deflate_level), spec_.name);
  }
  // The cache holds the one chunk that is being filled: the default would keep a megabyte a column.
  const Hdf5Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose, spec_.name);
  const std::size_t element = is_text() ? 16 : 8;
  hdf5_checked(H5Pset_chunk_cache(access.get(), 1, chunk_rows_ * width_ * element, 1.0), spec_.name);
  const Hdf5Handle text = text_type();
  const hid_t type = is_text() ? text.get() : file_type_of(spec_);
  dataset_ = Hdf5Handle(
      H5Dcreate2(group, spec_.name.c_str(), type, space.get(), H5P_DEFAULT, properties.get(), access.get()), H5Dclose,
      "column " + spec_.name);
  write_column_attributes(dataset_.get(), spec_, on_time);
}

void StoredColumn::write(std::size_t before, std::size_t count, bool last) {
  if (count == 0) return;
  grow(before + count);
  if (is_text()) return write_texts(before, count);
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
    write_unpacked(before - in_tail);
    before += more.size() / width_;
    if (tail_.size() == chunk_rows_ * width_) tail_.clear();
  }
  const std::size_t left = values.size() / width_;
  const std::size_t packed = last ? left : left / chunk_rows_ * chunk_rows_;
  if (packed > 0) write_packed(before, take(packed));
  if (!values.empty()) {
    tail_.assign(values.begin(), values.end());
    write_unpacked(before + packed);
  }
  numbers_.clear();
}

void StoredColumn::grow(std::size_t rows) {
  const std::array<hsize_t, 2> whole{rows, width_};
  hdf5_checked(H5Dset_extent(dataset_.get(), whole.data()), spec_.name);
}

void StoredColumn::write_packed(std::size_t before, std::span<const double> values) {
  const std::array<hsize_t, 2> start{before, 0}, block{values.size() / width_, width_};
  const Hdf5Handle in_file(H5Dget_space(dataset_.get()), H5Sclose, spec_.name);
  hdf5_checked(H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, start.data(), nullptr, block.data(), nullptr),
               spec_.name);
  const Hdf5Handle in_memory(H5Screate_simple(axes_, block.data(), nullptr), H5Sclose, spec_.name);
  hdf5_checked(
      H5Dwrite(dataset_.get(), H5T_NATIVE_DOUBLE, in_memory.get(), in_file.get(), H5P_DEFAULT, values.data()),
      spec_.name);
}

void StoredColumn::write_unpacked(std::size_t first_row) {
  constexpr std::uint32_t no_shuffle_no_deflate = 0b11;
  // Converted in place, from doubles to the type in the file; the rows to come are zero until they do.
  std::vector<double> chunk(chunk_rows_ * width_);
  std::copy(tail_.begin(), tail_.end(), chunk.begin());
  const hid_t type = file_type_of(spec_);
  hdf5_checked(H5Tconvert(H5T_NATIVE_DOUBLE, type, chunk.size(), chunk.data(), nullptr, H5P_DEFAULT), spec_.name);
  const std::array<hsize_t, 2> start{first_row, 0};
  hdf5_checked(H5Dwrite_chunk(dataset_.get(), H5P_DEFAULT, no_shuffle_no_deflate, start.data(),
                              chunk.size() * H5Tget_size(type), chunk.data()),
               spec_.name);
}

void StoredColumn::write_texts(std::size_t before, std::size_t count) {
  const hsize_t start = before, block = count;
  const Hdf5Handle in_file(H5Dget_space(dataset_.get()), H5Sclose, spec_.name);
  hdf5_checked(H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, &start, nullptr, &block, nullptr), spec_.name);
  const Hdf5Handle in_memory(H5Screate_simple(1, &block, nullptr), H5Sclose, spec_.name);
  std::vector<const char*> pointers;
  pointers.reserve(texts_.size());
  for (const std::string& text : texts_) pointers.push_back(text.c_str());
  const Hdf5Handle type = text_type();
  hdf5_checked(H5Dwrite(dataset_.get(), type.get(), in_memory.get(), in_file.get(), H5P_DEFAULT, pointers.data()),
               spec_.name);
  texts_.clear();
}

void StoredColumn::attach(std::size_t axis, hid_t scale) {
  hdf5_checked(H5DSattach_scale(dataset_.get(), scale, static_cast<unsigned>(axis)), "axis of " + spec_.name);
}

// ---- a table -------------------------------------------------------------------------------------------------

RunTable::RunTable(std::string group, Axis axis, std::optional<ColumnSpec> axis_column,
                   std::vector<ColumnSpec> columns, std::optional<FixedAxis> second)
    : group_(std::move(group)), axis_(axis), second_(std::move(second)) {
  if (second_ && second_->labels.empty()) throw std::logic_error("axis " + second_->name + " has no labels");
  const std::size_t width = second_ ? second_->labels.size() : 1;
  if (axis == Axis::time) {
    columns_.emplace_back(*axis_column, 1, 1);
    columns_.emplace_back(ColumnSpec{.name = "interval",
                                     .units = "s",
                                     .long_name = "length of the interval",
                                     .cell_methods = "",
                                     .flag_meanings = {},
                                     .flag_values = {},
                                     .attributes = {}},
                          1, 1);
    ColumnSpec bounds = *axis_column;
    bounds.name = "time_bnds";
    bounds.long_name = "start and end of the interval";
    bounds.attributes = {{"calendar", "proleptic_gregorian"}};
    columns_.emplace_back(bounds, 2, 2);
  } else if (axis != Axis::beside) {
    columns_.emplace_back(*axis_column, 1, 1);
  }
  axis_columns_ = columns_.size();
  for (ColumnSpec& spec : columns) {
    const bool text = spec.type == ColumnType::text;
    if (text && second_) throw std::logic_error("text column " + spec.name + " over two axes");
    (text ? texts_a_row_ : values_a_row_) += width;
    columns_.emplace_back(std::move(spec), second_ ? 2 : 1, width);
  }
  chunk_rows_ = std::bit_floor(std::max<std::size_t>(chunk_elements / width, 1));
  for (const StoredColumn& column : columns_) bytes_a_row_ += column.width() * (column.is_text() ? 48 : 8);
}

bool RunTable::due(std::size_t most_rows, std::size_t most_bytes) const {
  if (rows_ == written_) return false;
  if (rows_ % most_rows == 0) return true;
  return rows_ % chunk_rows_ == 0 && buffered() * bytes_a_row_ >= most_bytes;
}

void RunTable::add_row(std::span<const double> axis_values, std::string_view axis_text,
                       std::span<const double> values, std::span<const std::string_view> texts) {
  if (values.size() != values_a_row_ || texts.size() != texts_a_row_) {
    throw std::logic_error("/" + group_ + ": a row of " + std::to_string(values.size()) + " values and " +
                           std::to_string(texts.size()) + " texts, declared are " + std::to_string(values_a_row_) +
                           " and " + std::to_string(texts_a_row_));
  }
  std::size_t next = 0;
  for (std::size_t c = axis_columns_; c < columns_.size(); ++c) {
    const StoredColumn& column = columns_[c];
    if (column.is_text()) continue;
    if (!column.spec().allows_missing) {
      for (std::size_t i = 0; i < column.width(); ++i) {
        if (!std::isfinite(values[next + i])) {
          throw std::logic_error("/" + group_ + "/" + column.spec().name + ": row " + std::to_string(rows_) +
                                 " is not a finite number");
        }
      }
    }
    next += column.width();
  }
  next = 0;
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
  ++rows_;
}

std::string RunTable::axis_name() const {
  return axis_columns_ == 0 ? std::string("time") : columns_.front().spec().name;
}

void RunTable::create(hid_t group, const RunTable* shared) {
  const bool on_time = axis_ == Axis::time || axis_ == Axis::beside;
  group_handle_ = Hdf5Handle(H5Gopen2(group, ".", H5P_DEFAULT), H5Gclose, "group " + group_);
  write_group_attributes(group);
  if (shared != nullptr) link_time(group, *shared);
  for (std::size_t c = 0; c < axis_columns_; ++c) columns_[c].create(group, chunk_rows_, false);
  if (axis_columns_ > 0) make_scale(columns_.front().dataset(), axis_name());
  const hid_t scale = shared != nullptr ? shared->columns_.front().dataset() : columns_.front().dataset();
  if (axis_ == Axis::time) {
    bound_scale_ = bound_scale(group);
    columns_[1].attach(0, scale);
    columns_[2].attach(0, scale);
    columns_[2].attach(1, bound_scale_.get());
  }
  if (second_) second_scale_ = label_scale(group, *second_);
  for (std::size_t c = axis_columns_; c < columns_.size(); ++c) {
    columns_[c].create(group, chunk_rows_, on_time);
    columns_[c].attach(0, scale);
    if (second_) columns_[c].attach(1, second_scale_.get());
  }
}

void RunTable::link_time(hid_t group, const RunTable& shared) {
  for (const char* name : time_names) hard_link(shared.group_handle_.get(), group, name);
}

/// NeXus, for H5Web: which column to draw over which axes.
void RunTable::write_group_attributes(hid_t group) const {
  const auto drawn = std::find_if(columns_.begin() + static_cast<std::ptrdiff_t>(axis_columns_), columns_.end(),
                                  [](const StoredColumn& column) { return !column.is_text(); });
  if (drawn == columns_.end()) {
    write_attribute(group, "NX_class", std::string("NXcollection"));
    return;
  }
  write_attribute(group, "NX_class", std::string("NXdata"));
  write_attribute(group, "signal", drawn->spec().name);
  std::vector<std::string> axes{axis_name()};
  if (second_) axes.push_back(second_->name);
  write_attribute(group, "axes", std::span<const std::string>(axes));
}

void RunTable::forget() {
  for (StoredColumn& column : columns_) column.forget();
  group_handle_.release();
  second_scale_.release();
  bound_scale_.release();
}

void RunTable::close() {
  for (StoredColumn& column : columns_) column.close();
  group_handle_.reset();
  second_scale_.reset();
  bound_scale_.reset();
}

}  // namespace wattershed
