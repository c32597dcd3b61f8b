#include "analysis/export/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/base/problem.hpp"
#include "sim/base/text.hpp"
#include "sim/output/run_reader.hpp"

namespace wattershed {
namespace {

constexpr std::size_t kRowsAtOnce = 65'536;

/// "seconds since 2027-01-01T00:00:00Z" counts from an instant; other units do not.
bool is_instant(const RunColumn& column) { return column.spec.units.starts_with("seconds since"); }

std::string heading(const RunColumn& column, const std::string& label) {
  std::string text = column.spec.name;
  if (!label.empty()) text += "." + label;
  if (is_instant(column)) return text + " [UTC]";
  return column.spec.units.empty() ? text : text + " [" + column.spec.units + "]";
}

class Exporter {
 public:
  Exporter(const RunSource& run, const ExportOptions& options) : run_(run) {
    const std::string file = run.name();
    group_ = options.group;
    while (group_.starts_with('/')) group_.erase(0, 1);
    if (group_.empty()) {
      const std::vector<std::string> sites = run_.sites();
      if (sites.empty()) throw InputError({file, 0, 0}, "the file holds no site");
      group_ = sites.front();
    }
    if (!run_.has(group_))
      throw InputError({file, 0, 0},
                       fmt::format("no table '{}'{}; it has {}", group_, did_you_mean(group_, run_.groups()),
                                   fmt::join(run_.groups(), ", ")));
    if (run_.axes(group_).empty())
      throw InputError({file, 0, 0}, fmt::format("'{}' holds single values, not a table", group_));
    for (const std::string& axis : run_.axes(group_)) axes_.push_back(axis);
    columns_.push_back(&run_.column(group_, axes_.front()));
    if (options.columns.empty()) {
      for (const RunColumn& column : run_.columns(group_))
        if (!column.is_scale && column.spec.name != "time_bnds") columns_.push_back(&column);
    } else {
      for (const std::string& name : options.columns) columns_.push_back(&run_.column(group_, name));
    }
    if (axes_.size() > 1) labels_ = run_.texts(group_, axes_[1]);
    for (const RunColumn* column : columns_)
      epochs_.push_back(is_instant(*column) ? run_.epoch(group_, column->spec.name) : Time{});
  }

  void write(const std::function<void(std::string_view)>& out) {
    std::string line;
    for (const RunColumn* column : columns_)
      for (std::size_t i = 0; i < column->width; ++i)
        line += (line.empty() ? "" : ",") +
                csv_field(heading(*column, column->over_two_axes ? labels_[i] : std::string{}));
    out(line + "\n");
    for (std::size_t first = 0; first < run_.rows(group_); first += kRowsAtOnce) block(first, out);
  }

 private:
  void block(std::size_t first, const std::function<void(std::string_view)>& out) {
    const std::size_t count = std::min(kRowsAtOnce, run_.rows(group_) - first);
    std::vector<std::vector<double>> numbers(columns_.size());
    std::vector<std::vector<std::string>> texts(columns_.size());
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c]->spec.type == ColumnType::text)
        texts[c] = run_.texts(group_, columns_[c]->spec.name, first, count);
      else
        numbers[c] = run_.numbers(group_, columns_[c]->spec.name, first, count);
    }
    fmt::memory_buffer buffer;
    for (std::size_t row = 0; row < count; ++row) {
      bool begun = false;
      for (std::size_t c = 0; c < columns_.size(); ++c) {
        for (std::size_t i = 0; i < columns_[c]->width; ++i) {
          if (begun) buffer.push_back(',');
          begun = true;
          if (columns_[c]->spec.type == ColumnType::text)
            fmt::format_to(fmt::appender(buffer), "{}", csv_field(texts[c][row]));
          else
            number(buffer, c, numbers[c][row * columns_[c]->width + i]);
        }
      }
      buffer.push_back('\n');
    }
    out({buffer.data(), buffer.size()});
  }

  void number(fmt::memory_buffer& buffer, std::size_t c, double value) const {
    if (value != value) return;  // a missing value is an empty cell
    if (is_instant(*columns_[c]))
      fmt::format_to(fmt::appender(buffer), "{}", format_utc(instant(c, value)));
    else
      fmt::format_to(fmt::appender(buffer), "{}", value);
  }

  [[nodiscard]] Time instant(std::size_t c, double value) const {
    constexpr double furthest = 9.2e9;  // [s], what a time can be from 1970
    if (!(std::abs(value) < furthest && std::abs(seconds(epochs_[c].time_since_epoch()) + value) < furthest))
      throw InputError({run_.name(), 0, 0},
                       fmt::format("'/{}/{}' holds {:g} s, which is no time: the file is damaged", group_,
                                   columns_[c]->spec.name, value));
    return epochs_[c] + from_seconds(value);
  }

  const RunSource& run_;
  std::string group_;
  std::vector<std::string> axes_, labels_;
  std::vector<Time> epochs_;  // what each column of times counts from: a window from its own begin
  std::vector<const RunColumn*> columns_;
};

}  // namespace

void export_csv(const RunSource& run, const ExportOptions& options,
                const std::function<void(std::string_view)>& write) {
  Exporter(run, options).write(write);
}

void export_csv(const std::filesystem::path& run, const ExportOptions& options,
                const std::function<void(std::string_view)>& write) {
  export_csv(RunFileReader(run), options, write);
}

std::vector<std::string> exportable_groups(const RunSource& run) {
  std::vector<std::string> tables;
  for (const std::string& group : run.groups())
    if (!run.axes(group).empty()) tables.push_back("/" + group);
  return tables;
}

std::vector<std::string> exportable_groups(const std::filesystem::path& run) {
  return exportable_groups(RunFileReader(run));
}

}  // namespace wattershed
