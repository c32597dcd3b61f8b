/// Where a run leaves what it recorded: tables of rows, attributes of their groups, scalars of a summary. The run
/// file is one (run_file.hpp).
///
///   TableId site = sink.time_table("phoenix", start, {{.name = "it_power", .units = "W", .long_name = "…"}});
///   sink.begin();                                          // everything is declared
///   sink.append(site, t, t + 15min, values);
///   sink.summary("phoenix", "pue", 1.2, "1", "…");
///   sink.finish();
///
/// One sink belongs to one thread at a time.
///
/// Errors  logic_error     a table used against its declaration (programmer error)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/output/run_column.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// What is said of the whole run: attributes of the root of its file.
struct RunAttributes {
  std::string title;
  std::string program_version;
  std::string git_hash;
  std::uint64_t seed = 1;
  std::uint64_t run = 0;
  std::string time_zone = "UTC";  ///< of the first site; every recorded time is UTC
  std::string created;            ///< "2027-01-01T15:00:00Z"; the one attribute two equal runs may differ in
  std::string scenario;           ///< the whole resolved scenario
  TextAttributes more;
};

/// A declared table.
struct TableId {
  int index = -1;
  explicit operator bool() const { return index >= 0; }
};

class RunSink {
 public:
  virtual ~RunSink() = default;

  // ---- declaring, before begin() ---------------------------------------------------------------------------

  /// A table over time in `group` ("phoenix", "phoenix/windows/july"): axis `time` [s since the second of `epoch`],
  /// with `interval` [s] and `time_bnds`. With `second`, every column is over (`time`, second).
  virtual TableId time_table(std::string group, Time epoch, std::vector<ColumnSpec> columns,
                             std::optional<FixedAxis> second = {}) = 0;
  /// A table in another group that has a row for every row of `parent` and shares its time (no copy).
  virtual TableId time_table_beside(TableId parent, std::string group, std::vector<ColumnSpec> columns,
                                    std::optional<FixedAxis> second = {}) = 0;
  /// A table over another axis: `month` (numeric), `limit`, `job` (text), `row` (`row_axis()`, counts by itself).
  virtual TableId table(std::string group, ColumnSpec axis, std::vector<ColumnSpec> columns) = 0;

  /// Attributes of a group; the group is made when it is not there.
  virtual void group_attribute(const std::string& group, const std::string& name, const std::string& value) = 0;
  virtual void group_attribute(const std::string& group, const std::string& name, double value) = 0;

  /// Everything is declared; rows may come.
  virtual void begin() = 0;

  // ---- rows, after begin() ---------------------------------------------------------------------------------
  // `values`: the columns that are not text, in declared order; over a second axis, all labels of the first column,
  // then all of the next. `texts`: the text columns. A value that is not finite is refused unless allowed.

  /// A row of a time table: the interval [begin, end).
  virtual void append(TableId table, Time begin, Time end, std::span<const double> values,
                      std::span<const std::string_view> texts = {}) = 0;
  /// A row of a table with a numeric axis.
  virtual void append(TableId table, double axis_value, std::span<const double> values,
                      std::span<const std::string_view> texts = {}) = 0;
  /// A row of a table with a text axis.
  virtual void append(TableId table, std::string_view axis_value, std::span<const double> values,
                      std::span<const std::string_view> texts = {}) = 0;
  /// The next row of a table beside another, or of a table on `row_axis()`.
  virtual void append(TableId table, std::span<const double> values,
                      std::span<const std::string_view> texts = {}) = 0;
  /// Rows appended so far.
  [[nodiscard]] virtual std::size_t rows(TableId table) const = 0;

  /// A scalar of /summary/<site>. A second call with the same name replaces it.
  using Scalar = std::variant<double, std::int64_t, std::string>;
  virtual void summary(const std::string& site, const std::string& name, Scalar value, const std::string& units,
                       const std::string& long_name) = 0;

  /// Time passes, perhaps without rows.
  virtual void tick() = 0;

  // ---- the end ---------------------------------------------------------------------------------------------

  /// The run came to its end.
  virtual void finish() = 0;
  /// It was interrupted (Ctrl-C): what there is stands, and says that it is not complete.
  virtual void finish_incomplete() = 0;
  /// Gives up what there is. Never throws.
  virtual void abandon() noexcept = 0;
};

}  // namespace wattershed
