#include "models/compute/dummy_load.hpp"

#include <algorithm>

namespace wattershed {

void DummyLoad::visit(Fields& f) {
  f.optional("level", level,
             {.help = "power that it fills up to, of thermal design power",
              .at_most = 1.5,
              .above = 0,
              .source = "Firefly reaches thermal design power (Choukse et al. 2025)",
              .kind = ValueKind::published,
              .example = "80 %"});
  f.optional("threshold", threshold,
             {.help = "power of the work below which it begins, of thermal design power",
              .at_least = 0,
              .at_most = 1,
              .source = "between exposed communication and the weight update; Firefly counts active blocks instead",
              .kind = ValueKind::assumed,
              .example = "50 %"});
  f.optional("poll", poll,
             {.help = "time between two looks at the work",
              .at_least = 1e-5,
              .at_most = 60,
              .source = "Firefly (Choukse et al. 2025)",
              .kind = ValueKind::published,
              .example = "1 ms"});
  f.optional("back_off", back_off,
             {.help = "least time between an end and the next begin",
              .at_least = 0,
              .at_most = 60,
              .source = "no published value",
              .kind = ValueKind::assumed,
              .example = "10 ms"});
  f.optional("slowdown", slowdown,
             {.help = "by how much steps are longer",
              .at_least = 0,
              .at_most = 1,
              .source = "Firefly: less than 5 % (Choukse et al. 2025)",
              .kind = ValueKind::published,
              .example = "5 %"});
}

Filled filled(const DummyLoad& load, Power max_power, std::optional<Power> cap, std::span<const AcceleratorPhase> raw,
              DummyLoadState from) {
  const Power level = std::min(load.level.si() * max_power, cap.value_or(load.level.si() * max_power));
  const Power threshold = load.threshold.si() * max_power;
  const double poll_s = seconds(load.poll);
  Filled result{.phases = {}, .burned = {}, .end = from};
  DummyLoadState& state = result.end;
  const auto add = [&](const AcceleratorPhase& phase, double length_s, bool runs) {
    if (length_s <= 0) return;
    AcceleratorPhase part = phase;
    part.length_s = length_s;
    part.rise = {};
    if (runs && level > phase.accelerator) {
      part.accelerator = level;
      result.burned += Energy(length_s * (level - phase.accelerator).si());
    }
    result.phases.push_back(part);
  };
  for (const AcceleratorPhase& phase : raw) {
    double left_s = phase.length_s;
    if (phase.accelerator < threshold) {
      state.seen_s = 0;
      if (!state.running) {
        const double wait_s = std::min(std::max(poll_s - state.low_s, state.back_off_s), left_s);
        add(phase, wait_s, false);
        left_s -= wait_s;
        state.low_s += wait_s;
        state.back_off_s = std::max(state.back_off_s - wait_s, 0.0);
        state.running = left_s > 0;
      }
      add(phase, left_s, true);
      continue;
    }
    state.low_s = 0;
    if (state.running) {
      const double lasts_s = std::min(poll_s - state.seen_s, left_s);
      add(phase, lasts_s, true);
      left_s -= lasts_s;
      state.seen_s += lasts_s;
      if (left_s > 0) {
        state.running = false;
        state.seen_s = 0;
        state.back_off_s = seconds(load.back_off);
      }
    }
    add(phase, left_s, false);
    state.back_off_s = std::max(state.back_off_s - left_s, 0.0);
  }
  return result;
}

}  // namespace wattershed
