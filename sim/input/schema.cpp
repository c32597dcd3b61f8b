#include "sim/input/schema.hpp"

namespace wattershed {

std::string_view to_string(ValueKind kind) {
  switch (kind) {
    case ValueKind::measured:
      return "measured";
    case ValueKind::published:
      return "published";
    case ValueKind::modelled:
      return "modelled";
    case ValueKind::assumed:
      return "assumed";
  }
  return {};
}

std::optional<ValueKind> value_kind(std::string_view name) {
  for (ValueKind kind : {ValueKind::measured, ValueKind::published, ValueKind::modelled, ValueKind::assumed})
    if (to_string(kind) == name) return kind;
  return std::nullopt;
}

}  // namespace wattershed
