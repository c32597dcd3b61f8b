#include "sim/kernel/circuit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace wattershed;

namespace {

template <class F>
std::string error_of(F wire) {
  try {
    wire();
    return "accepted";
  } catch (const std::logic_error& error) {
    return error.what();
  }
}
bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Adds one to a signal.
Signal<double> add_next(Circuit& circuit, const std::string& name, Signal<double> in) {
  const Signal<double> out = circuit.signal<double>(name);
  circuit.model(name, {in}, {out}, [&circuit, in, out] { circuit.set(out, circuit.get(in) + 1); });
  return out;
}

/// A random circuit and, beside it, the slow and obvious way: every model again, in the order in which they were
/// drawn.
struct RandomCircuit {
  struct Model {
    std::vector<std::size_t> inputs;  // signals
    std::vector<std::size_t> outputs;
    long factor = 1;
    long modulus = 1;  // a small one lets changes die out on their way
  };
  std::vector<Model> models;
  std::vector<std::size_t> external;
  std::vector<long> values;   // the reference
  std::vector<bool> changed;  // since the last settle
  std::vector<int> expected;  // evaluations of each model
  std::vector<int> counted;
  bool first = true;

  Circuit circuit;
  std::vector<Signal<long>> signals;

  explicit RandomCircuit(std::mt19937& random, const CircuitOptions& options = {}) : circuit(options) {
    const std::size_t sources = 1 + random() % 6, count = random() % 60;
    for (std::size_t i = 0; i < sources; ++i) external.push_back(i);
    std::size_t next = sources;
    for (std::size_t m = 0; m < count; ++m) {
      Model model;
      for (std::size_t i = random() % 5; i > 0; --i) model.inputs.push_back(random() % next);  // repeats may happen
      for (std::size_t i = random() % 3; i > 0; --i) model.outputs.push_back(next + model.outputs.size());
      next += model.outputs.size();
      model.factor = static_cast<long>(random() % 7);
      model.modulus = 1 + static_cast<long>(random() % 5);
      models.push_back(model);
    }
    values.assign(next, 0);
    changed.assign(next, false);
    expected.assign(count, 0);
    counted.assign(count, 0);

    for (std::size_t s = 0; s < next; ++s) signals.push_back(circuit.signal<long>("s" + std::to_string(s)));
    std::vector<std::size_t> order(count);  // wired in any order
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    for (const std::size_t m : order) {
      std::vector<AnySignal> in, out;
      for (const std::size_t s : models[m].inputs) in.push_back(signals[s]);
      for (const std::size_t s : models[m].outputs) out.push_back(signals[s]);
      circuit.model("m" + std::to_string(m), in, out, [this, m] {
        ++counted[m];
        long sum = 0;
        for (const std::size_t s : models[m].inputs) sum += circuit.get(signals[s]);
        for (const std::size_t s : models[m].outputs) circuit.set(signals[s], output(models[m], sum, s));
      });
    }
    circuit.build();
  }
  RandomCircuit(const RandomCircuit&) = delete;
  RandomCircuit& operator=(const RandomCircuit&) = delete;

  static long output(const Model& model, long sum, std::size_t signal) {
    return (sum * model.factor + static_cast<long>(signal)) % model.modulus;
  }

  void set(std::size_t source, long value) {
    circuit.set(signals[external[source]], value);
    if (values[external[source]] != value) changed[external[source]] = true;
    values[external[source]] = value;
  }

  /// Settles both; whether any model had to be evaluated.
  bool settle() {
    bool any = false;
    for (std::size_t m = 0; m < models.size(); ++m) {
      const Model& model = models[m];
      const bool due =
          first || std::any_of(model.inputs.begin(), model.inputs.end(), [&](std::size_t s) { return changed[s]; });
      if (due) ++expected[m];
      any = any || due;
      long sum = 0;
      for (const std::size_t s : model.inputs) sum += values[s];
      for (const std::size_t s : model.outputs) {  // whether due or not
        const long value = output(model, sum, s);
        if (values[s] != value) changed[s] = true;
        values[s] = value;
      }
    }
    first = false;
    std::fill(changed.begin(), changed.end(), false);
    return circuit.settle() == any;
  }
  [[nodiscard]] bool same() const {
    for (std::size_t s = 0; s < values.size(); ++s) {
      if (circuit.get(signals[s]) != values[s]) return false;
    }
    return counted == expected;
  }
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a model is evaluated in the first settle, and then when an input changed") {
    Circuit circuit;
    const Signal<Power> rack = circuit.signal<Power>("rack", 5_kW);
    const Signal<Power> sum = circuit.signal<Power>("sum");
    int evaluations = 0;
    circuit.model("pdu", {rack}, {sum}, [&] {
      ++evaluations;
      circuit.set(sum, circuit.get(rack) * 1.02);
    });
    circuit.build();
    CHECK(circuit.get(rack) == 5_kW);
    CHECK(circuit.settle());
    CHECK(circuit.get(sum) == 5_kW * 1.02);
    CHECK_FALSE(circuit.settle());
    circuit.set(rack, 5_kW);  // the same value
    CHECK_FALSE(circuit.settle());
    circuit.set(rack, 6_kW);
    CHECK(circuit.get(sum) == 5_kW * 1.02);  // as of the last settle
    CHECK(circuit.due());
    CHECK(circuit.settle());
    CHECK(circuit.get(sum) == 6_kW * 1.02);
    CHECK(evaluations == 2);
    CHECK(circuit.evaluations() == 2);
    CHECK(circuit.name(rack) == "rack");
    CHECK(circuit.signal_count() == 2);
    CHECK(circuit.model_count() == 1);
  }

  TEST_CASE("signals of every kind keep their places") {
    struct Weather {
      double dry_bulb, wet_bulb;
      bool operator==(const Weather&) const = default;
    };
    Circuit circuit;
    const auto flag = circuit.signal<bool>("flag", true);
    const auto number = circuit.signal<double>("number", 2.5);
    const auto letter = circuit.signal<char>("letter", 'x');
    const auto load = circuit.signal<Load>("load", Load{3_kW, PowerVariance(4)});
    const auto warm = circuit.signal<Temperature>("temperature", 27_degC);
    const auto weather = circuit.signal<Weather>("weather", {20, 15});
    circuit.build();
    for (int i = 0; i < 1000; ++i) (void)circuit.signal<double>("more");  // the storage moves
    CHECK(circuit.get(flag));
    CHECK(circuit.get(number) == 2.5);
    CHECK(circuit.get(letter) == 'x');
    CHECK(circuit.get(load) == Load{3_kW, PowerVariance(4)});
    CHECK(circuit.get(warm) == 27_degC);
    CHECK(circuit.get(weather) == Weather{20, 15});
    circuit.set(weather, {21, 15});
    CHECK(circuit.get(weather).dry_bulb == 21);
    CHECK_FALSE(Signal<double>().valid());
    CHECK(AnySignal(number).valid());
  }

  TEST_CASE("random circuits: as if everything were evaluated, each model at most once and only if it is due") {
    std::mt19937 random(1);
    for (std::uint64_t trial = 0; trial < 400; ++trial) {
      CircuitOptions options;
      if (trial % 2 == 1) options.shuffled_order = trial;
      RandomCircuit both(random, options);
      CHECK(both.settle() == true);
      REQUIRE(both.same());
      for (int instant = 0; instant < 25; ++instant) {
        for (std::size_t changes = random() % 4; changes > 0; --changes) {
          both.set(random() % both.external.size(), static_cast<long>(random() % 3));
        }
        REQUIRE(both.settle());
        REQUIRE(both.same());
      }
    }
  }

  TEST_CASE("a loop is an error that names every model in it and none beside it") {
    Circuit circuit;
    const auto a = circuit.signal<double>("a"), b = circuit.signal<double>("b"), c = circuit.signal<double>("c"),
               d = circuit.signal<double>("d");
    circuit.model("source", {}, {d}, [] {});
    circuit.model("pump", {a, d}, {b}, [] {});
    circuit.model("loop", {b}, {c}, [] {});
    circuit.model("chiller", {c}, {a}, [] {});
    (void)add_next(circuit, "behind", a);
    const std::string text = error_of([&] { circuit.build(); });
    CHECK(holds(text, "algebraic loop through 'pump', 'loop' and 'chiller'"));
    CHECK_FALSE(holds(text, "source"));
    CHECK_FALSE(holds(text, "behind"));
    CHECK_THROWS_AS(circuit.settle(), std::logic_error);  // not built
  }

  TEST_CASE("two loops and a model that reads itself are all named") {
    Circuit circuit;
    const auto a = circuit.signal<double>("a"), b = circuit.signal<double>("b"), c = circuit.signal<double>("c"),
               d = circuit.signal<double>("d"), e = circuit.signal<double>("e");
    circuit.model("one", {a}, {b}, [] {});
    circuit.model("two", {b}, {a}, [] {});
    circuit.model("three", {c}, {d}, [] {});
    circuit.model("four", {d}, {c}, [] {});
    circuit.model("self", {e}, {e}, [] {});
    const std::string text = error_of([&] { circuit.build(); });
    for (const char* name : {"'one' and 'two'", "'three' and 'four'", "through 'self'"}) CHECK(holds(text, name));
  }

  TEST_CASE("a signal written twice is an error that names it and both models") {
    Circuit circuit;
    const auto a = circuit.signal<double>("a");
    circuit.model("ups", {}, {a}, [] {});
    circuit.model("pdu", {}, {a}, [] {});
    CHECK(error_of([&] { circuit.build(); }) == "signal 'a' is written by 'ups' and 'pdu'");
    Circuit other;
    const auto twice = other.signal<double>("a");
    other.model("ups", {}, {twice, twice}, [] {});  // one model that says so twice is none
    CHECK_NOTHROW(other.build());
  }

  TEST_CASE("a signal that was never made is an error") {
    Circuit circuit;
    CHECK(holds(error_of([&] { circuit.model("pdu", {Signal<double>()}, {}, [] {}); }), "'pdu' names a signal"));
    CHECK(holds(error_of([&] { (void)circuit.meter(Signal<double>()); }), "never made"));
    CHECK(circuit.model_count() == 0);
  }

  TEST_CASE("a chain of a hundred thousand models, wired backwards, settles without a deep stack") {
    constexpr int length = 100'000;
    Circuit circuit;
    std::vector<Signal<double>> chain;
    for (int i = 0; i <= length; ++i) chain.push_back(circuit.signal<double>("s"));
    for (int i = length; i > 0; --i) {
      const Signal<double> in = chain[static_cast<std::size_t>(i - 1)], out = chain[static_cast<std::size_t>(i)];
      circuit.model("m", {in}, {out}, [&circuit, in, out] { circuit.set(out, circuit.get(in) + 1); });
    }
    circuit.build();
    circuit.settle();
    CHECK(circuit.get(chain.back()) == length);
    circuit.set(chain.front(), 7.0);
    circuit.settle();
    CHECK(circuit.get(chain.back()) == length + 7);
    CHECK(circuit.evaluations() == 2 * length);

    Circuit ring;  // and so does the search for a loop
    std::vector<Signal<double>> links;
    for (int i = 0; i < length; ++i) links.push_back(ring.signal<double>("s"));
    for (std::size_t i = 0; i < links.size(); ++i) {
      ring.model("m" + std::to_string(i), {links[i]}, {links[(i + 1) % links.size()]}, [] {});
    }
    const std::string text = error_of([&] { ring.build(); });
    CHECK(holds(text, "'m0', 'm1'"));
    CHECK(holds(text, "'m99999'"));
  }

  TEST_CASE("wiring more after a build needs another, and everything is due again") {
    Circuit circuit;
    const auto a = circuit.signal<double>("a", 1);
    const auto b = add_next(circuit, "b", a);
    circuit.build();
    circuit.settle();
    circuit.build();  // nothing new
    CHECK_FALSE(circuit.due());
    const auto c = add_next(circuit, "c", b);
    CHECK_THROWS_AS(circuit.settle(), std::logic_error);
    circuit.build();
    CHECK(circuit.settle());
    CHECK(circuit.get(c) == 3);
  }

  TEST_CASE("models may take the circuit, own things, and are destroyed with it") {
    auto owned = std::make_shared<int>(3);
    std::weak_ptr<int> watch = owned;
    {
      Circuit circuit;
      const auto a = circuit.signal<double>("a");
      circuit.model("m", {}, {a}, [a, owned = std::move(owned)](Circuit& c) { c.set(a, *owned); });
      circuit.build();
      circuit.settle();
      CHECK(circuit.get(a) == 3);
    }
    CHECK(watch.expired());
  }

  TEST_CASE("an exception of a model passes through and leaves the circuit usable") {
    Circuit circuit;
    const auto a = circuit.signal<double>("a");
    const auto b = circuit.signal<double>("b");
    circuit.model("m", {a}, {b}, [&] {
      if (circuit.get(a) == 1) throw std::runtime_error("no solution");
      circuit.set(b, circuit.get(a));
    });
    circuit.build();
    circuit.settle();
    circuit.set(a, 1);
    CHECK_THROWS_WITH_AS(circuit.settle(), "no solution", std::runtime_error);
    circuit.set(a, 2);
    CHECK(circuit.settle());
    CHECK(circuit.get(b) == 2);
  }

  TEST_CASE("not a number is a change each time") {
    Circuit circuit;
    const auto a = circuit.signal<double>("a");
    (void)add_next(circuit, "b", a);
    circuit.build();
    circuit.settle();
    for (int i = 0; i < 2; ++i) {
      circuit.set(a, std::numeric_limits<double>::quiet_NaN());
      CHECK(circuit.settle());
    }
  }

  TEST_CASE("the set of ranks gives back what was put in, smallest first") {
    std::mt19937 random(2);
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{65},
                                   std::size_t{4096}, std::size_t{4097}, std::size_t{300'000}}) {
      RankSet set;
      set.resize(size);
      CHECK(set.empty());
      if (size == 0) continue;
      std::vector<bool> in(size);
      for (int i = 0; i < 2000; ++i) {
        const std::size_t rank = random() % size;
        set.insert(rank);
        in[rank] = true;
        if (random() % 3 != 0) continue;
        const auto smallest = static_cast<std::size_t>(std::find(in.begin(), in.end(), true) - in.begin());
        REQUIRE(set.pop_first() == smallest);
        in[smallest] = false;
        if (std::find(in.begin(), in.end(), true) == in.end()) REQUIRE(set.empty());
      }
    }
  }
}
