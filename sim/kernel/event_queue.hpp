/// The event queue: what is to happen, in one total order (time, priority, sequence).
///
/// push, next_time, pop, cancel, move. A handle names an event for as long as it is pending; a handle that has
/// expired, in whatever way, is harmless. `move` gives a new time and, like a cancel and a push, a new place at the
/// end of its equals.
///
/// Two tiers. Near: a heap for few events and for newcomers; the run, the sorted bucket of the present day; and a
/// FIFO lane for events of normal priority at the present instant. Far: a time wheel (sim/kernel/time_wheel.hpp) once
/// there are many. The next event is the least of the three heads. Frames and slots of what comes next are fetched
/// ahead.
///
/// Limits  16,777,214 pending events (std::length_error); sequences are renumbered when 2^36 of them are used up.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "sim/kernel/event_entry.hpp"
#include "sim/kernel/indexed_heap.hpp"
#include "sim/kernel/time_wheel.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// Names a pending event. A default handle names none.
class EventHandle {
 public:
  EventHandle() = default;
  bool operator==(const EventHandle&) const = default;

 private:
  friend class EventQueue;
  EventHandle(std::uint32_t slot, std::uint32_t tenant) : slot_(slot), tenant_(tenant) {}
  std::uint32_t slot_ = 0;
  std::uint32_t tenant_ = 0;  // never that of a slot
};

class EventQueue {
 public:
  /// `first_sequence` is for the test of renumbering.
  explicit EventQueue(Time now = Time{}, std::uint64_t first_sequence = 0);
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  EventHandle push(Time time, EventPriority priority, EventPayload payload);
  /// Time of the first event; the queue must not be empty.
  [[nodiscard]] Time next_time();
  /// Payload of the first event, which leaves the queue; the queue must not be empty.
  EventPayload pop();
  /// Whether the event is still pending.
  [[nodiscard]] bool pending(EventHandle handle) const {
    return handle.slot_ < slots_.size() && slots_[handle.slot_].tenant == handle.tenant_;
  }
  /// Payload of a pending event, 0 of any other.
  [[nodiscard]] EventPayload payload(EventHandle handle) const {
    return pending(handle) ? slots_[handle.slot_].payload : 0;
  }
  /// False, and nothing happens, when the event is no longer pending.
  bool cancel(EventHandle handle);
  bool move(EventHandle handle, Time time);
  /// Says what the present instant is; until then it is the time of the last event that was popped.
  void set_now(Time now) {
    if (lane_head_ == lane_tail_) now_ = now.time_since_epoch().count();
  }
  /// Takes every event out; `leaving` is called with each payload.
  template <class F>
  void clear(F leaving) {
    while (!empty()) leaving(pop());
  }

 private:
  using Entry = detail::EventEntry;
  using Tier = detail::EventTier;
  static constexpr std::size_t ahead = 4;  // events whose frames are fetched before they run

  std::uint32_t take_slot(EventPriority priority, EventPayload payload);
  void free_slot(std::uint32_t slot);
  void add_slot();
  std::uint64_t next_sequence();
  void renumber();

  void place(const Entry& entry);
  void take_out(std::uint32_t slot);
  void push_lane(const Entry& entry);
  void grow_lane();
  [[nodiscard]] Entry& lane_at(std::uint32_t index) { return lane_[index & (lane_.size() - 1)]; }
  void pass_taken_out_of_lane();
  void pass_taken_out_of_run();
  Tier first_tier();
  void load_run();
  void sort_run(int bits);
  void spread();
  // Inlined by force: GCC 12 takes a function that only fetches for one without effect, and drops its calls.
  [[gnu::always_inline]] void fetch_frame(std::size_t index) const;

  detail::EventSlots slots_;
  std::uint32_t free_ = Entry::no_slot;
  std::size_t size_ = 0;
  std::uint64_t sequence_;

  std::vector<Entry> run_;  // sorted from run_head_ on, with a none() at the end
  std::size_t run_head_ = 0;
  std::vector<Entry> dealt_;  // scratch of sort_run
  detail::IndexedHeap heap_;
  detail::TimeWheel wheel_;
  std::int64_t last_near_;  // times up to this one go into the heap, later ones onto the wheel
  std::size_t heap_limit_;  // beyond which the heap is spread over the wheel

  std::vector<Entry> lane_;  // ring, a power of two long
  std::uint32_t lane_head_ = 0, lane_tail_ = 0;
  std::int64_t now_;
};

// ---- inline: the path of every event
// --------------------------------------------------------------------------------

inline std::uint32_t EventQueue::take_slot(EventPriority priority, EventPayload payload) {
  if (free_ == Entry::no_slot) add_slot();
  const std::uint32_t slot = free_;
  free_ = slots_[slot].location;
  slots_[slot].enter(priority, payload);
  return slot;
}

inline void EventQueue::free_slot(std::uint32_t slot) {
  detail::EventSlot& s = slots_[slot];
  if (!s.leave()) return;
  s.location = free_;
  free_ = slot;
}

inline std::uint64_t EventQueue::next_sequence() {
  if (sequence_ == Entry::sequence_end) renumber();
  return sequence_++;
}

inline EventHandle EventQueue::push(Time time, EventPriority priority, EventPayload payload) {
  const std::uint32_t slot = take_slot(priority, payload);
  const std::uint32_t tenant = slots_[slot].tenant;
  place(Entry::make(time.time_since_epoch().count(), priority, next_sequence(), slot));
  ++size_;
  return {slot, tenant};
}

inline void EventQueue::place(const Entry& entry) {
  if (entry.time > last_near_) {
    wheel_.push(entry);
  } else if (entry.time == now_ && entry.priority() == EventPriority::normal) {
    push_lane(entry);
  } else {
    heap_.push(entry);
    if (heap_.size() > heap_limit_) spread();
  }
}

inline void EventQueue::push_lane(const Entry& entry) {
  if (lane_tail_ - lane_head_ == lane_.size()) grow_lane();
  lane_at(lane_tail_) = entry;
  slots_[entry.slot()].set_location(Tier::lane, lane_tail_ & (lane_.size() - 1));
  ++lane_tail_;
}

/// Which of the near structures has the first event.
inline detail::EventTier EventQueue::first_tier() {
  heap_.close();
  if (heap_.empty() && run_head_ + 1 == run_.size() && !wheel_.empty()) load_run();
  const Entry* first = &run_[run_head_];
  Tier tier = Tier::run;
  if (!heap_.empty() && detail::before(heap_.top(), *first)) {
    first = &heap_.top();
    tier = Tier::heap;
  }
  if (lane_head_ != lane_tail_ && detail::before(lane_at(lane_head_), *first)) tier = Tier::lane;
  return tier;
}

inline Time EventQueue::next_time() {
  assert(size_ > 0);
  switch (first_tier()) {
    case Tier::run:
      return Time(Duration(run_[run_head_].time));
    case Tier::heap:
      return Time(Duration(heap_.top().time));
    default:
      return Time(Duration(now_));
  }
}

inline EventPayload EventQueue::pop() {
  assert(size_ > 0);
  --size_;
  const Entry* entry = nullptr;
  switch (first_tier()) {
    case Tier::run:
      entry = &run_[run_head_++];
      fetch_frame(run_head_ + ahead);
      if (run_[run_head_].taken_out()) pass_taken_out_of_run();
      break;
    case Tier::heap:
      entry = &heap_.top();
      heap_.pop();
      break;
    default:
      entry = &lane_at(lane_head_++);
      pass_taken_out_of_lane();
  }
  if (lane_head_ == lane_tail_) now_ = entry->time;
  const std::uint32_t slot = entry->slot();
  const EventPayload payload = slots_[slot].payload;
  free_slot(slot);
  return payload;
}

inline void EventQueue::pass_taken_out_of_lane() {
  while (lane_head_ != lane_tail_ && lane_at(lane_head_).taken_out()) ++lane_head_;
}

inline void EventQueue::pass_taken_out_of_run() {
  while (run_head_ + 1 < run_.size() && run_[run_head_].taken_out()) ++run_head_;
}

/// A payload is a tagged pointer to what will be read when the event runs; of any other number, nothing is read.
inline void EventQueue::fetch_frame(std::size_t index) const {
  if (index >= run_.size()) return;
  const std::uint32_t slot = run_[index].slot();
  if (slot >= slots_.size()) return;
  const auto* frame = reinterpret_cast<const char*>(slots_[slot].payload & ~std::uint64_t{3});
  __builtin_prefetch(frame, 1);
  __builtin_prefetch(frame + 64, 1);
}

}  // namespace wattershed
