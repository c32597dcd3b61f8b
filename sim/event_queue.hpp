/// The event queue: what is to happen, in one total order (time, priority, sequence).
///
/// push, top, pop, cancel, move. A handle names an event for as long as it is pending; a handle that has expired, in
/// whatever way, is harmless. Events of normal priority scheduled for the present instant go into a FIFO lane of
/// their own. `move` gives a new time and, like a cancel and a push, a new place at the end of its equals.
///
/// Limits  16,777,214 pending events (std::length_error); sequences are renumbered when 2^36 of them are used up.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "sim/time.hpp"

namespace wattershed {

/// Order of events within an instant: the smaller runs first.
enum class EventPriority : std::uint8_t { first = 0, early = 4, normal = 8, late = 12, last = 15 };

/// What the owner of the queue wants to have back when the event is due.
using EventPayload = std::uint64_t;

/// Names a pending event. A default handle names none.
class EventHandle {
 public:
  EventHandle() = default;
  bool operator==(const EventHandle&) const = default;

 private:
  friend class EventQueue;
  EventHandle(std::uint32_t slot, std::uint32_t generation) : slot_(slot), generation_(generation) {}
  std::uint32_t slot_ = 0;
  std::uint32_t generation_ = 0;
};

namespace detail {

/// Sixteen bytes that order an event: the time, then 4 bits of priority, 36 of sequence and 24 of slot in one word.
struct EventEntry {
  std::int64_t time;
  std::uint64_t order;

  static constexpr int slot_bits = 24;
  static constexpr int sequence_bits = 36;
  static constexpr std::uint32_t no_slot = (1u << slot_bits) - 1;
  static constexpr std::uint64_t sequence_end = std::uint64_t{1} << sequence_bits;

  static EventEntry make(std::int64_t time, EventPriority priority, std::uint64_t sequence, std::uint32_t slot) {
    return {time, static_cast<std::uint64_t>(priority) << (sequence_bits + slot_bits) | sequence << slot_bits | slot};
  }
  [[nodiscard]] std::uint32_t slot() const { return static_cast<std::uint32_t>(order) & no_slot; }
  [[nodiscard]] std::uint64_t sequence() const { return order >> slot_bits & (sequence_end - 1); }
  void set_sequence(std::uint64_t sequence) {
    order = (order & ~((sequence_end - 1) << slot_bits)) | sequence << slot_bits;
  }
  [[nodiscard]] EventPriority priority() const {
    return static_cast<EventPriority>(order >> (sequence_bits + slot_bits));
  }
};

/// Without a branch: one wide comparison.
inline bool before(const EventEntry& a, const EventEntry& b) {
  __extension__ using Wide = __int128;
  return (static_cast<Wide>(a.time) << 64 | a.order) < (static_cast<Wide>(b.time) << 64 | b.order);
}

}  // namespace detail

class EventQueue {
 public:
  /// `first_sequence` is for the test of renumbering.
  explicit EventQueue(Time now = Time{}, std::uint64_t first_sequence = 0);

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  EventHandle push(Time time, EventPriority priority, EventPayload payload);
  /// Time of the first event; the queue must not be empty.
  [[nodiscard]] Time next_time();
  /// Payload of the first event, which leaves the queue; the queue must not be empty.
  EventPayload pop();
  /// Whether the event is still pending.
  [[nodiscard]] bool pending(EventHandle handle) const;
  /// Payload of a pending event, 0 of any other.
  [[nodiscard]] EventPayload payload(EventHandle handle) const;
  /// False, and nothing happens, when the event is no longer pending.
  bool cancel(EventHandle handle);
  bool move(EventHandle handle, Time time);
  /// Says what the present instant is; until then it is the time of the last event that was popped.
  void set_now(Time now);
  /// Takes every event out; `leaving` is called with each payload.
  template <class F>
  void clear(F leaving) {
    while (!empty()) leaving(pop());
  }

 private:
  using Entry = detail::EventEntry;
  struct Slot {
    EventPayload payload = 0;
    std::uint32_t generation = 1;
    std::uint32_t location = 0;  // where the entry is; of a free slot: the next free one
  };
  static constexpr std::uint32_t in_lane = 1u << 31;
  static constexpr std::size_t arity = 4;

  std::uint32_t take_slot(EventPayload payload);
  void free_slot(std::uint32_t slot);
  void place(const Entry& entry);
  Entry take_out(std::uint32_t slot);
  void push_lane(const Entry& entry);
  void skip_lane_tombstones();
  void heap_push(const Entry& entry);
  void heap_remove(std::size_t index);
  void fill_hole();
  void sift_up(std::size_t index, const Entry& entry);
  void sift_down(std::size_t index, const Entry& entry);
  std::uint64_t next_sequence();
  void renumber();
  void add_slot();
  void grow_lane();
  [[nodiscard]] bool lane_first();

  std::vector<Slot> slots_;
  std::uint32_t free_ = Entry::no_slot;
  std::size_t size_ = 0;
  std::uint64_t sequence_;

  std::vector<Entry> heap_;
  bool hole_ = false;  // the root has been popped and its place not yet filled

  std::vector<Entry> lane_;  // ring, a power of two long
  std::uint32_t lane_head_ = 0, lane_tail_ = 0;
  std::int64_t now_;
};

inline std::uint32_t EventQueue::take_slot(EventPayload payload) {
  if (free_ == Entry::no_slot) add_slot();
  const std::uint32_t slot = free_;
  free_ = slots_[slot].location;
  slots_[slot].payload = payload;
  return slot;
}

inline void EventQueue::free_slot(std::uint32_t slot) {
  Slot& s = slots_[slot];
  s.payload = 0;
  if (++s.generation == 0) return;  // its generations are used up: never again, so that no old handle can match
  s.location = free_;
  free_ = slot;
}

inline std::uint64_t EventQueue::next_sequence() {
  if (sequence_ == Entry::sequence_end) renumber();
  return sequence_++;
}

inline EventHandle EventQueue::push(Time time, EventPriority priority, EventPayload payload) {
  const std::uint32_t slot = take_slot(payload);
  const std::uint32_t generation = slots_[slot].generation;
  place(Entry::make(time.time_since_epoch().count(), priority, next_sequence(), slot));
  ++size_;
  return {slot, generation};
}

inline void EventQueue::place(const Entry& entry) {
  if (entry.time == now_ && entry.priority() == EventPriority::normal) {
    push_lane(entry);
  } else {
    heap_push(entry);
  }
}

inline void EventQueue::push_lane(const Entry& entry) {
  if (lane_tail_ - lane_head_ == lane_.size()) grow_lane();
  lane_[lane_tail_ & (lane_.size() - 1)] = entry;
  slots_[entry.slot()].location = in_lane | (lane_tail_ & (in_lane - 1));
  ++lane_tail_;
}

inline void EventQueue::sift_up(std::size_t index, const Entry& entry) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / arity;
    if (!detail::before(entry, heap_[parent])) break;
    heap_[index] = heap_[parent];
    slots_[heap_[index].slot()].location = static_cast<std::uint32_t>(index);
    index = parent;
  }
  heap_[index] = entry;
  slots_[entry.slot()].location = static_cast<std::uint32_t>(index);
}

inline void EventQueue::sift_down(std::size_t index, const Entry& entry) {
  const std::size_t count = heap_.size();
  Entry* const heap = heap_.data();
  for (std::size_t child; (child = arity * index + 1) < count;) {
    std::size_t least = child;
    if (child + arity <= count) {
      const std::size_t a = child + detail::before(heap[child + 1], heap[child]);
      const std::size_t b = child + 2 + detail::before(heap[child + 3], heap[child + 2]);
      least = detail::before(heap[b], heap[a]) ? b : a;
    } else {
      for (std::size_t k = child + 1; k < count; ++k) {
        if (detail::before(heap[k], heap[least])) least = k;
      }
    }
    if (!detail::before(heap[least], entry)) break;
    heap[index] = heap[least];
    slots_[heap[index].slot()].location = static_cast<std::uint32_t>(index);
    index = least;
  }
  heap[index] = entry;
  slots_[entry.slot()].location = static_cast<std::uint32_t>(index);
}

inline void EventQueue::heap_push(const Entry& entry) {
  if (hole_) {  // replacing the root is cheaper than taking it out and adding a leaf
    hole_ = false;
    sift_down(0, entry);
    return;
  }
  heap_.push_back(entry);
  sift_up(heap_.size() - 1, entry);
}

inline void EventQueue::fill_hole() {
  hole_ = false;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) sift_down(0, last);
}

/// Whether the head of the lane comes before the root of the heap.
inline bool EventQueue::lane_first() {
  if (hole_) fill_hole();
  if (lane_head_ == lane_tail_) return false;
  return heap_.empty() || detail::before(lane_[lane_head_ & (lane_.size() - 1)], heap_.front());
}

inline Time EventQueue::next_time() {
  assert(size_ > 0);
  return Time(Duration(lane_first() ? now_ : heap_.front().time));
}

inline EventPayload EventQueue::pop() {
  assert(size_ > 0);
  --size_;
  std::uint32_t slot;
  if (lane_first()) {
    slot = lane_[lane_head_ & (lane_.size() - 1)].slot();
    ++lane_head_;
    skip_lane_tombstones();
  } else {
    slot = heap_.front().slot();
    if (lane_head_ == lane_tail_) now_ = heap_.front().time;
    hole_ = true;
  }
  const EventPayload payload = slots_[slot].payload;
  free_slot(slot);
  return payload;
}

inline void EventQueue::skip_lane_tombstones() {
  while (lane_head_ != lane_tail_ && lane_[lane_head_ & (lane_.size() - 1)].slot() == Entry::no_slot) ++lane_head_;
}

inline bool EventQueue::pending(EventHandle handle) const {
  return handle.slot_ < slots_.size() && slots_[handle.slot_].generation == handle.generation_ &&
         handle.generation_ != 0;
}

inline EventPayload EventQueue::payload(EventHandle handle) const {
  return pending(handle) ? slots_[handle.slot_].payload : 0;
}

inline void EventQueue::set_now(Time now) {
  if (lane_head_ == lane_tail_) now_ = now.time_since_epoch().count();
}

}  // namespace wattershed
