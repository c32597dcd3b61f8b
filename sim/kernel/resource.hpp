/// A resource with a capacity that processes share: machines, chargers, repair crews.
///
///   Grant machines = co_await pool.acquire(64);   // given back when the grant dies, or by machines.release()
///
/// Requests queue in FIFO order, or by priority (the smaller first, FIFO among equals). Nobody overtakes within the
/// queue: while the first request does not fit, those behind it wait. Within first_of and all_of an acquire is named:
///
///   auto wanted = pool.acquire(64);
///   auto which = co_await sim.first_of(wanted, sim.delay(1h));
///   if (which == 0) Grant machines = wanted.take();
///
/// A resource may die before its grants and its requests: the grants are void then, the requests wait for ever.
#pragma once

#include <cstdint>
#include <map>

#include "sim/kernel/process.hpp"

namespace wattershed {

class Resource;
enum class Queueing { fifo, priority };

/// So much of a resource, until it is released or dies. Moves, but does not copy.
class Grant {
 public:
  Grant() = default;
  Grant(Grant&& other) noexcept { take(other); }
  Grant& operator=(Grant&& other) noexcept {
    if (this != &other) {
      release();
      take(other);
    }
    return *this;
  }
  ~Grant() { release(); }

  /// Units held; 0 after the release.
  [[nodiscard]] std::int64_t amount() const { return amount_; }
  explicit operator bool() const { return resource_ != nullptr; }
  void release() noexcept;

 private:
  friend class Resource;
  void take(Grant& other) noexcept;
  struct Link : detail::Link {
    Grant* grant = nullptr;
  };
  Link link_;  // in the list of the resource, which clears its grants when it dies
  Resource* resource_ = nullptr;
  std::int64_t amount_ = 0;
};

/// A request. What was granted and not taken is given back when it is withdrawn or dies.
class Acquire final : public detail::Wait {
 public:
  static constexpr bool must_be_named = true;
  Acquire(Resource& resource, std::int64_t amount, int priority);
  /// Only before it starts.
  Acquire(Acquire&& other) noexcept;

  Grant await_resume() {
    resumed();
    return take();
  }
  /// The grant, once the request is granted.
  [[nodiscard]] Grant take() { return std::move(grant_); }
  [[nodiscard]] bool granted() const { return static_cast<bool>(grant_); }

  bool start(Simulation& simulation, detail::WakeTarget target) override;
  void withdraw() noexcept override;

 private:
  friend class Resource;
  struct Link : detail::Link {
    Acquire* request = nullptr;
  };
  Resource* resource_;
  std::int64_t amount_;
  int priority_;
  Link link_;
  detail::WakeTarget target_ = 0;
  Grant grant_;
};

class Resource {
 public:
  /// `capacity` >= 0, else std::logic_error.
  Resource(Simulation& simulation, std::int64_t capacity, Queueing queueing = Queueing::fifo);
  Resource(const Resource&) = delete;
  Resource& operator=(const Resource&) = delete;
  ~Resource();

  /// Waits for `amount` > 0 units (std::logic_error otherwise). More than the capacity waits until that grows.
  /// `priority` counts only with Queueing::priority.
  [[nodiscard]] Acquire acquire(std::int64_t amount = 1, int priority = 0);
  [[nodiscard]] std::int64_t capacity() const { return capacity_; }
  /// Units free now; negative while the capacity has been set below what is held.
  [[nodiscard]] std::int64_t available() const { return available_; }
  [[nodiscard]] std::size_t queue_length() const { return queue_length_; }
  /// What is held stays held. A larger capacity serves the queue at once.
  void set_capacity(std::int64_t capacity);

 private:
  friend class Grant;
  friend class Acquire;

  bool request(Acquire& request);
  void leave_queue(Acquire& request) noexcept;
  void grant(Acquire& request);
  void serve_queue();
  [[nodiscard]] detail::Link* first();

  Simulation* simulation_;
  std::int64_t capacity_, available_;
  Queueing queueing_;
  std::size_t queue_length_ = 0;
  std::map<int, detail::Link> queues_;  // one list a priority; lists stay when they are empty
  detail::Link grants_;
};

}  // namespace wattershed
