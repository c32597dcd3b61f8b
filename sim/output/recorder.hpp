/// The recorder: closes meters at the boundaries of a record interval and writes one row of means for each.
///
///   Recorder recorder(sink, "phoenix", start, end, 15min);
///   auto it = recorder.mean_and_extremes({.name = "it_power", .units = "W", …}, circuit.meter(it_power));
///   recorder.derived({.name = "cost_energy", .units = "USD s-1", …},
///                    [&](const RecordedRow& row) { … row.mean(it) … });
///   recorder.on_row([&](const RecordedRow& row) { ledger.book(row); });
///   recorder.declare();                      // before file.begin()
///   recorder.observe(simulation);            // before the run
///
/// Intervals are [start + k·every, start + (k+1)·every), the last cut off at `end`. A mean is the meter's exact
/// integral over the interval divided by its length, so Σ mean·interval is the meter's integral to rounding. A value
/// that starts on a boundary belongs to the next interval. The recorder changes nothing in the simulation.
///
/// Inputs   meters of a circuit [unit·s]; only the recorder may close a meter that it has
/// Outputs  rows of one time table and of tables beside it; every listener sees each row once, in order
/// Errors   std::logic_error for columns added after declare(); what `RunSink::append` throws passes through
/// Cost     a row costs a division a column, and allocates nothing of its own
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/kernel/meter.hpp"
#include "sim/output/run_sink.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

class Simulation;
class Recorder;

/// A meter that the recorder closes: what a column or a listener reads it by.
struct MeterSlot {
  std::size_t index = 0;
};
/// A column of the recorder's table, in declared order.
struct RecordedColumn {
  std::size_t index = 0;
};

/// One closed interval, for derived columns (which see the columns before them) and for listeners (which see all).
class RecordedRow {
 public:
  [[nodiscard]] Time begin() const { return begin_; }
  [[nodiscard]] Time end() const { return end_; }
  /// Length [s].
  [[nodiscard]] double seconds() const { return seconds_; }
  /// 0, 1, 2, …
  [[nodiscard]] std::size_t number() const { return number_; }
  /// Of a meter over this interval: integral [unit·s], mean and extremes [unit].
  [[nodiscard]] double integral(MeterSlot slot) const { return intervals_[slot.index].integral; }
  [[nodiscard]] double mean(MeterSlot slot) const { return intervals_[slot.index].integral / seconds_; }
  [[nodiscard]] double minimum(MeterSlot slot) const { return intervals_[slot.index].minimum; }
  [[nodiscard]] double maximum(MeterSlot slot) const { return intervals_[slot.index].maximum; }
  /// What a column holds in this row [its unit].
  [[nodiscard]] double value(RecordedColumn column) const { return values_[column.index]; }

 private:
  friend class Recorder;
  Time begin_{}, end_{};
  double seconds_ = 0;
  std::size_t number_ = 0;
  std::span<const Meter::Interval> intervals_;
  std::span<const double> values_;
};

class Recorder {
 public:
  /// Records into `group` of `sink`; `every` > 0 and `end` > `start`. The sink must outlive the recorder.
  Recorder(RunSink& sink, std::string group, Time start, Time end, Duration every);
  Recorder(const Recorder&) = delete;  // observers and derived columns refer to it
  Recorder& operator=(const Recorder&) = delete;

  // ---- columns, before declare()

  /// Has the meter closed at every boundary, for derived columns and listeners. The same meter gives the same slot.
  MeterSlot watch(Meter& meter);
  /// The meter's mean over the interval.
  RecordedColumn mean(ColumnSpec spec, Meter& meter);
  /// The mean, and beside it `<name>_min` and `<name>_max` of the same meter, or of those in which a quantity goes
  /// further than its mean. `extremes` ends their long_name ("phases of steps included").
  struct ExtremeMeters {
    Meter& lowest;
    Meter& highest;
  };
  RecordedColumn mean_and_extremes(ColumnSpec spec, Meter& meter, const std::string& extremes = {});
  RecordedColumn mean_and_extremes(ColumnSpec spec, Meter& meter, ExtremeMeters of, const std::string& extremes);
  /// A value worked out from the row, its meters and the columns before it.
  RecordedColumn derived(ColumnSpec spec, std::function<double(const RecordedRow&)> value);

  /// A table beside this one over (`time`, `second`), as racks or services: mean of one meter a label.
  struct SideTable {
    std::size_t index = 0;
  };
  SideTable beside(std::string group, FixedAxis second);
  void mean_each(SideTable table, ColumnSpec spec, const std::vector<Meter*>& meters);
  /// The same, worked out: `fill` writes one value a label.
  void derived_each(SideTable table, ColumnSpec spec,
                    std::function<void(const RecordedRow&, std::span<double>)> fill);

  /// Declares the tables in the sink.
  void declare();

  // ---- the run

  /// Called with each row after it was appended.
  void on_row(std::function<void(const RecordedRow&)> listener);
  /// Follows the simulation's clock. The recorder must outlive the run.
  void observe(Simulation& simulation);
  /// The observer itself: all values stood until `t`; closes what ends by then and returns the next boundary.
  Time advance(Time t);
  /// Ends recording at `now`, before the planned end (Ctrl-C): the begun interval becomes a shorter last row.
  void stop(Time now);

  [[nodiscard]] TableId table() const { return table_; }
  [[nodiscard]] std::size_t rows() const { return row_.number_; }
  /// The boundary that comes next; Time::max() after the end.
  [[nodiscard]] Time next_boundary() const { return next_; }

 private:
  struct Column {
    enum class Kind { mean, minimum, maximum, derived } kind;
    std::size_t source;  // slot, or index into derived_
  };
  struct SideColumn {
    std::vector<MeterSlot> slots;  // empty when worked out
    std::function<void(const RecordedRow&, std::span<double>)> fill;
  };
  struct Side {
    std::string group;
    FixedAxis second;
    std::vector<ColumnSpec> specs;
    std::vector<SideColumn> columns;
    std::vector<double> values;
    TableId table;
  };

  RecordedColumn add(ColumnSpec spec, Column column);
  void close_interval(Time boundary);
  void fill_values();
  void fill_side(Side& side);

  RunSink* sink_;
  std::string group_;
  Time end_;
  Duration every_;
  Time begin_;  // of the interval that is open
  Time next_;
  bool declared_ = false;
  TableId table_;
  std::vector<Meter*> meters_;
  std::vector<Meter::Interval> intervals_;
  std::vector<ColumnSpec> specs_;  // until declare()
  std::vector<Column> columns_;
  std::vector<std::function<double(const RecordedRow&)>> derived_;
  std::vector<double> values_;
  std::vector<Side> sides_;
  std::vector<std::function<void(const RecordedRow&)>> listeners_;
  RecordedRow row_;
};

}  // namespace wattershed
