#include "models/workload/llm.hpp"

namespace wattershed {

void Llm::visit(Fields& f) {
  f.required("parameters", parameters, {.help = "all weights", .above = 0, .example = "70.6e+9"});
  f.optional("active_parameters", active_parameters,
             {.help = "weights that one token touches; without it, all", .above = 0});
  f.required("layers", layers, {.help = "transformer blocks", .at_least = 1});
  f.required("hidden_size", hidden_size, {.help = "width of the residual stream", .at_least = 1});
  f.required("kv_heads", kv_heads, {.help = "heads of keys and values", .at_least = 1});
  f.required("head_size", head_size, {.help = "width of a head", .at_least = 1});
  f.optional("bytes_per_parameter", bytes_per_parameter, {.help = "of the weights as served", .above = 0});
  f.optional("bytes_per_cache_value", bytes_per_cache_value, {.help = "of keys and values", .above = 0});
}

}  // namespace wattershed
