#include "models/scheduling/easy_backfill.hpp"

#include <algorithm>

#include "models/scheduling/fifo.hpp"

namespace wattershed {

namespace {

constexpr int most_refusals = 100;

class EasyBackfill final : public Policy {
 public:
  void dispatch(Dispatch& dispatch) override {
    const JobQueue& queue = dispatch.queue();
    if (refused_ || numbering_ != queue.numbering()) unseen_ = 0;  // the condition or positions may have changed
    start_from_head(dispatch);
    if (!queue.empty()) backfill(dispatch);
    refused_ = dispatch.refused();
    numbering_ = queue.numbering();
  }

 private:
  void backfill(Dispatch& dispatch);

  // Jobs before `unseen_` did not fit `passed_over_`, so they do not fit a gap that is nowhere larger.
  Gap passed_over_;
  JobQueue::Position unseen_ = 0;
  std::uint64_t numbering_ = 0;  // of the queue, that `unseen_` belongs to
  bool refused_ = false;
};

void EasyBackfill::backfill(Dispatch& dispatch) {
  const JobQueue& queue = dispatch.queue();
  const JobQueue::Position head = queue.head();
  const std::int64_t wanted = queue.accelerators(head);
  // At least one must return: a head that fits but was refused waits for the next end.
  const auto shadow =
      dispatch.running().when_returned(std::max<std::int64_t>(wanted - dispatch.free(), 1), dispatch.now());
  Gap gap{.free = dispatch.free()};
  if (shadow) {
    gap.spare = gap.free + shadow->accelerators - wanted;
    gap.window = shadow->at == Time::max() ? Duration::max() : shadow->at - dispatch.now();
  } else {
    gap.window = Duration::max();
  }

  JobQueue::Position p = head + 1;
  if (gap.free <= passed_over_.free && gap.spare <= passed_over_.spare && gap.window <= passed_over_.window)
    p = std::max(p, unseen_);
  p = queue.first_fitting(p, gap);
  int refusals = 0;
  for (; p != JobQueue::none && refusals < most_refusals; p = queue.first_fitting(p + 1, gap)) {
    if (!dispatch.may_start(queue.job(p))) {
      ++refusals;
      continue;
    }
    const std::int64_t n = queue.accelerators(p);
    const bool in_time = queue.requested_time(p) <= gap.window;
    dispatch.start(queue.job(p));
    gap.free -= n;
    if (!in_time) gap.spare -= n;
  }
  passed_over_ = gap;
  unseen_ = queue.end();
  if (shadow) dispatch.promise({queue.job(head), shadow->at, gap.spare});
}

}  // namespace

std::unique_ptr<Policy> make_easy_backfill() { return std::make_unique<EasyBackfill>(); }

}  // namespace wattershed
