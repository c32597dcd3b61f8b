#include "analysis/network/modes_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "models/grid/network/rotor_modes.hpp"
#include "sim/base/problem.hpp"

namespace wattershed {
namespace {

constexpr double least_part = 0.05;    // of a machine in a mode, to be named
constexpr std::size_t most_named = 3;  // on either side
constexpr double undamped = 1e-6;

// The machines of a mode by the sign of their speed against the largest, most important first.
std::string who_swings(const RotorMode& mode, const std::vector<std::int64_t>& buses) {
  std::vector<std::size_t> order(buses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return mode.participation[a] > mode.participation[b]; });
  std::vector<std::string> with, against;
  for (const std::size_t i : order) {
    if (mode.participation[i] < least_part) continue;
    std::vector<std::string>& side = mode.shape[i].real() >= 0 ? with : against;
    if (side.size() < most_named) side.push_back(std::to_string(buses[i]));
  }
  return fmt::format("{} | {}", fmt::join(with, " "), fmt::join(against, " "));
}

double milli_per_mega(double hertz_per_watt) { return hertz_per_watt * 1e9; }

}  // namespace

std::string modes_report(const NamedNetwork& network, const PowerFlow& flow, const std::vector<std::size_t>& buses) {
  const GridCase& grid = network.grid;
  if (network.machines.empty())
    throw InputError({grid.file, 0, 0},
                     "has no machines, so nothing that swings: name a network of the catalog that has them");
  std::vector<NetworkSite> sites;
  for (const std::size_t bus : buses) sites.push_back({bus, {}, {}});
  const ReducedNetwork reduced = [&] {
    try {
      return reduce_network(grid, flow, network.machines, sites);
    } catch (const std::invalid_argument& error) {
      throw InputError({grid.file, 0, 0}, error.what());
    }
  }();
  std::vector<std::int64_t> numbers;
  double inertia_s = 0;
  for (const ReducedMachine& machine : reduced.machines) {
    numbers.push_back(grid.buses[machine.bus].number);
    inertia_s += machine.inertia_s;
  }
  const LinearRotorSwing swing(reduced, network.frequency);
  const std::vector<RotorMode> modes = swing.modes();
  std::string text = fmt::format("{}   {} machines, {:.1f} GW s, {:g} Hz\n",
                                 std::filesystem::path(grid.file).filename().string().substr(0, 40),
                                 reduced.machines.size(), inertia_s * reduced.base_w / 1e9, network.frequency.si());
  text += "MODES: machines at these buses against those behind the bar\n";
  text += fmt::format("  {:>8} {:>9} {:>9}   {}\n", "Hz", "period s", "damping", "who swings");
  bool free = false;
  for (const RotorMode& mode : modes) {
    const double hertz = mode.frequency.si();
    free = free || mode.damping_ratio < undamped;
    text += fmt::format("  {:>8.3f} {:>9.3f} {:>7.2f} %   {}\n", hertz, 1 / hertz, 100 * mode.damping_ratio,
                        who_swings(mode, numbers));
  }
  for (std::size_t s = 0; s < buses.size(); ++s) {
    const std::int64_t number = grid.buses[buses[s]].number;
    text += fmt::format("\nGAIN of a load at bus {} that oscillates, mHz per MW of amplitude\n", number);
    if (free) {
      text += "  without damping a gain at a mode has no bound: give --damping, say 0.25\n";
      continue;
    }
    text += fmt::format("  {:>8} {:>14} {:>14}   {}\n", "Hz", "at the bus", "most", "machine that swings most");
    for (const RotorMode& mode : modes) {
      const RotorResponse response = swing.response(mode.frequency, s);
      std::size_t most = 0;
      for (std::size_t i = 1; i < numbers.size(); ++i)
        if (std::abs(response.machine_hz[i] - response.centre_hz) >
            std::abs(response.machine_hz[most] - response.centre_hz))
          most = i;
      text += fmt::format("  {:>8.3f} {:>14.4f} {:>14.4f}   at {}\n", mode.frequency.si(),
                          milli_per_mega(std::abs(response.site_hz[s])),
                          milli_per_mega(swing.oscillation_gain(mode.frequency, s)), numbers[most]);
    }
  }
  return text;
}

}  // namespace wattershed
