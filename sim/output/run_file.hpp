/// The run file, written: HDF5 that h5py, xarray, ncdump, HDFView and H5Web open without help
/// (sim/output/run_file.md).
///
///   RunFile file("site.h5", attributes);
///   TableId site = file.time_table("phoenix", start, {{.name = "it_power", .units = "W", .long_name = "…"}});
///   file.begin();                                          // everything is created and flushed
///   file.append(site, t, t + 15min, values);               // buffered; a burst every 65,536 rows or 5 s of wall time
///   file.finish();                                         // complete = 1, then site.h5.part becomes site.h5
///
/// A run that is killed leaves a `.part` that opens and holds everything up to the last burst, with complete = 0.
/// Memory does not grow with the number of rows. All calls to HDF5 in a process take one lock: two simulations on
/// two threads may write two files; one RunFile belongs to one thread at a time.
///
/// Errors  InputError      the path cannot be written (missing folder, a file where a folder should be, no permission)
///         DiskError       a write failed later (disk full); after it only `abandon()` and the destructor do anything
///         logic_error     a table used against its declaration (programmer error)
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "sim/output/run_sink.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// Version of the format: readers refuse another major one.
inline constexpr int run_file_major = 1;
inline constexpr int run_file_minor = 0;

/// The file could not be written: the disk is full, or gave an error. Says which file, why and the way out.
class DiskError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How often rows go to the disk. The defaults are the format's promise; tests make them small.
struct BurstPolicy {
  std::size_t rows = 65'536;                 ///< of one table
  std::size_t bytes = std::size_t{4} << 20;  ///< buffered in all tables together, at the next whole chunk of one
  std::chrono::nanoseconds wall_time = 5s;   ///< since the last burst
  /// For tests: told of every change of the file before it is made (sim/output/ordered_file.hpp).
  std::function<void(std::uint64_t offset, std::span<const std::byte> bytes)> watch = nullptr;
};

class RunFile : public RunSink {
 public:
  /// Creates `final_path`.part. Throws InputError when that cannot be, or when `final_path` is there and no HDF5 file
  /// (it may be somebody's scenario); DiskError when the disk is full.
  RunFile(std::filesystem::path final_path, RunAttributes attributes, BurstPolicy policy = {});
  /// Before `begin()` removes the `.part`; after it, without `finish()`, closes the `.part` and leaves it.
  ~RunFile() override;

  /// Writes what is buffered when 5 s have passed since the last burst; for loops that may not append for long.
  void tick() override;
  /// Writes and flushes what is buffered now.
  void flush();

  [[nodiscard]] const std::filesystem::path& final_path() const;
  [[nodiscard]] const std::filesystem::path& part_path() const;

 private:
  /// Creates every group, table and attribute and flushes them.
  void create() override;
  void store(std::size_t table, const Row& row) override;
  /// `complete` = 1 unless interrupted, closed, and renamed to the final path.
  void close(bool complete) override;
  /// Closes and removes the `.part`, also after a DiskError.
  void discard() noexcept override;

  struct Contents;
  std::unique_ptr<Contents> contents_;
};

}  // namespace wattershed
