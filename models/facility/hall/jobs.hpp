/// The life of jobs on a floor: submitted, waiting, running, done; and what each used.
///
/// A job's power is constant between changes (its start, another phase of its life, other air at the inlets), so its
/// IT energy is a sum of power × time. Its shares of the site's energy, water, carbon and cost follow from integrals
/// of the rates per IT power (attribution.hpp): two readings a change, exact.
///
/// A job of a given run time works only while its racks have power: an outage moves its end by as long, or by all that
/// it had done where it begins again.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/accounting/attribution.hpp"
#include "models/facility/hall/floor.hpp"
#include "models/facility/part/lockstep.hpp"
#include "models/scheduling/scheduler.hpp"
#include "models/workload/job_trace.hpp"
#include "models/workload/scenario.hpp"
#include "sim/base/sum.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/kernel/process.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

/// What is known of a job when it is submitted. `name` is "nightly.3" or "traces.0.5414".
struct JobRequest {
  std::string name;
  std::int64_t accelerators = 0;
  std::optional<Duration> run_time{};  ///< without it, whoever hears `on_start` ends the job with `finish`
  Duration requested_time{};
  Profile profile{};
  std::function<void(JobId)> on_start{};
  std::string user{};                              ///< who submitted it, by the trace; empty: unknown
  AfterOutage after_outage = AfterOutage::resume;  ///< of a job with a run time
};

/// A job that has ended, or the run has ended around it.
struct JobRecord {
  const JobRequest& request;
  Time submitted;
  std::optional<Time> started;  ///< nothing: it was still waiting at the end of the run
  Time ended;
  bool complete = true;  ///< false: it was still running or waiting at the end of the run
  Shares used;
};

class Jobs {
 public:
  Jobs(Simulation& simulation, Floor& floor, PolicyId policy, Placement placement);

  void set_attribution(const Attribution* attribution) { attribution_ = attribution; }
  /// Racks of one job swing together: told of every start, change and end.
  void set_lockstep(Lockstep* lockstep) { lockstep_ = lockstep; }
  /// Called when a job that swings begins, changes or ends (then with nothing): what all of it draws in a step.
  void on_swing(std::function<void(std::uint32_t job, std::vector<PowerSegment> cycle)> listener) {
    swing_listener_ = std::move(listener);
  }
  /// A job starts only if `has_room(rise)` holds for what it brings to the floor.
  void set_power_room(HasRoom has_room);
  /// Called with each job that ends; the record is valid during the call.
  void on_end(std::function<void(const JobRecord&)> listener) { listener_ = std::move(listener); }

  /// Submits now. A job that is larger than the floor can ever be must not be submitted.
  void submit(JobRequest request);
  /// Gives a running job of its own (`on_start`) another profile.
  void set_profile(JobId id, Profile profile);
  /// While the phases of a job's steps are played one by one: what each accelerator draws now, by rack type.
  void impose(JobId id, std::span<const Power> each);
  /// What a running job that swings does, by rack type; and a beat of it that was played, for open logs.
  [[nodiscard]] JobWaveform waveform(JobId id) const { return floor_.waveform(jobs_[index(id)].profile); }
  void played(JobId id, Time at, double length_s, StepPart part) {
    floor_.played(jobs_[index(id)].profile, at, length_s, part);
  }
  void played_in(WaveformLog& log, JobId id, const Beat& beat) const {
    log.beat(static_cast<std::uint32_t>(index(jobs_[index(id)].profile)), beat);
  }
  /// Ends a running job that has no run time of its own.
  void finish(JobId id);

  /// Takes accelerators for something that is no job, past the queue; nothing when fewer are free.
  std::optional<Allocation> seize(std::int64_t accelerators, Placement placement, std::size_t rack_type);
  void give_back(const Allocation& allocation);

  /// To be called after the floor got or lost racks.
  void capacity_changed();
  /// To be called when the power room may have grown.
  void room_changed() { request_dispatch(); }
  /// To be called around a change of the draws of all profiles (other air at the inlets).
  void before_draws_change();
  void after_draws_change();
  /// The racks lost their power, or have it back.
  void set_fed(bool fed);
  /// Reports the jobs that still run, then those that still wait; at the end of the run.
  void close();

  [[nodiscard]] Signal<double> queue_length() const { return queue_length_; }
  [[nodiscard]] std::uint64_t submitted() const { return submitted_; }
  [[nodiscard]] std::uint64_t started() const { return started_; }
  [[nodiscard]] std::uint64_t done() const { return done_; }
  [[nodiscard]] std::uint64_t waiting() const { return submitted_ - started_; }
  /// Jobs that the power room held back at least once.
  [[nodiscard]] std::uint64_t held() const { return held_; }
  /// Of the jobs that wait: those that the power room held back when they were last asked, and those that are larger
  /// than what stands.
  struct NeverStarted {
    std::uint64_t held = 0, too_large = 0;
    double longest_held_s = 0;      ///< that one of those held has waited
    double held_accelerator_s = 0;  ///< accelerators of those held, times how long each has waited
  };
  [[nodiscard]] NeverStarted never_started(Time now, std::int64_t accelerators_standing) const;
  /// How often an outage met a running job that has a run time.
  [[nodiscard]] std::uint64_t interrupted() const { return interrupted_; }
  /// What all jobs have used so far.
  [[nodiscard]] Shares used(Time now) const;
  /// Mean time between submission and start [s]; those that still wait have waited until now.
  [[nodiscard]] double mean_wait_s(Time now) const;

 private:
  struct Job {
    JobRequest request;
    Time submitted{}, started{};
    bool running = false, held = false;
    std::uint64_t held_in = 0;  // the last dispatch that the power room held it back in
    Duration left{};            // of its run time at `working_since`
    Time working_since{};
    EventHandle end{};  // of a run time, while it works
    ProfileId profile{};
    Power power{};
    Time since{};  // of the present power
    std::array<double, 4> rates_since{};
    Shares used{};
  };
  [[nodiscard]] std::array<double, 4> rates(Time now) const;
  [[nodiscard]] Shares used_by(const Job& job, Time now, const std::array<double, 4>& rates) const;
  void fold(Job& job);
  void begin_power(Job& job, JobId id);
  void tell_swing(const Job& job, JobId id);
  void request_dispatch();
  void dispatch();
  void start(JobId id, const Allocation& allocation);
  bool may_start(JobId id);
  void work_on(Job& job, JobId id);
  [[nodiscard]] bool waits(std::size_t place) const {
    return scheduler_.waits(JobId{static_cast<std::uint32_t>(place)});
  }
  void report(const Job& job, bool complete);

  Simulation& simulation_;
  Floor& floor_;
  Scheduler scheduler_;
  const Attribution* attribution_ = nullptr;
  Lockstep* lockstep_ = nullptr;
  std::function<void(std::uint32_t, std::vector<PowerSegment>)> swing_listener_;
  HasRoom has_room_;
  std::function<void(const JobRecord&)> listener_;
  std::vector<Job> jobs_;  // by JobId; places are used again
  std::vector<std::uint32_t> free_;
  bool dispatch_requested_ = false;
  std::uint64_t dispatches_ = 0;
  bool fed_ = true;
  Signal<double> queue_length_;
  std::uint64_t submitted_ = 0, started_ = 0, done_ = 0, held_ = 0, interrupted_ = 0;
  Sum wait_s_, used_it_j_;
  std::array<Sum, 4> used_site_;
};

/// Submits a fixed job at its times, until the simulation ends.
Process submit_fixed(Simulation& sim, Jobs& jobs, std::string name, FixedJob job, LocalTime start, TimeZone zone);
/// Submits the jobs of a trace that is laid onto the run, as the scenario says of them; they are named `name`.<job>. The
/// trace must outlive the process.
Process submit_trace(Simulation& sim, Jobs& jobs, std::string name, const JobTrace& trace, Trace choice);

}  // namespace wattershed
