#include "models/scheduling/fifo.hpp"

namespace wattershed {

void start_from_head(Dispatch& dispatch) {
  const JobQueue& queue = dispatch.queue();
  while (!queue.empty()) {
    const JobQueue::Position head = queue.head();
    const JobId job = queue.job(head);
    if (queue.accelerators(head) > dispatch.free() || !dispatch.may_start(job)) return;
    dispatch.start(job);
  }
}

namespace {

class Fifo final : public Policy {
 public:
  void dispatch(Dispatch& dispatch) override { start_from_head(dispatch); }
};

}  // namespace

std::unique_ptr<Policy> make_fifo() { return std::make_unique<Fifo>(); }

}  // namespace wattershed
