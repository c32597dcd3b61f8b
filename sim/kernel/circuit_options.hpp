/// How a circuit is built, beyond its wiring. Nothing here changes a result; tests use it to see that this is so.
#pragma once

#include <cstdint>
#include <optional>

namespace wattershed {

struct CircuitOptions {
  /// Seed of a random choice among the topological orders, instead of the one that build() finds: nothing may hang on
  /// which it is.
  std::optional<std::uint64_t> shuffled_order{};
  /// build() refuses signals of one name.
  bool unique_names = false;
};

}  // namespace wattershed
