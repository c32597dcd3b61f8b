#include "sim/kernel/simulation.hpp"

#include <algorithm>
#include <cassert>
#include <new>
#include <stdexcept>

#include "sim/kernel/circuit.hpp"
#include "sim/kernel/process.hpp"
#include "sim/kernel/process_table.hpp"

namespace wattershed {

namespace {
constexpr std::uint64_t max_rounds = 1'000;
constexpr std::uint64_t max_events_in_round = 1'000'000;
constexpr std::uint64_t watched_rounds = 10, watched_events = 1'000;  // the last of them, whose names are noted
}  // namespace

Simulation::Simulation(const SimulationOptions& options)
    : options_(options),
      now_(options.start),
      queue_(options.start),
      circuit_(std::make_unique<Circuit>(options.circuit)),
      processes_(std::make_unique<ProcessTable>()),
      settled_(*this) {}

Simulation::~Simulation() { shutdown(); }

bool Simulation::cancel(EventHandle handle) {
  const EventPayload payload = queue_.payload(handle);
  if (!queue_.cancel(handle)) return false;
  drop(payload);
  return true;
}

bool Simulation::move(EventHandle handle, Time t) {
  if (t < now_) refuse_past(t);
  return queue_.move(handle, t);
}

ProcessHandle Simulation::spawn(Process process, std::string name) {
  if (!process.frame_) throw std::logic_error("a process is spawned twice or has been moved from");
  if (shutting_down_) return {};
  const Process::Frame frame = std::exchange(process.frame_, nullptr);
  const std::uint32_t record = processes_->add(*this, frame, std::move(name));
  ProcessPromise& promise = frame.promise();
  promise.simulation_ = this;
  promise.record_ = record;
  queue_wake(promise);
  return {this, record, processes_->record(record).generation};
}

void Simulation::queue_wake(ProcessPromise& process) {
  process.waiting_ = false;
  schedule(now_, process.target(), Priority::normal);
}

void Simulation::complete(detail::WakeTarget target) {
  int groups = 0;
  if (ProcessPromise* process = over(target, groups)) queue_wake(*process);
  withdraw_losers(target, groups);
}

/// The process that is to go on now that `target` is over, or null when its group is still waiting; and how many
/// groups around the target that has ended.
ProcessPromise* Simulation::over(detail::WakeTarget target, int& groups) {
  for (groups = 0; detail::kind_of(target) == detail::PayloadKind::member; ++groups) {
    const auto* member = detail::pointer_of<detail::GroupMember>(target);
    if (!member->group->member_over(member->index)) return nullptr;
    target = member->group->target();
  }
  return &Process::Frame::from_address(detail::pointer_of<void>(target)).promise();
}

void Simulation::withdraw_losers(detail::WakeTarget target, int groups) noexcept {
  for (; groups > 0; --groups) {
    detail::Group* const group = detail::pointer_of<detail::GroupMember>(target)->group;
    target = group->target();
    group->withdraw_losers();
  }
}

// ---- the loop
// -------------------------------------------------------------------------------------------------------

void Simulation::run_until(Time end) {
  if (end < now_) refuse_past(end);
  if (running_ || shutting_down_) throw std::logic_error("run_until within a run or after the shutdown");
  struct Running {
    bool& flag;
    explicit Running(bool& f) : flag(f) { flag = true; }
    ~Running() { flag = false; }
  } running(running_);
  stopping_ = false;
  if (!begun_) {  // the first instant settles the circuit even without an event
    begun_ = true;
    circuit_->build();
    run_instant();
  }
  while (!stopping_ && !queue_.empty()) {
    const Time t = queue_.next_time();
    if (t > end) break;
    advance_to(t);
    run_instant();
  }
  const Time last = stopping_ ? now_ : end;
  for (Observer& observer : observers_) observer.next = observer.about_to_advance(last);
  next_observation_ = Time::max();
  for (const Observer& observer : observers_) next_observation_ = std::min(next_observation_, observer.next);
  now_ = last;
  queue_.set_now(now_);
}

void Simulation::advance_to(Time t) {
  if (t <= now_) return;
  if (t >= next_observation_) {
    next_observation_ = Time::max();
    for (Observer& observer : observers_) {
      if (observer.next <= t) observer.next = observer.about_to_advance(t);
      next_observation_ = std::min(next_observation_, observer.next);
    }
  }
  now_ = t;
}

void Simulation::run_instant() {
  culprits_.clear();
  for (std::uint64_t round = 1;; ++round) {
    if (round > max_rounds) refuse_livelock("over 1,000 rounds");
    const bool watched = round + watched_rounds > max_rounds;
    run_round(watched);
    std::vector<ModelId> evaluated;
    circuit_->settle(watched ? &evaluated : nullptr);
    for (const ModelId model : evaluated) note_culprit(circuit_->name_of_output(model));
    if (settled_.has_waiters()) settled_.fire();
    if (queue_.empty() || queue_.next_time() != now_) break;
  }
  circuit_->take_standing(now_);
}

void Simulation::run_round(bool watched) {
  std::uint64_t events = 0;
  // Those that are pending already are no livelock, however many there are.
  const std::uint64_t limit = max_events_in_round + queue_.size();
  const std::uint64_t watch_from = watched ? 0 : limit - watched_events;
  while (!queue_.empty() && queue_.next_time() == now_) {
    const EventPayload payload = queue_.pop();
    ++events_executed_;
    if (++events > watch_from) {
      if (events > limit) refuse_livelock("over 1,000,000 events in one round");
      note_culprit(name_of(payload));
    }
    execute(payload);
  }
}

void Simulation::execute(EventPayload payload) {
  switch (detail::kind_of(payload)) {
    case detail::PayloadKind::process:
      resume(Process::Frame::from_address(detail::pointer_of<void>(payload)).promise());
      return;
    case detail::PayloadKind::callable: {
      struct Running {  // also when the callable throws
        Simulation& simulation;
        EventPayload payload;
        Running(Simulation& s, EventPayload p) : simulation(s), payload(p) {}
        ~Running() { simulation.drop(payload); }
      } running(*this, payload);
      auto* cell = detail::pointer_of<Cell>(payload);
      cell->kind->call(cell->storage);
      return;
    }
    case detail::PayloadKind::member: {
      int groups = 0;
      ProcessPromise* const process = over(payload, groups);
      withdraw_losers(payload, groups);
      if (process != nullptr) resume(*process);
      return;
    }
  }
}

void Simulation::resume(ProcessPromise& process) {
  process.waiting_ = false;
  const auto frame = Process::Frame::from_promise(process);
  frame.resume();
  if (frame.done()) finish(process);
}

void Simulation::finish(ProcessPromise& process) {
  const std::uint32_t record = process.record_;
  const std::exception_ptr failure = std::exchange(processes_->failure, nullptr);
  const std::string name = failure ? processes_->name(record) : std::string{};
  Process::Frame::from_promise(process).destroy();
  processes_->end(record);
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::bad_alloc&) {
    throw;  // no fault of this process
  } catch (const std::exception& error) {
    std::throw_with_nested(ProcessError(name + ": " + error.what()));
  } catch (...) {
    std::throw_with_nested(ProcessError(name + ": an exception without a text"));
  }
}

/// Destroys what a payload that will not run owns.
void Simulation::drop(EventPayload payload) noexcept {
  if (detail::kind_of(payload) != detail::PayloadKind::callable) return;  // frames and groups have their owners
  auto* cell = detail::pointer_of<Cell>(payload);
  cell->kind->destroy(cell->storage);
  give_cell(cell);
}

void Simulation::shutdown() noexcept {
  if (shutting_down_) return;
  assert(!running_);
  shutting_down_ = true;
  for (const Process::Frame frame : processes_->last_spawned_first()) frame.destroy();
  queue_.clear([this](EventPayload payload) { drop(payload); });
}

// ---- observers
// ------------------------------------------------------------------------------------------------------

void Simulation::observe(std::function<void(Time)> about_to_advance) {
  observe(Time::min(), [call = std::move(about_to_advance)](Time t) {
    call(t);
    return Time::min();
  });
}

void Simulation::observe(Time first, std::function<Time(Time)> about_to_advance) {
  observers_.push_back({first, std::move(about_to_advance)});
  next_observation_ = std::min(next_observation_, first);
}

// ---- errors
// ---------------------------------------------------------------------------------------------------------

void Simulation::note_culprit(const std::string& name) {
  if (name.empty()) return;
  const auto known = std::find_if(culprits_.begin(), culprits_.end(), [&](const auto& c) { return c.first == name; });
  if (known != culprits_.end()) {
    ++known->second;
  } else {
    culprits_.emplace_back(name, 1);
  }
}

std::string Simulation::name_of(EventPayload payload) const {
  switch (detail::kind_of(payload)) {
    case detail::PayloadKind::callable:
      return {};
    case detail::PayloadKind::member: {
      detail::WakeTarget target = payload;
      while (detail::kind_of(target) == detail::PayloadKind::member) {
        target = detail::pointer_of<detail::GroupMember>(target)->group->target();
      }
      return name_of(target);
    }
    case detail::PayloadKind::process:
      break;
  }
  return processes_->name(Process::Frame::from_address(detail::pointer_of<void>(payload)).promise().record_);
}

void Simulation::refuse_livelock(const std::string& what) const {
  auto culprits = culprits_;
  std::stable_sort(culprits.begin(), culprits.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  constexpr std::size_t most = 8;
  std::string text = "the instant " + format_utc(now_) + " does not come to an end (" + what + ")";
  if (!culprits.empty()) text += "; what does not rest:";
  for (std::size_t i = 0; i < culprits.size() && i < most; ++i) text += (i == 0 ? " " : ", ") + culprits[i].first;
  if (culprits.size() > most) text += " and " + std::to_string(culprits.size() - most) + " more";
  throw std::logic_error(text);
}

void Simulation::refuse_past(Time t) const {
  throw std::logic_error(format_utc(t) + " lies before the present instant " + format_utc(now_));
}

void Simulation::refuse_delay(Duration d) {
  throw std::logic_error("a delay of " + std::to_string(seconds(d)) + " s is negative or ends after the year 2262");
}

}  // namespace wattershed
