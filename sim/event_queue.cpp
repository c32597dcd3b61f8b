#include "sim/event_queue.hpp"

#include <algorithm>
#include <stdexcept>

namespace wattershed {

EventQueue::EventQueue(Time now, std::uint64_t first_sequence)
    : sequence_(first_sequence), lane_(64), now_(now.time_since_epoch().count()) {}

void EventQueue::add_slot() {
  if (slots_.size() >= Entry::no_slot) throw std::length_error("more than 16,777,214 events are pending");
  free_ = static_cast<std::uint32_t>(slots_.size());
  slots_.emplace_back();
  slots_.back().location = Entry::no_slot;
}

void EventQueue::grow_lane() {
  std::vector<Entry> longer(lane_.size() * 2);
  std::uint32_t tail = 0;
  for (std::uint32_t i = lane_head_; i != lane_tail_; ++i) {
    const Entry entry = lane_[i & (lane_.size() - 1)];
    if (entry.slot() == Entry::no_slot) continue;
    slots_[entry.slot()].location = in_lane | tail;
    longer[tail++] = entry;
  }
  lane_ = std::move(longer);
  lane_head_ = 0;
  lane_tail_ = tail;
}

void EventQueue::heap_remove(std::size_t index) {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  if (index > 0 && detail::before(last, heap_[(index - 1) / arity])) {
    sift_up(index, last);
  } else {
    sift_down(index, last);
  }
}

/// Takes the entry of a slot out of where it is; the slot itself stays.
EventQueue::Entry EventQueue::take_out(std::uint32_t slot) {
  const std::uint32_t location = slots_[slot].location;
  if (location & in_lane) {
    Entry& place = lane_[location & (lane_.size() - 1)];
    const Entry entry = place;
    place.order = Entry::no_slot;
    skip_lane_tombstones();
    return entry;
  }
  if (hole_) {
    fill_hole();
    return take_out(slot);
  }
  const Entry entry = heap_[location];
  heap_remove(location);
  return entry;
}

bool EventQueue::cancel(EventHandle handle) {
  if (!pending(handle)) return false;
  take_out(handle.slot_);
  free_slot(handle.slot_);
  --size_;
  return true;
}

bool EventQueue::move(EventHandle handle, Time time) {
  if (!pending(handle)) return false;
  const EventPriority priority = take_out(handle.slot_).priority();
  place(Entry::make(time.time_since_epoch().count(), priority, next_sequence(), handle.slot_));
  return true;
}

/// Gives all pending events the sequences 0, 1, 2 … in the order of their old ones: no two change places, so every
/// structure stays as it is.
void EventQueue::renumber() {
  std::vector<Entry*> entries;
  entries.reserve(size_);
  for (std::size_t i = hole_ ? 1 : 0; i < heap_.size(); ++i) entries.push_back(&heap_[i]);
  for (std::uint32_t i = lane_head_; i != lane_tail_; ++i) {
    Entry& entry = lane_[i & (lane_.size() - 1)];
    if (entry.slot() != Entry::no_slot) entries.push_back(&entry);
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry* a, const Entry* b) { return a->sequence() < b->sequence(); });
  sequence_ = 0;
  for (Entry* entry : entries) entry->set_sequence(sequence_++);
}

}  // namespace wattershed
