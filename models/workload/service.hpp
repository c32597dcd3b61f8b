/// An inference service: its stream of requests, and how they are answered, imposed or modelled.
///
///   rate(t) = rate·(1 + growth·year)^(t/year)·(1 + daily_swing·cos(2π(hour − peak_hour)/24))·day of the week
///   working day 7/(7 − 2·weekly_swing), Saturday and Sunday (1 − weekly_swing) times that: a week's mean is 1
///
/// An imposed service draws rate × energy per request at the AC input, on top of the accelerators. A modelled one
/// names an `llm` and runs on replicas of some accelerators each (serving.hpp). Replicas in need are active and share
/// the requests equally; those above need stay parked (model loaded, no work) until `scale_down_delay` has passed.
/// What cannot be served at once waits; what would wait longer than `patience` is lost.
///
/// Inputs   wall clock, time since the start, replicas that the site can hold
/// Outputs  `ServiceInterval`: replicas, power, requests, tokens, latency of one interval
/// Valid    intervals of a minute to an hour (`service_domain`), over which the rate is held at its mean: shorter ones
///          serve no faster, longer ones lose the day's swing
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/workload/serving.hpp"
#include "sim/input/schema.hpp"
#include "sim/units/time.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// Requests over time.
struct RequestStream {
  Frequency rate{};       ///< mean over a week at the start [1/s]
  Frequency growth{};     ///< share a year, compounded [1/s]
  Share daily_swing;      ///< of the day's mean: from 1 − swing to 1 + swing
  Share weekly_swing;     ///< how much lower Saturdays and Sundays are than working days
  double peak_hour = 15;  ///< of the wall clock [h]
  void visit(Fields& f);
};

/// The rate at an instant. `base` is the stream's rate as it stands (it may be dated) [1/s].
Frequency rate_at(const RequestStream& stream, Frequency base, LocalTime local, Duration since_start);
/// Its exact mean over [local, local + length), in closed form between midnights [1/s].
Frequency mean_rate(const RequestStream& stream, Frequency base, LocalTime local, Duration length,
                    Duration since_start);

inline constexpr Domain<1> service_domain{"requests of a service",
                                          {{{"interval", "s", 60, 3600}}},
                                          "queues settle within minutes, days swing by the hour; assumed"};

struct ReplicaRange {
  std::int64_t min = 1;
  std::optional<std::int64_t> max;  ///< without it, as many as the site holds
  void visit(Fields& f);
};

/// A service as a scenario writes it: `energy_per_request` or `llm`.
struct InferenceService {
  RequestStream requests;
  std::optional<Energy> energy_per_request;  ///< imposed, at the AC input [J]
  std::optional<Llm> llm;
  Sized<std::int64_t> accelerators;  ///< of one replica; auto: the fewest that hold the model and some cache
  ReplicaRange replicas;
  RequestShape lengths;
  std::optional<std::int64_t> max_batch;
  Share target_utilisation{0.7};               ///< of what a replica can serve, to size the replicas
  std::optional<TimeSpan> inter_token_target;  ///< or: the mean time between tokens to keep [s]
  Duration scale_down_delay = std::chrono::minutes(10);
  Duration patience = std::chrono::minutes(1);
  std::optional<Power> power_cap;  ///< of one accelerator [W]
  ServingEngine engine;
  void visit(Fields& f);

  [[nodiscard]] bool is_modelled() const { return llm.has_value(); }
};

/// The replica of a modelled service on such accelerators; `auto` is resolved. Precondition: modelled.
ReplicaDesign replica_design(const InferenceService& service, const Accelerator& accelerator);
/// One sentence that says why the service cannot run on such accelerators; empty when it can. Precondition: modelled.
std::string service_problem(const InferenceService& service, const Accelerator& accelerator);

struct ReplicaPlan {
  std::int64_t active = 0;
  std::int64_t parked = 0;
  [[nodiscard]] std::int64_t held() const { return active + parked; }
};

/// How many replicas to hold: up at once, down to the largest need of the last `delay` once that long has passed.
class Autoscaler {
 public:
  Autoscaler(ReplicaRange range, Duration delay) : range_(range), delay_(delay) {}
  /// For `rate` at `per_replica` each; `available`: the most that the site can hold now. Time must not run backwards.
  ReplicaPlan plan(Time now, Frequency rate, Frequency per_replica, std::int64_t available);

 private:
  ReplicaRange range_;
  Duration delay_;
  std::int64_t held_ = 0;
  std::int64_t largest_need_ = 0;  // since `below_since_`
  std::optional<Time> below_since_;
};

/// A service over one interval.
struct ServiceInterval {
  ReplicaPlan replicas;
  ServingState replica;              ///< of each active replica
  Load accelerators;                 ///< power of all accelerators of active and parked replicas [W]
  Frequency arrivals, served, lost;  ///< mean over the interval [1/s]
  double waiting = 0;                ///< requests in the queue at its end
  TokenRate tokens_in, tokens_out;
  TimeSpan first_token, inter_token, end_to_end;  ///< means, with the wait in the queue [s]
  bool saturated = false;                         ///< requests wait in the queue, or are lost
};

/// A modelled service over time: a plain value with what it remembers, no clock of its own.
class ServiceModel {
 public:
  /// Precondition: modelled, and `service_problem` is empty.
  ServiceModel(const InferenceService& service, const Accelerator& accelerator);
  /// The next interval: `arrivals` is its mean rate, `available` the most replicas that the site can hold.
  ServiceInterval advance(Time now, Duration length, Frequency arrivals, std::int64_t available);

  [[nodiscard]] const Replica& replica() const { return replica_; }
  /// Requests a second that one replica is given before another is woken [1/s].
  [[nodiscard]] Frequency per_replica() const { return per_replica_; }

 private:
  Replica replica_;
  Autoscaler autoscaler_;
  Frequency per_replica_;
  double patience_s_;
  double waiting_ = 0;
};

}  // namespace wattershed
