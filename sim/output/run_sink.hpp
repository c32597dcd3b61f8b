/// Where a run leaves what it recorded: tables of rows, attributes of their groups, scalars of a summary. A file
/// (run_file.hpp) and memory (memory_sink.hpp) are such places; both are read as a RunSource (run_source.hpp).
///
///   TableId site = sink.time_table("phoenix", start, {{.name = "it_power", .units = "W", .long_name = "…"}});
///   sink.begin();                                          // everything is declared
///   sink.append(site, t, t + 15min, values);
///   sink.summary("phoenix", "pue", 1.2, "1", "…");
///   sink.finish();
///
/// What is declared and what may be a row is the same for every sink and checked here; a sink adds where it goes. One
/// sink belongs to one thread at a time.
///
/// Errors  logic_error     a table used against its declaration, or calls out of their order (programmer errors)
/// Cost    a row costs one virtual call and a look at its numbers
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/output/declared_table.hpp"
#include "sim/output/run_attributes.hpp"
#include "sim/output/run_column.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// A declared table.
struct TableId {
  int index = -1;
  explicit operator bool() const { return index >= 0; }
};

class RunSink {
 public:
  RunSink() = default;
  virtual ~RunSink() = default;
  RunSink(const RunSink&) = delete;
  RunSink& operator=(const RunSink&) = delete;

  // ---- declaring, before begin() ---------------------------------------------------------------------------

  /// A table over time in `group` ("phoenix", "phoenix/windows/july"): axis `time` [s since the second of `epoch`],
  /// with `interval` [s] and `time_bnds`. With `second`, every column is over (`time`, second).
  TableId time_table(std::string group, Time epoch, std::vector<ColumnSpec> columns,
                     std::optional<FixedAxis> second = {});
  /// A table in another group that has a row for every row of `parent` and shares its time (no copy).
  TableId time_table_beside(TableId parent, std::string group, std::vector<ColumnSpec> columns,
                            std::optional<FixedAxis> second = {});
  /// A table over another axis: `month` (numeric), `limit`, `job` (text), `row` (`row_axis()`, counts by itself).
  TableId table(std::string group, ColumnSpec axis, std::vector<ColumnSpec> columns);

  /// Attributes of a group; the group is made when it is not there.
  void group_attribute(const std::string& group, const std::string& name, const std::string& value);
  void group_attribute(const std::string& group, const std::string& name, double value);

  /// Everything is declared; rows may come.
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

  /// A scalar of /summary/<site>. A second call with the same name replaces it.
  using Scalar = std::variant<double, std::int64_t, std::string>;
  void summary(const std::string& site, const std::string& name, Scalar value, const std::string& units,
               const std::string& long_name);

  /// Time passes, perhaps without rows.
  virtual void tick() {}

  // ---- the end ---------------------------------------------------------------------------------------------

  /// The run came to its end.
  void finish();
  /// It was interrupted (Ctrl-C): what there is stands, and says that it is not complete.
  void finish_incomplete();
  /// Gives up what there is, also after a failure. Never throws.
  void abandon() noexcept;

 protected:
  struct GroupAttribute {
    std::string group, name;
    std::variant<std::string, double> value;
  };
  struct SummaryScalar {
    std::string site, name;
    Scalar value;
    std::string units, long_name;
  };
  struct Row {
    std::span<const double> axis;  ///< the numbers of the axis columns
    std::string_view axis_text;
    std::span<const double> values;
    std::span<const std::string_view> texts;
  };

  /// Each stays where it is: a sink may refer to it.
  [[nodiscard]] const std::deque<DeclaredTable>& tables() const { return tables_; }
  [[nodiscard]] const std::vector<GroupAttribute>& group_attributes() const { return attributes_; }
  [[nodiscard]] const std::vector<SummaryScalar>& scalars() const { return scalars_; }
  /// Throws std::logic_error with this message unless rows may come.
  void require_open(const char* message) const { require(State::open, message); }

 private:
  enum class State { declaring, open, ended };

  /// Makes place for what was declared.
  virtual void create() = 0;
  /// Keeps a row that fits its table, which does not count it yet.
  virtual void store(std::size_t table, const Row& row) = 0;
  virtual void close(bool complete) = 0;
  virtual void discard() noexcept = 0;

  TableId declare(DeclaredTable table);
  [[nodiscard]] std::size_t index_of(TableId id) const;
  void add(TableId id, const Row& row);
  void end(bool complete);
  void require(State wanted, const char* message) const;

  State state_ = State::declaring;
  std::deque<DeclaredTable> tables_;
  std::vector<GroupAttribute> attributes_;
  std::vector<SummaryScalar> scalars_;
};

}  // namespace wattershed
