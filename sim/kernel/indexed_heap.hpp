/// A 4-ary heap of event entries whose slots know their places, so that any entry can be taken out.
///
/// Taking the root leaves a hole, which the next push fills in one pass down: that is cheaper than taking out and
/// adding.
#pragma once

#include <cassert>
#include <vector>

#include "sim/kernel/event_entry.hpp"

namespace wattershed::detail {

class IndexedHeap {
 public:
  explicit IndexedHeap(EventSlots& slots) : slots_(slots) {}

  [[nodiscard]] std::size_t size() const { return entries_.size() - hole_; }
  /// Must be called before `empty`, `top` and `remove`.
  void close() {
    if (hole_) fill_hole();
  }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] const EventEntry& top() const { return entries_.front(); }
  void pop() { hole_ = true; }

  void push(const EventEntry& entry) {
    if (hole_) {
      hole_ = false;
      sift_down(0, entry);
      return;
    }
    entries_.push_back(entry);
    sift_up(entries_.size() - 1, entry);
  }

  void remove(std::size_t index) {
    assert(!hole_);
    const EventEntry last = entries_.back();
    entries_.pop_back();
    if (index == entries_.size()) return;
    if (index > 0 && before(last, entries_[(index - 1) / arity])) {
      sift_up(index, last);
    } else {
      sift_down(index, last);
    }
  }

  /// All entries in no order, for renumbering in place (closed first).
  [[nodiscard]] std::vector<EventEntry>& entries() { return entries_; }

 private:
  static constexpr std::size_t arity = 4;

  void put(std::size_t index, const EventEntry& entry) {
    entries_[index] = entry;
    slots_[entry.slot()].set_location(EventTier::heap, index);
  }

  void fill_hole() {
    hole_ = false;
    const EventEntry last = entries_.back();
    entries_.pop_back();
    if (!entries_.empty()) sift_down(0, last);
  }

  void sift_up(std::size_t index, const EventEntry entry) {
    while (index > 0) {
      const std::size_t parent = (index - 1) / arity;
      if (!before(entry, entries_[parent])) break;
      put(index, entries_[parent]);
      index = parent;
    }
    put(index, entry);
  }

  void sift_down(std::size_t index, const EventEntry entry) {
    const std::size_t count = entries_.size();
    const EventEntry* const e = entries_.data();
    for (std::size_t child; (child = arity * index + 1) < count;) {
      std::size_t least = child;
      if (child + arity <= count) {
        const std::size_t a = child + before(e[child + 1], e[child]);
        const std::size_t b = child + 2 + before(e[child + 3], e[child + 2]);
        least = before(e[b], e[a]) ? b : a;
      } else {
        for (std::size_t k = child + 1; k < count; ++k) {
          if (before(e[k], e[least])) least = k;
        }
      }
      if (!before(e[least], entry)) break;
      put(index, e[least]);
      index = least;
    }
    put(index, entry);
  }

  EventSlots& slots_;
  std::vector<EventEntry> entries_;
  bool hole_ = false;  // the root has been taken and its place not yet filled
};

}  // namespace wattershed::detail
