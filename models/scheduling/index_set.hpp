/// A set of small whole numbers that finds its first member, and the next one, without a scan.
///
/// Two levels of 64-bit words: with 5,000 racks a look-up reads one or two summary words and one word.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wattershed {

class IndexSet {
 public:
  static constexpr std::size_t none = SIZE_MAX;

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool contains(std::size_t i) const {
    return i / 64 < words_.size() && (words_[i / 64] & bit(i)) != 0;
  }

  /// `i` must not be a member yet.
  void insert(std::size_t i) {
    const std::size_t word = i / 64;
    if (word >= words_.size()) {
      words_.resize(word + 1);
      summary_.resize(word / 64 + 1);
    }
    words_[word] |= bit(i);
    summary_[word / 64] |= bit(word);
    ++size_;
  }

  /// `i` must be a member.
  void erase(std::size_t i) {
    const std::size_t word = i / 64;
    words_[word] &= ~bit(i);
    if (words_[word] == 0) summary_[word / 64] &= ~bit(word);
    --size_;
  }

  /// The smallest member that is at least `from`, or `none`.
  [[nodiscard]] std::size_t first_from(std::size_t from) const {
    std::size_t word = from / 64;
    if (word >= words_.size()) return none;
    const std::uint64_t rest = words_[word] & (~std::uint64_t{0} << (from % 64));
    if (rest != 0) return word * 64 + static_cast<std::size_t>(std::countr_zero(rest));
    if (++word >= words_.size()) return none;
    std::size_t group = word / 64;
    std::uint64_t bits = summary_[group] & (~std::uint64_t{0} << (word % 64));
    while (bits == 0) {
      if (++group == summary_.size()) return none;
      bits = summary_[group];
    }
    word = group * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    return word * 64 + static_cast<std::size_t>(std::countr_zero(words_[word]));
  }

  /// The largest member that is at most `from`, or `none`.
  [[nodiscard]] std::size_t last_to(std::size_t from) const {
    if (words_.empty()) return none;
    std::size_t word = from / 64;
    std::uint64_t rest = 0;
    if (word < words_.size())
      rest = words_[word] & (~std::uint64_t{0} >> (63 - from % 64));
    else
      word = words_.size();
    if (rest != 0) return word * 64 + highest(rest);
    if (word == 0) return none;
    --word;
    std::size_t group = word / 64;
    std::uint64_t bits = summary_[group] & (~std::uint64_t{0} >> (63 - word % 64));
    while (bits == 0) {
      if (group == 0) return none;
      bits = summary_[--group];
    }
    word = group * 64 + highest(bits);
    return word * 64 + highest(words_[word]);
  }

 private:
  static constexpr std::uint64_t bit(std::size_t i) { return std::uint64_t{1} << (i % 64); }
  static std::size_t highest(std::uint64_t bits) { return 63 - static_cast<std::size_t>(std::countl_zero(bits)); }

  std::vector<std::uint64_t> words_, summary_;
  std::size_t size_ = 0;
};

}  // namespace wattershed
