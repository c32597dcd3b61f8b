/// Processes: coroutines that live in simulated time.
///
///   Process run(Simulation& sim, Resource& pool) {
///     Grant machines = co_await pool.acquire(64);
///     co_await sim.delay(5min);
///     auto which = co_await sim.first_of(sim.delay(1h), failure.wait(), other.join());
///   }
///   ProcessHandle handle = sim.spawn(run(sim, pool), "job 7");
///   handle.interrupt("preempted");     // out of its wait comes an Interrupted
///
/// A process has one wake: when it is already queued, an interrupt is delivered at the next wait. The first parameter
/// (or that after the object, for a member or a lambda) should be the Simulation: the frame comes from its pool then.
/// Parameters are copies, or references to what outlives the process.
///
/// Safe with GCC 12   write `auto r = co_await f();` and test r then, never in one condition; no braced temporaries,
///                    no conditional expressions and no lambdas with captures inside the operand of co_await.
#pragma once

#include <array>
#include <cassert>
#include <concepts>
#include <coroutine>
#include <exception>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "sim/kernel/simulation.hpp"
#include "sim/kernel/wait.hpp"

namespace wattershed {

/// Comes out of a wait of a process that was interrupted. A process that lets it through just ends.
class Interrupted : public std::exception {
 public:
  explicit Interrupted(std::string reason) : reason_(std::move(reason)) {}
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] const char* what() const noexcept override { return reason_.c_str(); }

 private:
  std::string reason_;
};

/// What a process let through, with its name; the exception itself is nested in it (std::rethrow_if_nested).
class ProcessError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The body of a process before it is spawned. One that never is, is destroyed with its parameters.
class Process {
 public:
  using promise_type = ProcessPromise;
  using Frame = std::coroutine_handle<ProcessPromise>;

  Process(Process&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Process& operator=(Process&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Process();

 private:
  friend class Simulation;
  friend class ProcessPromise;
  explicit Process(Frame frame) : frame_(frame) {}
  Frame frame_;
};

namespace detail {

template <class Object>
concept HasSimulation = requires(Object& object) {
  { object.simulation() } -> std::convertible_to<Simulation&>;
};

/// Something that one process, or one place in a group, waits for.
class Wait {
 public:
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  inline bool await_suspend(std::coroutine_handle<ProcessPromise> frame);
  /// Begins to wait; true when it is over at once, and then `target` is not told.
  virtual bool start(Simulation& simulation, WakeTarget target) = 0;
  /// Leaves every queue; gives back what was granted and not taken.
  virtual void withdraw() noexcept = 0;

 protected:
  Wait() = default;
  Wait(const Wait&) = default;
  Wait& operator=(const Wait&) = default;
  ~Wait() = default;
  /// To be called first in await_resume: throws Interrupted when that is what ended the wait.
  inline void resumed();

 private:
  ProcessPromise* process_ = nullptr;
};

/// Several waits under one roof. Withdrawing one may grant another (both in the queue of one resource): what comes
/// after the end of the group is ignored, and given back in its turn.
class Group {
 public:
  /// One of them is over; says whether that ends the group.
  virtual bool member_over(std::uint32_t index) = 0;
  /// To be called after it has ended, when the process has its place in the queue.
  virtual void withdraw_losers() noexcept = 0;
  [[nodiscard]] WakeTarget target() const { return target_; }

 protected:
  ~Group() = default;
  WakeTarget target_ = 0;
  bool ended_ = true;
};

struct GroupMember {
  Group* group = nullptr;
  std::uint32_t index = 0;
};

}  // namespace detail

/// Until a time. Not a detail::Wait, for speed: this is the wait that counts.
class Delay {
 public:
  explicit Delay(Time at, EventPriority priority) : at_(at), priority_(priority) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  inline bool await_suspend(std::coroutine_handle<ProcessPromise> frame);
  inline void await_resume();

  /// A delay that is named may be waited for again; one whose time has passed is over later in the same instant.
  bool start(Simulation& simulation, detail::WakeTarget target) {
    timer_ = simulation.schedule(at_ < simulation.now() ? simulation.now() : at_, target, priority_);
    return false;
  }
  void withdraw(Simulation& simulation) noexcept { simulation.withdraw(timer_); }

 private:
  ProcessPromise* process_ = nullptr;
  Time at_;
  EventHandle timer_;
  EventPriority priority_;
};

class ProcessPromise {
 public:
  template <class... Rest>
  static void* operator new(std::size_t size, Simulation& simulation, Rest&...) {
    return FramePool::take(&simulation.frames(), size);
  }
  template <class Object, class... Rest>
  static void* operator new(std::size_t size, Object&, Simulation& simulation, Rest&...) {
    return FramePool::take(&simulation.frames(), size);
  }
  template <detail::HasSimulation Object, class... Rest>
  static void* operator new(std::size_t size, Object& object, Rest&...) {
    return FramePool::take(&object.simulation().frames(), size);
  }
  static void* operator new(std::size_t size) { return FramePool::take(nullptr, size); }
  static void operator delete(void* memory) { FramePool::give(memory); }

  Process get_return_object() { return Process(Process::Frame::from_promise(*this)); }
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void return_void() {}
  void unhandled_exception();

  /// For waits.
  template <class W>
  bool suspend(W& wait, std::uintptr_t tagged) {
    if (interrupt_pending_) {
      interrupt_pending_ = false;
      interrupt_due_ = true;
      return false;
    }
    if (wait.start(*simulation_, target())) return false;
    waiting_ = true;
    wait_ = tagged;
    return true;
  }
  void resumed() {
    if (interrupt_due_) throw_interrupted();
  }
  [[nodiscard]] detail::WakeTarget target() {
    return detail::payload_of(Process::Frame::from_promise(*this).address(), detail::PayloadKind::process);
  }

 private:
  friend class Simulation;
  friend class ProcessHandle;
  static constexpr std::uintptr_t is_delay = 1;

  void withdraw() noexcept;
  [[noreturn]] void throw_interrupted();

  Simulation* simulation_ = nullptr;
  std::uintptr_t wait_ = 0;  // a detail::Wait, or a Delay and is_delay
  std::uint32_t record_ = 0;
  bool waiting_ = false;            // in wait_, and no wake is queued
  bool interrupt_pending_ = false;  // for the next wait
  bool interrupt_due_ = false;      // out of this wait
};

/// Until a trigger fires.
class TriggerWait final : public detail::Wait {
 public:
  explicit TriggerWait(Trigger& trigger) : trigger_(&trigger) {}
  TriggerWait(TriggerWait&& other) noexcept : trigger_(other.trigger_) { assert(other.link_.alone()); }
  void await_resume() { resumed(); }
  bool start(Simulation& simulation, detail::WakeTarget target) override;
  void withdraw() noexcept override { link_.unlink(); }

 private:
  Trigger* trigger_;
  detail::TriggerLink link_;
};

/// Until a process has ended.
class Join final : public detail::Wait {
 public:
  explicit Join(const ProcessHandle& handle);
  Join(Join&& other) noexcept
      : simulation_(other.simulation_), record_(other.record_), generation_(other.generation_) {
    assert(other.link_.alone());
  }
  void await_resume() { resumed(); }
  bool start(Simulation& simulation, detail::WakeTarget target) override;
  void withdraw() noexcept override { link_.unlink(); }

 private:
  Simulation* simulation_;
  std::uint32_t record_, generation_;
  detail::TriggerLink link_;
};

/// Names a spawned process, also after its end. Not to be used when the simulation is gone.
class ProcessHandle {
 public:
  ProcessHandle() = default;
  bool operator==(const ProcessHandle&) const = default;
  /// True also of a default handle.
  [[nodiscard]] bool done() const;
  /// Empty when it is done.
  [[nodiscard]] std::string name() const;
  /// Ends the wait it is in with an Interrupted; if its wake is already queued, or it is not waiting, that happens at
  /// its next wait. False, and nothing happens, when it is done or an earlier interrupt is still to be delivered.
  bool interrupt(std::string reason = "interrupted");
  [[nodiscard]] Join join() const { return Join(*this); }
  Join operator co_await() const { return join(); }

 private:
  friend class Simulation;
  friend class Join;
  ProcessHandle(Simulation* simulation, std::uint32_t record, std::uint32_t generation)
      : simulation_(simulation), record_(record), generation_(generation) {}
  Simulation* simulation_ = nullptr;
  std::uint32_t record_ = 0, generation_ = 0;
};

// ---- groups -------------------------------------------------------------------------------------------------------

namespace detail {

/// How a group keeps a wait: a named one by reference, a temporary as its own, a handle as a join.
template <class W>
struct Kept {
  static_assert(
      !requires { W::must_be_named; }, "name this wait, so that its grant can be taken");
  using type = W;
};
template <class W>
struct Kept<W&> {
  using type = W&;
};
template <>
struct Kept<ProcessHandle> {
  using type = Join;
};
template <>
struct Kept<ProcessHandle&> {
  using type = Join;
};
template <>
struct Kept<const ProcessHandle&> {
  using type = Join;
};
template <class W>
using KeptType = typename Kept<W>::type;

inline void withdraw(Wait& wait, Simulation&) noexcept { wait.withdraw(); }
inline void withdraw(Delay& wait, Simulation& simulation) noexcept { wait.withdraw(simulation); }

}  // namespace detail

/// The result of Simulation::first_of.
template <class... Waits>
class FirstOf final : public detail::Wait, public detail::Group {
 public:
  explicit FirstOf(Waits&&... waits) : waits_(std::forward<Waits>(waits)...) {}
  FirstOf(FirstOf&&) = default;

  std::size_t await_resume() {
    resumed();
    return winner_;
  }
  /// Which one was the first.
  [[nodiscard]] std::size_t index() const { return winner_; }

  bool start(Simulation& simulation, detail::WakeTarget target) override {
    simulation_ = &simulation;
    target_ = target;
    ended_ = false;
    winner_ = count;
    return start_from(std::index_sequence_for<Waits...>{});
  }
  void withdraw() noexcept override {
    ended_ = true;
    withdraw_all_but(count, std::index_sequence_for<Waits...>{});
  }
  bool member_over(std::uint32_t index) override {
    if (ended_) return false;
    ended_ = true;
    winner_ = index;
    return true;
  }
  void withdraw_losers() noexcept override { withdraw_all_but(winner_, std::index_sequence_for<Waits...>{}); }

 private:
  static constexpr std::size_t count = sizeof...(Waits);

  template <std::size_t... I>
  bool start_from(std::index_sequence<I...>) {
    started_ = 0;
    // Stops at the first that is over at once.
    const bool over = (start_one<I>() || ...);
    ended_ = over;
    if (over) withdraw_losers();
    return over;
  }
  template <std::size_t I>
  bool start_one() {
    members_[I].group = this;
    members_[I].index = I;
    started_ = I + 1;
    if (!std::get<I>(waits_).start(*simulation_, detail::payload_of(&members_[I], detail::PayloadKind::member))) {
      return false;
    }
    winner_ = I;
    return true;
  }
  template <std::size_t... I>
  void withdraw_all_but(std::size_t winner, std::index_sequence<I...>) noexcept {
    ((I < started_ && I != winner ? detail::withdraw(std::get<I>(waits_), *simulation_) : void()), ...);
    started_ = 0;
  }

  std::tuple<detail::KeptType<Waits>...> waits_;
  std::array<detail::GroupMember, count> members_{};
  Simulation* simulation_ = nullptr;
  std::size_t winner_ = count, started_ = 0;
};

/// The result of Simulation::all_of.
template <class... Waits>
class AllOf final : public detail::Wait, public detail::Group {
 public:
  explicit AllOf(Waits&&... waits) : waits_(std::forward<Waits>(waits)...) {}
  AllOf(AllOf&&) = default;

  void await_resume() { resumed(); }

  bool start(Simulation& simulation, detail::WakeTarget target) override {
    simulation_ = &simulation;
    target_ = target;
    left_ = sizeof...(Waits);
    start_all(std::index_sequence_for<Waits...>{});
    ended_ = left_ == 0;
    return ended_;
  }
  void withdraw() noexcept override {
    ended_ = true;
    withdraw_all(std::index_sequence_for<Waits...>{});
  }
  bool member_over(std::uint32_t) override {
    if (ended_) return false;
    ended_ = --left_ == 0;
    return ended_;
  }
  void withdraw_losers() noexcept override {}

 private:
  template <std::size_t... I>
  void start_all(std::index_sequence<I...>) {
    ((members_[I].group = this, members_[I].index = I,
      left_ -=
      std::get<I>(waits_).start(*simulation_, detail::payload_of(&members_[I], detail::PayloadKind::member))),
     ...);
  }
  template <std::size_t... I>
  void withdraw_all(std::index_sequence<I...>) noexcept {
    (detail::withdraw(std::get<I>(waits_), *simulation_), ...);
  }

  std::tuple<detail::KeptType<Waits>...> waits_;
  std::array<detail::GroupMember, sizeof...(Waits)> members_{};
  Simulation* simulation_ = nullptr;
  std::size_t left_ = 0;
};

// ---- inline
// ---------------------------------------------------------------------------------------------------------

inline bool detail::Wait::await_suspend(std::coroutine_handle<ProcessPromise> frame) {
  process_ = &frame.promise();
  return process_->suspend(*this, reinterpret_cast<std::uintptr_t>(this));
}

inline void detail::Wait::resumed() { process_->resumed(); }

inline bool Delay::await_suspend(std::coroutine_handle<ProcessPromise> frame) {
  process_ = &frame.promise();
  return process_->suspend(*this, reinterpret_cast<std::uintptr_t>(this) | 1);
}

inline void Delay::await_resume() { process_->resumed(); }

inline Delay Simulation::delay(Duration d, Priority priority) { return Delay(later(d), priority); }

inline Delay Simulation::until(Time t, Priority priority) {
  if (t < now_) refuse_past(t);
  return Delay(t, priority);
}

inline TriggerWait Trigger::wait() { return TriggerWait(*this); }

inline TriggerWait Simulation::settled() { return settled_.wait(); }

template <class... Waits>
FirstOf<Waits...> Simulation::first_of(Waits&&... waits) {
  static_assert(sizeof...(Waits) > 0);
  return FirstOf<Waits...>(std::forward<Waits>(waits)...);
}

template <class... Waits>
AllOf<Waits...> Simulation::all_of(Waits&&... waits) {
  return AllOf<Waits...>(std::forward<Waits>(waits)...);
}

}  // namespace wattershed
