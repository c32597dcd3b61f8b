/// A step of a cooling plant of 60 s: whole plants with their control, and the loop network alone as the yardstick.
///
/// The load and the air change with every step, so that nothing is found again from the step before.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <vector>

#include "models/cooling/plant/loop_network.hpp"
#include "tests/models/cooling/plant/plant_fixture.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

void loop_network(benchmark::State& state) {
  const int nodes = static_cast<int>(state.range(0));
  LoopNetwork network;
  for (int i = 0; i < nodes; ++i) network.add_node(HeatCapacity(1e9), Temperature::celsius(20 + i));
  for (int i = 0; i + 1 < nodes; ++i) {
    const int link = network.add_flow(i, i + 1);
    network.set_flow(link, 5e6 * (network.node(i) - network.node(i + 1)));
  }
  const int heat = network.add_flow(LoopNetwork::outside, 0),
            sink = network.add_flow(nodes - 1, LoopNetwork::outside);
  double rate = 5e6;
  for (auto _ : state) {
    network.set_flow(heat, LinearForm(5e7));
    rate = rate < 6e6 ? rate * 1.001 : 5e6;
    network.set_flow(sink, rate * (network.node(nodes - 1) - LinearForm(15.0)));
    network.advance(60);
    benchmark::DoNotOptimize(network.energy(sink));
  }
}
BENCHMARK(loop_network)->ArgName("nodes")->Arg(3)->Arg(5);

void plant_step(benchmark::State& state) {
  const CoolingType type = all_types[state.range(0)];
  state.SetLabel(std::string(enum_names(type)[static_cast<std::size_t>(type)]));
  std::vector<Outdoors> year;
  for (int hour = 0; hour < 8760; ++hour)
    year.push_back(outdoors(12 - 11 * std::cos(hour * 2 * M_PI / 8760) - 5 * std::cos(hour * 2 * M_PI / 24), 0.6));
  const auto plant = make_plant(type);
  plant->start(demand_of(type, 0.7), year[0]);
  std::size_t i = 0;
  for (auto _ : state) {
    const PlantDemand demand = demand_of(type, 0.7 + 0.2 * static_cast<double>(i % 17) / 17);
    plant->step(std::chrono::minutes(1), load_over(demand, 60), demand, year[i / 6 % year.size()]);
    ++i;
  }
}
BENCHMARK(plant_step)->ArgName("plant")->DenseRange(0, 2);

}  // namespace

BENCHMARK_MAIN();
