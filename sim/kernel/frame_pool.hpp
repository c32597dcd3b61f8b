/// Memory for what lives from event to event: coroutine frames and large callables.
///
/// Blocks of a few sizes (multiples of a cache line, each block on a line of its own) cut from slabs and kept in free
/// lists. `give` finds the pool in front of the block. A block without a pool comes from plain operator new.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

namespace wattershed {

class FramePool {
 public:
  FramePool() = default;
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  /// `pool` may be null. The block is aligned to 64 bytes when it comes from a pool, else to 16.
  static void* take(FramePool* pool, std::size_t size) {
    const std::size_t lines = (size + sizeof(Front) + line - 1) / line;
    if (pool == nullptr || lines >= classes || under_sanitizer) return take_plain(size);
    Block*& free = pool->free_[lines];
    if (free == nullptr) pool->add_slab(lines);
    Block* block = free;
    free = block->next;
    return block;
  }

  static void give(void* memory) noexcept {
    Front* front = static_cast<Front*>(memory) - 1;
    if (front->pool == nullptr) {
      ::operator delete(front);
      return;
    }
    Block* block = ::new (memory) Block{front->pool->free_[front->lines]};
    front->pool->free_[front->lines] = block;
  }

 private:
  static constexpr std::size_t line = 64, classes = 33, slab_lines = 1024;
#ifdef __SANITIZE_ADDRESS__
  static constexpr bool under_sanitizer = true;  // which then sees every use of a block that was given back
#else
  static constexpr bool under_sanitizer = false;
#endif
  struct alignas(16) Front {
    FramePool* pool;
    std::size_t lines;
  };
  struct Block {
    Block* next;
  };
  struct FreeSlab {
    void operator()(std::byte* slab) const { ::operator delete (slab, std::align_val_t{line}); }
  };

  static void* take_plain(std::size_t size);
  void add_slab(std::size_t lines);

  Block* free_[classes] = {};
  std::vector<std::unique_ptr<std::byte, FreeSlab>> slabs_;
};

}  // namespace wattershed
