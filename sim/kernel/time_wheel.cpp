#include "sim/kernel/time_wheel.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace wattershed::detail {

namespace {
constexpr int longest_shift = 57;
constexpr std::size_t fewest_buckets = 64, most_buckets = std::size_t{1} << 20;
constexpr std::size_t sample_size = 256;
}  // namespace

void TimeWheel::add_chunk(std::uint32_t bucket) {
  if (free_chunk_ == none) {
    free_chunk_ = static_cast<std::uint32_t>(chunks_.size());
    chunks_.push_back({none, 0});
    entries_.resize(entries_.size() + chunk_size);
  }
  Bucket& b = buckets_[bucket];
  const std::uint32_t chunk = free_chunk_;
  free_chunk_ = chunks_[chunk].next;
  chunks_[chunk] = {b.used == 0 ? none : b.head, bucket};
  if (b.used == 0 && bucket != far_bucket()) occupied_[bucket / 64] |= std::uint64_t{1} << bucket % 64;
  b.head = chunk;
  b.used = 0;
}

void TimeWheel::push_far(const EventEntry& entry, std::uint64_t day) {
  first_far_day_ = std::min(first_far_day_, day);
  append(far_bucket(), entry);
  ++far_size_;
}

void TimeWheel::remove(std::uint32_t location) {
  const std::uint32_t bucket = chunks_[location / chunk_size].bucket;
  Bucket& b = buckets_[bucket];
  const EventEntry last = entries_[b.head * chunk_size + --b.used];
  entries_[location] = last;
  slots_[last.slot()].set_location(EventTier::wheel, location);
  --size_;
  if (bucket == far_bucket()) --far_size_;
  if (b.used == 0) {
    const std::uint32_t chunk = b.head;
    b.head = chunks_[chunk].next;
    chunks_[chunk].next = free_chunk_;
    free_chunk_ = chunk;
    if (b.head != none) {
      b.used = chunk_size;
    } else if (bucket != far_bucket()) {
      occupied_[bucket / 64] &= ~(std::uint64_t{1} << bucket % 64);
    }
  }
}

void TimeWheel::empty_bucket(std::uint32_t bucket, std::vector<EventEntry>& into) {
  Bucket& b = buckets_[bucket];
  for (std::uint32_t chunk = b.head, used = b.used; used > 0; used = chunk == none ? 0 : chunk_size) {
    const EventEntry* const first = &entries_[chunk * chunk_size];
    into.insert(into.end(), first, first + used);
    size_ -= used;
    const std::uint32_t next = chunks_[chunk].next;
    chunks_[chunk].next = free_chunk_;
    free_chunk_ = chunk;
    chunk = next;
  }
  b = {};
  if (bucket == far_bucket()) {
    far_size_ = 0;
  } else {
    occupied_[bucket / 64] &= ~(std::uint64_t{1} << bucket % 64);
  }
}

void TimeWheel::take_all(std::vector<EventEntry>& into) {
  for (std::size_t word = 0; word < occupied_.size(); ++word) {
    while (occupied_[word] != 0) {
      empty_bucket(
          static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(occupied_[word])),
          into);
    }
  }
  empty_bucket(far_bucket(), into);
}

/// The first day after the present one whose bucket has entries; there must be one.
std::uint64_t TimeWheel::first_day() const {
  const std::uint64_t mask = buckets_.size() - 2;
  const std::uint64_t start = (day_ + 1) & mask;
  std::size_t word = start / 64;
  std::uint64_t bits = occupied_[word] & (~std::uint64_t{0} << start % 64);
  while (bits == 0) {
    word = word + 1 == occupied_.size() ? 0 : word + 1;
    bits = occupied_[word];
  }
  const std::uint64_t bucket = word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits));
  return day_ + 1 + ((bucket - start) & mask);
}

void TimeWheel::take_first(std::vector<EventEntry>& into) {
  if (loaded_ >= laid_for_ || size_ > 4 * laid_for_) adapt();
  for (;;) {
    if (size_ == far_size_) {  // nothing on the wheel
      rebuild({});
      continue;
    }
    const std::uint64_t day = first_day();
    if (far_size_ > 0 && first_far_day_ <= day) {
      bring_in_far(first_far_day_);
      continue;
    }
    day_ = day;
    empty_bucket(static_cast<std::uint32_t>(day & (buckets_.size() - 2)), into);
    return;
  }
}

/// Turns the wheel to just before `day`, and brings in what has come within reach.
void TimeWheel::bring_in_far(std::uint64_t day) {
  if (loaded_ - loaded_at_bringing_ < far_size_ / 4) {  // looking through the far ones so often does not pay
    scratch_.clear();
    take_all(scratch_);
    const int wanted = std::max(shift_for_median(scratch_), shift_ + 1);
    lay(scratch_, std::min(wanted, longest_shift));
    return;
  }
  loaded_at_bringing_ = loaded_;
  day_ = day - 1;
  first_far_day_ = ~std::uint64_t{0};
  scratch_.clear();
  empty_bucket(far_bucket(), scratch_);
  for (const EventEntry& entry : scratch_) push(entry);
}

void TimeWheel::rebuild(const std::vector<EventEntry>& more) {
  scratch_.assign(more.begin(), more.end());
  take_all(scratch_);
  lay(scratch_, shift_for_median(scratch_));
}

/// The bucket width at which the earlier half of the entries would fill buckets as aimed at.
int TimeWheel::shift_for_median(const std::vector<EventEntry>& all) const {
  std::uint64_t first = ~std::uint64_t{0};
  for (const EventEntry& entry : all) first = std::min(first, unsigned_time(entry.time));
  std::vector<std::uint64_t> sample;
  const std::size_t stride = std::max<std::size_t>(1, all.size() / sample_size);
  for (std::size_t i = 0; i < all.size(); i += stride) sample.push_back(unsigned_time(all[i].time));
  std::nth_element(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(sample.size() / 2), sample.end());
  const auto span = static_cast<double>(sample[sample.size() / 2] - first);
  const double width = span * 2 * static_cast<double>(aim) / static_cast<double>(all.size());
  return width < 2 ? 0 : std::min(longest_shift, static_cast<int>(std::log2(width)));
}

/// Lays buckets of 2^shift ns for these entries, which are in none now.
void TimeWheel::lay(std::vector<EventEntry>& all, int shift) {
  const std::size_t wanted = std::bit_floor(4 * all.size() / aim + 1);
  const std::size_t count = std::clamp(wanted, fewest_buckets, most_buckets);
  buckets_.assign(count + 1, {});
  occupied_.assign(count / 64, 0);
  shift_ = shift;
  std::uint64_t first = ~std::uint64_t{0};
  for (const EventEntry& entry : all) first = std::min(first, day_of(entry));
  day_ = first - 1;
  first_far_day_ = ~std::uint64_t{0};
  laid_for_ = all.size();
  loads_ = loaded_ = loaded_times_ = loaded_at_bringing_ = 0;
  for (const EventEntry& entry : all) push(entry);
}

/// Once as many entries were handed over as there were at the last laying: whether the buckets hold what they should.
void TimeWheel::adapt() {
  if (size_ > 4 * laid_for_ || loads_ == 0) {
    rebuild({});
    return;
  }
  const double entries = static_cast<double>(loaded_) / static_cast<double>(loads_);
  const double times = static_cast<double>(loaded_times_) / static_cast<double>(loads_);
  constexpr auto wanted = static_cast<double>(aim);
  int shift = shift_;
  if (entries > 3 * wanted && times > wanted) shift -= static_cast<int>(std::log2(entries / wanted));
  if (entries < wanted / 3) shift += static_cast<int>(std::log2(wanted / entries));
  shift = std::clamp(shift, 0, longest_shift);
  if (shift != shift_ || size_ < laid_for_ / 4) {
    scratch_.clear();
    take_all(scratch_);
    lay(scratch_, shift);
  } else {
    loads_ = loaded_ = loaded_times_ = loaded_at_bringing_ = 0;
  }
}

}  // namespace wattershed::detail
