#include "models/facility/power/sags.hpp"

#include <algorithm>

#include "models/facility/scenario/model_ranges.hpp"

namespace wattershed {
namespace {

bool strikes(const Event& event, const SiteContext& context) {
  return event.sag && event.site.value_or(context.site().name) == context.site().name;
}

}  // namespace

bool Sags::strike(const SiteContext& context) { return is_struck(context.loaded); }

Sags::Sags(SiteContext& context)
    : retained(context.circuit.signal<double>("voltage that a sag leaves", 1)), context_(context) {
  const Grid& grid = context.site().grid;
  if (grid.point || !grid.bus || !strike(context)) return;
  sagging_ = context.circuit.signal<double>("a sag stands");
  meters = {&context.circuit.meter(retained), &context.circuit.meter(sagging_)};
}

void Sags::start() {
  const TimeZone clock(context_.loaded.clock_zone);
  for (const Event& event : context_.loaded.scenario.events) {
    if (!strikes(event, context_)) continue;
    const Repeat repeat = event.repeat.value_or(Repeat{});
    for (std::int64_t i = 0; i < repeat.times; ++i) {
      const Time begin = clock.to_utc(event.at) + i * repeat.every;
      if (begin < context_.loaded.start || begin >= context_.loaded.end) continue;
      const double left = event.sag->voltage.si();
      context_.simulation.at(
          begin, [this, left] { sag(left, true); }, EventPriority::early);
      context_.simulation.at(
          begin + event.sag->length, [this, left] { sag(left, false); }, EventPriority::early);
    }
  }
}

// Of several faults at once the deepest counts.
void Sags::sag(double left, bool begins) {
  if (begins)
    standing_.push_back(left);
  else
    standing_.erase(std::find(standing_.begin(), standing_.end(), left));
  const double deepest = standing_.empty() ? 1.0 : *std::min_element(standing_.begin(), standing_.end());
  context_.circuit.set(retained, deepest);
  if (sagging_.valid()) context_.circuit.set(sagging_, standing_.empty() ? 0.0 : 1.0);
  for (WaveformLog* log : logs_) log->outside(context_.now(), "retained_voltage", deepest);
}

void Sags::open_log(WaveformLog& log) {
  if (!standing_.empty()) log.outside(context_.now(), "retained_voltage", context_.circuit.get(retained));
  logs_.add(log);
}

}  // namespace wattershed
