/// The nominal frequency of a grid, as every part of a scenario that has one writes it.
#pragma once

#include "sim/input/schema.hpp"

namespace wattershed {

inline void visit_nominal_frequency(Fields& f, Frequency& frequency) {
  f.optional("frequency", frequency,
             {.help = "nominal frequency",
              .at_least = 45,
              .at_most = 65,
              .source = "North America",
              .kind = ValueKind::assumed,
              .example = "60 Hz"});
}

}  // namespace wattershed
