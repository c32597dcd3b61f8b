/// A simulation: the clock, the loop, and what belongs to one run. Several may live side by side and on several
/// threads.
///
/// An instant is a sequence of rounds. A round runs every event of this time by (priority, sequence), those added
/// meanwhile too, and then lets the circuit settle. If the settle added events of this time, another round follows.
/// Then the meters take the values that stand. Observers are told before the clock moves on.
///
///   Simulation sim({.start = start, .seed = 1});
///   sim.after(5min, [&] { … });
///   sim.spawn(life(sim, …), "name");       // sim/kernel/process.hpp
///   sim.run_until(end);
///
/// Errors  std::logic_error for an event in the past, and when an instant does not come to an end: more than 1,000
///         rounds, or a million events added within one round; the message names the processes and signals that do not
///         rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/kernel/circuit_options.hpp"
#include "sim/kernel/event_queue.hpp"
#include "sim/kernel/frame_pool.hpp"
#include "sim/kernel/random.hpp"
#include "sim/kernel/wait.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

class Circuit;
class Process;
class ProcessHandle;
class Delay;
class TriggerWait;
struct ProcessTable;
template <class... Waits>
class FirstOf;
template <class... Waits>
class AllOf;

struct SimulationOptions {
  Time start{};
  std::uint64_t seed = 1;
  std::uint64_t run = 0;
  CircuitOptions circuit{};
};

class Simulation {
 public:
  using Priority = EventPriority;

  explicit Simulation(const SimulationOptions& options = {});
  /// Destroys the processes, the last spawned first, then everything else.
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] Circuit& circuit() { return *circuit_; }
  [[nodiscard]] const Circuit& circuit() const { return *circuit_; }
  /// The stream of this name: the same draws for the same (seed, run, name), whatever else exists.
  [[nodiscard]] Random stream(std::string_view name) const { return Random(options_.seed, options_.run, name); }
  [[nodiscard]] const SimulationOptions& options() const { return options_; }

  /// A bare event: calls `f()` at `t`. Callables up to 48 bytes are kept in place, larger ones come from a pool.
  template <class F>
  EventHandle at(Time t, F f, Priority priority = Priority::normal);
  template <class F>
  EventHandle after(Duration d, F f, Priority priority = Priority::normal) {
    return at(later(d), std::move(f), priority);
  }
  /// False, and nothing happens, when the event is no longer pending.
  bool cancel(EventHandle handle);
  /// Gives a pending event another time, behind its equals there.
  bool move(EventHandle handle, Time t);
  [[nodiscard]] bool pending(EventHandle handle) const { return queue_.pending(handle); }

  /// Starts a process in the current instant. `name` appears in errors.
  ProcessHandle spawn(Process process, std::string name = {});
  /// Waits, for `co_await` in a process (sim/kernel/process.hpp). A delay counts from this call.
  [[nodiscard]] Delay delay(Duration d, Priority priority = Priority::normal);
  [[nodiscard]] Delay until(Time t, Priority priority = Priority::normal);
  /// Resumes in the next round of this instant, when the circuit has settled.
  [[nodiscard]] TriggerWait settled();
  /// Index of the wait that is over first (of several at once, the first in the argument list or in the queue); the
  /// others are withdrawn. Waits may be temporaries or named objects; an acquire must be named, so that its grant
  /// can be taken.
  template <class... Waits>
  [[nodiscard]] FirstOf<Waits...> first_of(Waits&&... waits);
  /// Until all are over.
  template <class... Waits>
  [[nodiscard]] AllOf<Waits...> all_of(Waits&&... waits);

  /// Runs every instant up to and including `end`, and leaves now() == end (after `stop()`, the instant of the stop).
  /// May be called again with a later end. An exception out of a process is nested in a ProcessError with its name.
  void run_until(Time end);
  /// Ends the run after the current instant.
  void stop() { stopping_ = true; }
  [[nodiscard]] std::uint64_t events_executed() const { return events_executed_; }
  [[nodiscard]] std::size_t events_pending() const { return queue_.size(); }

  /// Called with t when the clock is about to move from now() to t > now(): all signal values stood over [now(), t).
  /// Also called with the end at the end of run_until. An observer changes nothing.
  void observe(std::function<void(Time)> about_to_advance);
  /// The same, but called only when t >= `first`; returns the next time that it wants. It costs an instant before
  /// that one comparison.
  void observe(Time first, std::function<Time(Time)> about_to_advance);

  /// Destroys every process and every pending event now, for owners whose models die before the simulation. From here
  /// on scheduling and granting do nothing.
  void shutdown() noexcept;
  [[nodiscard]] bool shutting_down() const { return shutting_down_; }

  /// For waits and the pool of frames; not for models.
  EventHandle schedule(Time t, EventPayload payload, Priority priority) {
    if (t < now_) refuse_past(t);
    if (shutting_down_) return {};
    return queue_.push(t, priority, payload);
  }
  void withdraw(EventHandle timer) noexcept { queue_.cancel(timer); }
  void complete(detail::WakeTarget target);
  void queue_wake(ProcessPromise& process);
  [[nodiscard]] FramePool& frames() { return frames_; }
  [[nodiscard]] Time later(Duration d) const {
    Duration::rep t = 0;
    if (d < Duration{0} || __builtin_add_overflow(now_.time_since_epoch().count(), d.count(), &t)) refuse_delay(d);
    return Time(Duration(t));
  }

 private:
  friend class ProcessHandle;
  friend class ProcessPromise;
  friend class Join;

  struct CallableKind {
    void (*call)(void*);
    void (*destroy)(void*);
  };
  /// One cache line: a callable in place, or a pointer to it.
  struct alignas(64) Cell {
    const CallableKind* kind;
    union {
      alignas(16) std::byte storage[48];
      Cell* next;
    };
  };
  template <class F>
  static constexpr bool fits = sizeof(F) <= sizeof(Cell::storage) && alignof(F) <= 16;
  template <class F>
  static const CallableKind* callable_kind();

  struct Observer {
    Time next;
    std::function<Time(Time)> about_to_advance;
  };

  Cell* take_cell();
  void give_cell(Cell* cell) noexcept;
  void advance_to(Time t);
  void run_instant();
  void run_round(bool watched);
  static ProcessPromise* over(detail::WakeTarget target, int& groups);
  static void withdraw_losers(detail::WakeTarget target, int groups) noexcept;
  void execute(EventPayload payload);
  void resume(ProcessPromise& process);
  void finish(ProcessPromise& process);
  void drop(EventPayload payload) noexcept;
  void note_culprit(const std::string& name);
  /// Of a process; of a callable, which has none, empty.
  [[nodiscard]] std::string name_of(EventPayload payload) const;
  [[noreturn]] void refuse_livelock(const std::string& what) const;
  [[noreturn]] void refuse_past(Time t) const;
  [[noreturn]] static void refuse_delay(Duration d);

  SimulationOptions options_;
  Time now_;
  bool stopping_ = false, begun_ = false, running_ = false, shutting_down_ = false;
  std::uint64_t events_executed_ = 0;
  EventQueue queue_;
  FramePool frames_;
  std::vector<std::unique_ptr<Cell[]>> cell_slabs_;
  Cell* free_cells_ = nullptr;
  std::unique_ptr<Circuit> circuit_;
  std::unique_ptr<ProcessTable> processes_;
  Trigger settled_;
  std::vector<Observer> observers_;
  Time next_observation_ = Time::max();
  std::vector<std::pair<std::string, std::uint64_t>> culprits_;  // who did not rest in an instant without end
};

template <class F>
const Simulation::CallableKind* Simulation::callable_kind() {
  static constexpr auto self = [](void* storage) {
    if constexpr (fits<F>) {
      return static_cast<F*>(storage);
    } else {
      return *static_cast<F**>(storage);
    }
  };
  static constexpr CallableKind kind{
      [](void* storage) { (*self(storage))(); },
      [](void* storage) {
        F* f = self(storage);
        f->~F();
        if constexpr (!fits<F>) FramePool::give(f);
      },
  };
  return &kind;
}

template <class F>
EventHandle Simulation::at(Time t, F f, Priority priority) {
  static_assert(std::is_invocable_v<F&>, "an event is called without arguments");
  static_assert(alignof(F) <= 16);
  if (t < now_) refuse_past(t);
  if (shutting_down_) return {};
  Cell* const cell = take_cell();
  if constexpr (fits<F>) {
    ::new (cell->storage) F(std::move(f));
  } else {
    ::new (cell->storage) F*(::new (FramePool::take(&frames_, sizeof(F))) F(std::move(f)));
  }
  cell->kind = callable_kind<F>();
  return queue_.push(t, priority, detail::payload_of(cell, detail::PayloadKind::callable));
}

inline Simulation::Cell* Simulation::take_cell() {
  if (free_cells_ == nullptr) {
    constexpr std::size_t count = 64;
    cell_slabs_.push_back(std::make_unique<Cell[]>(count));
    for (std::size_t i = count; i-- > 0;) give_cell(&cell_slabs_.back()[i]);
  }
  Cell* cell = free_cells_;
  free_cells_ = cell->next;
  return cell;
}

inline void Simulation::give_cell(Cell* cell) noexcept {
  cell->next = free_cells_;
  free_cells_ = cell;
}

}  // namespace wattershed
