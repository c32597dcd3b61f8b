// A replica: limits, monotony, conservation, saturation; and its inversion of the rate against a slow search.
#include "models/workload/serving.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>

#include "tests/models/workload/source_catalog.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

ReplicaDesign chat(const std::string& model, std::int64_t accelerators, const std::string& chip = "h100-sxm") {
  ReplicaDesign design;
  design.llm = llm(model);
  design.accelerator = accelerator(chip);
  design.accelerators = accelerators;
  design.requests = {.prompt_tokens = 500, .output_tokens = 300, .output_variation = 1};
  return design;
}

const char* const models[] = {"llama-3-8b",    "llama-3-70b",     "mixtral-8x7b",
                              "qwen3-30b-a3b", "qwen3-235b-a22b", "{use: llama-3-405b, bytes_per_parameter: 1}",
                              "opt-13b",       "deepseek-v3"};
const char* const chips[] = {"a100-80-sxm", "h100-sxm", "h200-sxm", "b200-sxm"};

struct RandomReplica {
  ReplicaDesign design;
  bool fits = false;
};

RandomReplica random_replica(std::mt19937_64& engine) {
  const auto uniform = [&](double low, double high) { return std::uniform_real_distribution(low, high)(engine); };
  RandomReplica r;
  r.design = chat(models[engine() % std::size(models)], 1, chips[engine() % std::size(chips)]);
  r.design.requests = {.prompt_tokens = std::round(std::exp(uniform(0, 10))),
                       .output_tokens = std::round(std::exp(uniform(0, 8))),
                       .output_variation = uniform(0, 2)};
  if (engine() % 2 == 0) r.design.max_batch = 1 + static_cast<std::int64_t>(engine() % 300);
  if (engine() % 3 == 0) r.design.power_cap = uniform(0.15, 1.1) * r.design.accelerator.max_power;
  r.design.engine.overlap = Share(uniform(0, 1));
  r.design.engine.prefill_tokens = std::round(std::exp(uniform(5, 10)));
  const auto fewest = fewest_accelerators(r.design.llm, r.design.accelerator, r.design.requests, r.design.engine);
  if (fewest) r.design.accelerators = *fewest << (engine() % 3);
  r.fits = fewest && fit_problem(r.design).empty();
  return r;
}

void check_sane(const ReplicaDesign& design, const ServingState& s) {
  const double park = design.accelerator.parked().si();
  const double peak = design.accelerator.max_power.si();
  double sum = 0;
  for (const auto& phase : s.phases) {
    CHECK(phase.share.si() >= 0);
    CHECK(phase.share.si() <= 1 + 1e-12);
    CHECK(phase.flop_share >= 0);
    CHECK(phase.flop_share <= 1);
    CHECK(phase.memory_share >= 0);
    CHECK(phase.memory_share <= 1);
    CHECK(phase.power.si() >= park * (1 - 1e-12));
    CHECK(phase.power.si() <= peak * (1 + 1e-12));
    sum += phase.share.si();
  }
  CHECK(sum == doctest::Approx(1).epsilon(1e-12));
  CHECK(s.accelerator.mean.si() >= park * (1 - 1e-12));
  CHECK(s.accelerator.mean.si() <= peak * (1 + 1e-12));
  CHECK(s.accelerator.variance.si() >= 0);
  CHECK(s.accelerator.variance.si() <= (peak - park) * (peak - park) / 4 * (1 + 1e-9));
  CHECK(std::isfinite(s.end_to_end.si()));
  CHECK(s.first_token.si() > 0);
  CHECK(s.inter_token.si() > 0);
  CHECK(s.end_to_end.si() > s.first_token.si());
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("one token at a time streams the weights; a long prompt computes") {
    ReplicaDesign design = chat("llama-3-8b", 1);
    design.engine.host_time_per_request = TimeSpan(0);
    const Replica replica(design);
    const double bytes = 8.03e9 * 2 + design.requests.mean_context() * 131072;
    const double small = 2 * 8.03e9 + 4 * 32 * 4096 * design.requests.mean_context();
    const double stream = bytes / (0.6 * 3.35e12);
    const double compute = small / (0.6 * 989e12);
    CHECK(replica.iteration(1, 0).time.si() == doctest::Approx(stream + 0.75 * compute).epsilon(1e-12));
    CHECK(compute < 0.01 * stream);
    CHECK(replica.iteration(1, 0).memory_share == doctest::Approx(0.6).epsilon(0.01));
    // A prompt of 8000 tokens: 2·N + 2·L·d·S FLOP a token, the weights beside it.
    design.requests.prompt_tokens = 8000;
    const Replica long_prompt(design);
    const double flop = 8000 * (2 * 8.03e9 + 2.0 * 32 * 4096 * 8000);
    const double weights = 8.03e9 * 2 / (0.6 * 3.35e12);
    CHECK(long_prompt.prefill_time().si() == doctest::Approx(flop / (0.6 * 989e12) + 0.75 * weights).epsilon(1e-12));
    CHECK(long_prompt.iteration(0, 8000).flop_share > 0.55);
  }

  TEST_CASE("full overlap is the roofline") {
    ReplicaDesign design = chat("llama-3-8b", 1);
    design.engine.overlap = Share(1);
    design.engine.host_time_per_request = TimeSpan(0);
    const Replica replica(design);
    const double weights = 8.03e9 * 2 / (0.6 * 3.35e12);
    CHECK(replica.iteration(0, 1).time.si() == doctest::Approx(weights).epsilon(1e-12));
    const double token = (2 * 8.03e9 + 2.0 * 32 * 4096 * 500) / (0.6 * 989e12);
    CHECK(replica.iteration(0, 1e5).time.si() == doctest::Approx(1e5 * token).epsilon(1e-12));
  }

  TEST_CASE("all-reduces: twice a layer, latency and volume") {
    ReplicaDesign design = chat("llama-3-70b", 4);
    const double with = Replica(design).iteration(100, 0).time.si();
    design.engine.link_latency = TimeSpan(0);
    const double without_latency = Replica(design).iteration(100, 0).time.si();
    design.engine.link_efficiency = Share(0.325);
    const double slower = Replica(design).iteration(100, 0).time.si();
    CHECK(with - without_latency == doctest::Approx(2 * 80 * 10e-6).epsilon(1e-9));
    const double volume = 2 * 80 * (2 * 3.0 / 4 * 100 * 8192 * 2) / (450e9 * 0.65);
    CHECK(slower - without_latency == doctest::Approx(volume).epsilon(1e-9));
  }

  TEST_CASE("the cache limits the batch, or the engine is told a smaller one") {
    ReplicaDesign design = chat("llama-3-8b", 1);
    const double left = 0.9 * 80e9 - 8.03e9 * 2;
    CHECK(Replica(design).largest_batch() == doctest::Approx(left / (800 * 131072.0)).epsilon(1e-12));
    CHECK(Replica(design).cache_sets_largest_batch());
    CHECK(Replica(design).at(Frequency(1e9)).cache_limits);
    CHECK_FALSE(Replica(design).at(Frequency(0.1)).cache_limits);
    design.max_batch = 64;
    CHECK(Replica(design).largest_batch() == 64);
    const ServingState full = Replica(design).at(Frequency(1e9));
    CHECK_FALSE(full.cache_limits);
    CHECK(full.saturated);
    CHECK(full.batch == 64);
  }

  TEST_CASE("a model that fits nowhere is told so, with the fewest accelerators that hold it") {
    ReplicaDesign design = chat("llama-3-70b", 1);
    const std::string problem = fit_problem(design);
    CHECK(problem.find("141 GB of weights") != std::string::npos);
    CHECK(problem.find("1 accelerator offers 72 GB") != std::string::npos);
    CHECK(problem.find("2 accelerators would hold it") != std::string::npos);
    design.accelerators = 2;
    CHECK(fit_problem(design).empty());
    design.requests.prompt_tokens = 1e7;  // 3.3 TB of cache for one request
    CHECK(fit_problem(design).find("64 accelerators would hold it") != std::string::npos);
    design.requests.prompt_tokens = 1e9;
    CHECK(fit_problem(design).find("not even 1024") != std::string::npos);
    design = chat("llama-3-8b", 1, "tpu-v3");
    design.accelerator.memory_bandwidth.reset();
    CHECK(fit_problem(design).find("memory_bandwidth") != std::string::npos);
  }

  TEST_CASE("no requests: waiting all the time, nothing swings") {
    const ReplicaDesign design = chat("llama-3-8b", 1);
    const Replica replica(design);
    const ServingState s = replica.at(Frequency(0));
    CHECK(s.phase(ServingPhase::waiting).share.si() == 1);
    CHECK(s.accelerator.mean == replica.parked_power());
    CHECK(s.accelerator.variance.si() == 0);
    CHECK(s.tokens_out.si() == 0);
    CHECK(s.batch == 0);
    CHECK_FALSE(s.saturated);
    check_sane(design, s);
  }

  TEST_CASE("one request now and then takes its own time") {
    const Replica replica(chat("llama-3-8b", 1));
    const double alone = replica.prefill_time().si() + 299 * replica.iteration(1, 0).time.si();
    const ServingState s = replica.at(Frequency(1e-4));
    CHECK(s.end_to_end.si() == doctest::Approx(alone).epsilon(0.01));
    CHECK(1 - s.phase(ServingPhase::waiting).share.si() == doctest::Approx(1e-4 * alone).epsilon(0.01));
    CHECK(s.batch == doctest::Approx(1).epsilon(1e-3));
  }

  TEST_CASE("the rate is inverted: batch, busy share and iterations give it back") {
    const Replica replica(chat("llama-3-70b", 4));
    for (const double load : {1e-6, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.999}) {
      CAPTURE(load);
      const ServingState s = replica.at(load * replica.most_requests());
      const double busy = 1 - s.phase(ServingPhase::waiting).share.si();
      CHECK(busy * s.batch / (299 * s.inter_token.si()) ==
            doctest::Approx(load * replica.most_requests().si()).epsilon(1e-9));
      CHECK(s.load == doctest::Approx(load).epsilon(1e-12));
    }
  }

  TEST_CASE("more requests: more power, fewer joules a token, longer waits; up to saturation and no further") {
    for (const char* name : {"llama-3-8b", "llama-3-70b", "qwen3-30b-a3b"}) {
      CAPTURE(name);
      const Replica replica(chat(name, 4));
      double power = 0, energy = 1e30, between = 0, whole = 0, batch = 0;
      for (int i = 1; i <= 60; ++i) {
        const ServingState s = replica.at(i / 60.0 * replica.most_requests());
        const double joules = 4 * s.accelerator.mean.si() / s.tokens_out.si();
        CHECK(s.accelerator.mean.si() > power);
        CHECK(joules < energy);
        CHECK(s.inter_token.si() > between);
        CHECK(s.end_to_end.si() > whole);
        CHECK(s.batch > batch);
        power = s.accelerator.mean.si();
        energy = joules;
        between = s.inter_token.si();
        whole = s.end_to_end.si();
        batch = s.batch;
      }
      const ServingState over = replica.at(2.0 * replica.most_requests());
      CHECK(over.saturated);
      CHECK(over.load == doctest::Approx(2));
      CHECK(over.served.si() == doctest::Approx(replica.most_requests().si()).epsilon(1e-12));
      CHECK(over.accelerator.mean.si() == doctest::Approx(power).epsilon(1e-9));
      CHECK(over.phase(ServingPhase::waiting).share.si() == doctest::Approx(0));
    }
  }

  TEST_CASE("a target for the time between tokens is kept, and no rate is left on the table") {
    const Replica replica(chat("llama-3-70b", 4));
    const double lone = replica.at(Frequency(1e-6)).inter_token.si();
    for (const double factor : {1.2, 2.0}) {
      const TimeSpan target(factor * lone);
      const Frequency rate = replica.most_requests_within(target);
      CHECK(rate < replica.most_requests());
      CHECK(replica.at(rate).inter_token.si() == doctest::Approx(target.si()).epsilon(1e-6));
    }
    CHECK(replica.most_requests_within(TimeSpan(0.5 * lone)).si() == 0);
    CHECK(replica.most_requests_within(TimeSpan(1e3)) == replica.most_requests());
  }

  TEST_CASE("a power cap is kept and costs decoding little") {
    ReplicaDesign design = chat("llama-3-8b", 1);
    const ServingState free = Replica(design).full(64);
    design.power_cap = Power(350);
    const Replica capped(design);
    const ServingState held = capped.full(64);
    CHECK(held.accelerator.mean.si() <= 350 * (1 + 1e-12));
    CHECK(held.inter_token.si() > free.inter_token.si());
    CHECK(held.inter_token.si() < 1.3 * free.inter_token.si());
    design.power_cap = Power(10);  // below what a loaded model draws: as low as the clocks go
    CHECK(Replica(design).full(64).accelerator.mean >= Replica(design).parked_power());
  }

  TEST_CASE("phases as a server asks for them: shares of time, none empty") {
    const Replica replica(chat("llama-3-8b", 1));
    std::array<PhasePower, serving_phases> phases;
    CHECK(phase_powers(replica.at(Frequency(0)), phases) == 1);
    CHECK(phases[0].length_s == 1);
    CHECK(phases[0].host_utilisation == 0);
    const ServingState little = replica.at(0.01 * replica.most_requests());
    REQUIRE(phase_powers(little, phases) == 3);
    double mean = 0, host = 0;
    for (const PhasePower& p : phases) {
      mean += p.length_s * p.accelerator.si();
      host += p.length_s * p.host_utilisation;
    }
    CHECK(mean == doctest::Approx(little.accelerator.mean.si()).epsilon(1e-12));
    CHECK(host == doctest::Approx(little.host_utilisation.si()).epsilon(1e-12));
  }

  TEST_CASE("random replicas at random rates: conservation, bounds, no NaN") {
    std::mt19937_64 engine(20260101);
    int fitting = 0;
    for (int trial = 0; trial < 400; ++trial) {
      CAPTURE(trial);
      const RandomReplica r = random_replica(engine);
      if (!r.fits) continue;
      ++fitting;
      const Replica replica(r.design);
      REQUIRE(replica.most_requests().si() > 0);
      REQUIRE(replica.largest_batch() >= 1);
      double joules = 0;
      for (const double load : {0.0, 1e-9, 1e-3, 0.1, 0.3, 0.7, 0.95, 1.0, 3.0}) {
        CAPTURE(load);
        const Frequency rate = load * replica.most_requests();
        const ServingState s = replica.at(rate);
        check_sane(r.design, s);
        CHECK(s.served.si() == doctest::Approx(std::min(rate.si(), replica.most_requests().si())).epsilon(1e-12));
        CHECK(s.tokens_in.si() == doctest::Approx(s.served.si() * r.design.requests.prompt_tokens).epsilon(1e-12));
        CHECK(s.tokens_out.si() == doctest::Approx(s.served.si() * r.design.requests.output_tokens).epsilon(1e-12));
        CHECK(s.batch <= replica.largest_batch() * (1 + 1e-12));
        CHECK(s.saturated == (rate >= replica.most_requests()));
        // Power may fall a little where links set the pace, but never the work done with a joule.
        const double now = s.accelerator.mean.si() / std::max(s.served.si(), 1e-300);
        if (load > 0 && joules > 0) CHECK(now <= joules * (1 + 1e-9));
        if (load > 0) joules = now;
      }
    }
    CHECK(fitting > 200);
  }
}
