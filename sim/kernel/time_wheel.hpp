/// The far tier of the event queue: unsorted buckets of time, of which the earliest is handed over when it is
/// reached.
///
/// A wheel of 2^m buckets of 2^k ns follows the present day (a day is a bucket's time); what lies beyond the wheel is
/// in one far bucket and comes in when the wheel has turned. k and m follow the population: first from its median
/// time, then from how many entries the reached buckets held. A push, a removal, and a hand-over cost O(1) an entry.
/// Entries lie in chunks of 8, so that nothing is allocated in the steady state; an entry that leaves from the
/// middle is replaced by the last one of its bucket.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/event_entry.hpp"

namespace wattershed::detail {

class TimeWheel {
 public:
  explicit TimeWheel(EventSlots& slots) : slots_(slots) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  /// Only times after `last_of_day()`, once there is a wheel.
  void push(const EventEntry& entry) {
    const std::uint64_t day = day_of(entry);
    if (day - day_ < buckets_.size() - 1) {
      append(static_cast<std::uint32_t>(day & (buckets_.size() - 2)), entry);
    } else {
      push_far(entry, day);
    }
  }
  /// Takes the entry at a location out.
  void remove(std::uint32_t location);
  /// Fetches ahead what a push of this time will write to.
  [[gnu::always_inline]] void expect(std::int64_t time) const {
    const std::uint64_t day = unsigned_time(time) >> shift_;
    if (day - day_ >= buckets_.size() - 1) return;
    const Bucket& b = buckets_[day & (buckets_.size() - 2)];
    if (b.used != 0) __builtin_prefetch(&entries_[b.head * chunk_size + b.used - 1], 1);
  }
  /// Appends the entries of the first bucket that has any, in no order; its day is then the present one.
  void take_first(std::vector<EventEntry>& into);
  /// The last time that belongs to the present day [ns].
  [[nodiscard]] std::int64_t last_of_day() const { return signed_time(((day_ + 1) << shift_) - 1); }
  /// A day is 2^bits ns and begins at a multiple of that.
  [[nodiscard]] int day_bits() const { return shift_; }
  /// Says how a bucket turned out: its entries, and how many different times they have.
  void learn(std::size_t entries, std::size_t times) {
    ++loads_;
    loaded_ += entries;
    loaded_times_ += times;
  }
  /// Takes these in as well, and lays all buckets anew; what comes first is then found by `take_first`.
  void rebuild(const std::vector<EventEntry>& more);
  /// Takes everything out.
  void take_all(std::vector<EventEntry>& into);

  template <class F>
  void for_each(F f) {
    for (const Bucket& bucket : buckets_) {
      std::uint32_t used = bucket.used;
      for (std::uint32_t chunk = bucket.head; used > 0;
           chunk = chunks_[chunk].next, used = chunk == none ? 0 : chunk_size) {
        for (std::uint32_t i = 0; i < used; ++i) f(entries_[chunk * chunk_size + i]);
      }
    }
  }

  /// Entries in a bucket when it is reached, aimed at.
  static constexpr std::size_t aim = 48;

 private:
  static constexpr std::uint32_t none = 0xffffffff;
  static constexpr std::uint32_t chunk_size = 8;
  struct Bucket {
    std::uint32_t head = none;  // chunk that is being filled; the others of the chain are full
    std::uint32_t used = 0;     // entries in it; 0 only when the bucket is empty
  };
  struct Chunk {
    std::uint32_t next;
    std::uint32_t bucket;
  };

  static std::uint64_t unsigned_time(std::int64_t t) {
    return static_cast<std::uint64_t>(t) ^ std::uint64_t{1} << 63;
  }
  static std::int64_t signed_time(std::uint64_t t) { return static_cast<std::int64_t>(t ^ std::uint64_t{1} << 63); }
  [[nodiscard]] std::uint64_t day_of(const EventEntry& entry) const { return unsigned_time(entry.time) >> shift_; }
  [[nodiscard]] std::uint32_t far_bucket() const { return static_cast<std::uint32_t>(buckets_.size() - 1); }

  void append(std::uint32_t bucket, const EventEntry& entry) {
    Bucket& b = buckets_[bucket];
    if (b.used == chunk_size || b.used == 0) add_chunk(bucket);
    const std::uint32_t location = b.head * chunk_size + b.used++;
    entries_[location] = entry;
    slots_[entry.slot()].set_location(EventTier::wheel, location);
    ++size_;
  }
  void add_chunk(std::uint32_t bucket);
  void push_far(const EventEntry& entry, std::uint64_t day);
  void empty_bucket(std::uint32_t bucket, std::vector<EventEntry>& into);
  void bring_in_far(std::uint64_t day);
  [[nodiscard]] std::uint64_t first_day() const;
  void lay(std::vector<EventEntry>& all, int shift);
  [[nodiscard]] int shift_for_median(const std::vector<EventEntry>& all) const;
  void adapt();

  EventSlots& slots_;
  std::vector<Bucket> buckets_ = std::vector<Bucket>(2);  // the wheel, a power of two long, and the far bucket
  std::vector<std::uint64_t> occupied_ = std::vector<std::uint64_t>(1);  // a bit a bucket of the wheel
  std::vector<EventEntry> entries_;
  std::vector<Chunk> chunks_;
  std::uint32_t free_chunk_ = none;
  std::size_t size_ = 0, far_size_ = 0;
  int shift_ = 0;
  std::uint64_t day_ = 0;
  std::uint64_t first_far_day_ = ~std::uint64_t{0};  // none in the far bucket lies before it

  std::size_t laid_for_ = 0;  // entries at the last laying, since which:
  std::size_t loads_ = 0, loaded_ = 0, loaded_times_ = 0;
  std::size_t loaded_at_bringing_ = 0;
  std::vector<EventEntry> scratch_;
};

}  // namespace wattershed::detail
