/// One replica of a language model that serves a stream of requests by continuous batching, as a fluid.
///
/// Every iteration runs one token of each running request and the prompts (or pieces of prompts) that were admitted.
///   tokens of an iteration  n = B + s        B running requests, s prompt tokens
///   compute     c = (2·N_active·n + attention) / (G·peak·η_c),   attention 2·L·d·prompt a prompt token, 4·L·d·K else
///   weights     m = W(n) / (G·bandwidth·η_m)                     of experts those that n tokens touch
///   iteration   t = max(c, m) + (1 − overlap)·min(c, m) + B·K·kv/(G·bandwidth·η_m) + 2·L·t_allreduce(2·n·d bytes)
///                   + host
///   K = prompt + output/2·(1 + v²)                               mean context; v: coefficient of variation of outputs
///   B_max = (G·memory·share − W)/(K·kv)
///
/// Rate and batch hang together through the number of requests x that would be running if nobody waited (an M/G/∞
/// queue): the replica is busy for the share 1 − e^−x, then with B = x/(1 − e^−x) requests. A request takes D =
/// max(1, output − 1) decode iterations, so B/D requests join an iteration; prompts come in pieces of at most
/// `prefill_tokens`, r = (B/D)·pieces an iteration, so a share φ = 1 − e^−r of the iterations has prompt tokens in it.
///   rate(x) = (1 − e^−x)·B/(D·t),  t = φ·t_with_prompts + (1 − φ)·t_decode
/// It rises with x; the rate asked for is inverted by regula falsi, and rate(B_max) is the most that a replica can
/// serve.
///
/// Latency   first token = half the iteration in progress + iterations of the prompt + wait for a place in the batch;
///           the wait is that of B_max servers: T·ρ^(√(2·(B_max+1)) − 1)/(B_max·(1 − ρ)), ρ at most 0.999
///           (Sakasegawa)
/// Power     of one accelerator, by phase (iterations with prompts, decode iterations, waiting with the model loaded):
///           mean and variance over time
/// Inputs    rate of requests [1/s]
/// Outputs   `ServingState`
/// Source    roofline and cache: Kwon et al., SOSP 2023 (PagedAttention), Yu et al., OSDI 2022 (Orca), Agrawal et al.,
///           OSDI 2024 (Sarathi-Serve); wait: Sakasegawa, Ann. Inst. Stat. Math. 29, 1977
/// Valid     minutes and more, accelerators of one server or one rack-wide link domain, decoder-only models; what was
///           measured is `serving_domain`: beyond, the same law goes on, but the wait, which stands at that of a load of
///           0.999 while requests beyond it are the service's to lose
/// Accuracy  models/workload/README.md: measured and modelled power, J/token and time between tokens side by side
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "models/compute/accelerator.hpp"
#include "models/compute/server_draw.hpp"
#include "models/workload/llm.hpp"
#include "sim/input/schema.hpp"
#include "sim/units/load.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// The engine that serves: what software and hardware make of the peak figures. A scenario may change each.
struct ServingEngine {
  Share compute_efficiency{0.6};       ///< of the dense peak, in matrix products
  Share memory_efficiency{0.6};        ///< of the memory bandwidth, up to 4 accelerators
  Share memory_efficiency_wide{0.45};  ///< of it, at 8 accelerators and more
  Share overlap{0.25};           ///< of the shorter of compute and weight streaming that hides behind the longer
  Share memory_share{0.9};       ///< of the memory, for weights and cache
  Share link_efficiency{0.65};   ///< of half the link bandwidth, in collectives
  TimeSpan link_latency{10e-6};  ///< of one all-reduce [s]
  TimeSpan host_time{0};         ///< of an iteration, on the host [s]
  TimeSpan host_time_per_request{10e-6};  ///< of an iteration, for each running request [s]
  double prefill_tokens = 8192;           ///< most prompt tokens of one request in an iteration
  Share host_utilisation{0.15};           ///< of the host while a batch runs
  void visit(Fields& f);
};

/// The requests' lengths.
struct RequestShape {
  double prompt_tokens = 1155;
  double output_tokens = 211;
  double output_variation = 1;  ///< standard deviation of output lengths over their mean
  [[nodiscard]] double mean_context() const {
    return prompt_tokens + 0.5 * output_tokens * (1 + output_variation * output_variation);
  }
};

/// Everything that a replica is made of.
struct ReplicaDesign {
  Llm llm;
  Accelerator accelerator;
  std::int64_t accelerators = 1;  ///< that share the model (tensor parallel)
  RequestShape requests;
  std::optional<std::int64_t> max_batch;  ///< most requests at a time, if the engine is told so
  std::optional<Power> power_cap;         ///< of one accelerator [W]
  ServingEngine engine;
};

/// One sentence that says why the model cannot be served so, with the fewest accelerators that could; empty when it
/// can: the weights and the cache of one request fit, and the catalog knows memory, bandwidth and throughput.
std::string fit_problem(const ReplicaDesign& design);
/// The fewest accelerators (1, 2, 4 … 1024) that hold the weights and the cache of `requests_at_once` requests of
/// full length; nothing when none do.
std::optional<std::int64_t> fewest_accelerators(const Llm& llm, const Accelerator& accelerator,
                                                const RequestShape& requests, const ServingEngine& engine,
                                                double requests_at_once = 1);

/// What replicas were held against (README.md): `serving_inputs` gives its inputs.
inline constexpr Domain<5> serving_domain{"serving of language models",
                                          {{{"prompt tokens", "1", 200, 8192},
                                            {"running requests", "1", 1, 256},
                                            {"accelerators of a replica", "1", 1, 8},
                                            {"bytes per parameter", "1", 1, 2},
                                            {"load over the most", "1", 0, 0.999}}},
                                          "ML.ENERGY v3 (batches of 8 to 256, 1 to 8 H100, 8 and 16 bits), Splitwise "
                                          "(prompts of 512 to 8192 tokens); prompts "
                                          "of 200 and batches below 8 assumed"};

/// One iteration.
struct Iteration {
  TimeSpan time;            ///< [s]
  double flop_share = 0;    ///< of the dense peak (model FLOP utilisation)
  double memory_share = 0;  ///< of the memory bandwidth
  Power power;              ///< of one accelerator [W]
};

/// How a replica spends its time.
enum class ServingPhase { prefill, decode, waiting };
inline constexpr std::size_t serving_phases = 3;

/// A replica at a rate of requests.
struct ServingState {
  struct Phase {
    Share share;              ///< of time
    double flop_share = 0;    ///< during the phase
    double memory_share = 0;  ///< during the phase
    Power power;              ///< of one accelerator [W]
    Share host_utilisation;   ///< during the phase
  };
  std::array<Phase, serving_phases> phases;  ///< by ServingPhase; shares add up to 1
  Load accelerator;                          ///< power of one accelerator; those of a replica are in lockstep
  double batch = 0;                          ///< running requests while there are any
  Share host_utilisation;                    ///< of the host, mean over time
  Frequency served;                          ///< requests [1/s]
  TokenRate tokens_in, tokens_out;           ///< [token/s]
  TimeSpan first_token;                      ///< from arrival, mean [s]
  TimeSpan inter_token;                      ///< mean [s]
  TimeSpan end_to_end;                       ///< mean [s]
  double load = 0;                           ///< rate over the most that can be served
  bool saturated = false;                    ///< the rate is at or over what can be served
  bool cache_limits = false;                 ///< saturated, and memory for the cache sets the largest batch

  [[nodiscard]] const Phase& phase(ServingPhase p) const { return phases[static_cast<std::size_t>(p)]; }
};

/// The phases with any length, as a server asks for them: lengths in shares of time.
/// Returns how many were written to `phases`.
std::size_t phase_powers(const ServingState& state, std::array<PhasePower, serving_phases>& phases);

std::array<double, 5> serving_inputs(const ReplicaDesign& design, const ServingState& state);

/// A replica, ready to be asked. Cheap: a few µs a question, no allocation.
class Replica {
 public:
  /// Precondition: `fit_problem(design)` is empty.
  explicit Replica(const ReplicaDesign& design);

  /// One iteration of `batch` running requests and `prompt_tokens` of new ones.
  [[nodiscard]] Iteration iteration(double batch, double prompt_tokens) const;
  /// The whole prompt of one request alone.
  [[nodiscard]] TimeSpan prefill_time() const;
  /// Most requests at a time, and whether the cache (not `max_batch`) sets it.
  [[nodiscard]] double largest_batch() const { return largest_batch_; }
  [[nodiscard]] bool cache_sets_largest_batch() const { return cache_sets_largest_batch_; }
  /// Most requests that it can serve [1/s].
  [[nodiscard]] Frequency most_requests() const { return Frequency(most_rate_); }
  /// Most requests while the mean time between tokens stays within `target` [1/s]; zero when even one is slower.
  [[nodiscard]] Frequency most_requests_within(TimeSpan target) const;

  /// The replica at a rate; over `most_requests()` it serves that many and says so.
  [[nodiscard]] ServingState at(Frequency rate) const;
  /// The replica with `batch` requests always running, as a benchmark drives it.
  [[nodiscard]] ServingState full(double batch) const;
  /// Loaded, without work: what a parked replica's accelerator draws [W].
  [[nodiscard]] Power parked_power() const { return accelerator_.parked(); }
  [[nodiscard]] std::int64_t accelerators() const { return accelerators_; }

 private:
  struct Mix {                                   // of the iterations at a number of running requests
    double prompt_share = 0, prompt_tokens = 0;  // φ, s
  };
  [[nodiscard]] Mix mix(double batch) const;
  [[nodiscard]] double rate_at(double offered) const;
  [[nodiscard]] double offered_at(double rate) const;  // its inverse, 0 < rate < most_rate_
  [[nodiscard]] ServingState state(double batch, double busy, double rate) const;
  [[nodiscard]] Iteration uncapped(double batch, double prompt_tokens) const;
  // Time [s] of an iteration; the same as iteration().time, without its power where that costs nothing in time.
  [[nodiscard]] double time_s(double batch, double prompt_tokens) const;
  [[nodiscard]] double mean_time_s(double batch) const;

  Llm llm_;
  Accelerator accelerator_;
  RequestShape requests_;
  std::int64_t accelerators_;
  double decode_steps_, piece_, pieces_;   // D, tokens of a piece of a prompt, pieces of a prompt
  double flop_s_, byte_s_;                 // peaks of all accelerators together
  double flop_token_, flop_prompt_token_;  // FLOP of a decoded and of a prompt token
  double compute_s_, stream_s_;            // seconds a FLOP, seconds a byte, with efficiencies
  double cache_bytes_, link_s_, links_s_, host_s_, host_request_s_, overlap_;
  Share host_busy_;
  std::optional<Power> cap_;
  double largest_batch_ = 1, most_rate_ = 0, most_offered_ = 0;
  bool cache_sets_largest_batch_ = true;
};

}  // namespace wattershed
