#include "sim/kernel/frame_pool.hpp"

namespace wattershed {

void* FramePool::take_plain(std::size_t size) {
  auto* front = static_cast<Front*>(::operator new(size + sizeof(Front)));
  ::new (front) Front{nullptr, 0};
  return front + 1;
}

void FramePool::add_slab(std::size_t lines) {
  // One line more than the blocks need: the front of the first block lies at its end.
  slabs_.emplace_back(static_cast<std::byte*>(::operator new ((slab_lines + 1) * line, std::align_val_t{line})));
  std::byte* const first = slabs_.back().get() + line;
  Block* head = free_[lines];
  for (std::size_t i = slab_lines / lines; i-- > 0;) {  // the lowest address is taken first
    std::byte* const memory = first + i * lines * line;
    ::new (memory - sizeof(Front)) Front{this, lines};
    head = ::new (memory) Block{head};
  }
  free_[lines] = head;
}

}  // namespace wattershed
