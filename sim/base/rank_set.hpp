/// A set of small integers that gives back its smallest: which models are due, by topological rank.
///
/// A tree of 64-bit words: a bit of one level says that the word below holds something. insert and pop_first touch
/// one word a level (four levels hold 16.7 million), and nothing is allocated after `resize`.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wattershed {

class RankSet {
 public:
  /// Empties the set and makes room for 0 … size-1.
  void resize(std::size_t size) {
    levels_.clear();
    do {
      size = (size + 63) / 64;
      levels_.emplace_back(size);
    } while (size > 1);
  }
  [[nodiscard]] bool empty() const { return levels_.empty() || levels_.back().empty() || levels_.back()[0] == 0; }

  void insert(std::size_t rank) {
    for (std::vector<std::uint64_t>& level : levels_) {
      std::uint64_t& word = level[rank / 64];
      const bool was_empty = word == 0;
      word |= std::uint64_t{1} << (rank % 64);
      if (!was_empty) return;  // the levels above know of this word already
      rank /= 64;
    }
  }

  /// Takes the smallest out; the set must not be empty.
  std::size_t pop_first() {
    assert(!empty());
    std::size_t at = 0;
    for (std::size_t level = levels_.size(); level-- > 0;) {
      at = at * 64 + static_cast<std::size_t>(std::countr_zero(levels_[level][at]));
    }
    std::size_t rank = at;
    for (std::vector<std::uint64_t>& level : levels_) {
      std::uint64_t& word = level[rank / 64];
      word &= ~(std::uint64_t{1} << (rank % 64));
      if (word != 0) break;
      rank /= 64;
    }
    return at;
  }

 private:
  std::vector<std::vector<std::uint64_t>> levels_;  // bottom first; the top is one word
};

}  // namespace wattershed
