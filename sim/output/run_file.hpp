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
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/output/run_column.hpp"
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

/// What the root of the file says of the run.
struct RunAttributes {
  std::string title;
  std::string program_version;
  std::string git_hash;
  std::uint64_t seed = 1;
  std::uint64_t run = 0;
  std::string time_zone = "UTC";  ///< of the first site; every time in the file is UTC
  std::string created;            ///< "2027-01-01T15:00:00Z"; the one attribute two equal runs may differ in
  std::string scenario;           ///< the whole resolved scenario
  TextAttributes more;
};

/// How often rows go to the disk. The defaults are the format's promise; tests make them small.
struct BurstPolicy {
  std::size_t rows = 65'536;                  ///< of one table
  std::size_t bytes = std::size_t{16} << 20;  ///< buffered in one table, at the next whole chunk
  std::chrono::nanoseconds wall_time = 5s;    ///< since the last burst
  /// For tests: told of every change of the file before it is made (sim/output/ordered_file.hpp).
  std::function<void(std::uint64_t offset, std::span<const std::byte> bytes)> watch = nullptr;
};

/// A declared table.
struct TableId {
  int index = -1;
  explicit operator bool() const { return index >= 0; }
};

class RunFile {
 public:
  /// Creates `final_path`.part. Throws InputError when that cannot be, or when `final_path` is there and no HDF5 file
  /// (it may be somebody's scenario); DiskError when the disk is full.
  RunFile(std::filesystem::path final_path, RunAttributes attributes, BurstPolicy policy = {});
  /// Before `begin()` removes the `.part`; after it, without `finish()`, closes the `.part` and leaves it.
  ~RunFile();
  RunFile(RunFile&&) noexcept;
  RunFile& operator=(RunFile&&) = delete;

  // ---- declaring, before begin() ---------------------------------------------------------------------------

  /// A table over time in `group` ("phoenix", "phoenix/windows/july"): axis `time` [s since the second of `epoch`],
  /// with `interval` [s] and `time_bnds`. With `second`, every column is over (`time`, second).
  TableId time_table(std::string group, Time epoch, std::vector<ColumnSpec> columns,
                     std::optional<FixedAxis> second = {});
  /// A table in another group that has a row for every row of `parent` and shares its time (hard links, no copy).
  TableId time_table_beside(TableId parent, std::string group, std::vector<ColumnSpec> columns,
                            std::optional<FixedAxis> second = {});
  /// A table over another axis: `month` (numeric), `limit`, `job` (text), `row` (`row_axis()`, counts by itself).
  TableId table(std::string group, ColumnSpec axis, std::vector<ColumnSpec> columns);

  /// Attributes of a group; the group is made when it is not there.
  void group_attribute(const std::string& group, const std::string& name, const std::string& value);
  void group_attribute(const std::string& group, const std::string& name, double value);

  /// Creates every group, table and attribute and flushes them.
  void begin();

  // ---- rows, after begin() ---------------------------------------------------------------------------------
  // `values`: the columns that are not text, in declared order; over a second axis, all labels of the first column,
  // then all of the next. `texts`: the text columns. A value that is not finite is refused unless allowed.

  /// A row of a time table: the interval [begin, end).
  void append(TableId table, Time begin, Time end, std::span<const double> values,
              std::span<const std::string_view> texts = {});
  /// A row of a table with a numeric axis.
  void append(TableId table, double axis_value, std::span<const double> values,
              std::span<const std::string_view> texts = {});
  /// A row of a table with a text axis.
  void append(TableId table, std::string_view axis_value, std::span<const double> values,
              std::span<const std::string_view> texts = {});
  /// The next row of a table beside another, or of a table on `row_axis()`.
  void append(TableId table, std::span<const double> values, std::span<const std::string_view> texts = {});
  /// Rows appended so far.
  [[nodiscard]] std::size_t rows(TableId table) const;

  /// Writes what is buffered when 5 s have passed since the last burst; for loops that may not append for long.
  void tick();
  /// Writes and flushes what is buffered now.
  void flush();

  /// A scalar of /summary/<site>, written when the file is closed. A second call with the same name replaces it.
  using Scalar = std::variant<double, std::int64_t, std::string>;
  void summary(const std::string& site, const std::string& name, Scalar value, const std::string& units,
               const std::string& long_name);

  // ---- the end ---------------------------------------------------------------------------------------------

  /// complete = 1, closed, and renamed to the final path.
  void finish();
  /// Interrupted (Ctrl-C): complete = 0, closed, and renamed to the final path.
  void finish_incomplete();
  /// Closes and removes the `.part`, also after a DiskError. Never throws.
  void abandon() noexcept;

  [[nodiscard]] const std::filesystem::path& final_path() const;
  [[nodiscard]] const std::filesystem::path& part_path() const;

 private:
  struct Contents;
  std::unique_ptr<Contents> contents_;
};

}  // namespace wattershed
