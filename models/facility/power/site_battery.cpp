#include "models/facility/power/site_battery.hpp"

#include <algorithm>
#include <cmath>

#include "models/electrical/omissions.hpp"

namespace wattershed {
namespace {

// Gain of a swing of IT power on its way to the grid, at 70 % of each stage's rating.
double swing_gain(const Electrical& electrical) {
  double gain = 1;
  const auto through = [&](const StageModule& module) {
    gain *= 1 + module.loss.proportional.si() + 2 * 0.7 * module.loss.square.si();
  };
  if (electrical.pdu) through(*electrical.pdu);
  if (electrical.ups) through(*electrical.ups);
  if (electrical.transformer) through(*electrical.transformer);
  return gain;
}

double initial_charge(const Battery& battery) {
  return battery.smoothing ? battery.smoothing->state_of_charge.si() : 1.0;
}

}  // namespace

SiteBattery::SiteBattery(SiteContext& context)
    : power(context.circuit.signal<Power>("battery_power")),
      loss(context.circuit.signal<Power>("battery loss")),
      above_taken(context.circuit.signal<Power>("highest load that the battery takes")),
      below_taken(context.circuit.signal<Power>("lowest load that the battery takes")),
      state_of_charge(context.circuit.signal<double>("state of charge", initial_charge(*context.site().battery))),
      context_(context),
      battery_(*context.site().battery),
      swing_gain_(swing_gain(context.site().electrical.value_or(Electrical{}))),
      loss_meter_(&context.circuit.meter(loss)) {
  if (!battery_.smoothing) return;
  if (context.resolved())
    tally_.emplace(storage_domain);
  else
    tally_.emplace(storage_cycle_domain);
}

void SiteBattery::swing(std::uint32_t job, std::vector<PowerSegment> cycle) {
  if (!battery_.smoothing) return;
  for (PowerSegment& segment : cycle) segment.power *= swing_gain_;
  if (cycle.empty())
    swings_.erase(job);
  else
    swings_.insert_or_assign(job, Swing{load_of(cycle), length_of(cycle), storage_cycle(cycle, battery_)});
  double longest_s = 0;
  for (const auto& [id, one] : swings_) longest_s = std::max(longest_s, one.period_s);
  tally_->saw(context_.now(), storage_cycle_domain, {longest_s / seconds(battery_.smoothing->return_time)});
  Load before{};
  StorageCycle behind;
  if (swings_.size() == 1) {
    before = swings_.begin()->second.load;
    behind = swings_.begin()->second.cycle;
  } else if (!swings_.empty()) {
    std::vector<StorageCycle> all;
    for (const auto& [id, one] : swings_) {
      before += one.load;
      all.push_back(one.cycle);
    }
    behind = combined(all, battery_);
  }
  Circuit& circuit = context_.circuit;
  circuit.set(loss, behind.loss);
  circuit.set(above_taken, std::max(Power{}, before.above - behind.grid.above));
  circuit.set(below_taken, std::min(Power{}, before.below - behind.grid.below));
}

Process SiteBattery::control() {
  if (!battery_.smoothing) co_return;
  Circuit& circuit = context_.circuit;
  const Signal<Load> site = load.get();
  co_await context_.simulation.settled();
  const double period_s = seconds(period);
  smoother_.emplace(battery_, period, circuit.get(site).mean);
  tally_->saw(context_.now(), storage_domain, storage_inputs(battery_, period));
  while (true) {
    const StorageFlow flow = smoother_->decide(circuit.get(site).mean, period_s);
    circuit.set(power, flow.battery);
    circuit.set(loss, flow.loss);
    co_await context_.simulation.delay(period);
    smoother_->advance(period_s);
    circuit.set(state_of_charge, smoother_->state_of_charge());
  }
}

void SiteBattery::start() {
  if (context_.resolved()) context_.simulation.spawn(control(), "battery");
}

void SiteBattery::close() {
  if (tally_) tally_->close(context_.now());
}

std::vector<RangeUse> SiteBattery::validity() const { return tally_ ? tally_->uses() : std::vector<RangeUse>{}; }

void SiteBattery::stand(GridSideSetup& setup) const {
  if (!battery_.smoothing) return;
  setup.battery = battery_;
  setup.state_of_charge = Share(context_.circuit.get(state_of_charge));
}

void SiteBattery::warn(std::vector<Warning>& warnings) const {
  // Of resolved runs; an averaged battery smooths on paper.
  const double saturated_s = smoother_ ? smoother_->tally().saturated_s : 0.0;
  add_warning(warnings, "the battery had too little power or energy for its control, for so many seconds",
              static_cast<std::uint64_t>(std::llround(saturated_s)));
}

std::vector<Omission> SiteBattery::omissions() const { return battery_omissions(battery_, context_.has_windows()); }

}  // namespace wattershed
