/// The entries and slots of the event queue.
///
/// An entry is the sixteen bytes that order an event; a slot is what a handle names: the payload, and where the entry
/// is now. Every structure that moves an entry writes its new place into the slot.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace wattershed {

/// Order of events within an instant: the smaller runs first.
enum class EventPriority : std::uint8_t { first = 0, early = 4, normal = 8, late = 12, last = 15 };

/// What the owner of the queue wants to have back when the event is due.
using EventPayload = std::uint64_t;

namespace detail {

/// The time, then 4 bits of priority, 36 of sequence and 24 of slot in one word.
struct EventEntry {
  std::int64_t time;
  std::uint64_t order;

  static constexpr int slot_bits = 24;
  static constexpr int sequence_bits = 36;
  static constexpr std::uint32_t no_slot = (1u << slot_bits) - 1;  // also marks an entry that was taken out
  static constexpr std::uint64_t sequence_end = std::uint64_t{1} << sequence_bits;

  static EventEntry make(std::int64_t time, EventPriority priority, std::uint64_t sequence, std::uint32_t slot) {
    return {time, static_cast<std::uint64_t>(priority) << (sequence_bits + slot_bits) | sequence << slot_bits | slot};
  }
  /// Behind all others.
  static constexpr EventEntry none() { return {std::numeric_limits<std::int64_t>::max(), ~std::uint64_t{0}}; }

  [[nodiscard]] std::uint32_t slot() const { return static_cast<std::uint32_t>(order) & no_slot; }
  [[nodiscard]] bool taken_out() const { return slot() == no_slot; }
  void take_out() { order |= no_slot; }
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

/// Which structure an entry is in: the two top bits of a location, whose rest is its index there.
enum class EventTier : std::uint32_t { heap = 0, lane = 1, run = 2, wheel = 3 };

struct EventSlot {
  EventPayload payload = 0;
  std::uint32_t tenant =
      1u << priority_bits;     // generation, and the priority in the low bits: what a handle must match
  std::uint32_t location = 0;  // of a free slot: the next free one

  static constexpr int priority_bits = 4;
  static constexpr int index_bits = 30;
  /// Here too, so that a move need not look at the entry, which is seldom in a cache.
  [[nodiscard]] EventPriority priority() const {
    return static_cast<EventPriority>(tenant & ((1u << priority_bits) - 1));
  }
  void enter(EventPriority priority, EventPayload what) {
    payload = what;
    tenant |= static_cast<std::uint32_t>(priority);
  }
  /// False when its generations are used up: it must never be entered again, so that no old handle can match.
  bool leave() {
    payload = 0;
    tenant = (tenant | ((1u << priority_bits) - 1)) + 1;
    return tenant != 0;
  }
  void set_location(EventTier tier, std::size_t index) {
    location = static_cast<std::uint32_t>(tier) << index_bits | static_cast<std::uint32_t>(index);
  }
  [[nodiscard]] EventTier tier() const { return static_cast<EventTier>(location >> index_bits); }
  [[nodiscard]] std::uint32_t index() const { return location & ((1u << index_bits) - 1); }
};

using EventSlots = std::vector<EventSlot>;

}  // namespace detail
}  // namespace wattershed
