#include "models/workload/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace wattershed {

namespace {

constexpr double year_s = 31'556'952;  // the unit table's year
constexpr double day_s = 86'400;
constexpr double daily = 2 * std::numbers::pi / day_s;
constexpr double cache_for_requests = 8;  // an `auto` replica holds at least so many requests of full length

double growth_rate(const RequestStream& stream) { return std::log1p(stream.growth.si() * year_s) / year_s; }

double day_factor(const RequestStream& stream, std::chrono::local_days day) {
  const unsigned weekday = std::chrono::weekday(day).iso_encoding();
  const double working = 7 / (7 - 2 * stream.weekly_swing.si());
  return weekday >= 6 ? working * (1 - stream.weekly_swing.si()) : working;
}

}  // namespace

void RequestStream::visit(Fields& f) {
  f.required("rate", rate, {.help = "requests per time", .changes = true, .at_least = 0, .example = "900 /s"});
  f.optional("growth", growth,
             {.help = "growth of the rate since the start, compounded by the year", .example = "60 %/year"});
  f.optional("daily_swing", daily_swing,
             {.help = "how far the rate rises over and falls under the day's mean, as a cosine",
              .at_least = 0,
              .at_most = 1,
              .source = "none",
              .example = "50 %"});
  f.optional("weekly_swing", weekly_swing,
             {.help = "how much lower the rate of Saturday and Sunday is",
              .at_least = 0,
              .at_most = 1,
              .source = "none",
              .example = "20 %"});
  f.optional("peak_hour", peak_hour,
             {.help = "hour of the wall clock at which the rate is highest",
              .at_least = 0,
              .at_most = 24,
              .source = "a choice: the afternoon of the site"});
  if (growth.si() * year_s <= -1) f.fault("growth", "the rate cannot shrink by 100 % a year or more");
}

Frequency rate_at(const RequestStream& stream, Frequency base, LocalTime local, Duration since_start) {
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const double in_day = seconds(local - day);
  return base * (std::exp(growth_rate(stream) * seconds(since_start)) * day_factor(stream, day) *
                 (1 + stream.daily_swing.si() * std::cos(daily * (in_day - 3600 * stream.peak_hour))));
}

Frequency mean_rate(const RequestStream& stream, Frequency base, LocalTime local, Duration length,
                    Duration since_start) {
  assert(length > Duration{0});
  if (stream.growth.si() == 0 && stream.daily_swing.si() == 0 && stream.weekly_swing.si() == 0) return base;
  const double k = growth_rate(stream);
  const double swing = stream.daily_swing.si();
  const LocalTime end = local + length;
  double sum = 0;
  for (LocalTime from = local; from < end;) {
    const auto day = std::chrono::floor<std::chrono::days>(from);
    const LocalTime to = std::min<LocalTime>(end, day + std::chrono::days(1));
    const double span = seconds(to - from);
    const double grown = std::exp(k * seconds(since_start + (from - local)));
    const double growing = std::expm1(k * span);
    const double flat = k == 0 ? span : growing / k;
    double wave = 0;
    if (swing != 0) {  // ∫ e^kt cos(ωt + φ) = e^kt (k cos + ω sin)/(k² + ω²)
      const double begin_phase = daily * (seconds(from - day) - 3600 * stream.peak_hour);
      const double end_phase = begin_phase + daily * span;
      const auto primitive = [&](double phase) { return k * std::cos(phase) + daily * std::sin(phase); };
      wave = ((1 + growing) * primitive(end_phase) - primitive(begin_phase)) / (k * k + daily * daily);
    }
    sum += day_factor(stream, day) * grown * (flat + swing * wave);
    from = to;
  }
  return base * std::max(0.0, sum / seconds(length));
}

void ReplicaRange::visit(Fields& f) {
  f.optional("min", min, {.help = "fewest replicas held", .at_least = 0, .at_most = 1e8});
  f.optional("max", max, {.help = "most replicas held; without it, what the site holds", .at_least = 1});
  if (max && *max < min) f.fault("max", "max is below min");
}

void InferenceService::visit(Fields& f) {
  f.required("requests", requests, {.help = "the stream of requests"});
  f.alternatives({"energy_per_request", "llm"}, true);
  f.optional(
      "energy_per_request", energy_per_request,
      {.help = "imposed energy of one request at the AC input", .changes = true, .at_least = 0, .example = "0.3 Wh"});
  f.optional("llm", llm, {.help = "the model that answers", .example = "llama-3-70b"});
  static constexpr std::array modelled_keys{"accelerators",       "replicas",           "prompt_tokens",
                                            "output_tokens",      "output_variation",   "max_batch",
                                            "target_utilisation", "inter_token_target", "scale_down_delay",
                                            "patience",           "power_cap",          "engine"};
  bool misplaced = false;
  for (const char* key : modelled_keys)
    if (!llm && f.written(key)) {
      f.fault(key, "belongs to a service that names an llm; this one has an energy_per_request");
      misplaced = true;
    }
  if (!llm && !misplaced) return;  // an imposed service has no more keys
  f.optional("accelerators", accelerators,
             {.help = "accelerators of one replica; auto: the fewest that hold the model and 8 requests",
              .at_least = 1,
              .at_most = 1024});
  f.optional("replicas", replicas, {.help = "how many replicas may be held"});
  f.optional("prompt_tokens", lengths.prompt_tokens,
             {.help = "mean length of a prompt",
              .at_least = 1,
              .at_most = 1e7,
              .source = "mean of the Azure conversation trace of 2023 (Splitwise, ISCA 2024), remembered",
              .kind = ValueKind::assumed});
  f.optional("output_tokens", lengths.output_tokens,
             {.help = "mean length of an answer",
              .at_least = 1,
              .at_most = 1e7,
              .source = "mean of the Azure conversation trace of 2023 (Splitwise, ISCA 2024), remembered",
              .kind = ValueKind::assumed});
  f.optional("output_variation", lengths.output_variation,
             {.help = "standard deviation of the length of answers over its mean",
              .at_least = 0,
              .at_most = 10,
              .source = "as if answers ended at random",
              .kind = ValueKind::assumed});
  f.optional("max_batch", max_batch, {.help = "most requests that a replica runs at a time", .at_least = 1});
  f.alternatives({"target_utilisation", "inter_token_target"});
  f.optional("target_utilisation", target_utilisation,
             {.help = "share of what a replica can serve at which another is woken",
              .at_most = 1,
              .above = 0,
              .source = "a common setting of autoscalers",
              .kind = ValueKind::assumed});
  f.optional("inter_token_target", inter_token_target,
             {.help = "mean time between tokens at which another replica is woken", .above = 0, .example = "50 ms"});
  f.optional("scale_down_delay", scale_down_delay,
             {.help = "how long a replica stays parked after the last need of it",
              .at_least = 0,
              .source = "a choice",
              .kind = ValueKind::assumed});
  f.optional("patience", patience,
             {.help = "longest wait in the queue; a request that would wait longer is lost",
              .at_least = 0,
              .source = "a choice",
              .kind = ValueKind::assumed});
  f.optional("power_cap", power_cap, {.help = "most power of one accelerator", .above = 0, .example = "500 W"});
  f.optional("engine", engine, {.help = "what software and hardware make of the peak figures"});
}

ReplicaDesign replica_design(const InferenceService& service, const Accelerator& accelerator) {
  assert(service.llm);
  ReplicaDesign design{*service.llm,      accelerator,   1, service.lengths, service.max_batch,
                       service.power_cap, service.engine};
  const auto roomy =
      fewest_accelerators(*service.llm, accelerator, service.lengths, service.engine, cache_for_requests);
  design.accelerators = service.accelerators.value_or(roomy.value_or(1024));
  return design;
}

std::string service_problem(const InferenceService& service, const Accelerator& accelerator) {
  return fit_problem(replica_design(service, accelerator));
}

ReplicaPlan Autoscaler::plan(Time now, Frequency rate, Frequency per_replica, std::int64_t available) {
  const std::int64_t most = std::max<std::int64_t>(0, std::min(range_.max.value_or(available), available));
  const std::int64_t least = std::min(range_.min, most);
  const double wanted = rate.si() > 0 ? std::ceil(rate.si() / per_replica.si() * (1 - 1e-12)) : 0.0;
  const auto active = static_cast<std::int64_t>(std::min(wanted, static_cast<double>(most)));
  const std::int64_t need = std::max(active, least);
  if (need >= held_) {
    held_ = need;
    below_since_.reset();
  } else if (!below_since_) {
    below_since_ = now;
    largest_need_ = need;
  } else {
    largest_need_ = std::max(largest_need_, need);
  }
  if (below_since_ && now - *below_since_ >= delay_) {
    held_ = largest_need_;
    largest_need_ = need;
    below_since_.reset();
    if (need < held_) below_since_ = now;
  }
  held_ = std::min(held_, most);
  return {active, held_ - active};
}

ServiceModel::ServiceModel(const InferenceService& service, const Accelerator& accelerator)
    : replica_(replica_design(service, accelerator)),
      autoscaler_(service.replicas, service.scale_down_delay),
      per_replica_(service.target_utilisation.si() * replica_.most_requests()),
      patience_s_(seconds(service.patience)) {
  if (service.inter_token_target) {
    // Where even one request at a time is slower than asked for: one at a time, as near as it gets.
    const Frequency within = replica_.most_requests_within(*service.inter_token_target);
    per_replica_ = std::max(within, 1e-3 * replica_.most_requests());
  }
}

ServiceInterval ServiceModel::advance(Time now, Duration length, Frequency arrivals, std::int64_t available) {
  assert(length > Duration{0} && arrivals.si() >= 0);
  ServiceInterval s;
  const double span = seconds(length);
  const double asked = arrivals.si() + waiting_ / span;
  s.replicas = autoscaler_.plan(now, Frequency(asked), per_replica_, available);
  const auto active = static_cast<double>(s.replicas.active);
  const double capacity = active * replica_.most_requests().si();
  const double served = std::min(asked, capacity);
  const double left = std::max(0.0, (asked - served) * span);
  const double before = waiting_;
  waiting_ = std::min(left, capacity * patience_s_);
  s.arrivals = arrivals;
  s.served = Frequency(served);
  s.lost = Frequency((left - waiting_) / span);
  s.waiting = waiting_;
  s.saturated = waiting_ > 0 || s.lost.si() > 0;
  s.replica = replica_.at(Frequency(active > 0 ? served / active : 0.0));
  const auto width = static_cast<double>(replica_.accelerators());
  const Load one = width * s.replica.accelerator;
  s.accelerators = {active * one.mean + static_cast<double>(s.replicas.parked) * width * replica_.parked_power(),
                    active * one.variance};
  s.tokens_in = active * s.replica.tokens_in;
  s.tokens_out = active * s.replica.tokens_out;
  const TimeSpan queue(capacity > 0 ? 0.5 * (before + waiting_) / capacity : 0.0);
  s.first_token = s.replica.first_token + queue;
  s.inter_token = s.replica.inter_token;
  s.end_to_end = s.replica.end_to_end + queue;
  return s;
}

}  // namespace wattershed
