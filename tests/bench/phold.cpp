/// The hold model with processes, as one line for the table of simulators (the same line from every one of them).
///
///   phold EVENTS POPULATION
///   RESULT wattershed process EVENTS POPULATION wall_s cpu_s peak_MiB end_time checksum
///
/// POPULATION processes each wait 0.1 + exponential(1) s and then touch the state of a random element. Random
/// numbers, their order and the checksum are those of the plain priority queues that this is held against: the
/// checksums of the same arguments agree.
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "sim/kernel/process.hpp"
#include "sim/kernel/simulation.hpp"

using namespace wattershed;

namespace {

/// xoshiro256++ (Blackman & Vigna), seeded by splitmix64.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15;
      std::uint64_t z = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      word = z ^ (z >> 31);
    }
  }
  std::uint64_t next() {
    const std::uint64_t result = rotated(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotated(state_[3], 45);
    return result;
  }
  double exponential() { return -std::log(static_cast<double>((next() >> 11) + 1) * 0x1.0p-53); }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32); }

 private:
  static std::uint64_t rotated(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  std::uint64_t state_[4];
};

struct Element {
  std::uint64_t count = 0;
  double last = 0;
};

struct Model {
  Model(std::uint64_t events, std::uint32_t population) : elements(population), limit(events) {}

  Duration draw_delay() { return Duration(static_cast<std::int64_t>((0.1 + generator.exponential()) * 1e9)); }
  std::uint32_t draw_element() { return generator.below(static_cast<std::uint32_t>(elements.size())); }
  [[nodiscard]] std::uint64_t checksum() const {
    std::uint64_t hash = 1469598103934665603;
    for (const Element& element : elements) hash = (hash ^ element.count) * 1099511628211;
    return hash;
  }

  std::vector<Element> elements;
  Generator generator{42};
  std::uint64_t done = 0, limit;
};

Process hop(Simulation& sim, Model& model, std::uint32_t where) {
  Duration delay = model.draw_delay();
  for (;;) {
    co_await sim.delay(delay);
    if (model.done == model.limit) continue;
    Element& element = model.elements[where];
    ++element.count;
    element.last = seconds(sim.now().time_since_epoch());
    if (++model.done == model.limit) sim.stop();
    delay = model.draw_delay();
    where = model.draw_element();
  }
}

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: phold EVENTS POPULATION\n");
    return 2;
  }
  const std::uint64_t events = std::strtoull(argv[1], nullptr, 10);
  const auto population = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));

  Model model(events, population);
  Simulation sim;
  for (std::uint32_t i = 0; i < population; ++i) sim.spawn(hop(sim, model, i));
  sim.run_until(sim.now());  // every process is in its first delay

  const auto wall_start = std::chrono::steady_clock::now();
  const double cpu_start = cpu_seconds();
  sim.run_until(Time::max());
  const double cpu = cpu_seconds() - cpu_start;
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_start).count();

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("RESULT wattershed process %llu %u %.4f %.4f %.1f %.6f %016llx\n",
              static_cast<unsigned long long>(model.done), population, wall, cpu,
              static_cast<double>(usage.ru_maxrss) / 1024, seconds(sim.now().time_since_epoch()),
              static_cast<unsigned long long>(model.checksum()));
  return 0;
}
