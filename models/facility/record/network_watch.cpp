#include "models/facility/record/network_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace wattershed {

std::string no_flow_text(Time at, const std::vector<SiteModel*>& sites, const std::vector<SiteLoad>& loads,
                         const std::string& reason) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < sites.size(); ++i)
    parts.push_back(fmt::format("'{}' at {:.4g} MW and {:.3g} MVAr", sites[i]->name(), loads[i].active.si() / 1e6,
                                loads[i].reactive.si() / 1e6));
  return fmt::format("the network cannot carry its sites, {}: {}: {}; give less load or another bus", format_utc(at),
                     fmt::join(parts, ", "), reason);
}

NetworkWatch::NetworkWatch(Simulation& simulation, const LoadedNetwork& network, std::vector<SiteModel*> sites)
    : sites_(std::move(sites)),
      state_(network.grid),
      standing_(sites_.size()),
      sums_(sites_.size()),
      loaded_(sites_.size()),
      relieved_(sites_.size()),
      last_(simulation.now()),
      taken_(simulation.now()) {
  std::vector<AnySignal> inputs;
  std::vector<const Channel*> channels;
  for (const SiteModel* site : sites_) {
    handles_.push_back(state_.add_load(site->name(), *site->grid().bus));
    const auto at = std::find_if(network.grid.buses.begin(), network.grid.buses.end(),
                                 [&](const GridBus& bus) { return bus.number == *site->grid().bus; });
    buses_.push_back(static_cast<std::size_t>(at - network.grid.buses.begin()));
    for (const char* name : {"grid_power", "reactive_power"}) {
      channels.push_back(site->columns().find(name));
      assert(channels.back());
      for (const AnySignal& signal :
           {channels.back()->signal, channels.back()->highest.signal, channels.back()->lowest.signal})
        if (std::find(inputs.begin(), inputs.end(), signal) == inputs.end()) inputs.push_back(signal);
    }
  }
  const std::size_t keys = sites_.size() > 1 ? sites_.size() + 1 : 1;
  highest_.assign(keys, {0, standing_});
  lowest_ = highest_;
  interval_.voltage.resize(network.grid.buses.size());
  interval_.branch.resize(network.grid.branches.size());
  Circuit& circuit = simulation.circuit();
  const Signal<double> heard = circuit.signal<double>("the network has heard");
  circuit.model("loads of the network", inputs, {heard}, [this, &simulation, channels] {
    follow(simulation.now());
    for (std::size_t i = 0; i < standing_.size(); ++i) {
      const Channel &active = *channels[2 * i], &reactive = *channels[2 * i + 1];
      standing_[i] = {Power(active.read()), ApparentPower(reactive.read())};
      loaded_[i] = {Power(active.highest.read()), ApparentPower(reactive.highest.read())};
      relieved_[i] = {Power(active.lowest.read()), ApparentPower(reactive.lowest.read())};
    }
  });
  circuit.build();
}

// Levels that stood for no time do not count.
void NetworkWatch::follow(Time now) {
  if (now <= last_) return;
  const double length_s = seconds(now - last_);
  for (std::size_t i = 0; i < standing_.size(); ++i) {
    sums_[i].active += length_s * standing_[i].active;
    sums_[i].reactive += length_s * standing_[i].reactive;
    if (highest_.size() > 1) compare(i);
  }
  compare(highest_.size() - 1);
  seconds_ += length_s;
  last_ = now;
}

// Key i: that site's phases while the others stand at their means. The last key: those of all.
void NetworkWatch::compare(std::size_t key) {
  const bool one = key < standing_.size() && highest_.size() > 1;
  const auto value = [&](const std::vector<SiteLoad>& of) {
    if (one) return of[key].active.si();
    double all = 0;
    for (const SiteLoad& load : of) all += load.active.si();
    return all;
  };
  const auto take_over = [&](Extreme& extreme, const std::vector<SiteLoad>& of) {
    extreme.value = value(of);
    const std::vector<SiteLoad>& others = one ? standing_ : of;
    std::copy(others.begin(), others.end(), extreme.loads.begin());
    if (one) extreme.loads[key] = of[key];
  };
  if (seconds_ == 0 || value(loaded_) > highest_[key].value) take_over(highest_[key], loaded_);
  if (seconds_ == 0 || value(relieved_) < lowest_[key].value) take_over(lowest_[key], relieved_);
}

void NetworkWatch::solve(const std::vector<SiteLoad>& loads, Time end) {
  for (std::size_t i = 0; i < loads.size(); ++i) state_.set_load(handles_[i], loads[i].active, loads[i].reactive);
  if (!state_.solve()) throw VoltageCollapse(no_flow_text(end, sites_, loads, state_.reason()));
}

const NetworkWatch::Interval& NetworkWatch::take(Time end) {
  if (end == taken_) return interval_;
  follow(end);
  std::vector<SiteLoad> mean = standing_;
  if (seconds_ > 0)
    for (std::size_t i = 0; i < mean.size(); ++i)
      mean[i] = {sums_[i].active / seconds_, sums_[i].reactive / seconds_};
  solve(mean, end);
  for (std::size_t b = 0; b < interval_.voltage.size(); ++b) {
    const double here = state_.voltage_pu_at(b);
    interval_.voltage[b] = {here, here, here};
  }
  for (std::size_t k = 0; k < interval_.branch.size(); ++k) {
    const double here = state_.branch_power(k).si();
    interval_.branch[k] = {here, here, here};
  }
  interval_.losses_w = state_.losses().si();
  interval_.slack_w = state_.slack_power().si();
  const auto widen = [](Range& range, double value) {
    range.lowest = std::min(range.lowest, value);
    range.highest = std::max(range.highest, value);
  };
  if (seconds_ > 0)
    for (const std::vector<Extreme>* extremes : {&highest_, &lowest_})
      for (const Extreme& extreme : *extremes) {
        solve(extreme.loads, end);
        for (std::size_t b = 0; b < interval_.voltage.size(); ++b)
          widen(interval_.voltage[b], state_.voltage_pu_at(b));
        for (std::size_t k = 0; k < interval_.branch.size(); ++k)
          widen(interval_.branch[k], state_.branch_power(k).si());
      }
  std::fill(sums_.begin(), sums_.end(), SiteLoad{});
  seconds_ = 0;
  taken_ = end;
  return interval_;
}

}  // namespace wattershed
