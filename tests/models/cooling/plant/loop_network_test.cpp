// The exact step of a loop network against closed forms, a fine Runge-Kutta integration and its own books.

#include "models/cooling/plant/loop_network.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace wattershed;
using doctest::Approx;

namespace {

/// A random chain of loops: heat into the first nodes, exchange between neighbours, streams in a ring, a sink
/// outside.
struct RandomLoops {
  LoopNetwork network;
  int nodes = 0;
  std::vector<double> capacity;
  struct Flow {
    int from, to;
    LinearForm heat;
  };
  std::vector<Flow> flows;

  void add(int from, int to, const LinearForm& heat) {
    network.set_flow(network.add_flow(from, to), heat);
    flows.push_back({from, to, heat});
  }

  explicit RandomLoops(unsigned seed, double stiffness = 1) {
    std::mt19937 random(seed);
    const auto uniform = [&](double low, double high) { return std::uniform_real_distribution(low, high)(random); };
    nodes = 1 + static_cast<int>(seed % 6);
    for (int i = 0; i < nodes; ++i) {
      capacity.push_back(std::exp(uniform(std::log(1e5 / stiffness), std::log(1e8))));
      network.add_node(HeatCapacity(capacity.back()), Temperature::celsius(uniform(5, 50)));
    }
    add(LoopNetwork::outside, 0, LinearForm(uniform(0, 5e6)));
    for (int i = 0; i + 1 < nodes; ++i) add(i, i + 1, uniform(1e4, 1e6) * (network.node(i) - network.node(i + 1)));
    if (nodes > 2) {  // a stream that goes round: what it carries into a node it takes from the one before
      const double rate = uniform(1e4, 1e6);
      for (int i = 0; i < nodes; ++i) add(i, (i + 1) % nodes, rate * network.node(i));
    }
    add(nodes - 1, LoopNetwork::outside, uniform(1e4, 1e6) * (network.node(nodes - 1) - LinearForm(uniform(0, 30))));
  }

  /// Doublings lose digits in proportion to the step over the shortest time constant.
  double rounding(double seconds) const {
    double fastest = 0;
    for (const Flow& flow : flows)
      for (int place : {flow.from, flow.to})
        if (place >= 0)
          for (double gain : flow.heat.gain)
            fastest = std::max(fastest, std::abs(gain) / capacity[static_cast<std::size_t>(place)]);
    return 1e-14 * (1 + 0.1 * fastest * seconds);
  }

  /// Temperatures and energies after `seconds` by `steps` of the classical fourth order method.
  void runge_kutta(double seconds, int steps, std::array<double, 6>& t_c, std::vector<double>& energy_j) const {
    using State = std::vector<double>;  // temperatures, then energies
    const std::size_t n = static_cast<std::size_t>(nodes);
    State x(n + flows.size(), 0.0);
    for (std::size_t i = 0; i < n; ++i) x[i] = network.temperature(static_cast<int>(i)).celsius();
    const auto slope = [&](const State& s) {
      State d(s.size(), 0.0);
      std::array<double, 6> t{};
      for (std::size_t i = 0; i < n; ++i) t[i] = s[i];
      for (std::size_t k = 0; k < flows.size(); ++k) {
        const double q = flows[k].heat.at(t);
        d[n + k] = q;
        if (flows[k].from >= 0)
          d[static_cast<std::size_t>(flows[k].from)] -= q / capacity[static_cast<std::size_t>(flows[k].from)];
        if (flows[k].to >= 0)
          d[static_cast<std::size_t>(flows[k].to)] += q / capacity[static_cast<std::size_t>(flows[k].to)];
      }
      return d;
    };
    const auto moved = [](const State& s, double h, const State& d) {
      State m = s;
      for (std::size_t i = 0; i < m.size(); ++i) m[i] += h * d[i];
      return m;
    };
    const double h = seconds / steps;
    for (int i = 0; i < steps; ++i) {
      const State a = slope(x), b = slope(moved(x, h / 2, a)), c = slope(moved(x, h / 2, b)),
                  d = slope(moved(x, h, c));
      for (std::size_t j = 0; j < x.size(); ++j) x[j] += h / 6 * (a[j] + 2 * b[j] + 2 * c[j] + d[j]);
    }
    for (std::size_t i = 0; i < n; ++i) t_c[i] = x[i];
    energy_j.assign(x.begin() + nodes, x.end());
  }
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("one node relaxes exponentially, and its flows carry the integral") {
    for (double seconds : {1.0, 60.0, 3600.0, 1e6}) {
      LoopNetwork network;
      const double c = 2e6, g = 5e3, q = 1e5, outdoors = 20, start = 80;
      const int node = network.add_node(HeatCapacity(c), Temperature::celsius(start));
      const int heater = network.add_flow(LoopNetwork::outside, node);
      const int sink = network.add_flow(node, LoopNetwork::outside);
      network.set_flow(heater, LinearForm(q));
      network.set_flow(sink, g * (network.node(node) - LinearForm(outdoors)));
      network.advance(seconds);
      const double rest = outdoors + q / g, tau = c / g;
      CHECK(network.temperature(node).celsius() ==
            Approx(rest + (start - rest) * std::exp(-seconds / tau)).epsilon(1e-13));
      CHECK(network.energy(heater).si() == Approx(q * seconds).epsilon(1e-15));
      const double lost = q * seconds + g * (start - rest) * tau * -std::expm1(-seconds / tau);
      CHECK(network.energy(sink).si() == Approx(lost).epsilon(1e-12));
    }
  }

  TEST_CASE("two nodes without an outside meet at their mixed temperature, with the known time constant") {
    LoopNetwork network;
    const double c1 = 1e6, c2 = 3e6, g = 2e4, t1 = 60, t2 = 20;
    network.add_node(HeatCapacity(c1), Temperature::celsius(t1));
    network.add_node(HeatCapacity(c2), Temperature::celsius(t2));
    const int link = network.add_flow(0, 1);
    network.set_flow(link, g * (network.node(0) - network.node(1)));
    network.advance(45);
    const double mixed = (c1 * t1 + c2 * t2) / (c1 + c2), decay = std::exp(-45 * g * (1 / c1 + 1 / c2));
    CHECK(network.temperature(0).celsius() == Approx(mixed + (t1 - t2) * decay * c2 / (c1 + c2)).epsilon(1e-13));
    CHECK(network.temperature(1).celsius() == Approx(mixed - (t1 - t2) * decay * c1 / (c1 + c2)).epsilon(1e-13));
    CHECK(network.energy(link).si() == Approx((t1 - t2) * (1 - decay) * c1 * c2 / (c1 + c2)).epsilon(1e-12));
  }

  TEST_CASE("a node without any way out integrates") {
    LoopNetwork network;
    network.add_node(HeatCapacity(1e6), Temperature::celsius(20));
    network.set_flow(network.add_flow(LoopNetwork::outside, 0), LinearForm(5e4));
    network.advance(60);
    CHECK(network.temperature(0).celsius() == Approx(23).epsilon(1e-14));
  }

  TEST_CASE("random loops follow a fine Runge-Kutta integration") {
    for (unsigned seed = 0; seed < 24; ++seed) {
      CAPTURE(seed);
      RandomLoops loops(seed);
      std::array<double, 6> t_c{};
      std::vector<double> energy_j;
      loops.runge_kutta(60, 20'000, t_c, energy_j);
      loops.network.advance(60);
      for (int i = 0; i < loops.nodes; ++i)
        CHECK(loops.network.temperature(i).celsius() == Approx(t_c[static_cast<std::size_t>(i)]).epsilon(1e-9));
      for (std::size_t k = 0; k < energy_j.size(); ++k)
        CHECK(loops.network.energy(static_cast<int>(k)).si() == Approx(energy_j[k]).epsilon(1e-9));
    }
  }

  TEST_CASE("two half steps are one step") {
    for (unsigned seed = 0; seed < 60; ++seed) {
      CAPTURE(seed);
      RandomLoops once(seed), twice(seed);
      once.network.advance(300);
      twice.network.advance(150);
      std::vector<double> half;
      for (std::size_t k = 0; k < once.flows.size(); ++k)
        half.push_back(twice.network.energy(static_cast<int>(k)).si());
      twice.network.advance(150);
      const double bound = 10 * once.rounding(300);
      for (int i = 0; i < once.nodes; ++i)
        CHECK(twice.network.temperature(i).celsius() == Approx(once.network.temperature(i).celsius()).epsilon(bound));
      double most = 0;
      for (std::size_t k = 0; k < half.size(); ++k)
        most = std::max(most, std::abs(once.network.energy(static_cast<int>(k)).si()));
      for (std::size_t k = 0; k < half.size(); ++k) {
        const double both = half[k] + twice.network.energy(static_cast<int>(k)).si();
        CHECK(std::abs(both - once.network.energy(static_cast<int>(k)).si()) < bound * most);
      }
    }
  }

  TEST_CASE("what comes in is stored or goes out") {
    for (double seconds : {1.0, 60.0, 900.0})
      for (double stiffness : {1.0, 100.0})
        for (unsigned seed = 0; seed < 60; ++seed) {
          CAPTURE(seconds);
          CAPTURE(stiffness);
          CAPTURE(seed);
          RandomLoops loops(seed, stiffness);
          const Energy before = loops.network.stored();
          loops.network.advance(seconds);
          const double in = loops.network.energy(0).si();
          const double out = loops.network.energy(static_cast<int>(loops.flows.size()) - 1).si();
          const double stored = (loops.network.stored() - before).si();
          double carried = 1e-1 * before.si();  // 1e-15 of what the loops hold
          for (std::size_t k = 0; k < loops.flows.size(); ++k)
            carried += std::abs(loops.network.energy(static_cast<int>(k)).si());
          CHECK(std::abs(in - out - stored) < loops.rounding(seconds) * carried);
        }
  }

  TEST_CASE("steady states stay, and long steps reach them also with stiff nodes") {
    for (unsigned seed = 0; seed < 60; ++seed) {
      CAPTURE(seed);
      RandomLoops loops(seed, 100);
      for (int i = 0; i < 500; ++i) loops.network.advance(1e5);
      const auto flow = [&](std::size_t k) { return loops.network.flow_now_w(static_cast<int>(k)); };
      CHECK(flow(loops.flows.size() - 1) == Approx(flow(0)).epsilon(1e-9));
      const double at_rest = loops.network.temperature(0).celsius();
      for (double seconds : {1.0, 60.0, 1e6}) {
        loops.network.advance(seconds);
        CHECK(loops.network.temperature(0).celsius() == Approx(at_rest).epsilon(1e-9));
      }
    }
  }

  TEST_CASE("a step that is taken back leaves the temperatures as they were") {
    RandomLoops loops(5);
    const Temperature before = loops.network.temperature(2);
    loops.network.advance(60);
    CHECK(loops.network.temperature(2) != before);
    loops.network.undo();
    CHECK(loops.network.temperature(2) == before);
  }
}
