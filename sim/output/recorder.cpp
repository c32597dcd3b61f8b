#include "sim/output/recorder.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/kernel/simulation.hpp"

namespace wattershed {

Recorder::Recorder(RunSink& sink, std::string group, Time start, Time end, Duration every)
    : sink_(&sink), group_(std::move(group)), end_(end), every_(every), begin_(start) {
  if (every <= Duration(0) || end <= start) throw std::logic_error("a recorder without an interval");
  next_ = end - start <= every ? end : start + every;
}

MeterSlot Recorder::watch(Meter& meter) {
  const auto known = std::find(meters_.begin(), meters_.end(), &meter);
  if (known != meters_.end()) return {static_cast<std::size_t>(known - meters_.begin())};
  if (declared_) throw std::logic_error("meters are added before declare()");
  meters_.push_back(&meter);
  intervals_.emplace_back();
  return {meters_.size() - 1};
}

RecordedColumn Recorder::add(ColumnSpec spec, Column column) {
  if (declared_) throw std::logic_error("columns are added before declare()");
  specs_.push_back(std::move(spec));
  columns_.push_back(column);
  values_.push_back(0);
  return {columns_.size() - 1};
}

RecordedColumn Recorder::mean(ColumnSpec spec, Meter& meter) {
  return add(std::move(spec), {Column::Kind::mean, watch(meter).index});
}

RecordedColumn Recorder::mean_and_extremes(ColumnSpec spec, Meter& meter, const std::string& extremes) {
  return mean_and_extremes(std::move(spec), meter, {meter, meter}, extremes);
}

RecordedColumn Recorder::mean_and_extremes(ColumnSpec spec, Meter& meter, ExtremeMeters meters,
                                           const std::string& extremes) {
  const std::size_t slot = watch(meter).index, low = watch(meters.lowest).index, high = watch(meters.highest).index;
  const std::string name = spec.name, of = spec.long_name + (extremes.empty() ? "" : ", " + extremes);
  ColumnSpec lowest = spec, highest = spec;
  const RecordedColumn column = add(std::move(spec), {Column::Kind::mean, slot});
  lowest.name = name + "_min";
  lowest.long_name = "smallest " + of;
  lowest.cell_methods = "time: minimum";
  add(std::move(lowest), {Column::Kind::minimum, low});
  highest.name = name + "_max";
  highest.long_name = "largest " + of;
  highest.cell_methods = "time: maximum";
  add(std::move(highest), {Column::Kind::maximum, high});
  return column;
}

RecordedColumn Recorder::derived(ColumnSpec spec, std::function<double(const RecordedRow&)> value) {
  derived_.push_back(std::move(value));
  return add(std::move(spec), {Column::Kind::derived, derived_.size() - 1});
}

Recorder::SideTable Recorder::beside(std::string group, FixedAxis second) {
  if (declared_) throw std::logic_error("tables are added before declare()");
  sides_.push_back({std::move(group), std::move(second), {}, {}, {}, {}});
  return {sides_.size() - 1};
}

void Recorder::mean_each(SideTable table, ColumnSpec spec, const std::vector<Meter*>& meters) {
  if (declared_) throw std::logic_error("columns are added before declare()");
  Side& side = sides_.at(table.index);
  if (meters.size() != side.second.labels.size()) throw std::logic_error(side.group + ": one meter a label");
  SideColumn column;
  // Not through watch(): looking for a known one among thousands of racks would take the square of their number.
  for (Meter* meter : meters) {
    meters_.push_back(meter);
    intervals_.emplace_back();
    column.slots.push_back({meters_.size() - 1});
  }
  side.specs.push_back(std::move(spec));
  side.columns.push_back(std::move(column));
}

void Recorder::derived_each(SideTable table, ColumnSpec spec,
                            std::function<void(const RecordedRow&, std::span<double>)> fill) {
  if (declared_) throw std::logic_error("columns are added before declare()");
  Side& side = sides_.at(table.index);
  side.specs.push_back(std::move(spec));
  side.columns.push_back({{}, std::move(fill)});
}

void Recorder::declare() {
  if (declared_) throw std::logic_error("declare() comes once");
  // A meter that is closed twice in a row would give the second reader an empty interval.
  std::vector<Meter*> sorted = meters_;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    throw std::logic_error(group_ + ": one meter in two columns; give the table beside a meter of its own");
  }
  declared_ = true;
  table_ = sink_->time_table(group_, begin_, std::move(specs_));
  for (Side& side : sides_) {
    side.values.resize(side.specs.size() * side.second.labels.size());
    side.table = sink_->time_table_beside(table_, side.group, std::move(side.specs), side.second);
  }
  row_.intervals_ = intervals_;
  row_.values_ = values_;
}

void Recorder::on_row(std::function<void(const RecordedRow&)> listener) { listeners_.push_back(std::move(listener)); }

void Recorder::observe(Simulation& simulation) {
  simulation.observe(next_, [this](Time t) { return advance(t); });
}

Time Recorder::advance(Time t) {
  while (next_ <= t) {
    close_interval(next_);
    next_ = begin_ >= end_ ? Time::max() : end_ - begin_ <= every_ ? end_ : begin_ + every_;
  }
  return next_;
}

void Recorder::stop(Time now) {
  if (next_ == Time::max()) return;
  if (now > begin_) close_interval(now);
  next_ = Time::max();
}

void Recorder::close_interval(Time boundary) {
  row_.begin_ = begin_;
  row_.end_ = boundary;
  row_.seconds_ = wattershed::seconds(boundary - begin_);
  for (std::size_t i = 0; i < meters_.size(); ++i) intervals_[i] = meters_[i]->close(boundary);
  fill_values();
  sink_->append(table_, begin_, boundary, values_);
  for (Side& side : sides_) fill_side(side);
  for (const auto& listener : listeners_) listener(row_);
  ++row_.number_;
  begin_ = boundary;
}

void Recorder::fill_values() {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const std::size_t source = columns_[c].source;
    switch (columns_[c].kind) {
      case Column::Kind::mean:
        values_[c] = intervals_[source].integral / row_.seconds_;
        break;
      case Column::Kind::minimum:
        values_[c] = intervals_[source].minimum;
        break;
      case Column::Kind::maximum:
        values_[c] = intervals_[source].maximum;
        break;
      case Column::Kind::derived:
        values_[c] = derived_[source](row_);
        break;
    }
  }
}

void Recorder::fill_side(Side& side) {
  const std::size_t labels = side.second.labels.size();
  std::span<double> free = side.values;
  for (SideColumn& column : side.columns) {
    const std::span<double> values = free.first(labels);
    free = free.subspan(labels);
    if (column.fill) {
      column.fill(row_, values);
      continue;
    }
    for (std::size_t i = 0; i < labels; ++i) values[i] = intervals_[column.slots[i].index].integral / row_.seconds_;
  }
  sink_->append(side.table, side.values);
}

}  // namespace wattershed
