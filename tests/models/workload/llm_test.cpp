// Shapes of language models: what the catalog says against figures that were published or follow from them.
#include "models/workload/llm.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>

#include "sim/base/problem.hpp"
#include "tests/models/workload/source_catalog.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// Expected share of experts that n tokens touch when each token picks k of E different ones, by drawing.
double drawn_share(std::mt19937_64& engine, int experts, int each, int tokens) {
  double sum = 0;
  constexpr int trials = 2000;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<bool> touched(static_cast<std::size_t>(experts));
    for (int t = 0; t < tokens; ++t) {
      std::vector<std::size_t> left(static_cast<std::size_t>(experts));
      for (std::size_t i = 0; i < left.size(); ++i) left[i] = i;
      for (int k = 0; k < each; ++k) {
        const std::size_t at = static_cast<std::size_t>(k) + engine() % (left.size() - static_cast<std::size_t>(k));
        std::swap(left[static_cast<std::size_t>(k)], left[at]);
        touched[left[static_cast<std::size_t>(k)]] = true;
      }
    }
    sum += static_cast<double>(std::count(touched.begin(), touched.end(), true)) / experts;
  }
  return sum / trials;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every model of the catalog reads, with a source for every number") {
    const auto names = source_catalog().names("llms");
    CHECK(names.size() >= 14);
    for (const std::string& name : names) {
      CAPTURE(name);
      Document document;
      const Llm model = read_value<Llm>(name, &document);
      CHECK(model.cache_bytes_per_token() > 0);
      CHECK(model.active() <= model.parameters);
      // A dense transformer has 12 weights per layer and square of its width, up to 20 where heads and feed-forward
      // are wider than the residual stream.
      if (!model.experts) {
        const double square = static_cast<double>(model.layers * model.hidden_size * model.hidden_size);
        CHECK(model.parameters / square > 10);
        CHECK(model.parameters / square < 20);
      }
      for (const ResolvedValue& value : document.values)
        if (value.is_number && value.origin == Origin::catalog) CHECK_FALSE(value.source.empty());
    }
  }

  TEST_CASE("bytes of the key-value cache, as published") {
    CHECK(llm("opt-13b").cache_bytes_per_token() == 819200);      // 800 KB (PagedAttention, section 3)
    CHECK(llm("llama-3-70b").cache_bytes_per_token() == 327680);  // 320 KiB
    CHECK(llm("deepseek-v3").cache_bytes_per_token() == 61 * 576 * 2);
    CHECK(llm("bloom-176b").cache_bytes_per_token() == 2 * 70 * 14336 * 2);
  }

  TEST_CASE("weights of a dense model are read whole, whatever the batch") {
    const Llm model = llm("{use: llama-3-405b, bytes_per_parameter: 1}");
    CHECK(model.weight_bytes() == 405e9);
    CHECK(model.weight_bytes_touched(1) == 405e9);
    CHECK(model.weight_bytes_touched(1000) == 405e9);
  }

  TEST_CASE("experts touched by a batch: one token its active weights, many tokens all, between as drawn") {
    std::mt19937_64 engine(7);
    for (const char* name : {"mixtral-8x7b", "qwen3-30b-a3b", "deepseek-v3"}) {
      CAPTURE(name);
      const Llm model = llm(name);
      const double bytes = model.bytes_per_parameter;
      CHECK(model.weight_bytes_touched(1) == doctest::Approx(model.active() * bytes).epsilon(1e-12));
      CHECK(model.weight_bytes_touched(1e6) == doctest::Approx(model.weight_bytes()).epsilon(1e-9));
      const auto experts = static_cast<int>(*model.experts);
      const auto each = static_cast<int>(*model.experts_per_token);
      const double expert = (model.parameters - model.active()) / (experts - each);
      for (const int tokens : {2, 8}) {
        const double touched = experts - (model.parameters - model.weight_bytes_touched(tokens) / bytes) / expert;
        CHECK(touched / experts == doctest::Approx(drawn_share(engine, experts, each, tokens)).epsilon(0.01));
      }
    }
  }

  TEST_CASE("shapes that cannot be are refused") {
    const std::string shape = "layers: 2, hidden_size: 8, kv_heads: 1, head_size: 4";
    for (const std::string wrong :
         {"parameters: 10, active_parameters: 11", "parameters: 10, active_parameters: 5, experts: 8",
          "parameters: 10, experts: 8, experts_per_token: 2",
          "parameters: 10, active_parameters: 5, experts: 8, experts_per_token: 8"}) {
      CAPTURE(wrong);
      CHECK_THROWS_AS(llm("{" + wrong + ", " + shape + "}"), InputError);
    }
    CHECK(llm("{parameters: 10, active_parameters: 5, experts: 8, experts_per_token: 2, " + shape + "}").active() ==
          5);
  }
}
