#include "sim/output/run_sink.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace wattershed {

TableId RunSink::declare(DeclaredTable table) {
  require(State::declaring, "tables are declared before begin()");
  for (const DeclaredTable& other : tables_)
    if (other.group() == table.group()) throw std::logic_error("two tables in group /" + table.group());
  tables_.push_back(std::move(table));
  return {static_cast<int>(tables_.size()) - 1};
}

TableId RunSink::time_table(std::string group, Time epoch, std::vector<ColumnSpec> columns,
                            std::optional<FixedAxis> second) {
  return declare(DeclaredTable::over_time(std::move(group), epoch, std::move(columns), std::move(second)));
}

TableId RunSink::time_table_beside(TableId parent, std::string group, std::vector<ColumnSpec> columns,
                                   std::optional<FixedAxis> second) {
  if (tables_[index_of(parent)].axis() != DeclaredTable::Axis::time) throw std::logic_error("the parent has no time");
  return declare(DeclaredTable::beside(parent.index, std::move(group), std::move(columns), std::move(second)));
}

TableId RunSink::table(std::string group, ColumnSpec axis, std::vector<ColumnSpec> columns) {
  return declare(DeclaredTable::over(std::move(group), std::move(axis), std::move(columns)));
}

void RunSink::group_attribute(const std::string& group, const std::string& name, const std::string& value) {
  require(State::declaring, "group attributes are declared before begin()");
  attributes_.push_back({group, name, value});
}

void RunSink::group_attribute(const std::string& group, const std::string& name, double value) {
  require(State::declaring, "group attributes are declared before begin()");
  attributes_.push_back({group, name, value});
}

void RunSink::begin() {
  require(State::declaring, "begin() comes once");
  create();
  state_ = State::open;
}

void RunSink::append(TableId id, Time begin, Time end, std::span<const double> values,
                     std::span<const std::string_view> texts) {
  const DeclaredTable& table = tables_[index_of(id)];
  if (table.axis() != DeclaredTable::Axis::time)
    throw std::logic_error("/" + table.group() + " has no time axis of its own");
  const double from = seconds(begin - table.epoch()), to = seconds(end - table.epoch());
  const std::array<double, 4> axis{from, seconds(end - begin), from, to};
  add(id, {axis, {}, values, texts});
}

void RunSink::append(TableId id, double axis_value, std::span<const double> values,
                     std::span<const std::string_view> texts) {
  const DeclaredTable& table = tables_[index_of(id)];
  if (table.axis() != DeclaredTable::Axis::numeric)
    throw std::logic_error("/" + table.group() + " has no numeric axis");
  add(id, {std::span<const double>(&axis_value, 1), {}, values, texts});
}

void RunSink::append(TableId id, std::string_view axis_value, std::span<const double> values,
                     std::span<const std::string_view> texts) {
  const DeclaredTable& table = tables_[index_of(id)];
  if (table.axis() != DeclaredTable::Axis::text) throw std::logic_error("/" + table.group() + " has no text axis");
  add(id, {{}, axis_value, values, texts});
}

void RunSink::append(TableId id, std::span<const double> values, std::span<const std::string_view> texts) {
  const DeclaredTable& table = tables_[index_of(id)];
  const double row = static_cast<double>(table.rows());
  if (table.axis() == DeclaredTable::Axis::row) {
    add(id, {std::span<const double>(&row, 1), {}, values, texts});
  } else if (table.axis() == DeclaredTable::Axis::beside) {
    add(id, {{}, {}, values, texts});
  } else {
    throw std::logic_error("/" + table.group() + " needs an axis value");
  }
}

void RunSink::add(TableId id, const Row& row) {
  require(State::open, "rows are appended between begin() and finish()");
  const auto index = static_cast<std::size_t>(id.index);
  DeclaredTable& table = tables_[index];
  table.check_row(row.values, row.texts);
  store(index, row);
  table.count_row();
}

std::size_t RunSink::rows(TableId table) const { return tables_[index_of(table)].rows(); }

void RunSink::summary(const std::string& site, const std::string& name, Scalar value, const std::string& units,
                      const std::string& long_name) {
  const bool is_text = std::holds_alternative<std::string>(value);
  SummaryScalar scalar{site, name, std::move(value),
                       is_text         ? ""
                       : units.empty() ? "1"
                                       : units,
                       long_name.empty() ? name : long_name};
  for (SummaryScalar& each : scalars_) {
    if (each.site == site && each.name == name) {
      each = std::move(scalar);
      return;
    }
  }
  scalars_.push_back(std::move(scalar));
}

void RunSink::finish() { end(true); }
void RunSink::finish_incomplete() { end(false); }

void RunSink::end(bool complete) {
  require(State::open, "a run is finished once, after begin()");
  close(complete);
  state_ = State::ended;
}

void RunSink::abandon() noexcept {
  state_ = State::ended;
  discard();
}

void RunSink::require(State wanted, const char* message) const {
  if (state_ != wanted) throw std::logic_error(message);
}

std::size_t RunSink::index_of(TableId id) const {
  if (id.index < 0 || static_cast<std::size_t>(id.index) >= tables_.size())
    throw std::logic_error("a table that was not declared");
  return static_cast<std::size_t>(id.index);
}

}  // namespace wattershed
