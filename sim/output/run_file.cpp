#include "sim/output/run_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <map>
#include <system_error>

#include "sim/base/sealed_file.hpp"
#include "sim/output/hdf5_handle.hpp"
#include "sim/output/ordered_file.hpp"
#include "sim/output/output_path.hpp"
#include "sim/output/run_table.hpp"

namespace wattershed {

namespace {

namespace fs = std::filesystem;
using WallClock = std::chrono::steady_clock;

/// Format bounds, ordered flushes, no evictions of metadata between bursts, strong close: what makes a killed file
/// open again.
Hdf5Handle access_properties(const FileWatch& watch) {
  Hdf5Handle list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file access");
  hdf5_checked(H5Pset_libver_bounds(list.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V110), "format bounds");
  hdf5_checked(H5Pset_fclose_degree(list.get(), H5F_CLOSE_STRONG), "close degree");
  hdf5_checked(H5Pset_file_locking(list.get(), true, true), "file locking");
  use_ordered_file(list.get(), watch ? &watch : nullptr);
  H5AC_cache_config_t cache;
  cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  hdf5_checked(H5Pget_mdc_config(list.get(), &cache), "metadata cache");
  cache.evictions_enabled = false;
  cache.incr_mode = H5C_incr__off;
  cache.flash_incr_mode = H5C_flash_incr__off;
  cache.decr_mode = H5C_decr__off;
  hdf5_checked(H5Pset_mdc_config(list.get(), &cache), "metadata cache");
  return list;
}

void write_scalar(hid_t group, const std::string& name, const RunSink::Scalar& scalar, const std::string& units,
                  const std::string& long_name) {
  const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, "scalar space");
  const Hdf5Handle properties = creation_properties(H5P_DATASET_CREATE);
  const Hdf5Handle text = text_type();
  const auto* number = std::get_if<double>(&scalar);
  const auto* integer = std::get_if<std::int64_t>(&scalar);
  const hid_t type = number ? H5T_IEEE_F64LE : integer ? H5T_STD_I64LE : text.get();
  const Hdf5Handle dataset(
      H5Dcreate2(group, name.c_str(), type, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), H5Dclose,
      "summary " + name);
  const auto write = [&](hid_t memory_type, const void* data) {
    hdf5_checked(H5Dwrite(dataset.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), name);
  };
  if (number) {
    write(H5T_NATIVE_DOUBLE, number);
  } else if (integer) {
    write(H5T_NATIVE_INT64, integer);
  } else {
    const char* pointer = std::get<std::string>(scalar).c_str();
    write(text.get(), &pointer);
  }
  if (number || integer) write_attribute(dataset.get(), "units", units);
  write_attribute(dataset.get(), "long_name", long_name);
}

/// A failed write, with the way out that fits its reason.
std::string cannot_be_written(const fs::path& path, const std::string& reason) {
  // HDF5's words for a failed allocation are many, but all of them have this one.
  // A disk always has its reason; without memory there may be none left to note one.
  const bool memory = reason.find("alloc") != std::string::npos || reason.find("memory") != std::string::npos ||
                      reason.find("gave no reason") != std::string::npos;
  return path.string() + ": cannot be written (" + reason +
         (memory ? "); the memory is used up: record less, or run it where there is more"
                 : "); free some space, or choose another output path");
}

}  // namespace

struct RunFile::Contents {
  enum class State { created, open, broken, closed };
  static constexpr std::size_t usual_metadata = std::size_t{2} << 20;  // [byte] in HDF5's cache

  fs::path final_path, part_path;
  RunAttributes attributes;
  BurstPolicy policy;
  State state = State::created;
  std::string broken_because;
  std::vector<RunTable> tables;
  std::size_t buffered_bytes = 0;  // of the rows of all tables that wait
  Hdf5Handle file;
  std::map<std::string, Hdf5Handle> groups;
  WallClock::time_point last_burst = WallClock::now();

  /// Runs `work` under the lock; a failure of HDF5 breaks the file for good.
  template <class Work>
  void guarded(Work work) {
    if (state == State::broken) throw DiskError(broken_because);
    Hdf5Lock lock;
    try {
      work();
    } catch (const Hdf5Failure& failure) {
      state = State::broken;
      broken_because = cannot_be_written(part_path, failure.what());
      throw DiskError(broken_because);
    }
  }

  void create_file() {
    const Hdf5Handle creation = creation_properties(H5P_FILE_CREATE);
    // No space is used a second time: what the disk's version of the file refers to is never overwritten.
    hdf5_checked(H5Pset_file_space_strategy(creation.get(), H5F_FSPACE_STRATEGY_NONE, false, 1), "file space");
    // The root's links stay in its header: /summary, which comes last, is then one more message in one block.
    hdf5_checked(H5Pset_link_phase_change(creation.get(), 1'000, 0), "link storage");
    const Hdf5Handle access = access_properties(policy.watch);
    file = Hdf5Handle(H5Fcreate(part_path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, "create");
    const hid_t root = file.get();
    write_attribute(root, "Conventions", std::string("CF-1.8"));
    write_attribute(root, "title", attributes.title);
    write_attribute(root, "filetype", std::string("wattershed-run"));
    write_attribute(root, "version", std::span<const int>(std::array{run_file_major, run_file_minor}));
    write_attribute(root, "program_version", attributes.program_version);
    write_attribute(root, "git_hash", attributes.git_hash);
    write_unsigned_attribute(root, "seed", attributes.seed);
    write_unsigned_attribute(root, "run", attributes.run);
    write_attribute(root, "time_zone", attributes.time_zone);
    write_attribute(root, "created", attributes.created);
    write_flag_attribute(root, "complete", 0);
    write_attribute(root, "scenario", attributes.scenario);
    write_attribute(root, "NX_class", std::string("NXroot"));
    for (const auto& [name, value] : attributes.more) write_attribute(root, name, value);
  }

  /// The group of that path ("phoenix/racks"), made with its parents when it is not there.
  hid_t group(const std::string& path) {
    if (path.empty()) return file.get();
    if (const auto found = groups.find(path); found != groups.end()) return found->second.get();
    const auto slash = path.rfind('/');
    const hid_t parent = slash == std::string::npos ? file.get() : group(path.substr(0, slash));
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    const Hdf5Handle properties = creation_properties(H5P_GROUP_CREATE);
    Hdf5Handle made(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), H5Gclose,
                    "group /" + path);
    return groups.emplace(path, std::move(made)).first->second.get();
  }

  void create_contents(const std::deque<DeclaredTable>& declared, const std::vector<GroupAttribute>& attributes_of) {
    const ChunkRows most(declared, policy.bytes);
    for (const DeclaredTable& each : declared) tables.emplace_back(each, most);
    for (RunTable& each : tables) {
      const int parent = each.declared().parent();
      each.create(group(each.declared().group()), parent < 0 ? nullptr : &tables[static_cast<std::size_t>(parent)]);
      flush_if_large();
    }
    for (const GroupAttribute& each : attributes_of) {
      const hid_t where = group(each.group);
      std::visit([&](const auto& value) { write_attribute(where, each.name, value); }, each.value);
    }
    mark_collections();
    flush_file();
  }

  /// Groups that are no table are collections in NeXus's words.
  void mark_collections() {
    for (const auto& [path, handle] : groups) {
      const bool marked = hdf5_checked(H5Aexists(handle.get(), "NX_class"), "group /" + path) > 0;
      if (!marked) write_attribute(handle.get(), "NX_class", std::string("NXcollection"));
    }
  }

  void flush_file() {
    hdf5_checked(H5Fflush(file.get(), H5F_SCOPE_GLOBAL), "flush");
    drop_clean_metadata();
  }

  /// Very many tables would fill the memory with metadata before they are all made or written. A flush between two tables
  /// leaves what a kill within a burst may leave.
  void flush_if_large() {
    if (metadata_size() >= 2 * usual_metadata) flush_file();
  }
  [[nodiscard]] std::size_t metadata_size() const {
    std::size_t size = 0;
    hdf5_checked(H5Fget_mdc_size(file.get(), nullptr, nullptr, &size, nullptr), "metadata cache");
    return size;
  }

  /// Between bursts nothing is evicted, so the cache would keep all text and index nodes of a run. Right after a
  /// flush everything in it is clean: shrinking it for a moment gives that memory back and writes nothing.
  void drop_clean_metadata() {
    constexpr std::size_t small_size = std::size_t{1} << 20;
    if (metadata_size() < 2 * usual_metadata) return;
    H5AC_cache_config_t cache;
    cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
    hdf5_checked(H5Fget_mdc_config(file.get(), &cache), "metadata cache");
    const auto set = [&](bool evictions, std::size_t size) {
      cache.evictions_enabled = evictions;
      cache.set_initial_size = true;
      cache.initial_size = cache.min_size = size;
      hdf5_checked(H5Fset_mdc_config(file.get(), &cache), "metadata cache");
    };
    set(true, small_size);
    hdf5_checked(H5Aexists(file.get(), "complete"), "metadata cache");  // any access lets the cache shrink
    set(false, usual_metadata);
  }

  /// Writes every buffered row, then flushes.
  void burst(bool last = false) {
    for (RunTable& each : tables) {
      each.write(last);
      flush_if_large();
    }
    flush_file();
    buffered_bytes = 0;
    last_burst = WallClock::now();
  }

  /// Before a row is added to a table of its own axis: tables beside it have then all rows that it has. What all tables
  /// buffer counts together, so that many of them do not take many times as much.
  void burst_if_due(const RunTable& grown) {
    const bool enough = buffered_bytes >= (grown.at_whole_chunk() ? policy.bytes : 2 * policy.bytes);
    const bool many = grown.buffered() > 0 && grown.rows() % policy.rows == 0;
    if (enough || many || WallClock::now() - last_burst >= policy.wall_time) guarded([&] { burst(); });
  }

  void write_summary(const std::vector<SummaryScalar>& scalars) {
    for (const SummaryScalar& each : scalars)
      write_scalar(group("summary/" + each.site), each.name, each.value, each.units, each.long_name);
    mark_collections();
  }

  void close(bool complete, const std::vector<SummaryScalar>& scalars) {
    guarded([&] {
      burst(true);
      write_summary(scalars);
      flush_file();
      if (complete) {
        const Hdf5Handle attribute(H5Aopen(file.get(), "complete", H5P_DEFAULT), H5Aclose, "complete");
        const int one = 1;
        hdf5_checked(H5Awrite(attribute.get(), H5T_NATIVE_INT, &one), "complete");
        hdf5_checked(H5Fflush(file.get(), H5F_SCOPE_GLOBAL), "flush");
      }
      close_handles();
      hdf5_checked(H5Fclose(file.release()), "close");
    });
    state = State::closed;
    if (const std::string reason = seal_file(part_path); !reason.empty()) {
      std::error_code ignored;
      fs::remove(part_path, ignored);
      throw DiskError(cannot_be_written(part_path, reason));
    }
    to_disk_and_rename();
  }

  void close_handles() {
    for (RunTable& each : tables) each.close();
    groups.clear();
  }

  void to_disk_and_rename() {
    const int descriptor = ::open(part_path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
      ::fsync(descriptor);  // so that the name never stands before the contents do
      ::close(descriptor);
    }
    // A run may last for hours: somebody else may have put something there.
    std::string fault = fault_of_run_file(final_path);
    if (fault.empty()) {
      std::error_code error;
      fs::rename(part_path, final_path, error);
      if (error) fault = error.message();
    }
    if (!fault.empty()) {
      throw DiskError(part_path.string() + ": cannot be renamed to " + final_path.string() + " (" + fault +
                      "); the results are in the first");
    }
  }

  /// After a failed write HDF5 would try for ever to flush: its identifiers are given up, and the disk space freed.
  void give_up() noexcept {
    for (RunTable& each : tables) each.forget();
    for (auto& [path, handle] : groups) handle.release();
    file.release();
    std::error_code ignored;
    fs::resize_file(part_path, 0, ignored);
  }

  void abandon() noexcept {
    if (state == State::closed) return;
    if (state == State::broken) {
      give_up();
    } else {
      Hdf5Lock lock;
      close_handles();
      file.reset();
    }
    state = State::closed;
    std::error_code ignored;
    fs::remove(part_path, ignored);
  }
};

RunFile::RunFile(std::filesystem::path final_path, RunAttributes attributes, BurstPolicy policy)
    : contents_(std::make_unique<Contents>()) {
  check_output_path(final_path);
  contents_->part_path = part_of(final_path);
  contents_->final_path = std::move(final_path);
  contents_->attributes = std::move(attributes);
  contents_->policy = policy;
  Hdf5Lock lock;
  try {
    contents_->create_file();
  } catch (const Hdf5Failure& failure) {
    const std::string reason = failure.what();
    const bool busy = reason.find("temporarily unavailable") != std::string::npos ||
                      reason.find("already open") != std::string::npos;
    const bool full =
        reason.find("alloc") != std::string::npos || reason.find("File too large") != std::string::npos ||
        reason.find("No space left") != std::string::npos || reason.find("quota exceeded") != std::string::npos;
    if (full) {
      contents_->state = Contents::State::broken;
      contents_->abandon();
      throw DiskError(cannot_be_written(contents_->part_path, reason));
    }
    contents_->state = Contents::State::closed;
    if (busy)
      refuse_output(contents_->part_path,
                    "another run is writing this file; wait for it, or choose another output path");
    refuse_output(contents_->part_path, "cannot be created (" + reason + "); choose another output path");
  }
}

RunFile::~RunFile() {
  if (contents_->state != Contents::State::open) {
    contents_->abandon();
    return;
  }
  try {
    contents_->guarded([&] {
      contents_->burst(true);
      contents_->close_handles();
      hdf5_checked(H5Fclose(contents_->file.release()), "close");
    });
  } catch (const DiskError&) {
    contents_->abandon();
  }
}

void RunFile::create() {
  contents_->guarded([&] { contents_->create_contents(tables(), group_attributes()); });
  contents_->state = Contents::State::open;
  contents_->last_burst = WallClock::now();
}

void RunFile::store(std::size_t table, const Row& row) {
  Contents& contents = *contents_;
  if (contents.state == Contents::State::broken) throw DiskError(contents.broken_because);
  RunTable& to = contents.tables[table];
  if (to.declared().axis() != DeclaredTable::Axis::beside) contents.burst_if_due(to);
  to.add_row(row.axis, row.axis_text, row.values, row.texts);
  contents.buffered_bytes += to.bytes_a_row();
}

void RunFile::tick() {
  if (contents_->state == Contents::State::open &&
      WallClock::now() - contents_->last_burst >= contents_->policy.wall_time) {
    contents_->guarded([&] { contents_->burst(); });
  }
}

void RunFile::flush() {
  require_open("flush() comes between begin() and finish()");
  contents_->guarded([&] { contents_->burst(); });
}

void RunFile::close(bool complete) { contents_->close(complete, scalars()); }
void RunFile::discard() noexcept { contents_->abandon(); }
const std::filesystem::path& RunFile::final_path() const { return contents_->final_path; }
const std::filesystem::path& RunFile::part_path() const { return contents_->part_path; }

}  // namespace wattershed
