#include "sim/kernel/process.hpp"

#include <algorithm>

#include "sim/kernel/process_table.hpp"

namespace wattershed {

Process::~Process() {
  if (frame_) frame_.destroy();
}

void ProcessPromise::unhandled_exception() {
  try {
    throw;
  } catch (const Interrupted&) {
    // a process that does not care why it was interrupted just ends
  } catch (...) {
    simulation_->processes_->failure = std::current_exception();
  }
}

void ProcessPromise::withdraw() noexcept {
  if (wait_ & is_delay) {
    reinterpret_cast<Delay*>(wait_ & ~is_delay)->withdraw(*simulation_);
  } else {
    reinterpret_cast<detail::Wait*>(wait_)->withdraw();
  }
}

void ProcessPromise::throw_interrupted() {
  interrupt_due_ = false;
  throw Interrupted(std::exchange(simulation_->processes_->record(record_).interrupt_reason, {}));
}

std::vector<Process::Frame> ProcessTable::last_spawned_first() const {
  std::vector<const Record*> living;
  for (const Record& r : records) {
    if (r.frame) living.push_back(&r);
  }
  std::sort(living.begin(), living.end(), [](const Record* a, const Record* b) { return a->number > b->number; });
  std::vector<Process::Frame> frames;
  frames.reserve(living.size());
  for (const Record* r : living) frames.push_back(r->frame);
  return frames;
}

// ---- handles and joins
// ----------------------------------------------------------------------------------------------

bool ProcessHandle::done() const {
  return simulation_ == nullptr || simulation_->processes_->record(record_).generation != generation_;
}

std::string ProcessHandle::name() const { return done() ? std::string{} : simulation_->processes_->name(record_); }

bool ProcessHandle::interrupt(std::string reason) {
  if (done() || simulation_->shutting_down()) return false;
  ProcessTable::Record& record = simulation_->processes_->record(record_);
  ProcessPromise& process = record.frame.promise();
  if (process.interrupt_pending_ || process.interrupt_due_) return false;
  record.interrupt_reason = std::move(reason);
  if (process.waiting_) {
    process.withdraw();
    process.interrupt_due_ = true;
    simulation_->queue_wake(process);
  } else {
    process.interrupt_pending_ = true;
  }
  return true;
}

Join::Join(const ProcessHandle& handle)
    : simulation_(handle.simulation_), record_(handle.record_), generation_(handle.generation_) {}

bool Join::start(Simulation&, detail::WakeTarget target) {
  if (simulation_ == nullptr) return true;
  ProcessTable::Record& record = simulation_->processes_->record(record_);
  if (record.generation != generation_) return true;
  link_.target = target;
  record.ended.add(link_);
  return false;
}

// ---- triggers
// -------------------------------------------------------------------------------------------------------

bool TriggerWait::start(Simulation&, detail::WakeTarget target) {
  link_.target = target;
  trigger_->add(link_);
  return false;
}

void Trigger::fire() {
  if (simulation_->shutting_down()) return;
  // Those that wait now, apart from those that will. A wake may withdraw others: they leave whichever list they are
  // in.
  detail::Link firing;
  firing.take_place_of(waiting_);
  while (!firing.alone()) {
    auto* link = static_cast<detail::TriggerLink*>(firing.next());
    link->unlink();
    simulation_->complete(link->target);
  }
}

}  // namespace wattershed
