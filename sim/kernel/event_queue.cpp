#include "sim/kernel/event_queue.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>
#include <utility>

namespace wattershed {

namespace {
constexpr std::int64_t everything = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t most_in_heap = 256;  // below it a heap is as quick as the wheel
constexpr std::size_t few = 64;            // so many go back from the wheel into the heap
}  // namespace

EventQueue::EventQueue(Time now, std::uint64_t first_sequence)
    : sequence_(first_sequence),
      run_{Entry::none()},
      heap_(slots_),
      wheel_(slots_),
      last_near_(everything),
      heap_limit_(most_in_heap),
      lane_(64),
      now_(now.time_since_epoch().count()) {}

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
    const Entry entry = lane_at(i);
    if (entry.taken_out()) continue;
    slots_[entry.slot()].set_location(Tier::lane, tail);
    longer[tail++] = entry;
  }
  lane_ = std::move(longer);
  lane_head_ = 0;
  lane_tail_ = tail;
}

/// The run is used up and the heap empty: the next bucket of the wheel becomes the run.
void EventQueue::load_run() {
  run_.clear();
  run_head_ = 0;
  if (wheel_.size() <= few) {
    wheel_.take_all(run_);
    last_near_ = everything;
    heap_limit_ = most_in_heap;
  } else {
    wheel_.take_first(run_);
    last_near_ = wheel_.last_of_day();
    heap_limit_ = std::max(most_in_heap, wheel_.size() + run_.size());  // so that spreads are rare, ties or not
  }
  for (const Entry& entry : run_) __builtin_prefetch(&slots_[entry.slot()], 1);
  sort_run(last_near_ == everything ? 64 : wheel_.day_bits());
  std::size_t times = run_.size();
  if (run_.size() > 2 * detail::TimeWheel::aim) {
    for (std::size_t i = 1; i < run_.size(); ++i) times -= run_[i].time == run_[i - 1].time;
  }
  wheel_.learn(run_.size(), times);
  for (std::size_t i = 0; i < run_.size(); ++i) slots_[run_[i].slot()].set_location(Tier::run, i);
  run_.push_back(Entry::none());
  for (std::size_t i = 0; i < ahead; ++i) fetch_frame(i);
}

/// Sorts the run, whose times agree in all but their `bits` lowest bits: dealt out by the next bits, as many as make
/// about one entry a bin, each bin is then nearly in order.
void EventQueue::sort_run(int bits) {
  constexpr std::size_t most_bins = 512, many = 12;
  auto by_order = [](const Entry& a, const Entry& b) { return detail::before(a, b); };
  if (run_.size() <= many || run_.size() > 4 * most_bins || bits > 62) {
    std::sort(run_.begin(), run_.end(), by_order);
    return;
  }
  const int bin_bits = std::min({bits, static_cast<int>(std::bit_width(run_.size())), 9});
  const std::size_t bins = std::size_t{1} << bin_bits;
  const int shift = bits - bin_bits;
  auto bin_of = [&](const Entry& e) { return static_cast<std::uint64_t>(e.time) >> shift & (bins - 1); };
  std::array<std::uint32_t, most_bins> ends;
  std::fill_n(ends.begin(), bins, 0);
  for (const Entry& entry : run_) ++ends[bin_of(entry)];
  std::uint32_t sum = 0;
  bool even = true;
  for (std::size_t i = 0; i < bins; ++i) {
    even &= ends[i] <= many;
    sum += std::exchange(ends[i], sum);
  }
  dealt_.resize(run_.size());
  for (const Entry& entry : run_) dealt_[ends[bin_of(entry)]++] = entry;
  run_.swap(dealt_);
  if (!even) {
    std::sort(run_.begin(), run_.end(), by_order);
    return;
  }
  for (std::size_t i = 1; i < run_.size(); ++i) {
    const Entry entry = run_[i];
    std::size_t k = i;
    for (; k > 0 && detail::before(entry, run_[k - 1]); --k) run_[k] = run_[k - 1];
    run_[k] = entry;
  }
}

/// Too many in the heap: they and the rest of the run go onto the wheel, laid anew.
void EventQueue::spread() {
  heap_.close();
  std::vector<Entry>& entries = heap_.entries();
  for (std::size_t i = run_head_; i + 1 < run_.size(); ++i) {
    if (!run_[i].taken_out()) entries.push_back(run_[i]);
  }
  wheel_.rebuild(entries);
  entries.clear();
  load_run();
}

/// Takes the entry of a slot out of where it is; the slot itself stays.
void EventQueue::take_out(std::uint32_t slot) {
  heap_.close();  // which may move the entry
  const std::uint32_t index = slots_[slot].index();
  switch (slots_[slot].tier()) {
    case Tier::wheel:
      wheel_.remove(index);
      break;
    case Tier::heap:
      heap_.remove(index);
      break;
    case Tier::run:
      run_[index].take_out();
      pass_taken_out_of_run();
      break;
    case Tier::lane:
      lane_[index].take_out();
      pass_taken_out_of_lane();
      break;
  }
}

bool EventQueue::cancel(EventHandle handle) {
  if (!pending(handle)) return false;
  take_out(handle.slot_);
  free_slot(handle.slot_);
  --size_;
  return true;
}

bool EventQueue::move(EventHandle handle, Time time) {
  const std::int64_t t = time.time_since_epoch().count();
  if (t > last_near_) wheel_.expect(t);
  if (!pending(handle)) return false;
  take_out(handle.slot_);
  place(Entry::make(t, slots_[handle.slot_].priority(), next_sequence(), handle.slot_));
  return true;
}

/// Gives all pending events the sequences 0, 1, 2 … in the order of their old ones: no two change places, so every
/// structure stays as it is.
void EventQueue::renumber() {
  std::vector<Entry*> entries;
  entries.reserve(size_);
  auto add = [&](Entry& entry) {
    if (!entry.taken_out()) entries.push_back(&entry);
  };
  heap_.close();
  for (Entry& entry : heap_.entries()) add(entry);
  for (std::size_t i = run_head_; i + 1 < run_.size(); ++i) add(run_[i]);
  for (std::uint32_t i = lane_head_; i != lane_tail_; ++i) add(lane_at(i));
  wheel_.for_each(add);
  std::sort(entries.begin(), entries.end(),
            [](const Entry* a, const Entry* b) { return a->sequence() < b->sequence(); });
  sequence_ = 0;
  for (Entry* entry : entries) entry->set_sequence(sequence_++);
}

}  // namespace wattershed
