/// A step of a cooling plant: the loop network alone, and (when built) whole plants with their control.
#include <benchmark/benchmark.h>

#include "models/cooling/loop_network.hpp"

using namespace wattershed;

namespace {

void loop_network(benchmark::State& state) {
  const int nodes = static_cast<int>(state.range(0));
  const bool changes = state.range(1) != 0;
  LoopNetwork network;
  for (int i = 0; i < nodes; ++i) network.add_node(HeatCapacity(1e9), Temperature::celsius(20 + i));
  for (int i = 0; i + 1 < nodes; ++i) {
    const int link = network.add_flow(i, i + 1);
    network.set_flow(link, 5e6 * (network.node(i) - network.node(i + 1)));
  }
  const int heat = network.add_flow(LoopNetwork::outside, 0), sink = network.add_flow(nodes - 1, LoopNetwork::outside);
  double rate = 5e6;
  for (auto _ : state) {
    network.set_flow(heat, LinearForm(5e7));
    if (changes) rate = rate < 6e6 ? rate * 1.001 : 5e6;
    network.set_flow(sink, rate * (network.node(nodes - 1) - LinearForm(15.0)));
    network.advance(60);
    benchmark::DoNotOptimize(network.energy(sink));
  }
}
BENCHMARK(loop_network)->ArgNames({"nodes", "changes"})->Args({4, 0})->Args({4, 1})->Args({6, 1});

}  // namespace

BENCHMARK_MAIN();
