/// Taps, and the options of a circuit: a shuffled order and unique names.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/kernel/circuit.hpp"
#include "sim/kernel/simulation.hpp"

using namespace wattershed;

namespace {

std::string error_of(Circuit& circuit) {
  try {
    circuit.build();
    return "accepted";
  } catch (const std::logic_error& error) {
    return error.what();
  }
}

/// in -> "half" -> half -> "next" -> next, with a count of evaluations of "next".
struct Chain {
  Circuit circuit;
  Signal<double> in, half, next;
  int evaluations = 0;
  bool fails = false;

  void wire() {
    in = circuit.signal<double>("in", 8);
    half = circuit.signal<double>("half");
    next = circuit.signal<double>("next");
    circuit.model("next", {half}, {next}, [this] {
      ++evaluations;
      circuit.set(next, circuit.get(half) + 1);
    });
    circuit.model("half", {in}, {half}, [this] {
      circuit.set(half, circuit.get(in) / 2);
      if (fails) throw std::runtime_error("no solution");
    });
  }
  /// After a settle with this value at the beginning.
  double after(double value) {
    circuit.set(in, value);
    circuit.settle();
    return circuit.get(next);
  }
};

/// The order in which ten models without any tie between them, and one behind all, are evaluated.
std::vector<int> order(std::optional<std::uint64_t> seed) {
  Circuit circuit({.shuffled_order = seed});
  std::vector<int> seen;
  std::vector<AnySignal> all;
  for (int m = 0; m < 10; ++m) {
    all.push_back(circuit.signal<double>("s" + std::to_string(m)));
    circuit.model("m" + std::to_string(m), {}, {all.back()}, [&seen, m] { seen.push_back(m); });
  }
  circuit.model("last", all, {}, [&seen] { seen.push_back(10); });
  circuit.build();
  circuit.settle();
  return seen;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a tap stands between a model and those who read it") {
    Chain chain;
    chain.circuit.tap<double>("half", [](double value) { return value + 100; });  // before the wiring
    chain.wire();
    Meter& meter = chain.circuit.meter(chain.half);
    chain.circuit.build();
    chain.circuit.settle();
    CHECK(chain.circuit.get(chain.half) == 104);
    CHECK(chain.circuit.get(chain.next) == 105);
    CHECK(chain.after(10) == 106);
    chain.circuit.take_standing(Time{});
    CHECK(meter.standing() == 105);
    CHECK(chain.after(20) == 111);
    chain.circuit.take_standing(Time(1s));
    CHECK(meter.standing() == 110);
    CHECK(chain.circuit.evaluations() == 6);
  }

  TEST_CASE("readers behind a tap are due when the tapped value changes, and only then") {
    Chain chain;
    chain.wire();
    chain.circuit.tap<double>("half", [](double value) { return std::min(value, 5.0); });
    chain.circuit.build();
    chain.circuit.settle();
    CHECK(chain.evaluations == 1);
    CHECK(chain.after(20) == 6);
    CHECK(chain.evaluations == 2);
    CHECK(chain.after(30) == 6);  // 15 behind 10, both tapped to 5
    CHECK(chain.evaluations == 2);
    CHECK(chain.after(8) == 5);
    CHECK(chain.evaluations == 3);
  }

  TEST_CASE("a tap sees a value that a model leaves as it was") {
    Chain chain;
    chain.wire();
    double more = 0;
    chain.circuit.tap<double>("half", [&more](double value) { return value + more; });
    chain.circuit.build();
    CHECK(chain.after(0) == 1);  // half stays at its first value
    more = 3;
    CHECK(chain.after(-0.0) == 1);  // nothing changed, nothing is evaluated
    CHECK(chain.after(1) == 4.5);
    CHECK(chain.after(2) == 5);  // not passed through twice
  }

  TEST_CASE("taps on one name follow one another, and taps on two outputs of one model do not meet") {
    Circuit circuit;
    const auto in = circuit.signal<double>("in", 1);
    const auto a = circuit.signal<double>("a");
    const auto b = circuit.signal<Load>("b");
    circuit.model("both", {in}, {a, b}, [&] {
      circuit.set(a, circuit.get(in) + circuit.get(a));  // it sees what it set itself
      circuit.set(b, {Power(circuit.get(in)), {}});
    });
    circuit.tap<double>("a", [](double value) { return 10 * value; });
    circuit.tap<Load>("b", [](Load load) { return Load{load.mean + 7_W, load.variance}; });
    circuit.tap<double>("a", [](double value) { return value + 1; });
    circuit.build();
    circuit.settle();
    CHECK(circuit.get(a) == 11);
    CHECK(circuit.get(b).mean == 8_W);
    circuit.set(in, 2);
    circuit.settle();
    CHECK(circuit.get(a) == 31);
    CHECK(circuit.get(b).mean == 9_W);
    (void)circuit.signal<double>("more");
    circuit.model("more", {}, {}, [] {});
    circuit.build();  // taps hold beyond another build
    circuit.settle();
    CHECK(circuit.get(a) == 51);
  }

  TEST_CASE("a model that fails behind a tap leaves what it set, tapped") {
    Chain chain;
    chain.wire();
    chain.circuit.tap<double>("half", [](double value) { return -value; });
    chain.circuit.build();
    chain.circuit.settle();
    chain.fails = true;
    CHECK_THROWS_WITH_AS(chain.after(20), "no solution", std::runtime_error);
    CHECK(chain.circuit.get(chain.half) == -10);
    chain.circuit.settle();
    CHECK(chain.circuit.get(chain.next) == -9);
    chain.fails = false;
    CHECK(chain.after(2) == 0);
  }

  TEST_CASE("a tap without its one signal of its type that a model writes is an error that names it") {
    const auto refused = [](const std::string& name) {
      Chain chain;
      chain.wire();
      (void)chain.circuit.signal<double>("twice");
      (void)chain.circuit.signal<double>("twice");
      chain.circuit.tap<double>(name, [](double value) { return value; });
      return error_of(chain.circuit);
    };
    CHECK(refused("halve") == "a tap on 'halve': no signal has this name");
    CHECK(refused("twice") == "a tap on 'twice': more than one signal has this name");
    CHECK(refused("in") == "a tap on 'in': no model writes this signal");
    CHECK(refused("half") == "accepted");

    Chain chain;
    chain.wire();
    chain.circuit.tap<float>("half", [](float value) { return value; });
    chain.circuit.tap<double>("a half", [](double value) { return value; });
    CHECK(error_of(chain.circuit) ==
          "a tap on 'half': the signal's values are of another type; a tap on 'a half': no signal has this name");
  }

  TEST_CASE("a tap that comes after the build asks for another") {
    Chain chain;
    chain.wire();
    chain.circuit.build();
    chain.circuit.settle();
    chain.circuit.tap<double>("half", [](double value) { return 2 * value; });
    CHECK_THROWS_AS(chain.circuit.settle(), std::logic_error);
    chain.circuit.build();
    CHECK(chain.after(6) == 7);
  }

  TEST_CASE("a shuffled order is another one, the same for the same seed, and keeps what depends last") {
    std::set<std::vector<int>> orders{order({})};
    CHECK(order({}) == order({}));
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const std::vector<int> seen = order(seed);
      CHECK(seen == order(seed));
      CHECK(std::set<int>(seen.begin(), seen.end()).size() == 11);
      CHECK(seen.back() == 10);
      orders.insert(seen);
    }
    CHECK(orders.size() == 21);
  }

  TEST_CASE("names are unique when that is asked for, and a simulation hands its options on") {
    for (const bool unique : {false, true}) {
      Simulation sim({.circuit = {.unique_names = unique}});
      for (const char* name : {"power", "plant water", "power", "heat", "plant water", "power"}) {
        (void)sim.circuit().signal<Power>(name);
      }
      CHECK(error_of(sim.circuit()) ==
            (unique ? "more than one signal is named 'plant water' and 'power'" : "accepted"));
    }
    Circuit circuit({.unique_names = true});
    (void)circuit.signal<Power>("power");
    (void)circuit.signal<Power>("heat");
    CHECK(error_of(circuit) == "accepted");
  }
}
