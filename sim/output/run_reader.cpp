#include "sim/output/run_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <set>
#include <sstream>

#include "sim/base/problem.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/output/child_probe.hpp"
#include "sim/output/hdf5_handle.hpp"

namespace wattershed {

namespace {

namespace fs = std::filesystem;

// Bounds that no file of ours comes near: what is over them is damage.
constexpr std::size_t most_objects = 100'000;
constexpr int deepest_group = 16;
constexpr hsize_t most_texts_in_attribute = 65'536;
constexpr std::uintmax_t most_inflation = 1'100;  // deflate packs at most 1032 : 1

const std::set<std::string> reserved{"summary", "catalog", "warnings", "links", "network"};

struct Group {
  std::string path;
  std::vector<RunColumn> columns;
  std::vector<hsize_t> lengths;  // of the first axis of each column, 1 for a scalar
};

herr_t keep_name(hid_t, const char* name, const H5L_info_t* info, void* out) {
  auto& names = *static_cast<std::vector<std::string>*>(out);
  if (names.size() >= most_objects) return -1;
  try {
    if (info->type == H5L_TYPE_HARD) names.emplace_back(name);
  } catch (...) {
    return -1;  // no exception may pass through HDF5's C code
  }
  return 0;
}

std::vector<std::string> names_in(hid_t group) {
  std::vector<std::string> names;
  hsize_t from = 0;
  if (H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, &from, keep_name, &names) >= 0) return names;
  names.clear();
  from = 0;
  hdf5_checked(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &from, keep_name, &names), "list of a group");
  return names;
}

struct Shape {
  int axes = 0;
  std::array<hsize_t, 2> size{1, 1};
};

Shape shape_of(hid_t space) {
  Shape shape;
  if (H5Sget_simple_extent_type(space) == H5S_SCALAR) return shape;
  if (H5Sget_simple_extent_type(space) != H5S_SIMPLE) throw Hdf5Failure("a dataset without values");
  shape.axes = H5Sget_simple_extent_ndims(space);
  if (shape.axes < 1 || shape.axes > 2) throw Hdf5Failure("a dataset of " + std::to_string(shape.axes) + " axes");
  hdf5_checked(H5Sget_simple_extent_dims(space, shape.size.data(), nullptr), "shape");
  return shape;
}

/// Text of any kind HDF5 has, through `read(memory type, destination)`.
template <class Read>
std::vector<std::string> text_values(hid_t type, hid_t space, std::size_t n, Read read) {
  std::vector<std::string> result;
  result.reserve(n);
  if (n == 0) return result;
  if (H5Tis_variable_str(type) > 0) {
    const Hdf5Handle memory = text_type();
    hdf5_checked(H5Tset_cset(memory.get(), H5Tget_cset(type)), "text type");
    std::vector<char*> pointers(n, nullptr);
    read(memory.get(), static_cast<void*>(pointers.data()));
    for (const char* pointer : pointers) result.emplace_back(pointer == nullptr ? "" : pointer);
    H5Dvlen_reclaim(memory.get(), space, H5P_DEFAULT, static_cast<void*>(pointers.data()));
    return result;
  }
  const std::size_t size = H5Tget_size(type);
  if (size == 0 || size > std::size_t{1} << 20 || n > (std::size_t{1} << 30) / size)
    throw Hdf5Failure("text too long");
  std::vector<char> bytes(n * size);
  read(type, static_cast<void*>(bytes.data()));
  for (std::size_t i = 0; i < n; ++i) {
    const char* start = bytes.data() + i * size;
    result.emplace_back(start, std::find(start, start + size, '\0'));
  }
  return result;
}

bool is_number(H5T_class_t type) { return type == H5T_INTEGER || type == H5T_FLOAT; }

Hdf5Handle open_attribute(hid_t object, const std::string& name) {
  return {H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "attribute " + name};
}

std::optional<std::vector<std::string>> text_attribute(hid_t object, const std::string& name) {
  if (H5Aexists(object, name.c_str()) <= 0) return std::nullopt;
  const Hdf5Handle attribute = open_attribute(object, name);
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose, name);
  if (H5Tget_class(type.get()) != H5T_STRING) return std::nullopt;
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose, name);
  const Shape shape = shape_of(space.get());
  if (shape.axes > 1 || shape.size[0] > most_texts_in_attribute)
    throw Hdf5Failure("attribute " + name + " is too long");
  return text_values(type.get(), space.get(), shape.size[0], [&](hid_t memory, void* out) {
    hdf5_checked(H5Aread(attribute.get(), memory, out), "attribute " + name);
  });
}

std::string text_of(hid_t object, const std::string& name) {
  const auto values = text_attribute(object, name);
  return values && !values->empty() ? values->front() : std::string();
}

/// Up to two numbers of an attribute; empty when it is not there or not numeric.
template <class Number>
std::vector<Number> number_attribute(hid_t object, const std::string& name, hid_t memory_type) {
  if (H5Aexists(object, name.c_str()) <= 0) return {};
  const Hdf5Handle attribute = open_attribute(object, name);
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose, name);
  if (!is_number(H5Tget_class(type.get()))) return {};
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose, name);
  const Shape shape = shape_of(space.get());
  if (shape.axes > 1 || shape.size[0] > 256) return {};
  std::vector<Number> values(shape.size[0]);
  if (!values.empty()) hdf5_checked(H5Aread(attribute.get(), memory_type, values.data()), "attribute " + name);
  return values;
}

std::vector<std::string> split(const std::string& line) {
  std::istringstream words(line);
  std::vector<std::string> result;
  for (std::string word; words >> word;) result.push_back(word);
  return result;
}

herr_t keep_attribute_name(hid_t, const char* name, const H5A_info_t*, void* out) {
  auto& names = *static_cast<std::vector<std::string>*>(out);
  if (names.size() >= 1'000) return -1;
  try {
    names.emplace_back(name);
  } catch (...) {
    return -1;
  }
  return 0;
}

RunColumn describe_column(hid_t dataset, const std::string& name, const Shape& shape) {
  RunColumn column;
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, name);
  const H5T_class_t kind = H5Tget_class(type.get());
  if (kind != H5T_STRING && !is_number(kind)) throw Hdf5Failure("column " + name + " is neither number nor text");
  column.spec.name = name;
  column.spec.units = text_of(dataset, "units");
  column.spec.long_name = text_of(dataset, "long_name");
  column.spec.cell_methods = text_of(dataset, "cell_methods");
  column.spec.flag_meanings = split(text_of(dataset, "flag_meanings"));
  column.spec.flag_values = number_attribute<std::uint8_t>(dataset, "flag_values", H5T_NATIVE_UCHAR);
  const auto missing = number_attribute<int>(dataset, "allows_missing", H5T_NATIVE_INT);
  column.spec.allows_missing = !missing.empty() && missing.front() != 0;
  column.spec.type = kind == H5T_STRING                   ? ColumnType::text
                     : !column.spec.flag_meanings.empty() ? ColumnType::flags
                     : kind == H5T_INTEGER                ? ColumnType::integer
                                                          : ColumnType::real;
  column.spec.single_precision = kind == H5T_FLOAT && H5Tget_size(type.get()) == 4;
  column.is_scale = text_of(dataset, "CLASS") == "DIMENSION_SCALE";
  column.is_scalar = shape.axes == 0;
  column.over_two_axes = shape.axes == 2;
  column.width = shape.axes == 2 ? shape.size[1] : 1;
  std::vector<std::string> names;
  hsize_t from = 0;
  if (H5Aiterate2(dataset, H5_INDEX_CRT_ORDER, H5_ITER_INC, &from, keep_attribute_name, &names) < 0) names.clear();
  static const std::set<std::string> known{"units", "long_name", "cell_methods", "flag_meanings", "CLASS", "NAME"};
  for (const std::string& each : names) {
    if (known.contains(each)) continue;
    const auto text = text_attribute(dataset, each);
    if (text && text->size() == 1) column.spec.attributes.emplace_back(each, text->front());
  }
  return column;
}

}  // namespace

struct RunFileReader::Contents {
  fs::path path;
  RunAttributes attributes;
  bool complete = false;
  int minor_version = 0;
  std::uintmax_t file_size = 0;
  Hdf5Handle file;
  std::vector<Group> groups;
  std::vector<std::string> group_names;

  [[noreturn]] void refuse(const std::string& message) const { throw InputError(Place{path.string()}, message); }

  /// Runs `work` under the lock; whatever goes wrong in HDF5 or in memory is damage of the file.
  template <class Work>
  auto guarded(Work work) const {
    Hdf5Lock lock;
    try {
      return work();
    } catch (const Hdf5Failure& failure) {
      refuse(std::string("is damaged or no run file (") + failure.what() + "); run the scenario again");
    } catch (const std::bad_alloc&) {
      refuse("is damaged (it claims more than memory holds); run the scenario again");
    } catch (const std::length_error&) {
      refuse("is damaged (it claims more than memory holds); run the scenario again");
    }
  }

  void open() {
    std::error_code error;
    if (!fs::exists(path, error)) refuse("no such file");
    if (!fs::is_regular_file(path, error)) refuse("is not a file");
    file_size = fs::file_size(path, error);
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file access");
    hdf5_checked(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), "close degree");
    hdf5_checked(H5Pset_file_locking(access.get(), true, true), "file locking");
    const hid_t opened = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get());
    if (opened < 0) explain_refusal();
    file = Hdf5Handle(opened, H5Fclose, "open");
  }

  /// Opens the file and reads everything but the rows.
  void load() {
    guarded([&] {
      open();
      read_root();
      std::set<haddr_t> seen;
      const Hdf5Handle root(H5Gopen2(file.get(), "/", H5P_DEFAULT), H5Gclose, "/");
      walk(root.get(), "", seen, 0);
    });
  }

  /// Reads everything once where a crash does no harm.
  void try_in_child() const {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return;
    const auto megabytes = static_cast<unsigned>(std::min<std::uintmax_t>(fs::file_size(path, error) >> 20, 100'000));
    const auto read_all = [this] {
      Hdf5Lock::renew_in_child();
      const RunFileReader reader(path, FileOrigin::own);
      for (const Group& each : reader.contents_->groups) {
        for (const RunColumn& column : each.columns) {
          try {
            reader.contents_->read_through(each.path, column);
          } catch (const InputError&) {
            // A column that cannot be read is an exception for whoever asks for it.
          }
        }
      }
    };
    if (!survives_in_child(read_all, 5 + megabytes)) {
      refuse("is damaged (HDF5 cannot read it safely); run the scenario again");
    }
  }

  [[noreturn]] void explain_refusal() const {
    try {
      hdf5_checked(-1, "open");
    } catch (const Hdf5Failure& failure) {
      const std::string reason = failure.what();
      if (reason.find("temporarily unavailable") != std::string::npos)
        refuse("is being written; wait until it is closed");
      if (reason.find("Permission denied") != std::string::npos) refuse("no permission to read it");
      if (reason.find("signature not found") != std::string::npos) refuse("is not an HDF5 file");
      throw;
    }
    refuse("cannot be opened");
  }

  void read_root() {
    const hid_t root = file.get();
    const std::string filetype = text_of(root, "filetype");
    if (filetype != "wattershed-run") {
      refuse(filetype.empty() ? "is HDF5, but no wattershed run file (it has no attribute 'filetype')"
                              : "is a file of type '" + filetype + "', not 'wattershed-run'");
    }
    const auto version = number_attribute<int>(root, "version", H5T_NATIVE_INT);
    if (version.size() != 2) refuse("has no version of the run file format");
    if (version[0] != run_file_major) {
      refuse("is in version " + std::to_string(version[0]) + "." + std::to_string(version[1]) +
             " of the run file format; this program reads version " + std::to_string(run_file_major) +
             ".x: use the program that wrote it, or run the scenario again");
    }
    minor_version = version[1];
    attributes.title = text_of(root, "title");
    attributes.program_version = text_of(root, "program_version");
    attributes.git_hash = text_of(root, "git_hash");
    attributes.time_zone = text_of(root, "time_zone");
    attributes.created = text_of(root, "created");
    attributes.scenario = text_of(root, "scenario");
    const auto seed = number_attribute<std::uint64_t>(root, "seed", H5T_NATIVE_UINT64);
    const auto run = number_attribute<std::uint64_t>(root, "run", H5T_NATIVE_UINT64);
    const auto done = number_attribute<int>(root, "complete", H5T_NATIVE_INT);
    attributes.seed = seed.empty() ? 0 : seed.front();
    attributes.run = run.empty() ? 0 : run.front();
    complete = !done.empty() && done.front() == 1;
  }

  void walk(hid_t group, const std::string& path_of_group, std::set<haddr_t>& seen, int depth) {
    if (depth > deepest_group) throw Hdf5Failure("groups nested too deep");
    Group found{path_of_group, {}, {}};
    std::vector<std::pair<std::string, Hdf5Handle>> below;
    for (const std::string& name : names_in(group)) {
      const Hdf5Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose, name);
      const H5I_type_t kind = H5Iget_type(object.get());
      if (kind == H5I_DATASET) {
        const Hdf5Handle space(H5Dget_space(object.get()), H5Sclose, name);
        const Shape shape = shape_of(space.get());
        found.columns.push_back(describe_column(object.get(), name, shape));
        found.lengths.push_back(shape.size[0]);
      } else if (kind == H5I_GROUP) {
        H5O_info_t info;
        hdf5_checked(H5Oget_info2(object.get(), &info, H5O_INFO_BASIC), name);
        if (!seen.insert(info.addr).second) throw Hdf5Failure("group " + name + " contains itself");
        if (seen.size() > most_objects) throw Hdf5Failure("too many groups");
        below.emplace_back(name, Hdf5Handle(H5Gopen2(group, name.c_str(), H5P_DEFAULT), H5Gclose, name));
      }
    }
    if (!found.columns.empty()) {
      group_names.push_back(path_of_group);
      groups.push_back(std::move(found));
    }
    for (const auto& [name, handle] : below) {
      walk(handle.get(), path_of_group.empty() ? name : path_of_group + "/" + name, seen, depth + 1);
    }
  }

  [[nodiscard]] const Group& group(const std::string& name) const {
    for (const Group& each : groups) {
      if (each.path == name) return each;
    }
    refuse("has no group '/" + name + "'" + did_you_mean(name, group_names));
  }

  [[nodiscard]] const RunColumn& column(const std::string& group_name, const std::string& name) const {
    const Group& found = group(group_name);
    std::vector<std::string> names;
    for (const RunColumn& each : found.columns) {
      if (each.spec.name == name) return each;
      names.push_back(each.spec.name);
    }
    refuse("has no '" + name + "' in group '/" + group_name + "'" + did_you_mean(name, names));
  }

  [[nodiscard]] std::vector<std::string> axes(const std::string& name) const {
    static_cast<void>(group(name));
    return guarded([&] {
      const Hdf5Handle object(H5Gopen2(file.get(), ("/" + name).c_str(), H5P_DEFAULT), H5Gclose, name);
      auto values = text_attribute(object.get(), "axes");
      if (values) return std::move(*values);
      // A table of text alone has no NeXus attributes: its axis is its only scale.
      std::vector<std::string> scales;
      for (const RunColumn& each : group(name).columns) {
        if (each.is_scale) scales.push_back(each.spec.name);
      }
      return scales;
    });
  }

  [[nodiscard]] std::size_t rows(const std::string& name) const {
    const Group& found = group(name);
    const std::vector<std::string> axis_names = axes(name);
    hsize_t least = std::numeric_limits<hsize_t>::max();
    for (std::size_t i = 0; i < found.columns.size(); ++i) {
      const RunColumn& each = found.columns[i];
      // Second axes (`rack`, `bound`) have a length of their own.
      if (each.is_scalar || (each.is_scale && (axis_names.empty() || each.spec.name != axis_names.front()))) continue;
      least = std::min(least, found.lengths[i]);
    }
    return least == std::numeric_limits<hsize_t>::max() ? 0 : least;
  }

  /// Opens the column and selects rows [first, first + count) of it, then calls `read(dataset, memory, file space,
  /// n)`.
  template <class Read>
  void select(const std::string& group_name, const RunColumn& column, std::size_t first, std::size_t count,
              Read read) const {
    const std::string place = "/" + group_name + "/" + column.spec.name;
    const Hdf5Handle dataset(H5Dopen2(file.get(), place.c_str(), H5P_DEFAULT), H5Dclose, place);
    const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose, place);
    const Shape shape = shape_of(space.get());
    std::size_t most = shape.size[0];
    const std::vector<std::string> axis_names = axes(group_name);
    const bool on_first_axis =
        !column.is_scalar && (!column.is_scale || (!axis_names.empty() && column.spec.name == axis_names.front()));
    if (on_first_axis) most = std::min(most, rows(group_name));
    first = std::min(first, most);
    count = std::min(count, most - first);
    const std::size_t width = shape.size[1];
    const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose, place);
    const std::uintmax_t believable = file_size * most_inflation + (std::uintmax_t{1} << 20);
    if (width != 0 && count > believable / width)
      throw Hdf5Failure(place + " claims more rows than the file can hold");
    if (shape.axes == 0) {
      read(dataset.get(), type.get(), H5S_ALL, space.get(), std::size_t{1});
      return;
    }
    const std::array<hsize_t, 2> start{first, 0}, block{count, width};
    if (count * width == 0) return;
    hdf5_checked(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, block.data(), nullptr),
                 place);
    const Hdf5Handle memory(H5Screate_simple(shape.axes, block.data(), nullptr), H5Sclose, place);
    read(dataset.get(), type.get(), memory.get(), space.get(), count * width);
  }

  [[nodiscard]] std::vector<double> read_numbers(const std::string& group_name, const RunColumn& column,
                                                 std::size_t first, std::size_t count) const {
    return guarded([&] {
      std::vector<double> values;
      select(group_name, column, first, count, [&](hid_t dataset, hid_t, hid_t memory, hid_t space, std::size_t n) {
        values.resize(n);
        hdf5_checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values.data()),
                     column.spec.name);
      });
      return values;
    });
  }

  [[nodiscard]] std::vector<std::string> read_texts(const std::string& group_name, const RunColumn& column,
                                                    std::size_t first, std::size_t count) const {
    return guarded([&] {
      std::vector<std::string> values;
      const auto read = [&](hid_t dataset, hid_t type, hid_t memory, hid_t space, std::size_t n) {
        const hid_t in_memory = memory == H5S_ALL ? space : memory;
        values = text_values(type, in_memory, n, [&](hid_t memory_type, void* out) {
          hdf5_checked(H5Dread(dataset, memory_type, memory, space, H5P_DEFAULT, out), column.spec.name);
        });
      };
      select(group_name, column, first, count, read);
      return values;
    });
  }

  /// Reads a whole column, some rows at a time, and keeps nothing.
  void read_through(const std::string& group_name, const RunColumn& column) const {
    constexpr std::size_t some = 65'536;
    for (std::size_t first = 0;; first += some) {
      const bool more = column.spec.type == ColumnType::text
                            ? read_texts(group_name, column, first, some).size() >= some
                            : read_numbers(group_name, column, first, some).size() >= some;
      if (!more || column.is_scalar) return;
    }
  }
};

RunFileReader::RunFileReader(fs::path path, FileOrigin origin) : contents_(std::make_unique<Contents>()) {
  contents_->path = std::move(path);
  Hdf5Lock lock;  // a child must not be made while another thread is inside HDF5
  if (origin == FileOrigin::unknown) contents_->try_in_child();
  contents_->load();
}

RunFileReader::~RunFileReader() = default;
RunFileReader::RunFileReader(RunFileReader&&) noexcept = default;

const fs::path& RunFileReader::path() const { return contents_->path; }
const RunAttributes& RunFileReader::attributes() const { return contents_->attributes; }
bool RunFileReader::complete() const { return contents_->complete; }
int RunFileReader::minor_version() const { return contents_->minor_version; }
const std::vector<std::string>& RunFileReader::groups() const { return contents_->group_names; }

std::vector<std::string> RunFileReader::sites() const {
  std::vector<std::string> names;
  for (const std::string& name : contents_->group_names) {
    const bool top = !name.empty() && name.find('/') == std::string::npos;
    if (top && !reserved.contains(name) && has(name, "time")) names.push_back(name);
  }
  return names;
}

bool RunFileReader::has(const std::string& group) const {
  const auto& names = contents_->group_names;
  return std::find(names.begin(), names.end(), group) != names.end();
}

bool RunFileReader::has(const std::string& group, const std::string& column) const {
  if (!has(group)) return false;
  const auto& columns = contents_->group(group).columns;
  return std::any_of(columns.begin(), columns.end(), [&](const RunColumn& each) { return each.spec.name == column; });
}

const std::vector<RunColumn>& RunFileReader::columns(const std::string& group) const {
  return contents_->group(group).columns;
}

const RunColumn& RunFileReader::column(const std::string& group, const std::string& name) const {
  return contents_->column(group, name);
}

std::vector<std::string> RunFileReader::axes(const std::string& group) const { return contents_->axes(group); }
std::size_t RunFileReader::rows(const std::string& group) const { return contents_->rows(group); }

Time RunFileReader::epoch(const std::string& group) const {
  const std::string& units = contents_->column(group, "time").spec.units;
  const std::string start = "seconds since ";
  try {
    if (!units.starts_with(start) || !units.ends_with("Z")) throw std::invalid_argument("");
    const std::string instant = units.substr(start.size(), units.size() - start.size() - 1);
    return TimeZone("UTC").to_utc(parse_local_time(instant));
  } catch (const std::invalid_argument&) {
    contents_->refuse("'/" + group + "/time' counts '" + units + "', not 'seconds since …Z'");
  }
}

std::optional<std::string> RunFileReader::group_text(const std::string& group, const std::string& name) const {
  return contents_->guarded([&]() -> std::optional<std::string> {
    const Hdf5Handle object(H5Gopen2(contents_->file.get(), ("/" + group).c_str(), H5P_DEFAULT), H5Gclose, group);
    const auto values = text_attribute(object.get(), name);
    if (!values || values->empty()) return std::nullopt;
    return values->front();
  });
}

std::optional<double> RunFileReader::group_number(const std::string& group, const std::string& name) const {
  return contents_->guarded([&]() -> std::optional<double> {
    const Hdf5Handle object(H5Gopen2(contents_->file.get(), ("/" + group).c_str(), H5P_DEFAULT), H5Gclose, group);
    const auto values = number_attribute<double>(object.get(), name, H5T_NATIVE_DOUBLE);
    if (values.empty()) return std::nullopt;
    return values.front();
  });
}

std::vector<double> RunFileReader::numbers(const std::string& group, const std::string& name, std::size_t first,
                                           std::size_t count) const {
  const RunColumn& column = contents_->column(group, name);
  if (column.spec.type == ColumnType::text) contents_->refuse("'/" + group + "/" + name + "' is text, not numbers");
  return contents_->read_numbers(group, column, first, count);
}

std::vector<std::string> RunFileReader::texts(const std::string& group, const std::string& name, std::size_t first,
                                              std::size_t count) const {
  const RunColumn& column = contents_->column(group, name);
  if (column.spec.type != ColumnType::text) contents_->refuse("'/" + group + "/" + name + "' is numbers, not text");
  return contents_->read_texts(group, column, first, count);
}

std::optional<double> RunFileReader::summary(const std::string& site, const std::string& name) const {
  const std::string group = "summary/" + site;
  if (!has(group, name)) return std::nullopt;
  const RunColumn& column = contents_->column(group, name);
  if (!column.is_scalar || column.spec.type == ColumnType::text) return std::nullopt;
  const std::vector<double> values = numbers(group, name);
  if (values.empty()) return std::nullopt;
  return values.front();
}

}  // namespace wattershed
