/// Settle: 1,400 racks → 150 PDUs → 20 UPS → 4 transformers → grid, one rack changed, every stage with a quadratic
/// loss.
///
/// Beside it, as yardsticks of the same run: the same sums and losses in hand-written loops over arrays (along the
/// path of the changed rack, and over everything), and the settle with a meter on every signal.
#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <random>
#include <string>
#include <vector>

#include "sim/kernel/circuit.hpp"

using namespace wattershed;

// ---- how often the measured loop allocates ---------------------------------------------------------------------

namespace {
std::atomic<std::uint64_t> allocations{0};  // of this program only
void* counted(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
  throw std::bad_alloc();
}
}  // namespace
void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }

namespace {

constexpr std::array<std::size_t, 5> sizes{1400, 150, 20, 4, 1};  // racks, PDUs, UPS, transformers, grid
constexpr std::array<double, 5> rating_w{130e3, 1.3e6, 10e6, 50e6, 200e6};

/// The parent of a node: neighbours share one.
constexpr std::size_t parent(std::size_t level, std::size_t node) { return node * sizes[level + 1] / sizes[level]; }
constexpr std::size_t first_child(std::size_t level, std::size_t node) {
  const std::size_t below = sizes[level - 1], here = sizes[level];
  return (node * below + here - 1) / here;
}

/// L(P) = rating · (0.006 + 0.01 x + 0.016 x²) with x = P / rating.
inline Load through_loss(Load out, double rating) {
  const double x = out.mean.si() / rating;
  return through_stage(out, Power(rating * (0.006 + x * (0.01 + x * 0.016))), 0.01 + 0.032 * x, 0.032 / rating);
}

/// The same sequence of changes for all.
class Changes {
 public:
  Changes() {
    std::mt19937 random(1);
    for (auto& change : changes_) {
      change = {random() % sizes[0], Load{Power(40e3 + random() % 90'000), PowerVariance(random() % 1'000'000)}};
    }
  }
  struct Change {
    std::size_t rack = 0;
    Load load;
  };
  /// Never the value that stands: each lap adds a watt.
  Change next() {
    Change change = changes_[at_ % changes_.size()];
    change.load.mean += Power(static_cast<double>(at_++ / changes_.size() + 1));
    return change;
  }

 private:
  std::array<Change, 4096> changes_;
  std::size_t at_ = 0;
};

struct Site {
  Circuit circuit;
  std::array<std::vector<Signal<Load>>, 5> levels;

  Site() {
    for (std::size_t i = 0; i < sizes[0]; ++i) levels[0].push_back(circuit.signal<Load>("rack " + std::to_string(i)));
    for (std::size_t level = 1; level < sizes.size(); ++level) {
      for (std::size_t node = 0; node < sizes[level]; ++node) {
        const std::string name = std::to_string(level) + "." + std::to_string(node);
        const Signal<Load> out = circuit.signal<Load>(name);
        std::vector<Signal<Load>> inputs;
        for (std::size_t child = first_child(level, node);
             child < sizes[level - 1] && parent(level - 1, child) == node; ++child) {
          inputs.push_back(levels[level - 1][child]);
        }
        circuit.model(name, {inputs.begin(), inputs.end()}, {out}, [this, inputs, out, rating = rating_w[level]] {
          Load total;
          for (const Signal<Load>& input : inputs) total += circuit.get(input);
          circuit.set(out, through_loss(total, rating));
        });
        levels[level].push_back(out);
      }
    }
    circuit.build();
    circuit.settle();
  }
};

/// The hand-written site: arrays and loops.
struct Arrays {
  std::array<std::vector<Load>, 5> levels;
  Arrays() {
    for (std::size_t level = 0; level < sizes.size(); ++level) levels[level].resize(sizes[level]);
  }
  void compute(std::size_t level, std::size_t node) {
    Load total;
    for (std::size_t child = first_child(level, node); child < sizes[level - 1] && parent(level - 1, child) == node;
         ++child) {
      total += levels[level - 1][child];
    }
    levels[level][node] = through_loss(total, rating_w[level]);
  }
  void compute_path(std::size_t rack) {
    std::size_t node = rack;
    for (std::size_t level = 1; level < sizes.size(); ++level) {
      node = parent(level - 1, node);
      compute(level, node);
    }
  }
  void compute_all() {
    for (std::size_t level = 1; level < sizes.size(); ++level) {
      for (std::size_t node = 0; node < sizes[level]; ++node) compute(level, node);
    }
  }
};

void settle_one_rack(benchmark::State& state) {
  Site site;
  Changes changes;
  const std::uint64_t before = allocations, evaluated = site.circuit.evaluations();
  for (auto _ : state) {
    const Changes::Change change = changes.next();
    site.circuit.set(site.levels[0][change.rack], change.load);
    site.circuit.settle();
    benchmark::DoNotOptimize(site.circuit.get(site.levels[4][0]));
  }
  const auto per_settle = static_cast<double>(state.iterations());
  const std::uint64_t allocated = allocations - before;
  if (allocated != 0) state.SkipWithError("a settle allocates");
  state.counters["allocations"] = static_cast<double>(allocated) / per_settle;
  state.counters["evaluations"] = static_cast<double>(site.circuit.evaluations() - evaluated) / per_settle;
}
BENCHMARK(settle_one_rack);

void settle_one_rack_with_meters_on_all(benchmark::State& state) {
  Site site;
  Changes changes;
  for (const auto& level : site.levels) {
    for (const Signal<Load>& signal : level) (void)site.circuit.meter(signal);
  }
  Time now{};
  site.circuit.take_standing(now);
  for (auto _ : state) {
    const Changes::Change change = changes.next();
    site.circuit.set(site.levels[0][change.rack], change.load);
    site.circuit.settle();
    now += 1ms;
    site.circuit.take_standing(now);
  }
}
BENCHMARK(settle_one_rack_with_meters_on_all);

void yardstick_loops_along_the_path(benchmark::State& state) {
  Arrays arrays;
  arrays.compute_all();
  Changes changes;
  for (auto _ : state) {
    const Changes::Change change = changes.next();
    arrays.levels[0][change.rack] = change.load;
    arrays.compute_path(change.rack);
    benchmark::DoNotOptimize(arrays.levels[4][0]);
  }
}
BENCHMARK(yardstick_loops_along_the_path);

void yardstick_loops_over_everything(benchmark::State& state) {
  Arrays arrays;
  Changes changes;
  for (auto _ : state) {
    const Changes::Change change = changes.next();
    arrays.levels[0][change.rack] = change.load;
    arrays.compute_all();
    benchmark::DoNotOptimize(arrays.levels[4][0]);
  }
}
BENCHMARK(yardstick_loops_over_everything);

void settle_every_rack(benchmark::State& state) {
  Site site;
  double watts = 50e3;
  for (auto _ : state) {
    watts += 1;
    for (const Signal<Load>& rack : site.levels[0]) site.circuit.set(rack, {Power(watts), {}});
    site.circuit.settle();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(sizes[0]));
}
BENCHMARK(settle_every_rack);

/// Both ways must agree to the last bit before anything is measured.
bool same_numbers() {
  Site site;
  Arrays arrays;
  arrays.compute_all();
  Changes changes;
  for (int i = 0; i < 5000; ++i) {
    const Changes::Change change = changes.next();
    site.circuit.set(site.levels[0][change.rack], change.load);
    site.circuit.settle();
    arrays.levels[0][change.rack] = change.load;
    arrays.compute_path(change.rack);
    if (!(site.circuit.get(site.levels[4][0]) == arrays.levels[4][0])) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (!same_numbers()) return 1;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
