/// The circuit: signals, and models that compute signals from signals, settled once an instant.
///
///   Signal<Load> rack = circuit.signal<Load>("rack 1");
///   Signal<Load> sum = circuit.signal<Load>("pdu 1");
///   circuit.model("pdu 1", {rack}, {sum}, [&circuit, rack, sum] { circuit.set(sum, loss_of(circuit.get(rack))); });
///   circuit.build();                       // orders the models; a loop without a state in it is an error
///   circuit.set(rack, Load{130_kW, {}});   // an event
///   circuit.settle();                      // each model with a changed input, once, in topological order
///
/// A model is evaluated once in the first settle and afterwards only when an input changed, so cost follows change.
/// Its function reads the inputs and writes the outputs that it was declared with (asserted), and may remember what
/// it likes. A signal has one writer: a model, or whatever sets it from outside. Which of the topological orders it
/// is does not matter (CircuitOptions::shuffled_order puts that to the test).
///
/// Tests disturb a circuit whose wiring knows nothing of it by a tap, said before the build:
///   circuit.tap<Load>("pdu 1", [](Load load) { load.mean += 1_kW; return load; });
///
/// Errors   wiring mistakes are std::logic_error from model() and build(), with the names of what is wrong
/// Cost     a settle touches only what depends on the change, and allocates nothing
/// Threads  one circuit belongs to one thread; circuits share nothing
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <limits>
#include <memory_resource>
#include <new>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "sim/base/rank_set.hpp"
#include "sim/kernel/circuit_options.hpp"
#include "sim/kernel/meter.hpp"
#include "sim/kernel/signal.hpp"
#include "sim/units/load.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// Which model of a circuit, in the order of wiring.
struct ModelId {
  std::uint32_t index = std::numeric_limits<std::uint32_t>::max();
  bool operator==(const ModelId&) const = default;
};

/// What a meter can read: a quantity, temperature or share by its SI value, a plain number, a load by its mean [W].
template <class T>
concept Meterable = std::same_as<T, Load> || std::is_arithmetic_v<T> || requires(const T& value) {
  { value.si() } -> std::convertible_to<double>;
};

class Circuit {
 public:
  explicit Circuit(const CircuitOptions& options = {}) : options_(options) {}
  ~Circuit();
  Circuit(const Circuit&) = delete;  // models hold references to it
  Circuit& operator=(const Circuit&) = delete;

  // ---- wiring

  /// Stands before the names of all signals that are made from now on: two sites on one circuit have the same parts.
  void begin_names_with(std::string prefix) { prefix_ = std::move(prefix); }

  template <class T>
  Signal<T> signal(const std::string& name, std::type_identity_t<T> initial = {}) {
    static_assert(sizeof(T) <= 256, "a signal's value is a small one");
    const std::uint32_t offset = make_room(sizeof(T), alignof(T));
    ::new (static_cast<void*>(values_.data() + offset)) T(initial);
    return Signal<T>(add_signal({prefix_ + name, &typeid(T), offset}), offset);
  }

  /// A model: `evaluate`, called as evaluate() or evaluate(circuit), computes `outputs` from `inputs`. Kept in place.
  template <class F>
  ModelId model(const std::string& name, const std::vector<AnySignal>& inputs, const std::vector<AnySignal>& outputs,
                F evaluate) {
    using Function = std::decay_t<F>;
    static_assert(std::invocable<Function&> || std::invocable<Function&, Circuit&>,
                  "evaluate() or evaluate(circuit)");
    void* place = functions_.allocate(sizeof(Function), alignof(Function));
    Function* function = ::new (place) Function(std::move(evaluate));
    try {
      return add_model(name, inputs, outputs,
                       {[](void* f, Circuit& circuit) {
                          if constexpr (std::invocable<Function&>) {
                            static_cast<void>(circuit);
                            (*static_cast<Function*>(f))();
                          } else {
                            (*static_cast<Function*>(f))(circuit);
                          }
                        },
                        function},
                       [](void* f) { static_cast<Function*>(f)->~Function(); });
    } catch (...) {
      function->~Function();
      throw;
    }
  }

  /// A meter on a signal. It lives as long as the circuit and counts from the next `take_standing`.
  template <Meterable T>
  Meter& meter(Signal<T> signal) {
    return add_meter(signal, signal.offset_, [](const void* value) -> double {
      const T& v = *static_cast<const T*>(value);
      if constexpr (std::same_as<T, Load>)
        return v.mean.si();
      else if constexpr (std::is_arithmetic_v<T>)
        return static_cast<double>(v);
      else
        return v.si();
    });
  }

  /// For tests: what the model that writes the signal `name` sets is passed through `f`, once an evaluation of that
  /// model. Said before or after the signal is wired, applied by build(): a circuit without taps pays nothing.
  /// Several taps on one name follow one another.
  template <class T>
  void tap(std::string name, std::type_identity_t<std::function<T(T)>> f) {
    taps_.push_back({.name = std::move(name),
                     .type = &typeid(T),
                     .untapped = std::vector<std::byte>(sizeof(T)),
                     .pass = [f = std::move(f)](Circuit& circuit, const Tap& tap) {
                       std::array<std::byte, sizeof(T)> bytes;
                       std::memcpy(bytes.data(), tap.untapped.data(), sizeof(T));
                       circuit.set(Signal<T>(tap.signal, tap.offset), f(std::bit_cast<T>(bytes)));
                     }});
    built_ = false;
  }

  /// Orders the models; all of them are due in the next settle. Does nothing when nothing was wired since the last
  /// time. Throws std::logic_error that names every model of every algebraic loop, the models that write one signal,
  /// signals of one name (if they are to be unique), or each tap without its one signal that a model writes.
  void build();

  // ---- running

  /// The value that stands. The reference holds until the next signal is wired.
  template <class T>
  [[nodiscard]] const T& get(Signal<T> signal) const {
    assert(may_read(signal.index_));
    return *std::launder(reinterpret_cast<const T*>(values_.data() + signal.offset_));
  }

  /// Gives a signal a value; those who read it are due if it differs from the one that stands.
  template <class T>
  void set(Signal<T> signal, const std::type_identity_t<T>& value) {
    assert(may_write(signal.index_));
    T& standing = *std::launder(reinterpret_cast<T*>(values_.data() + signal.offset_));
    if (standing == value) return;
    standing = value;
    changed(signal.index_);
  }

  /// Evaluates the models that are due, each once, in topological order; returns whether any was. An exception of a
  /// model passes through, and that model counts as evaluated. With a list, those evaluated are added to it.
  bool settle(std::vector<ModelId>* evaluated = nullptr);
  /// Whether a settle would evaluate anything.
  [[nodiscard]] bool due() const { return !due_.empty(); }

  /// Meters take the values that stand from `now` on. Called once an instant, after its last round.
  void take_standing(Time now);

  // ---- looking at it

  [[nodiscard]] std::size_t signal_count() const { return signals_.size(); }
  [[nodiscard]] std::size_t model_count() const { return models_.size(); }
  [[nodiscard]] const std::string& name(AnySignal signal) const { return labels_.at(signal.index()).name; }
  [[nodiscard]] const std::string& name(ModelId model) const { return models_.at(model.index).name; }
  /// The first signal that a model writes, by which people know what it stands for; its own name where it writes none.
  [[nodiscard]] const std::string& name_of_output(ModelId model) const {
    const ModelNode& node = models_.at(model.index);
    return node.outputs.empty() ? node.name : labels_.at(node.outputs.front()).name;
  }
  /// Evaluations since the circuit was made.
  [[nodiscard]] std::uint64_t evaluations() const { return evaluations_; }

 private:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  struct SignalNode {
    std::uint32_t first_reader = 0;  // into readers_
    std::uint32_t readers = 0;
    std::uint32_t first_meter = none;  // a chain through MeterNode::next
    bool touched = false;              // changed since the meters last took it
  };
  /// What nothing needs while the circuit settles.
  struct SignalLabel {
    std::string name;
    const std::type_info* type = nullptr;
    std::uint32_t offset = 0;
  };
  struct Step {
    void (*run)(void* function, Circuit& circuit) = nullptr;
    void* function = nullptr;
  };
  struct ModelNode {
    std::string name;
    std::vector<std::uint32_t> inputs, outputs;  // signals, sorted, without repeats
    Step step;
    void (*destroy)(void* function) = nullptr;
  };
  struct MeterNode {
    Meter meter;
    std::uint32_t offset = 0;
    std::uint32_t next = none;
    double (*read)(const void* value) = nullptr;
  };

  struct Tap {
    std::string name;
    const std::type_info* type = nullptr;
    std::vector<std::byte> untapped;  // the value that the model set last
    std::function<void(Circuit&, const Tap&)> pass;
    std::uint32_t signal = none, offset = 0;  // known from build() on, like the step that the tap wraps
    Step writer{};
    bool begun = false;
  };

  std::uint32_t make_room(std::size_t size, std::size_t alignment);
  std::uint32_t add_signal(SignalLabel label);
  ModelId add_model(const std::string& name, const std::vector<AnySignal>& inputs,
                    const std::vector<AnySignal>& outputs, Step step, void (*destroy)(void*));
  Meter& add_meter(AnySignal signal, std::uint32_t offset, double (*reader)(const void*));
  [[nodiscard]] double read(const MeterNode& node) const { return node.read(values_.data() + node.offset); }
  [[nodiscard]] std::vector<std::uint32_t> writers() const;
  [[nodiscard]] std::vector<std::uint32_t> order(const std::vector<std::uint32_t>& writer) const;
  [[nodiscard]] std::vector<std::uint32_t> random_order(const std::vector<std::uint32_t>& writer) const;
  void check_names() const;
  void connect_taps();
  void run_tapped(Tap& tap);

  void changed(std::uint32_t signal) {
    SignalNode& node = signals_[signal];
    for (std::uint32_t i = 0; i < node.readers; ++i) due_.insert(readers_[node.first_reader + i]);
    if (node.first_meter != none && !node.touched) {
      node.touched = true;
      touched_.push_back(signal);  // has room for every metered signal
    }
  }

  // For assertions: a model reads its inputs and outputs and writes its outputs; from outside, what no model writes.
  [[nodiscard]] bool may_read(std::uint32_t signal) const;
  [[nodiscard]] bool may_write(std::uint32_t signal) const;

  std::string prefix_;
  std::vector<std::byte> values_;
  std::vector<SignalNode> signals_;
  std::vector<SignalLabel> labels_;

  std::pmr::monotonic_buffer_resource functions_;
  std::vector<ModelNode> models_;

  std::vector<Step> steps_;              // by rank
  std::vector<std::uint32_t> model_at_;  // by rank
  std::vector<std::uint32_t> readers_;   // ranks, grouped by signal
  std::vector<std::uint32_t> writer_;    // by signal: model or none
  RankSet due_;
  std::uint32_t running_ = none;  // the model being evaluated
  bool built_ = false;
  std::uint64_t evaluations_ = 0;

  std::deque<MeterNode> meters_;           // a deque: meters are handed out by reference
  std::vector<std::uint32_t> new_meters_;  // to begin at the next take_standing
  std::vector<std::uint32_t> touched_;     // metered signals that changed
  std::size_t metered_ = 0;

  CircuitOptions options_;
  std::deque<Tap> taps_;  // a deque: the steps of their writers point to them
};

}  // namespace wattershed
