#include "sim/output/declared_table.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace wattershed {

namespace {

void complete_flags(ColumnSpec& spec) {
  for (std::size_t i = spec.flag_values.size(); i < spec.flag_meanings.size(); ++i)
    spec.flag_values.push_back(static_cast<unsigned char>(i));
  // A file has the words in one line.
  const bool words = !spec.flag_meanings.empty() && spec.flag_values.size() == spec.flag_meanings.size() &&
                     std::none_of(spec.flag_meanings.begin(), spec.flag_meanings.end(), [](const std::string& word) {
                       return word.empty() || word.find_first_of(" \t\n\r\f\v") != std::string::npos;
                     });
  if (!words) throw std::logic_error("flags " + spec.name + " need a word for each value");
}

/// `spec` with what its declaration left out, and without what does not apply to it.
ColumnSpec complete(ColumnSpec spec, bool on_time) {
  const bool averages = spec.type == ColumnType::real || spec.type == ColumnType::integer;
  if (!on_time || !averages) spec.cell_methods.clear();
  if (spec.type == ColumnType::text)
    spec.units.clear();
  else if (spec.units.empty())
    spec.units = "1";
  if (spec.long_name.empty()) spec.long_name = spec.name;
  if (spec.type != ColumnType::real) spec.single_precision = spec.allows_missing = false;
  if (spec.type == ColumnType::flags)
    complete_flags(spec);
  else
    spec.flag_meanings.clear(), spec.flag_values.clear();
  return spec;
}

std::vector<DeclaredTable::Column> time_columns(Time second) {
  ColumnSpec time;
  time.name = "time";
  time.units = "seconds since " + format_utc(second);
  time.long_name = "start of the interval, UTC";
  time.attributes = {
      {"standard_name", "time"}, {"axis", "T"}, {"calendar", "proleptic_gregorian"}, {"bounds", "time_bnds"}};
  ColumnSpec interval;
  interval.name = "interval";
  interval.units = "s";
  interval.long_name = "length of the interval";
  ColumnSpec bounds = time;
  bounds.name = "time_bnds";
  bounds.long_name = "start and end of the interval";
  bounds.attributes = {{"calendar", "proleptic_gregorian"}};
  return {{complete(time, false)}, {complete(interval, false)}, {complete(bounds, false), 2, true}};
}

}  // namespace

DeclaredTable::DeclaredTable(std::string group, Axis axis, std::vector<Column> axis_columns,
                             std::vector<ColumnSpec> columns, std::optional<FixedAxis> second)
    : group_(std::move(group)),
      axis_(axis),
      second_(std::move(second)),
      columns_(std::move(axis_columns)),
      axis_columns_(columns_.size()) {
  if (second_ && second_->labels.empty()) throw std::logic_error("axis " + second_->name + " has no labels");
  if (second_ && second_->long_name.empty()) second_->long_name = second_->name;
  const std::size_t width = second_ ? second_->labels.size() : 1;
  const bool on_time = axis == Axis::time || axis == Axis::beside;
  for (ColumnSpec& spec : columns) {
    const bool text = spec.type == ColumnType::text;
    if (text && second_) throw std::logic_error("text column " + spec.name + " over two axes");
    (text ? texts_a_row_ : values_a_row_) += width;
    columns_.push_back({complete(std::move(spec), on_time), width, second_.has_value()});
  }
}

DeclaredTable DeclaredTable::over_time(std::string group, Time epoch, std::vector<ColumnSpec> columns,
                                       std::optional<FixedAxis> second) {
  const Time second_of_epoch = std::chrono::floor<std::chrono::seconds>(epoch);
  DeclaredTable table(std::move(group), Axis::time, time_columns(second_of_epoch), std::move(columns),
                      std::move(second));
  table.epoch_ = second_of_epoch;
  return table;
}

DeclaredTable DeclaredTable::beside(int parent, std::string group, std::vector<ColumnSpec> columns,
                                    std::optional<FixedAxis> second) {
  DeclaredTable table(std::move(group), Axis::beside, {}, std::move(columns), std::move(second));
  table.parent_ = parent;
  return table;
}

DeclaredTable DeclaredTable::over(std::string group, ColumnSpec axis, std::vector<ColumnSpec> columns) {
  const Axis kind = axis.type == ColumnType::text                            ? Axis::text
                    : axis.name == "row" && axis.type == ColumnType::integer ? Axis::row
                                                                             : Axis::numeric;
  return DeclaredTable(std::move(group), kind, {{complete(std::move(axis), false)}}, std::move(columns), {});
}

std::string DeclaredTable::axis_name() const {
  return axis_columns_ == 0 ? std::string("time") : columns_.front().spec.name;
}

const DeclaredTable::Column* DeclaredTable::drawn() const {
  for (const Column& column : declared_columns())
    if (!column.is_text()) return &column;
  return nullptr;
}

void DeclaredTable::check_row(std::span<const double> values, std::span<const std::string_view> texts) const {
  if (values.size() != values_a_row_ || texts.size() != texts_a_row_) {
    throw std::logic_error("/" + group_ + ": a row of " + std::to_string(values.size()) + " values and " +
                           std::to_string(texts.size()) + " texts, declared are " + std::to_string(values_a_row_) +
                           " and " + std::to_string(texts_a_row_));
  }
  std::size_t next = 0;
  for (const Column& column : declared_columns()) {
    if (column.is_text()) continue;
    if (!column.spec.allows_missing) {
      for (std::size_t i = 0; i < column.width; ++i) {
        if (!std::isfinite(values[next + i])) {
          throw std::logic_error("/" + group_ + "/" + column.spec.name + ": row " + std::to_string(rows_) +
                                 " is not a finite number");
        }
      }
    }
    if (column.spec.type == ColumnType::integer) check_integers(column, values.subspan(next, column.width));
    next += column.width;
  }
}

void DeclaredTable::check_integers(const Column& column, std::span<const double> values) const {
  constexpr double end = 0x1p63;
  for (const double value : values)
    if (!(value >= -end && value < end))
      throw std::logic_error("/" + group_ + "/" + column.spec.name + ": row " + std::to_string(rows_) +
                             " is beyond whole numbers of 64 bits");
}

}  // namespace wattershed
