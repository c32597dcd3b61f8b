#include "models/workload/serving.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/compute/power_cap.hpp"

namespace wattershed {

namespace {

constexpr std::int64_t most_accelerators = 1024;
constexpr double most_queue_load = 0.999;
constexpr double always_busy = 40;  // offered requests at which 1 − e^−x is 1 to the last bit

double memory_left(const Llm& llm, const Accelerator& accelerator, const ServingEngine& engine, double accelerators) {
  return accelerators * accelerator.memory.value_or(Information{}).si() * engine.memory_share.si() -
         llm.weight_bytes();
}

double memory_efficiency(const ServingEngine& engine, double accelerators) {
  const double narrow = engine.memory_efficiency.si();
  const double wide = engine.memory_efficiency_wide.si();
  if (accelerators <= 4) return narrow;
  if (accelerators >= 8) return wide;
  return narrow + (wide - narrow) * (accelerators - 4) / 4;
}

double dense_peak(const Llm& llm, const Accelerator& accelerator) {
  const Frequency wide = accelerator.dense_16_bit.value_or(Frequency{});
  if (llm.bytes_per_parameter <= 1) return accelerator.dense_8_bit.value_or(wide).si();
  return wide.si();
}

std::string gigabytes(double bytes) { return fmt::format("{:.3g} GB", bytes / 1e9); }

}  // namespace

void ServingEngine::visit(Fields& f) {
  const std::string_view check = "decode of Llama 3.1 8B, 70B and 405B at batch 8 in the ML.ENERGY benchmark v3";
  f.optional("compute_efficiency", compute_efficiency,
             {.help = "share of the dense peak that matrix products reach",
              .at_most = 1,
              .above = 0,
              .source = "Calculon's table for H100 gives 0.6 to 0.95 by the size of the product; its lower end",
              .kind = ValueKind::assumed});
  f.optional("memory_efficiency", memory_efficiency,
             {.help = "share of the memory bandwidth that decoding reaches on 1 to 4 accelerators",
              .at_most = 1,
              .above = 0,
              .source = check,
              .kind = ValueKind::modelled});
  f.optional("memory_efficiency_wide", memory_efficiency_wide,
             {.help = "the same on 8 accelerators and more",
              .at_most = 1,
              .above = 0,
              .source = check,
              .kind = ValueKind::modelled});
  f.optional(
      "overlap", overlap,
      {.help = "share of the shorter of compute and weight streaming that hides behind the longer one",
       .at_least = 0,
       .at_most = 1,
       .source = "a choice between none and all; the time between tokens of the ML.ENERGY benchmark v3 grows from "
                 "batch 8 to 256 as with 0 to 0.5",
       .kind = ValueKind::assumed});
  f.optional("memory_share", memory_share,
             {.help = "share of the memory for weights and cache",
              .at_most = 1,
              .above = 0,
              .source = "default of vLLM (gpu_memory_utilization), remembered",
              .kind = ValueKind::assumed});
  f.optional("link_efficiency", link_efficiency,
             {.help = "share of half the link bandwidth that collectives reach",
              .at_most = 1,
              .above = 0,
              .source = "Calculon, NVLink of H100",
              .kind = ValueKind::published});
  f.optional("link_latency", link_latency,
             {.help = "latency of one all-reduce",
              .at_least = 0,
              .source = "Calculon, NVLink of H100",
              .kind = ValueKind::published,
              .example = "10 us"});
  f.optional("host_time", host_time,
             {.help = "time of an iteration that the accelerators wait for the host",
              .at_least = 0,
              .source = "none beside what is in memory_efficiency, which was measured over whole iterations",
              .kind = ValueKind::modelled,
              .example = "0.5 ms"});
  f.optional("host_time_per_request", host_time_per_request,
             {.help = "the same for each running request",
              .at_least = 0,
              .source = "a choice; no measurement found",
              .kind = ValueKind::assumed,
              .example = "10 us"});
  f.optional("prefill_tokens", prefill_tokens,
             {.help = "most prompt tokens of one request in an iteration",
              .at_least = 1,
              .source = "max_num_batched_tokens in the ML.ENERGY benchmark's settings for vLLM 0.11 on H100",
              .kind = ValueKind::published});
  f.optional("host_utilisation", host_utilisation,
             {.help = "utilisation of the host while a batch runs",
              .at_least = 0,
              .at_most = 1,
              .source = "the example node of LLMServingSim 2.0",
              .kind = ValueKind::published});
}

std::optional<std::int64_t> fewest_accelerators(const Llm& llm, const Accelerator& accelerator,
                                                const RequestShape& requests, const ServingEngine& engine,
                                                double requests_at_once) {
  const double cache =
      requests_at_once * (requests.prompt_tokens + requests.output_tokens) * llm.cache_bytes_per_token();
  for (std::int64_t n = 1; n <= most_accelerators; n *= 2)
    if (memory_left(llm, accelerator, engine, static_cast<double>(n)) >= cache) return n;
  return std::nullopt;
}

std::string fit_problem(const ReplicaDesign& design) {
  const Accelerator& a = design.accelerator;
  if (!a.memory || !a.memory_bandwidth) return "the accelerator's memory and memory_bandwidth are not known";
  if (dense_peak(design.llm, a) <= 0) return "the accelerator's dense_16_bit throughput is not known";
  if (design.accelerators > 1 && !a.link_bandwidth) return "the accelerator's link_bandwidth is not known";
  const double tokens = design.requests.prompt_tokens + design.requests.output_tokens;
  const double cache = tokens * design.llm.cache_bytes_per_token();
  const auto count = static_cast<double>(design.accelerators);
  if (memory_left(design.llm, a, design.engine, count) >= cache) return {};
  const auto fewest = fewest_accelerators(design.llm, a, design.requests, design.engine);
  return fmt::format(
      "the model does not fit: {} of weights and {} of cache for one request of {:.6g} tokens, but {} accelerator{} "
      "offer{} {} ({:.3g} % of {}); {}",
      gigabytes(design.llm.weight_bytes()), gigabytes(cache), tokens, design.accelerators,
      design.accelerators == 1 ? "" : "s", design.accelerators == 1 ? "s" : "",
      gigabytes(count * a.memory->si() * design.engine.memory_share.si()), 100 * design.engine.memory_share.si(),
      gigabytes(count * a.memory->si()),
      fewest ? fmt::format("{} accelerators would hold it", *fewest)
             : fmt::format("not even {} would hold it", most_accelerators));
}

Replica::Replica(const ReplicaDesign& design)
    : llm_(design.llm),
      accelerator_(design.accelerator),
      requests_(design.requests),
      accelerators_(design.accelerators) {
  assert(fit_problem(design).empty());
  const ServingEngine& engine = design.engine;
  const auto count = static_cast<double>(accelerators_);
  const auto layers = static_cast<double>(llm_.layers);
  const auto width = static_cast<double>(llm_.hidden_size);
  const double context = requests_.mean_context();
  decode_steps_ = std::max(1.0, requests_.output_tokens - 1);
  pieces_ = std::max(1.0, std::ceil(requests_.prompt_tokens / engine.prefill_tokens));
  piece_ = requests_.prompt_tokens / pieces_;
  flop_s_ = count * dense_peak(llm_, accelerator_);
  byte_s_ = count * accelerator_.memory_bandwidth->si();
  flop_token_ = 2 * llm_.active() + 4 * layers * width * context;
  flop_prompt_token_ = 2 * llm_.active() + 2 * layers * width * requests_.prompt_tokens;
  compute_s_ = 1 / (flop_s_ * engine.compute_efficiency.si());
  stream_s_ = 1 / (byte_s_ * memory_efficiency(engine, count));
  cache_bytes_ = context * llm_.cache_bytes_per_token();
  if (accelerators_ > 1) {
    const double direction = accelerator_.link_bandwidth->si() / 2 * engine.link_efficiency.si();
    links_s_ = 2 * layers * engine.link_latency.si();
    link_s_ = 2 * layers * 2 * (count - 1) / count * 2 * width / direction;
  } else {
    links_s_ = link_s_ = 0;
  }
  host_s_ = engine.host_time.si();
  host_request_s_ = engine.host_time_per_request.si();
  overlap_ = engine.overlap.si();
  host_busy_ = engine.host_utilisation;
  if (design.power_cap && *design.power_cap < accelerator_.max_power) cap_ = design.power_cap;

  const double by_cache = std::max(1.0, memory_left(llm_, accelerator_, engine, count) / cache_bytes_);
  cache_sets_largest_batch_ = !design.max_batch || by_cache <= static_cast<double>(*design.max_batch);
  largest_batch_ = cache_sets_largest_batch_ ? by_cache : static_cast<double>(*design.max_batch);
  most_offered_ = std::max(largest_batch_, always_busy);
  most_rate_ = rate_at(most_offered_);
}

Iteration Replica::uncapped(double batch, double prompt_tokens) const {
  const double tokens = batch + prompt_tokens;
  const double flop = batch * flop_token_ + prompt_tokens * flop_prompt_token_;
  const double weights = llm_.weight_bytes_touched(tokens);
  const double cache = batch * cache_bytes_;
  const double compute = flop * compute_s_;
  const double stream = weights * stream_s_;
  const double time = std::max(compute, stream) + (1 - overlap_) * std::min(compute, stream) + cache * stream_s_ +
                      links_s_ + tokens * link_s_ + host_s_ + batch * host_request_s_;
  return {TimeSpan(time), flop / (time * flop_s_), (weights + cache) / (time * byte_s_), {}};
}

Iteration Replica::iteration(double batch, double prompt_tokens) const {
  Iteration i = uncapped(batch, prompt_tokens);
  i.power = busy_power(accelerator_, i.flop_share, i.memory_share);
  if (cap_) {
    const CappedActivity held =
        capped(accelerator_, prompt_tokens > 0 ? Activity::prefill : Activity::decode, i.power, *cap_);
    i = {i.time * held.slowdown, i.flop_share / held.slowdown, i.memory_share / held.slowdown, held.power};
  }
  return i;
}

double Replica::time_s(double batch, double prompt_tokens) const {
  return (cap_ ? iteration(batch, prompt_tokens) : uncapped(batch, prompt_tokens)).time.si();
}

// Illinois: regula falsi that halves the weight of an end kept twice.
double Replica::offered_at(double rate) const {
  double low = std::min(rate * decode_steps_ * mean_time_s(1), most_offered_);  // Little's law at the shortest time
  double high = most_offered_;
  double below = rate_at(low) - rate;
  double above = most_rate_ - rate;
  if (below >= 0) return low;
  for (int i = 0, kept = 0; i < 100 && high - low > 1e-13 * high; ++i) {
    const double middle = std::clamp((low * above - high * below) / (above - below), low, high);
    const double there = rate_at(middle) - rate;
    if (std::abs(there) <= 1e-13 * rate) return middle;
    if (there < 0) {
      low = middle;
      below = there;
      if (kept < 0) above /= 2;
      kept = -1;
    } else {
      high = middle;
      above = there;
      if (kept > 0) below /= 2;
      kept = 1;
    }
  }
  return high;
}

TimeSpan Replica::prefill_time() const { return pieces_ * iteration(0, piece_).time; }

Replica::Mix Replica::mix(double batch) const {
  Mix m;
  const double pieces = batch / decode_steps_ * pieces_;  // that join an iteration
  m.prompt_share = -std::expm1(-pieces);
  m.prompt_tokens = pieces * piece_ / m.prompt_share;
  return m;
}

double Replica::mean_time_s(double batch) const {
  const Mix m = mix(batch);
  return m.prompt_share * time_s(batch, m.prompt_tokens) + (1 - m.prompt_share) * time_s(batch, 0);
}

double Replica::rate_at(double offered) const {
  const double busy = -std::expm1(-offered);
  const double batch = std::min(offered / busy, largest_batch_);
  return busy * batch / (decode_steps_ * mean_time_s(batch));
}

ServingState Replica::state(double batch, double busy, double rate) const {
  ServingState s;
  const Mix m = mix(batch);
  const Iteration with_prompts = iteration(batch, m.prompt_tokens);
  const Iteration plain = iteration(batch, 0);
  const double prompt_time = m.prompt_share * with_prompts.time.si();
  const double mean_time = prompt_time + (1 - m.prompt_share) * plain.time.si();
  const double prompts = busy * prompt_time / mean_time;
  const double decode = std::max(0.0, busy - prompts);
  s.phases[0] = {Share(prompts), with_prompts.flop_share, with_prompts.memory_share, with_prompts.power, host_busy_};
  s.phases[1] = {Share(decode), plain.flop_share, plain.memory_share, plain.power, host_busy_};
  s.phases[2] = {Share(std::max(0.0, 1 - prompts - decode)), 0, 0, accelerator_.parked(), Share(0)};
  double mean = 0;
  for (const auto& p : s.phases) mean += p.share.si() * p.power.si();
  double variance = 0;
  for (const auto& p : s.phases) variance += p.share.si() * (p.power.si() - mean) * (p.power.si() - mean);
  s.accelerator = {Power(mean), PowerVariance(variance)};
  s.batch = batch;
  s.host_utilisation = Share(busy * host_busy_.si());
  s.served = Frequency(rate);
  s.tokens_in = TokenRate(rate * requests_.prompt_tokens);
  s.tokens_out = TokenRate(rate * requests_.output_tokens);
  s.load = rate / most_rate_;
  const double first = 0.5 * busy * mean_time + pieces_ * with_prompts.time.si();
  const double served_s = first + decode_steps_ * mean_time;
  const double load = std::min(s.load, most_queue_load);
  const double wait =
      served_s * std::pow(load, std::sqrt(2 * (largest_batch_ + 1)) - 1) / (largest_batch_ * (1 - load));
  s.inter_token = TimeSpan(mean_time);
  s.first_token = TimeSpan(wait + first);
  s.end_to_end = TimeSpan(wait + served_s);
  return s;
}

ServingState Replica::at(Frequency rate) const {
  assert(rate.si() >= 0);
  ServingState s;
  if (rate.si() >= most_rate_) {
    const double busy = -std::expm1(-most_offered_);
    s = state(std::min(most_offered_ / busy, largest_batch_), busy, most_rate_);
    s.load = rate.si() / most_rate_;
    s.saturated = true;
    s.cache_limits = cache_sets_largest_batch_;
    return s;
  }
  const double offered = rate.si() > 0 ? offered_at(rate.si()) : 0.0;
  const double busy = -std::expm1(-offered);
  const double batch = busy > 0 ? std::min(offered / busy, largest_batch_) : 1.0;
  s = state(batch, busy, rate.si());
  if (busy == 0) s.batch = 0;
  return s;
}

ServingState Replica::full(double batch) const {
  batch = std::clamp(batch, 1.0, largest_batch_);
  return state(batch, 1, batch / (decode_steps_ * mean_time_s(batch)));
}

std::array<double, 5> serving_inputs(const ReplicaDesign& design, const ServingState& state) {
  // A replica without a request is asked nothing of its batch.
  return {design.requests.prompt_tokens, std::max(state.batch, 1.0), static_cast<double>(design.accelerators),
          design.llm.bytes_per_parameter, state.load};
}

std::size_t phase_powers(const ServingState& state, std::array<PhasePower, serving_phases>& phases) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < serving_phases; ++i) {
    const ServingState::Phase& p = state.phases[i];
    if (p.share.si() > 0) phases[count++] = {p.share.si(), p.power, p.host_utilisation.si()};
  }
  return count;
}

Frequency Replica::most_requests_within(TimeSpan target) const {
  if (mean_time_s(1) > target.si()) return Frequency{};
  if (mean_time_s(largest_batch_) <= target.si()) return most_requests();
  double low = 0, high = most_offered_;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    const double batch = middle > 0 ? middle / -std::expm1(-middle) : 1.0;
    (mean_time_s(std::min(batch, largest_batch_)) <= target.si() ? low : high) = middle;
  }
  return Frequency(low > 0 ? rate_at(low) : 0.0);
}

}  // namespace wattershed
