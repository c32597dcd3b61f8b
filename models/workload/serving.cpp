#include "models/workload/serving.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

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
  f.optional("overlap", overlap,
             {.help = "share of the shorter of compute and weight streaming that hides behind the longer one",
              .at_least = 0,
              .at_most = 1,
              .source = "growth of the time between tokens from batch 8 to 256 in the ML.ENERGY benchmark v3",
              .kind = ValueKind::modelled});
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
             {.help = "time of an iteration spent on the host",
              .at_least = 0,
              .source = "a choice; no measurement found",
              .kind = ValueKind::assumed,
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
              .source = "default of vLLM (max_num_batched_tokens), remembered",
              .kind = ValueKind::assumed});
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
  parked_w_ = 0.17 * accelerator_.max_power.si();
  cap_w_ = std::max(parked_w_, design.power_cap.value_or(accelerator_.max_power).si());

  const double by_cache = std::max(1.0, memory_left(llm_, accelerator_, engine, count) / cache_bytes_);
  cache_sets_largest_batch_ = !design.max_batch || by_cache <= static_cast<double>(*design.max_batch);
  largest_batch_ = cache_sets_largest_batch_ ? by_cache : static_cast<double>(*design.max_batch);
  most_offered_ = std::max(largest_batch_, always_busy);
  most_rate_ = rate_at(most_offered_);
}

Iteration Replica::iteration(double batch, double prompt_tokens) const {
  const double tokens = batch + prompt_tokens;
  const double flop = batch * flop_token_ + prompt_tokens * flop_prompt_token_;
  const double weights = llm_.weight_bytes_touched(tokens);
  const double cache = batch * cache_bytes_;
  const double compute = flop * compute_s_;
  const double stream = weights * stream_s_;
  const double time = std::max(compute, stream) + (1 - overlap_) * std::min(compute, stream) + cache * stream_s_ +
                      links_s_ + tokens * link_s_ + host_s_ + batch * host_request_s_;
  return {TimeSpan(time), flop / (time * flop_s_), (weights + cache) / (time * byte_s_)};
}

TimeSpan Replica::prefill_time() const { return pieces_ * iteration(0, piece_).time; }

Replica::Mix Replica::mix(double batch) const {
  Mix m;
  const double pieces = batch / decode_steps_ * pieces_;  // that join an iteration
  m.prompt_share = -std::expm1(-pieces);
  m.prompt_tokens = m.prompt_share > 0 ? pieces * piece_ / m.prompt_share : piece_;
  m.with_prompts = iteration(batch, m.prompt_tokens);
  m.decode = iteration(batch, 0);
  m.time_s = m.prompt_share * m.with_prompts.time.si() + (1 - m.prompt_share) * m.decode.time.si();
  return m;
}

double Replica::rate_at(double offered) const {
  const double busy = -std::expm1(-offered);
  const double batch = std::min(offered / busy, largest_batch_);
  return busy * batch / (decode_steps_ * mix(batch).time_s);
}

double Replica::power_w(const Iteration& i) const {
  const double use = std::clamp(i.flop_share / 0.45 + 0.75 * i.memory_share, 0.0, 1.0);
  const double watts = parked_w_ + (accelerator_.max_power.si() - parked_w_) * std::pow(use, 0.7);
  return std::min(watts, cap_w_);
}

ServingState Replica::state(double batch, double busy, double rate) const {
  ServingState s;
  const Mix m = mix(batch);
  const double prompts = busy * m.prompt_share * m.with_prompts.time.si() / m.time_s;
  const double decode = std::max(0.0, busy - prompts);
  s.phases[0] = {Share(prompts), m.with_prompts.flop_share, m.with_prompts.memory_share,
                 Power(power_w(m.with_prompts))};
  s.phases[1] = {Share(decode), m.decode.flop_share, m.decode.memory_share, Power(power_w(m.decode))};
  s.phases[2] = {Share(1 - prompts - decode), 0, 0, Power(parked_w_)};
  double mean = 0;
  for (const auto& p : s.phases) mean += p.share.si() * p.power.si();
  double variance = 0;
  for (const auto& p : s.phases) variance += p.share.si() * (p.power.si() - mean) * (p.power.si() - mean);
  s.accelerator = {Power(mean), PowerVariance(variance)};
  s.batch = batch;
  s.host_utilisation = Share(busy);
  s.served = Frequency(rate);
  s.tokens_in = TokenRate(rate * requests_.prompt_tokens);
  s.tokens_out = TokenRate(rate * requests_.output_tokens);
  s.load = rate / most_rate_;
  const double first = 0.5 * busy * m.time_s + pieces_ * m.with_prompts.time.si();
  const double served_s = first + decode_steps_ * m.time_s;
  const double load = std::min(s.load, most_queue_load);
  const double wait =
      served_s * std::pow(load, std::sqrt(2 * (largest_batch_ + 1)) - 1) / (largest_batch_ * (1 - load));
  s.inter_token = TimeSpan(m.time_s);
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
  double low = 0, high = most_offered_;
  for (int i = 0; i < 60 && high - low > 1e-13 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (rate_at(middle) < rate.si() ? low : high) = middle;
  }
  const double busy = rate.si() > 0 ? -std::expm1(-high) : 0.0;
  const double batch = busy > 0 ? std::min(high / busy, largest_batch_) : 1.0;
  s = state(batch, busy, rate.si());
  if (busy == 0) s.batch = 0;
  return s;
}

ServingState Replica::full(double batch) const {
  batch = std::clamp(batch, 1.0, largest_batch_);
  return state(batch, 1, batch / (decode_steps_ * mix(batch).time_s));
}

Frequency Replica::most_requests_within(TimeSpan target) const {
  if (mix(1).time_s > target.si()) return Frequency{};
  if (mix(largest_batch_).time_s <= target.si()) return most_requests();
  double low = 0, high = most_offered_;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    const double batch = middle > 0 ? middle / -std::expm1(-middle) : 1.0;
    (mix(std::min(batch, largest_batch_)).time_s <= target.si() ? low : high) = middle;
  }
  return Frequency(low > 0 ? rate_at(low) : 0.0);
}

}  // namespace wattershed
