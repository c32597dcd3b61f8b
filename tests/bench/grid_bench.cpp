// Ten minutes at 1 ms through the grid's models: voltage at the point, frequency of the system, swings of a network.

#include <benchmark/benchmark.h>

#include <cmath>
#include <random>

#include "models/grid/network/rotor_modes.hpp"
#include "models/grid/network/rotor_swing.hpp"
#include "models/grid/point/frequency_response.hpp"
#include "models/grid/point/grid_point.hpp"

using namespace wattershed;
using namespace std::chrono_literals;

namespace {

constexpr int samples = 600'000;

double load_w(int sample) { return 80e6 + 20e6 * (sample % 2000 < 1400); }

void thevenin(benchmark::State& state) {
  GridPoint point;
  point.short_circuit = ApparentPower(2.5e9);
  const TheveninImpedance grid = impedance_of(point);
  for (auto _ : state) {
    double lowest = 1;
    for (int k = 0; k < samples; ++k) lowest = std::min(lowest, grid.voltage(load_w(k), 0.1 * load_w(k)));
    benchmark::DoNotOptimize(lowest);
  }
}
BENCHMARK(thevenin)->Unit(benchmark::kMillisecond);

void frequency(benchmark::State& state) {
  GridSystem system;
  system.size = Power(60e9);
  system.inertia = 4s;
  system.droop = Share(0.05);
  system.reheat_share = Share(0.3);
  system.reheat_time = 8s;
  for (auto _ : state) {
    FrequencyResponse response(system);
    for (int k = 0; k < samples; ++k) benchmark::DoNotOptimize(response.advance(Power(load_w(k) - 94e6), 1ms).lowest);
  }
}
BENCHMARK(frequency)->Unit(benchmark::kMillisecond);

/// A ring of `machines` with a load and a site at each second bus.
ReducedNetwork ring(int machines) {
  GridCase grid;
  std::vector<Machine> data;
  for (int i = 0; i < machines; ++i) {
    GridBus bus;
    bus.number = i + 1;
    bus.type = i == 0 ? BusType::slack : BusType::voltage_controlled;
    bus.load_mw = 500;
    bus.load_mvar = 100;
    grid.buses.push_back(bus);
    GridUnit unit;
    unit.bus = static_cast<std::size_t>(i);
    unit.p_mw = 500;
    grid.units.push_back(unit);
    GridBranch branch;
    branch.from = unit.bus;
    branch.to = static_cast<std::size_t>((i + 1) % machines);
    branch.resistance_pu = 0.001;
    branch.reactance_pu = 0.02;
    grid.branches.push_back(branch);
    Machine machine;
    machine.bus = bus.number;
    machine.inertia = from_seconds(20 + i);
    machine.transient_reactance = 0.05;
    machine.damping = 4;
    data.push_back(machine);
  }
  const std::vector<NetworkSite> sites = {{3, 100_MW, ApparentPower(20e6)}, {7, 100_MW, ApparentPower(20e6)}};
  return reduce_network(grid, solve_power_flow(grid), data, sites);
}

void swing(benchmark::State& state) {
  const ReducedNetwork network = ring(10);
  for (auto _ : state) {
    RotorSwing machines(network, 60_Hz, 5ms);
    std::vector<SiteLoad> loads = {{100_MW, ApparentPower(20e6)}, {100_MW, ApparentPower(20e6)}};
    for (int k = 0; k < samples; k += 5) {
      loads[0].active = Power(load_w(k));
      benchmark::DoNotOptimize(machines.advance(loads, 5ms));
    }
  }
}
BENCHMARK(swing)->Unit(benchmark::kMillisecond);

void modes(benchmark::State& state) {
  const ReducedNetwork network = ring(10);
  for (auto _ : state) benchmark::DoNotOptimize(LinearRotorSwing(network).modes());
}
BENCHMARK(modes)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
