/// The run file, read: what `export`, `evidence`, `report` and `compare` stand on (format: sim/output/run_file.md).
///
///   RunFileReader run("site.h5");
///   std::vector<double> power_w = run.numbers("phoenix", "it_power");
///   std::optional<double> pue = run.summary("phoenix", "pue");
///
/// Reads finished files and the `.part` of a killed run alike; `complete()` tells them apart. A kill in the middle of
/// a burst may leave columns of one table with unequal numbers of rows: `rows(group)` is what all of them have, and
/// nothing beyond it is read.
///
/// A file from elsewhere is first read whole in a child process, because HDF5 itself crashes on some damaged files;
/// that costs one more reading. Files that this process just wrote need not be tried (`FileOrigin::own`).
///
/// Errors  InputError, with the file's name: not there, not HDF5, damaged, no run file, of another major version, or
///         asked for a group or column that is not in it (the message names the nearest).
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/output/run_column.hpp"
#include "sim/output/run_file.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// A dataset of a group, as the file describes it.
struct RunColumn {
  ColumnSpec spec;        ///< `attributes` holds the text attributes that have no member of their own
  std::size_t width = 1;  ///< elements a row: the labels of the second axis
  bool over_two_axes = false;
  bool is_scale = false;   ///< an axis (`time`, `rack`), not a column
  bool is_scalar = false;  ///< one value, as in /summary
};

/// Whether a file may be damaged or hostile.
enum class FileOrigin { unknown, own };

class RunFileReader {
 public:
  explicit RunFileReader(std::filesystem::path path, FileOrigin origin = FileOrigin::unknown);
  ~RunFileReader();
  RunFileReader(RunFileReader&&) noexcept;
  RunFileReader& operator=(RunFileReader&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] const RunAttributes& attributes() const;
  [[nodiscard]] bool complete() const;
  [[nodiscard]] int minor_version() const;

  /// Every group with a dataset in it, parents first, in declared order: "phoenix", "phoenix/racks",
  /// "summary/phoenix".
  [[nodiscard]] const std::vector<std::string>& groups() const;
  /// The groups of the root that have a time axis and are not reserved: the sites.
  [[nodiscard]] std::vector<std::string> sites() const;
  [[nodiscard]] bool has(const std::string& group) const;
  [[nodiscard]] bool has(const std::string& group, const std::string& column) const;

  /// The datasets of a group in declared order, axes among them.
  [[nodiscard]] const std::vector<RunColumn>& columns(const std::string& group) const;
  [[nodiscard]] const RunColumn& column(const std::string& group, const std::string& name) const;
  /// Names of the axes of the group's table: {"time"}, {"time", "rack"}; empty for a group of scalars.
  [[nodiscard]] std::vector<std::string> axes(const std::string& group) const;
  /// Rows that every column of the group's table has.
  [[nodiscard]] std::size_t rows(const std::string& group) const;
  /// The instant that the group's `time` counts from.
  [[nodiscard]] Time epoch(const std::string& group) const;
  [[nodiscard]] std::optional<std::string> group_text(const std::string& group, const std::string& name) const;
  [[nodiscard]] std::optional<double> group_number(const std::string& group, const std::string& name) const;

  static constexpr std::size_t all = static_cast<std::size_t>(-1);
  /// Rows [first, first + count) of a column that is not text, `width` values a row; fewer at the end.
  [[nodiscard]] std::vector<double> numbers(const std::string& group, const std::string& column,
                                            std::size_t first = 0, std::size_t count = all) const;
  /// The same of a text column.
  [[nodiscard]] std::vector<std::string> texts(const std::string& group, const std::string& column,
                                               std::size_t first = 0, std::size_t count = all) const;

  /// A number of /summary/<site>; empty when it is not there.
  [[nodiscard]] std::optional<double> summary(const std::string& site, const std::string& name) const;

 private:
  struct Contents;
  std::unique_ptr<Contents> contents_;
};

}  // namespace wattershed
