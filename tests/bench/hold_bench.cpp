/// The event queue and the loop, each beside a yardstick in the same run.
///
///   hold        a wake-up of a process (`co_await sim.delay()`) against a std::priority_queue of 16-byte events:
///               one event is taken, touches a random element, and another is added
///   reschedule  the queue alone: one event is taken and added again, and K random pending events get a new time:
///               EventQueue::move against lazy cancellation in the same std::priority_queue (a new entry is pushed,
///               the stale one is skipped when it comes up)
///
/// items_per_second are events. The README's ratio is process / priority_queue of the same arguments.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <queue>
#include <vector>

#include "sim/kernel/event_queue.hpp"
#include "sim/kernel/process.hpp"
#include "sim/kernel/simulation.hpp"

using namespace wattershed;

namespace {

constexpr int batch = 50'000;  // events between two looks at the clock

enum Distribution { exponential, short_and_long, few_ticks };
const char* const distribution_names[] = {"exponential", "90 % short, 10 % long", "4 ticks"};

/// splitmix64: fast enough not to be what is measured.
class Draws {
 public:
  explicit Draws(Distribution distribution) : distribution_(distribution) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint32_t below(std::size_t n) { return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32); }
  std::int64_t delay() {
    if (distribution_ == few_ticks) return 1'000'000'000 * static_cast<std::int64_t>(1 + below(4));
    const double e = -std::log(static_cast<double>((next() >> 11) + 1) * 0x1.0p-53);
    if (distribution_ == exponential) return static_cast<std::int64_t>(1e8 + 1e9 * e);
    return static_cast<std::int64_t>((below(10) > 0 ? 1e7 : 1e10) * e);
  }

 private:
  Distribution distribution_;
  std::uint64_t state_ = 7;
};

struct Element {
  std::uint64_t count = 0;
  std::int64_t last = 0;
};

struct World {
  World(Distribution distribution, std::size_t population) : draws(distribution), elements(population) {}
  void touch(std::int64_t now) {
    Element& element = elements[draws.below(elements.size())];
    ++element.count;
    element.last = now;
  }
  Draws draws;
  std::vector<Element> elements;
  int left = 0;
};

struct PlainEvent {
  std::int64_t time;
  std::uint32_t id;
  std::uint32_t sequence;
};
struct Later {
  bool operator()(const PlainEvent& a, const PlainEvent& b) const {
    return a.time > b.time || (a.time == b.time && a.sequence > b.sequence);
  }
};
using PlainQueue = std::priority_queue<PlainEvent, std::vector<PlainEvent>, Later>;

void finish(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * batch);
  state.SetLabel(distribution_names[state.range(1)]);
}

void hold_priority_queue(benchmark::State& state) {
  const auto population = static_cast<std::uint32_t>(state.range(0));
  World world(static_cast<Distribution>(state.range(1)), population);
  PlainQueue queue;
  std::uint32_t sequence = 0;
  for (std::uint32_t i = 0; i < population; ++i) queue.push({world.draws.delay(), i, sequence++});
  auto run = [&](std::uint32_t events) {
    for (; events > 0; --events) {
      const PlainEvent event = queue.top();
      queue.pop();
      world.touch(event.time);
      queue.push({event.time + world.draws.delay(), event.id, sequence++});
    }
  };
  run(population);  // to the steady state
  for (auto _ : state) run(batch);
  finish(state);
}

Process hold(Simulation& sim, World& world) {
  for (;;) {
    co_await sim.delay(Duration(world.draws.delay()));
    world.touch(sim.now().time_since_epoch().count());
    if (--world.left == 0) sim.stop();
  }
}

void hold_process(benchmark::State& state) {
  const auto population = static_cast<std::uint32_t>(state.range(0));
  World world(static_cast<Distribution>(state.range(1)), population);
  Simulation sim;
  for (std::uint32_t i = 0; i < population; ++i) sim.spawn(hold(sim, world));
  sim.run_until(sim.now());
  auto run = [&](int events) {  // to the end of the instant of the last one: with ticks, more
    world.left = events;
    sim.run_until(Time::max());
  };
  run(static_cast<int>(population));
  const std::uint64_t before = sim.events_executed();
  for (auto _ : state) run(batch);
  finish(state);
  state.SetItemsProcessed(static_cast<std::int64_t>(sim.events_executed() - before));
}

void reschedule_lazy(benchmark::State& state) {
  const auto population = static_cast<std::uint32_t>(state.range(0));
  World world(static_cast<Distribution>(state.range(1)), population);
  const auto changes = state.range(2);
  PlainQueue queue;
  std::uint32_t sequence = 0;
  std::vector<std::uint32_t> latest(population);
  auto push = [&](std::int64_t time, std::uint32_t id) {
    latest[id] = sequence;
    queue.push({time, id, sequence++});
  };
  for (std::uint32_t i = 0; i < population; ++i) push(world.draws.delay(), i);
  auto run = [&](std::uint32_t events) {
    while (events > 0) {
      const PlainEvent event = queue.top();
      queue.pop();
      if (latest[event.id] != event.sequence) continue;
      --events;
      push(event.time + world.draws.delay(), event.id);
      for (int k = 0; k < changes; ++k) push(event.time + world.draws.delay(), world.draws.below(population));
    }
  };
  run(5 * population);  // until the number of stale entries is steady too
  for (auto _ : state) run(batch);
  finish(state);
}

void reschedule_move(benchmark::State& state) {
  const auto population = static_cast<std::uint32_t>(state.range(0));
  World world(static_cast<Distribution>(state.range(1)), population);
  const auto changes = state.range(2);
  EventQueue queue;
  std::vector<EventHandle> handles(population);
  auto push = [&](std::int64_t time, std::uint32_t id) {
    handles[id] = queue.push(Time(Duration(time)), EventPriority::normal, id);
  };
  for (std::uint32_t i = 0; i < population; ++i) push(world.draws.delay(), i);
  auto run = [&](std::uint32_t events) {
    for (; events > 0; --events) {
      const std::int64_t now = queue.next_time().time_since_epoch().count();
      const auto id = static_cast<std::uint32_t>(queue.pop());
      push(now + world.draws.delay(), id);
      for (int k = 0; k < changes; ++k) {
        const std::uint32_t other = world.draws.below(population);
        queue.move(handles[other], Time(Duration(now + world.draws.delay())));
      }
    }
  };
  run(5 * population);  // until the number of stale entries is steady too
  for (auto _ : state) run(batch);
  finish(state);
}

void holds(benchmark::internal::Benchmark* b) {
  b->ArgNames({"pending", "delays"})->Unit(benchmark::kMillisecond);
  for (const int distribution : {exponential, short_and_long, few_ticks}) {
    for (const int pending : {1'000, 100'000, 1'000'000}) b->Args({pending, distribution});
  }
}

void reschedules(benchmark::internal::Benchmark* b) {
  b->ArgNames({"pending", "delays", "changes"})->Unit(benchmark::kMillisecond);
  for (const int pending : {1'000, 100'000}) {
    for (const int changes : {0, 1, 4}) b->Args({pending, exponential, changes});
  }
}

BENCHMARK(hold_priority_queue)->Apply(holds);
BENCHMARK(hold_process)->Apply(holds);
BENCHMARK(reschedule_lazy)->Apply(reschedules);
BENCHMARK(reschedule_move)->Apply(reschedules);

}  // namespace

BENCHMARK_MAIN();
