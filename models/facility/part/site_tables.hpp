/// Where a part declares what it records beside the columns of the site: tables of its own, columns that are worked
/// out at the end of an interval, columns of the months.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/output/recorder.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

/// A further column of /<site>/monthly; `close` ends the month at its boundary and gives its value.
struct MonthColumn {
  ColumnSpec column;
  std::function<double(Time boundary)> close;
};

class SiteTables {
 public:
  SiteTables(RunSink& sink, Recorder& recorder, std::string site, Time start)
      : sink_(sink), recorder_(recorder), site_(std::move(site)), start_(start) {}

  [[nodiscard]] RunSink& sink() { return sink_; }
  [[nodiscard]] Recorder& recorder() { return recorder_; }
  /// Its path: path("jobs") is "west/jobs".
  [[nodiscard]] std::string path(const std::string& table) const { return site_ + "/" + table; }
  [[nodiscard]] Time start() const { return start_; }

 private:
  RunSink& sink_;
  Recorder& recorder_;
  std::string site_;
  Time start_;
};

/// A column of numbers.
inline ColumnSpec real_column(std::string name, std::string units, std::string long_name,
                              bool allows_missing = false) {
  ColumnSpec column;
  column.name = std::move(name);
  column.units = std::move(units);
  column.long_name = std::move(long_name);
  column.allows_missing = allows_missing;
  return column;
}

}  // namespace wattershed
