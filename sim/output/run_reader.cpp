#include "sim/output/run_reader.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <new>
#include <set>
#include <sstream>

#include "sim/base/problem.hpp"
#include "sim/base/sealed_file.hpp"
#include "sim/output/child_probe.hpp"
#include "sim/output/hdf5_handle.hpp"
#include "sim/output/hdf5_read.hpp"
#include "sim/output/run_file.hpp"

namespace wattershed {

namespace {

namespace fs = std::filesystem;

// Bounds that no file of ours comes near: what is over them is damage.
constexpr int deepest_group = 16;
constexpr std::uintmax_t most_inflation = 1'100;  // deflate packs at most 1032 : 1

struct Group {
  std::string path;
  std::vector<RunColumn> columns;
  std::vector<hsize_t> lengths;  // of the first axis of each column, 1 for a scalar
};

std::vector<std::string> split(const std::string& line) {
  std::istringstream words(line);
  std::vector<std::string> result;
  for (std::string word; words >> word;) result.push_back(word);
  return result;
}

RunColumn describe_column(hid_t dataset, const std::string& name, const Hdf5Shape& shape) {
  RunColumn column;
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, name);
  const H5T_class_t kind = H5Tget_class(type.get());
  if (kind != H5T_STRING && !is_hdf5_number(kind))
    throw Hdf5Failure("column " + name + " is neither number nor text");
  column.spec.name = name;
  column.spec.units = hdf5_text(dataset, "units");
  column.spec.long_name = hdf5_text(dataset, "long_name");
  column.spec.cell_methods = hdf5_text(dataset, "cell_methods");
  column.spec.flag_meanings = split(hdf5_text(dataset, "flag_meanings"));
  column.spec.flag_values = hdf5_number_attribute<std::uint8_t>(dataset, "flag_values", H5T_NATIVE_UCHAR);
  const auto missing = hdf5_number_attribute<int>(dataset, "allows_missing", H5T_NATIVE_INT);
  column.spec.allows_missing = !missing.empty() && missing.front() != 0;
  column.spec.type = kind == H5T_STRING                   ? ColumnType::text
                     : !column.spec.flag_meanings.empty() ? ColumnType::flags
                     : kind == H5T_INTEGER                ? ColumnType::integer
                                                          : ColumnType::real;
  column.spec.single_precision = kind == H5T_FLOAT && H5Tget_size(type.get()) == 4;
  column.is_scale = hdf5_text(dataset, "CLASS") == "DIMENSION_SCALE";
  column.is_scalar = shape.axes == 0;
  column.over_two_axes = shape.axes == 2;
  column.width = shape.axes == 2 ? shape.size[1] : 1;
  static const std::set<std::string> known{"units", "long_name", "cell_methods", "flag_meanings", "CLASS", "NAME"};
  for (const std::string& each : hdf5_attribute_names(dataset)) {
    if (known.contains(each)) continue;
    const auto text = hdf5_text_attribute(dataset, each);
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
  Seal seal = Seal::none;
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

  /// A finished file is what was written, to the last byte; what a kill has left, and what another program has written
  /// anew, has no seal, and nothing behind what HDF5 counts as the file's.
  void check_seal() const {
    if (seal == Seal::broken)
      refuse("is damaged (it is not what was written: its checksum differs); run the scenario again");
    if (seal == Seal::none && complete && contents_end() != file_size)
      refuse("is damaged (its end is not what was written); run the scenario again");
  }

  /// Where the contents end by a superblock as ours (version 2, HDF5 file format specification 3.0, II.A).
  [[nodiscard]] std::uintmax_t contents_end() const {
    constexpr std::size_t version = 8, place = 28;
    std::array<char, place + 8> head{};
    std::ifstream(path, std::ios::binary).read(head.data(), head.size());
    if (head[version] < 2) return file_size;  // another program's
    std::uintmax_t end = 0;
    for (std::size_t i = head.size(); i-- > place;) end = end << 8U | static_cast<unsigned char>(head[i]);
    return end;
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
    const std::string filetype = hdf5_text(root, "filetype");
    if (filetype != "wattershed-run") {
      refuse(filetype.empty() ? "is HDF5, but no wattershed run file (it has no attribute 'filetype')"
                              : "is a file of type '" + filetype + "', not 'wattershed-run'");
    }
    const auto version = hdf5_number_attribute<int>(root, "version", H5T_NATIVE_INT);
    if (version.size() != 2) refuse("has no version of the run file format");
    if (version[0] != run_file_major) {
      refuse("is in version " + std::to_string(version[0]) + "." + std::to_string(version[1]) +
             " of the run file format; this program reads version " + std::to_string(run_file_major) +
             ".x: use the program that wrote it, or run the scenario again");
    }
    minor_version = version[1];
    attributes.title = hdf5_text(root, "title");
    attributes.program_version = hdf5_text(root, "program_version");
    attributes.git_hash = hdf5_text(root, "git_hash");
    attributes.time_zone = hdf5_text(root, "time_zone");
    attributes.created = hdf5_text(root, "created");
    attributes.scenario = hdf5_text(root, "scenario");
    const auto seed = hdf5_number_attribute<std::uint64_t>(root, "seed", H5T_NATIVE_UINT64);
    const auto run = hdf5_number_attribute<std::uint64_t>(root, "run", H5T_NATIVE_UINT64);
    const auto done = hdf5_number_attribute<int>(root, "complete", H5T_NATIVE_INT);
    attributes.seed = seed.empty() ? 0 : seed.front();
    attributes.run = run.empty() ? 0 : run.front();
    complete = !done.empty() && done.front() == 1;
    static const std::set<std::string> known{"Conventions", "title",   "filetype", "program_version", "git_hash",
                                             "time_zone",   "created", "scenario", "NX_class"};
    for (const std::string& each : hdf5_attribute_names(root)) {
      if (known.contains(each)) continue;
      const auto text = hdf5_text_attribute(root, each);
      if (text && text->size() == 1) attributes.more.emplace_back(each, text->front());
    }
  }

  void walk(hid_t group, const std::string& path_of_group, std::set<haddr_t>& seen, int depth) {
    if (depth > deepest_group) throw Hdf5Failure("groups nested too deep");
    Group found{path_of_group, {}, {}};
    std::vector<std::pair<std::string, Hdf5Handle>> below;
    for (const std::string& name : hdf5_names(group)) {
      const Hdf5Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose, name);
      const H5I_type_t kind = H5Iget_type(object.get());
      if (kind == H5I_DATASET) {
        const Hdf5Handle space(H5Dget_space(object.get()), H5Sclose, name);
        const Hdf5Shape shape = hdf5_shape(space.get());
        found.columns.push_back(describe_column(object.get(), name, shape));
        found.lengths.push_back(shape.size[0]);
      } else if (kind == H5I_GROUP) {
        H5O_info_t info;
        hdf5_checked(H5Oget_info2(object.get(), &info, H5O_INFO_BASIC), name);
        if (!seen.insert(info.addr).second) throw Hdf5Failure("group " + name + " contains itself");
        if (seen.size() > most_hdf5_objects) throw Hdf5Failure("too many groups");
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

  /// A group that has attributes, perhaps without datasets.
  [[nodiscard]] Hdf5Handle opened(const std::string& name) const {
    const hid_t found = H5Gopen2(file.get(), ("/" + name).c_str(), H5P_DEFAULT);
    if (found < 0) refuse("has no group '/" + name + "'" + did_you_mean(name, group_names));
    return {found, H5Gclose, name};
  }

  [[nodiscard]] std::vector<std::string> axes(const std::string& name) const {
    static_cast<void>(group(name));
    return guarded([&] {
      const Hdf5Handle object(H5Gopen2(file.get(), ("/" + name).c_str(), H5P_DEFAULT), H5Gclose, name);
      auto values = hdf5_text_attribute(object.get(), "axes");
      if (values) return std::move(*values);
      // A table of text alone has no NeXus attributes: its axes are its scales, but for that of `time_bnds`.
      std::vector<std::string> scales;
      for (const RunColumn& each : group(name).columns) {
        if (each.is_scale && each.spec.name != "bound") scales.push_back(each.spec.name);
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
    const Hdf5Shape shape = hdf5_shape(space.get());
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
        values = hdf5_texts(type, in_memory, n, [&](hid_t memory_type, void* out) {
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
  if (origin == FileOrigin::unknown) {
    contents_->seal = seal_of(contents_->path);
    contents_->check_seal();
    contents_->try_in_child();
  }
  contents_->load();
  if (origin == FileOrigin::unknown) contents_->check_seal();
}

RunFileReader::~RunFileReader() = default;
RunFileReader::RunFileReader(RunFileReader&&) noexcept = default;

std::string RunFileReader::name() const { return contents_->path.string(); }
const fs::path& RunFileReader::path() const { return contents_->path; }
const RunAttributes& RunFileReader::attributes() const { return contents_->attributes; }
bool RunFileReader::complete() const { return contents_->complete; }
int RunFileReader::minor_version() const { return contents_->minor_version; }
const std::vector<std::string>& RunFileReader::groups() const { return contents_->group_names; }

const std::vector<RunColumn>& RunFileReader::columns(const std::string& group) const {
  return contents_->group(group).columns;
}

std::vector<std::string> RunFileReader::axes(const std::string& group) const { return contents_->axes(group); }
std::size_t RunFileReader::rows(const std::string& group) const { return contents_->rows(group); }

std::optional<std::string> RunFileReader::group_text(const std::string& group, const std::string& name) const {
  return contents_->guarded([&]() -> std::optional<std::string> {
    const Hdf5Handle object = contents_->opened(group);
    const auto values = hdf5_text_attribute(object.get(), name);
    if (!values || values->empty()) return std::nullopt;
    return values->front();
  });
}

std::optional<double> RunFileReader::group_number(const std::string& group, const std::string& name) const {
  return contents_->guarded([&]() -> std::optional<double> {
    const Hdf5Handle object = contents_->opened(group);
    const auto values = hdf5_number_attribute<double>(object.get(), name, H5T_NATIVE_DOUBLE);
    if (values.empty()) return std::nullopt;
    return values.front();
  });
}

std::vector<double> RunFileReader::read_numbers(const std::string& group, const RunColumn& column, std::size_t first,
                                                std::size_t count) const {
  return contents_->read_numbers(group, column, first, count);
}

std::vector<std::string> RunFileReader::read_texts(const std::string& group, const RunColumn& column,
                                                   std::size_t first, std::size_t count) const {
  return contents_->read_texts(group, column, first, count);
}

}  // namespace wattershed
