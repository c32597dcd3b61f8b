/// The life of jobs on a floor: submitted, waiting, running, done; and what each used.
///
/// A job's power is constant while it runs, so its IT energy is power × time. Its share of the site's water, carbon
/// and cost is taken through integrals of "per IT watt" rates of the whole site: two readings a job, exact, and the
/// shares of all jobs, services and idle racks add up to the ledger.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/facility/floor.hpp"
#include "models/scheduling/scheduler.hpp"
#include "sim/meter.hpp"
#include "sim/process.hpp"
#include "sim/simulation.hpp"
#include "sim/sum.hpp"

namespace wattershed {

/// What is known of a job when it is submitted. `name` is "nightly.3" or "traces.0.5414".
struct JobRequest {
  std::string name;
  std::int64_t accelerators = 0;
  Duration run_time{};
  Duration requested_time{};
  Intensity intensity;
};

/// Site-wide rates per watt of IT power, as meters: integrals of [1], [kg/J], [kg/J], [USD/J] over time.
struct PerItWatt {
  const Meter* grid = nullptr;       ///< grid power per IT power
  const Meter* water = nullptr;      ///< make-up per IT power
  const Meter* emissions = nullptr;  ///< scope 1 and 2 (location) per IT power
  const Meter* cost = nullptr;       ///< energy and water cost per IT power; no demand charge
  [[nodiscard]] std::array<double, 4> read(Time now) const {
    return {grid->integral(now), water->integral(now), emissions->integral(now), cost->integral(now)};
  }
};

/// A job that has ended, or the run has ended around it.
struct JobRecord {
  const JobRequest& request;
  Time submitted, started, ended;
  bool complete = true;  ///< false: it was still running at the end of the run
  Energy it_energy{};
  Energy grid_energy{};
  Mass water{};
  Carbon emissions{};
  Money cost{};
};

class Jobs {
 public:
  Jobs(Simulation& simulation, Floor& floor, Policy policy, Placement placement);

  void set_rates(const PerItWatt& rates) { rates_ = rates; }
  /// Called with each job that ends; the record is valid during the call.
  void on_end(std::function<void(const JobRecord&)> listener) { listener_ = std::move(listener); }

  /// Submits now. A job that is larger than the floor can ever be must not be submitted.
  void submit(JobRequest request);
  /// To be called after the floor got or lost racks.
  void capacity_changed();
  /// Reports the jobs that still run; at the end of the run.
  void close();

  [[nodiscard]] Signal<double> queue_length() const { return queue_length_; }
  [[nodiscard]] std::uint64_t submitted() const { return submitted_; }
  [[nodiscard]] std::uint64_t started() const { return started_; }
  [[nodiscard]] std::uint64_t done() const { return done_; }
  /// Mean time between submission and start of the jobs that have started [s].
  [[nodiscard]] double mean_wait_s() const {
    return started_ ? wait_s_.value() / static_cast<double>(started_) : 0.0;
  }

 private:
  struct Job {
    JobRequest request;
    Time submitted{}, started{};
    bool running = false;
    Power power{};
    std::array<double, 4> rates_at_start{};
  };
  void request_dispatch();
  void dispatch();
  void start(JobId id, const Allocation& allocation);
  void end(JobId id);
  void report(const Job& job, bool complete);

  Simulation& simulation_;
  Floor& floor_;
  Scheduler scheduler_;
  PerItWatt rates_;
  std::function<void(const JobRecord&)> listener_;
  std::vector<Job> jobs_;  // by JobId; places are used again
  std::vector<std::uint32_t> free_;
  bool dispatch_requested_ = false;
  Signal<double> queue_length_;
  std::uint64_t submitted_ = 0, started_ = 0, done_ = 0;
  Sum wait_s_;
};

/// Submits a fixed job at its times, until the simulation ends.
Process submit_fixed(Simulation& sim, Jobs& jobs, std::string name, FixedJob job, LocalTime start, TimeZone zone);
/// One job of a trace: when, and what.
struct TraceJob {
  Duration submit{};  ///< since second 0 of the file
  JobRequest request;
};
/// Submits the jobs of a trace, which are in order of submission.
Process submit_trace(Simulation& sim, Jobs& jobs, std::vector<TraceJob> trace, Time from);

}  // namespace wattershed
