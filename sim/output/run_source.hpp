/// What a run recorded, read: from a run file (run_reader.hpp) or from memory (memory_sink.hpp).
///
///   std::vector<double> power_w = run.numbers("phoenix", "it_power");
///   std::optional<double> pue = run.summary("phoenix", "pue");
///
/// Groups and columns are those of sim/output/run_file.md, wherever they stand.
///
/// Errors  InputError, with the run's name: asked for a group or column that is not in it (the message names the
///         nearest), for texts of numbers or numbers of texts; a time without an epoch.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/output/run_attributes.hpp"
#include "sim/output/run_column.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// A dataset of a group, as the run describes it.
struct RunColumn {
  ColumnSpec spec;        ///< `attributes` holds the text attributes that have no member of their own
  std::size_t width = 1;  ///< elements a row: the labels of the second axis
  bool over_two_axes = false;
  bool is_scale = false;   ///< an axis (`time`, `rack`), not a column
  bool is_scalar = false;  ///< one value, as in /summary
};

class RunSource {
 public:
  virtual ~RunSource() = default;

  /// What messages call it: of a file, its path.
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual const RunAttributes& attributes() const = 0;
  /// Whether the run came to its end.
  [[nodiscard]] virtual bool complete() const = 0;

  /// Every group with a dataset in it, parents first, in declared order: "phoenix", "phoenix/racks",
  /// "summary/phoenix".
  [[nodiscard]] virtual const std::vector<std::string>& groups() const = 0;
  /// The groups of the root that have a time axis and are not reserved: the sites.
  [[nodiscard]] std::vector<std::string> sites() const;
  [[nodiscard]] bool has(const std::string& group) const;
  [[nodiscard]] bool has(const std::string& group, const std::string& column) const;

  /// The datasets of a group in declared order, axes among them.
  [[nodiscard]] virtual const std::vector<RunColumn>& columns(const std::string& group) const = 0;
  [[nodiscard]] const RunColumn& column(const std::string& group, const std::string& name) const;
  /// Names of the axes of the group's table: {"time"}, {"time", "rack"}; empty for a group of scalars.
  [[nodiscard]] virtual std::vector<std::string> axes(const std::string& group) const = 0;
  /// Rows that every column of the group's table has.
  [[nodiscard]] virtual std::size_t rows(const std::string& group) const = 0;
  /// The instant that the group's `time` counts from.
  [[nodiscard]] Time epoch(const std::string& group) const;
  /// The instant that a column of times counts from; each has one of its own.
  [[nodiscard]] Time epoch(const std::string& group, const std::string& column) const;
  /// What `RunSink::group_attribute` left; of the root (""), `RunAttributes::more`.
  [[nodiscard]] virtual std::optional<std::string> group_text(const std::string& group,
                                                              const std::string& name) const = 0;
  [[nodiscard]] virtual std::optional<double> group_number(const std::string& group,
                                                           const std::string& name) const = 0;

  static constexpr std::size_t all = static_cast<std::size_t>(-1);
  /// Rows [first, first + count) of a column that is not text, `width` values a row; fewer at the end.
  [[nodiscard]] std::vector<double> numbers(const std::string& group, const std::string& column,
                                            std::size_t first = 0, std::size_t count = all) const;
  /// The same of a text column.
  [[nodiscard]] std::vector<std::string> texts(const std::string& group, const std::string& column,
                                               std::size_t first = 0, std::size_t count = all) const;

  /// A number of /summary/<site>; empty when it is not there.
  [[nodiscard]] std::optional<double> summary(const std::string& site, const std::string& name) const;

 protected:
  [[noreturn]] void refuse(const std::string& message) const;
  [[noreturn]] void refuse_group(const std::string& group) const;

 private:
  virtual std::vector<double> read_numbers(const std::string& group, const RunColumn& column, std::size_t first,
                                           std::size_t count) const = 0;
  virtual std::vector<std::string> read_texts(const std::string& group, const RunColumn& column, std::size_t first,
                                              std::size_t count) const = 0;
};

}  // namespace wattershed
