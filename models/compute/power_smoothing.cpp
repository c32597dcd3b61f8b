#include "models/compute/power_smoothing.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace wattershed {

namespace {

constexpr int slices_of_a_raw_ramp = 100;
constexpr int most_passes = 100000;

// Plays phase after phase; adds stretches of constant power or of one straight ramp.
class Player {
 public:
  Player(const SmoothingLimits& limits, SmoothingState state)
      : limits_(limits), out_w_(state.out.si()), quiet_s_(state.quiet_s) {}

  void play(Activity activity, double work_s, double raw_w) {
    const bool active = raw_w >= limits_.activation.si();
    if (active) quiet_s_ = 0;
    while (work_s > 0) {
      const bool held = active || quiet_s_ < limits_.stop_delay_s;
      const double target_w = held ? std::max(raw_w, limits_.floor.si()) : raw_w;
      const double limit = target_w > out_w_ ? limits_.up_w_per_s : limits_.down_w_per_s;
      if (std::isinf(limit)) out_w_ = target_w;
      double length_s = 0, slope = 0, aim_w = target_w;
      bool finishes = false;
      if (out_w_ == target_w) {
        length_s = work_s;  // never held back: the target is not below raw
        finishes = true;
      } else if (out_w_ < raw_w) {
        slope = limit;
        aim_w = raw_w;
        const double reach_s = (raw_w - out_w_) / slope;
        const double energy_j = work_s * raw_w;  // the work asks for it, at whatever speed
        finishes = 0.5 * (out_w_ + raw_w) * reach_s >= energy_j;
        // The root of out·t + slope·t²/2 = energy, without a difference of like numbers.
        length_s = finishes ? 2 * energy_j / (out_w_ + std::sqrt(out_w_ * out_w_ + 2 * slope * energy_j)) : reach_s;
        if (finishes) aim_w = out_w_ + slope * length_s;
      } else {
        slope = target_w > out_w_ ? limit : -limit;
        length_s = (target_w - out_w_) / slope;
        finishes = length_s >= work_s;
        if (finishes) {
          length_s = work_s;
          aim_w = out_w_ + slope * length_s;
        }
      }
      if (!active && held && length_s > limits_.stop_delay_s - quiet_s_) {
        length_s = limits_.stop_delay_s - quiet_s_;
        aim_w = out_w_ + slope * length_s;
        finishes = false;
        quiet_s_ = limits_.stop_delay_s;
      } else if (!active) {
        quiet_s_ = std::min(quiet_s_ + length_s, limits_.stop_delay_s);
      }
      const double mean_w = 0.5 * (out_w_ + aim_w);
      work_s = finishes ? 0 : work_s - (mean_w < raw_w ? length_s * mean_w / raw_w : length_s);
      burned_j_ += length_s * std::max(mean_w - raw_w, 0.0);
      add(activity, length_s, mean_w, aim_w - out_w_);
      out_w_ = aim_w;
    }
  }

  Smoothed result() { return {std::move(phases_), Energy(burned_j_), {Power(out_w_), quiet_s_}}; }

 private:
  void add(Activity activity, double length_s, double mean_w, double rise_w) {
    if (length_s <= 0) return;
    if (!phases_.empty() && rise_w == 0) {  // one stretch, although the delay ended or a raw ramp was cut in it
      AcceleratorPhase& before = phases_.back();
      if (before.activity == activity && before.rise == Power{} && before.accelerator == Power(mean_w)) {
        before.length_s += length_s;
        return;
      }
    }
    phases_.push_back({activity, length_s, Power(mean_w), Power(rise_w)});
  }

  const SmoothingLimits& limits_;
  double out_w_, quiet_s_;
  double burned_j_ = 0;
  std::vector<AcceleratorPhase> phases_;
};

}  // namespace

void PowerSmoothing::visit(Fields& f) {
  f.optional("floor", floor,
             {.help = "least power while at work and for the stop delay after, of thermal design power",
              .at_least = 0,
              .at_most = 1,
              .source = "GB200 firmware: 20 to 90 % (Choukse et al. at OCP)",
              .kind = ValueKind::published,
              .example = "90 %"});
  f.optional("ramp_up", ramp_up,
             {.help = "fastest rise of each accelerator's power; without it, any", .above = 0, .example = "100 W/s"});
  f.optional("ramp_down", ramp_down,
             {.help = "fastest fall of each accelerator's power; without it, any", .above = 0, .example = "100 W/s"});
  f.optional("stop_delay", stop_delay,
             {.help = "how long the floor is held after the work has stopped",
              .at_least = 0,
              .at_most = 3600,
              .source = "longer than the exposed communication of a step; no published default",
              .kind = ValueKind::assumed,
              .example = "5 s"});
  f.optional("activation", activation,
             {.help = "power of the work from which on it counts as active, of thermal design power",
              .at_least = 0,
              .at_most = 1,
              .source = "between exposed communication and the weight update; no published default",
              .kind = ValueKind::assumed,
              .example = "50 %"});
}

SmoothingLimits smoothing_limits(const PowerSmoothing& smoothing, Power max_power, std::optional<Power> cap) {
  SmoothingLimits limits;
  limits.floor = std::min(smoothing.floor.si() * max_power, cap.value_or(max_power));
  limits.activation = std::min(smoothing.activation.si() * max_power, cap.value_or(max_power));
  if (smoothing.ramp_up) limits.up_w_per_s = smoothing.ramp_up->si();
  if (smoothing.ramp_down) limits.down_w_per_s = smoothing.ramp_down->si();
  limits.stop_delay_s = seconds(smoothing.stop_delay);
  return limits;
}

Smoothed smoothed(const SmoothingLimits& limits, std::span<const AcceleratorPhase> raw, SmoothingState from) {
  Player player(limits, from);
  for (const AcceleratorPhase& phase : raw) {
    const int slices = phase.rise == Power{} ? 1 : slices_of_a_raw_ramp;
    for (int i = 0; i < slices; ++i) {
      const double middle = (i + 0.5) / slices - 0.5;
      player.play(phase.activity, phase.length_s / slices, (phase.accelerator + middle * phase.rise).si());
    }
  }
  return player.result();
}

bool same_state(const SmoothingState& a, const SmoothingState& b) {
  return std::abs((a.out - b.out).si()) <= 1e-9 * std::max(a.out.si(), 1.0) &&
         std::abs(a.quiet_s - b.quiet_s) <= 1e-9;
}

SmoothingState periodic_state(const SmoothingLimits& limits, std::span<const AcceleratorPhase> raw) {
  assert(!raw.empty());
  SmoothingState state{.out = std::max(raw.front().first(), limits.floor), .quiet_s = 0};
  for (int pass = 0; pass < most_passes; ++pass) {
    const SmoothingState next = smoothed(limits, raw, state).end;
    if (same_state(state, next)) return next;
    state = next;
  }
  return state;  // ramps so slow that nothing is left to swing: what is missing is below a rounding of the mean
}

}  // namespace wattershed
