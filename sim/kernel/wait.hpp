/// How the kernel tells those who wait: the targets of a wake, the lists of waiting ones, the trigger.
#pragma once

#include <cstdint>

#include "sim/kernel/event_queue.hpp"

namespace wattershed {

class Simulation;
class ProcessPromise;

namespace detail {

/// An element of a circular list that unlinks itself when it dies, so that neither a list nor its members need to
/// outlive the other.
class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { unlink(); }

  [[nodiscard]] bool alone() const { return next_ == this; }
  [[nodiscard]] Link* next() const { return next_; }
  [[nodiscard]] Link* previous() const { return previous_; }
  void unlink() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = this;
  }
  /// `this` must be alone.
  void insert_before(Link& other) {
    previous_ = other.previous_;
    next_ = &other;
    previous_->next_ = this;
    other.previous_ = this;
  }
  /// Takes the place of `other` in its list; `this` must be alone.
  void take_place_of(Link& other) {
    if (other.alone()) return;
    insert_before(other);
    other.unlink();
  }

 private:
  Link* previous_ = this;
  Link* next_ = this;
};

/// Whom to tell that a wait is over: a process, or one place in a first_of or all_of. It is also the payload of the
/// queue's events, whose two low bits say what the rest points to.
using WakeTarget = EventPayload;
enum class PayloadKind : std::uint64_t { process = 0, callable = 1, member = 2 };
constexpr PayloadKind kind_of(EventPayload payload) { return static_cast<PayloadKind>(payload & 3); }
template <class T>
T* pointer_of(EventPayload payload) {
  return reinterpret_cast<T*>(payload & ~std::uint64_t{3});
}
inline EventPayload payload_of(const void* pointer, PayloadKind kind) {
  return reinterpret_cast<std::uint64_t>(pointer) | static_cast<std::uint64_t>(kind);
}

/// A place in the queue of a trigger.
struct TriggerLink : Link {
  WakeTarget target = 0;
};

}  // namespace detail

class TriggerWait;

/// A moment that processes can wait for: `co_await trigger.wait()`; `fire()` wakes all that wait, in FIFO order,
/// later in the same instant. Whoever starts to wait afterwards waits for the next firing.
class Trigger {
 public:
  explicit Trigger(Simulation& simulation) : simulation_(&simulation) {}
  Trigger(const Trigger&) = delete;
  Trigger& operator=(const Trigger&) = delete;

  void fire();
  [[nodiscard]] TriggerWait wait();
  [[nodiscard]] bool has_waiters() const { return !waiting_.alone(); }
  /// For waits: `link.target` is told at the next firing.
  void add(detail::TriggerLink& link) { link.insert_before(waiting_); }

 private:
  Simulation* simulation_;
  detail::Link waiting_;
};

}  // namespace wattershed
