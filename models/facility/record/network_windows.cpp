#include "models/facility/record/network_windows.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "models/facility/record/network_watch.hpp"

namespace wattershed {
namespace {

constexpr Duration longest_step = std::chrono::milliseconds(5);

double mean_of(const std::vector<float>& values, std::size_t count) {
  return std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count), 0.0) /
         static_cast<double>(count);
}

}  // namespace

NetworkWindows::NetworkWindows(const LoadedNetwork& network, std::vector<SiteModel*> sites)
    : network_(network), sites_(std::move(sites)) {
  for (const SiteModel* site : sites_) {
    const auto at = std::find_if(network.grid.buses.begin(), network.grid.buses.end(),
                                 [&](const GridBus& bus) { return bus.number == *site->grid().bus; });
    buses_.push_back(static_cast<std::size_t>(at - network.grid.buses.begin()));
  }
}

std::optional<Voltage> NetworkWindows::nominal_voltage(std::size_t site) const {
  const double kilovolts = network_.grid.buses[buses_[site]].base_kv;
  return kilovolts > 0 ? std::optional<Voltage>(kilovolts * 1e3) : std::nullopt;
}

void NetworkWindows::hand_in(std::size_t site, const std::string& window, WindowLoad load) {
  std::map<std::size_t, WindowLoad>& there = waiting_[window];
  there.emplace(site, std::move(load));
  if (there.size() < sites_.size()) return;
  std::vector<WindowLoad> loads;
  for (auto& [place, each] : there) loads.push_back(std::move(each));
  waiting_.erase(window);
  drive(loads);
}

void NetworkWindows::drive(std::vector<WindowLoad>& loads) {
  const std::size_t lead = loads.front().lead, samples = loads.front().active_w.size();
  const Duration every = loads.front().every;
  GridCase grid = network_.grid;
  std::vector<SiteLoad> now;
  std::vector<NetworkSite> sites;
  for (std::size_t s = 0; s < loads.size(); ++s) {
    assert(loads[s].active_w.size() == samples && loads[s].lead == lead);
    const std::size_t count = lead > 0 ? lead : samples;  // a window that begins with the run has no lead
    now.push_back({Power(mean_of(loads[s].active_w, count)), ApparentPower(mean_of(loads[s].reactive_va, count))});
    sites.push_back({buses_[s], now.back().active, now.back().reactive});
    add_load(grid, grid.buses[buses_[s]].number, now.back().active, now.back().reactive);
  }
  const Time origin = loads.front().begin - static_cast<std::int64_t>(lead) * every;
  PowerFlow rest = solve_power_flow(grid);
  if (!rest.converged) rest = solve_power_flow(grid, {.start = PowerFlowStart::stored});
  if (!rest.converged) throw VoltageCollapse(no_flow_text(origin, sites_, now, rest.reason));

  RotorSwing swing(reduce_network(grid, rest, network_.machines, sites), network_.frequency, longest_step);
  const std::int64_t parts = (every + longest_step - Duration{1}) / longest_step;
  std::vector<double> voltage(loads.size()), frequency(loads.size());
  for (std::size_t i = 0; i < samples; ++i) {
    for (std::size_t s = 0; s < loads.size(); ++s)
      now[s] = {Power(loads[s].active_w[i]), ApparentPower(loads[s].reactive_va[i])};
    std::fill(voltage.begin(), voltage.end(), 0.0);
    std::fill(frequency.begin(), frequency.end(), 0.0);
    for (std::int64_t part = 0; part < parts; ++part) {
      for (std::size_t s = 0; s < loads.size(); ++s) frequency[s] += swing.site_frequency(s).si() / 2;
      if (!swing.advance(now, every * (part + 1) / parts - every * part / parts))
        throw VoltageCollapse(no_flow_text(origin + static_cast<std::int64_t>(i) * every, sites_, now,
                                           "no voltage at a bus with its machines behind their reactances"));
      for (std::size_t s = 0; s < loads.size(); ++s) {
        frequency[s] += swing.site_frequency(s).si() / 2;
        voltage[s] += swing.site_voltage(s);
      }
    }
    if (i < lead) continue;
    const auto count = static_cast<double>(parts);
    for (std::size_t s = 0; s < loads.size(); ++s) loads[s].hear(i - lead, voltage[s] / count, frequency[s] / count);
  }
}

}  // namespace wattershed
