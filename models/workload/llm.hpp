/// A large language model, as far as its work and memory go: parameters, and the shape of its attention.
///
///   key-value cache a token = 2·layers·kv_heads·head_size·bytes_per_cache_value   [byte]
///   of E experts a token touches k; a batch of n tokens touches E·(1 − (1 − k/E)^n) of them, if each token chooses
///   alike and independently. An expert has e = (parameters − active)/(E − k) weights, the rest is read every time.
///
/// Source    the shapes in the catalog, each with its own; the cache: Kwon et al., "Efficient memory management for
///           large language model serving with PagedAttention", SOSP 2023, section 3
/// Valid     decoder-only transformers. Attention that compresses its cache (DeepSeek) is entered as the heads and
///           head size that give its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/input/schema.hpp"

namespace wattershed {

struct Llm {
  static constexpr std::string_view catalog_kind = "llms";
  double parameters = 0;                    ///< all weights [1]
  std::optional<double> active_parameters;  ///< touched by one token; without it, all of them [1]
  std::int64_t layers = 0;
  std::int64_t hidden_size = 0;  ///< width of the residual stream
  std::int64_t kv_heads = 0;     ///< heads of keys and values, shared by queries where fewer
  std::int64_t head_size = 0;
  std::optional<std::int64_t> experts;            ///< routed experts of a layer; without it, a dense model
  std::optional<std::int64_t> experts_per_token;  ///< that one token is sent to
  double bytes_per_parameter = 2;                 ///< of the weights as served [byte]
  double bytes_per_cache_value = 2;               ///< of keys and values [byte]
  void visit(Fields& f);

  [[nodiscard]] double active() const { return active_parameters.value_or(parameters); }
  [[nodiscard]] double cache_bytes_per_token() const {
    return 2.0 * static_cast<double>(layers * kv_heads * head_size) * bytes_per_cache_value;
  }
  [[nodiscard]] double weight_bytes() const { return parameters * bytes_per_parameter; }
  /// Bytes of weights that a step over so many tokens reads [byte].
  [[nodiscard]] double weight_bytes_touched(double tokens) const;
};

}  // namespace wattershed
