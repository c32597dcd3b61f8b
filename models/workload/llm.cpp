#include "models/workload/llm.hpp"

#include <cmath>

namespace wattershed {

void Llm::visit(Fields& f) {
  f.required("parameters", parameters, {.help = "all weights", .above = 0, .example = "70.6e+9"});
  f.optional("active_parameters", active_parameters,
             {.help = "weights that one token touches; without it, all", .above = 0});
  f.required("layers", layers, {.help = "transformer blocks", .at_least = 1});
  f.required("hidden_size", hidden_size, {.help = "width of the residual stream", .at_least = 1});
  f.required("kv_heads", kv_heads, {.help = "heads of keys and values", .at_least = 1});
  f.required("head_size", head_size, {.help = "width of a head", .at_least = 1});
  f.optional("experts", experts, {.help = "routed experts of a layer; without it, a dense model", .at_least = 2});
  f.optional("experts_per_token", experts_per_token, {.help = "experts that one token is sent to", .at_least = 1});
  f.optional("bytes_per_parameter", bytes_per_parameter,
             {.help = "bytes of one weight as served: 2 for BF16, 1 for FP8",
              .at_most = 8,
              .above = 0,
              .source = "BF16, the precision that models are published in",
              .kind = ValueKind::assumed});
  f.optional("bytes_per_cache_value", bytes_per_cache_value,
             {.help = "bytes of one key or value",
              .at_most = 8,
              .above = 0,
              .source = "BF16, the default of serving engines",
              .kind = ValueKind::assumed});
  if (active_parameters && *active_parameters > parameters)
    f.fault("active_parameters", "one token cannot touch more weights than there are");
  if (experts.has_value() != experts_per_token.has_value())
    f.fault("experts", "experts and experts_per_token are written together or not at all");
  if (experts && experts_per_token && *experts_per_token >= *experts)
    f.fault("experts_per_token", "one token is sent to fewer experts than there are");
  if (experts && !active_parameters) f.fault("active_parameters", "a model of experts needs its active parameters");
}

double Llm::weight_bytes_touched(double tokens) const {
  if (!experts || !experts_per_token || !active_parameters) return weight_bytes();
  const auto all = static_cast<double>(*experts);
  const auto each = static_cast<double>(*experts_per_token);
  const double expert = (parameters - *active_parameters) / (all - each);
  const double touched = all * -std::expm1(tokens * std::log1p(-each / all));
  return (parameters - (all - touched) * expert) * bytes_per_parameter;
}

}  // namespace wattershed
