#include "models/grid/network/network_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "sim/base/problem.hpp"

namespace wattershed {

NetworkState::NetworkState(GridCase grid, const PowerFlowOptions& options) : solver_(std::move(grid), options) {
  for (const GridBus& bus : solver_.grid().buses) {
    own_active_.emplace_back(bus.load_mw * 1e6);
    own_reactive_.emplace_back(bus.load_mvar * 1e6);
    voltages_.magnitude_pu.push_back(0);
    voltages_.angle_rad.push_back(0);
  }
}

NetworkState::LoadHandle NetworkState::add_load(std::string name, std::int64_t bus) {
  const GridCase& grid = solver_.grid();
  GridCase probe;  // the messages of add_load() without a change of the case
  probe.file = grid.file;
  probe.buses = grid.buses;
  wattershed::add_load(probe, bus, {}, {});
  const auto found =
      std::find_if(grid.buses.begin(), grid.buses.end(), [=](const GridBus& each) { return each.number == bus; });
  loads_.push_back({std::move(name), static_cast<std::size_t>(found - grid.buses.begin()), {}, {}});
  return loads_.size() - 1;
}

void NetworkState::set_load(LoadHandle load, Power active, ApparentPower reactive) {
  assert(load < loads_.size());
  if (loads_[load].active == active && loads_[load].reactive == reactive) return;
  loads_[load].active = active;
  loads_[load].reactive = reactive;
  changed_ = true;
}

bool NetworkState::solve() {
  if (!changed_) return reason_.empty();
  changed_ = false;
  // Sums anew: differences would leave rounding behind.
  for (const Load& load : loads_) {
    Power active = own_active_[load.bus];
    ApparentPower reactive = own_reactive_[load.bus];
    for (const Load& other : loads_)
      if (other.bus == load.bus) {
        active += other.active;
        reactive += other.reactive;
      }
    solver_.set_load(load.bus, active, reactive);
  }
  bool solved = solver_.solve();
  for (const PowerFlowStart start : {PowerFlowStart::flat, PowerFlowStart::stored}) {
    if (solved) break;
    const GridVoltages last = solver_.voltages();
    solver_.restart(start);
    solved = solver_.solve();
    if (!solved) solver_.start_from(last);
  }
  reason_ = solver_.reason();
  if (solved) measure();
  return solved;
}

void NetworkState::measure() {
  voltages_ = solver_.voltages();
  loading_ = {};
  losses_ = {};
  const GridCase& network = solver_.grid();
  for (std::size_t k = 0; k < network.branches.size(); ++k) {
    losses_ += solver_.branch_loss(k);
    const double rating = network.branches[k].rating_mva;
    if (rating <= 0) continue;
    if (const double share = solver_.branch_power(k).si() / (rating * 1e6); share > loading_.share)
      loading_ = {k, share};
  }
  slack_power_ = solver_.slack_power();
}

double NetworkState::voltage_pu(LoadHandle load) const { return voltage_pu_at(loads_[load].bus); }
double NetworkState::voltage_pu_at(std::size_t bus) const { return voltages_.magnitude_pu[bus]; }

}  // namespace wattershed
